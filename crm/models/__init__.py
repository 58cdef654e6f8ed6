from __future__ import annotations

from crm.models.base import AssertionShape, Record, RecordVersion
from crm.models.custom import CustomField, CustomValue
from crm.models.erasure import ErasureCertificate
from crm.models.imports import Import, ImportFile, ImportStep, Replay, SavedMapping
from crm.models.records import CURRENT, VERSION, current_table, version_table
from crm.models.runs import LoadRun, RejectedRow, RunVersion, Snapshot, Source

__all__ = [
    "CURRENT",
    "VERSION",
    "AssertionShape",
    "CustomField",
    "CustomValue",
    "ErasureCertificate",
    "Import",
    "ImportFile",
    "ImportStep",
    "LoadRun",
    "Record",
    "RecordVersion",
    "RejectedRow",
    "Replay",
    "RunVersion",
    "SavedMapping",
    "Snapshot",
    "Source",
    "current_table",
    "version_table",
]
