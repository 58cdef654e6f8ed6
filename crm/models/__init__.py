from __future__ import annotations

from crm.models.base import AssertionShape, Record, RecordVersion
from crm.models.custom import CustomField, CustomValue
from crm.models.erasure import ErasureCertificate
from crm.models.records import CURRENT, VERSION, current_table, version_table
from crm.models.runs import LoadRun, RejectedRow, RunVersion, Snapshot, Source

__all__ = [
    "CURRENT",
    "VERSION",
    "AssertionShape",
    "CustomField",
    "CustomValue",
    "ErasureCertificate",
    "LoadRun",
    "Record",
    "RecordVersion",
    "RejectedRow",
    "RunVersion",
    "Snapshot",
    "Source",
    "current_table",
    "version_table",
]
