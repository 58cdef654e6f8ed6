"""What becomes of a row of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from crm.rules.problems import RowProblem
from crm.rules.values import Cell, Value


@dataclass(frozen=True, slots=True)
class MappedRow:
    """One change of one record. Only the fields named in `values`, `refs` and `custom` are asserted.

    `values` is keyed by column of the canonical table: money as Decimal with its currency in its own column.
    `refs` is keyed by reference field and holds the source id of the other record, None for "refers to
    nothing". `at` is the instant of the change; None means now. `seq` orders changes of one record at the
    same instant. `warnings` were not grave enough to reject the row: what they speak of is in the file and
    could not be taken as it stands.
    """

    object: str
    number: int
    source_id: str
    at: datetime | None
    seq: int
    values: Mapping[str, Value]
    refs: Mapping[str, str | None]
    custom: Mapping[str, Value]
    is_deleted: bool | None = None
    warnings: tuple[RowProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that was not taken, with every reason and its cells as they stood."""

    number: int
    source_id: str
    problems: tuple[RowProblem, ...]
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that the mapping's filters leave to another mapping."""

    number: int


Outcome = MappedRow | RejectedRow | SkippedRow
