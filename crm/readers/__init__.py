"""Streaming readers of uploaded files. They know files, not CRM: nothing here knows a canonical object."""

from __future__ import annotations

from crm.readers.files import count_rows, inspect, open_rows
from crm.readers.profile import (
    Cell,
    CellProblem,
    FileKind,
    FileProfile,
    Limits,
    RawRow,
    ReadOptions,
    SheetProfile,
    UnreadableFile,
)

__all__ = [
    "Cell",
    "CellProblem",
    "FileKind",
    "FileProfile",
    "Limits",
    "RawRow",
    "ReadOptions",
    "SheetProfile",
    "UnreadableFile",
    "count_rows",
    "inspect",
    "open_rows",
]
