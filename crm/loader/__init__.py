"""The one writer of records: changes in, current rows and versions out."""

from __future__ import annotations

from crm.loader.changes import Change, LoadResult, Op
from crm.loader.load import ENDING_SHARE, load
from crm.loader.runs import end_run, start_run

__all__ = ["ENDING_SHARE", "Change", "LoadResult", "Op", "end_run", "load", "start_run"]
