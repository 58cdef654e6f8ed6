"""What the engine says: cells with value, parts and reason, under one receipt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.periods import DayRange, Grain


@dataclass(frozen=True, slots=True)
class Slice:
    """One period of the answer, half-open in the tenant's calendar. `is_partial`: `as_of` lies inside it."""

    key: str
    label: str
    start: date
    end: date
    is_partial: bool = False

    @property
    def range(self) -> DayRange:
        return DayRange(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Cell:
    """One number: a period, one value per asked dimension, the additive parts and what they give.

    `value` is exact and unrounded (money in `currency`, a share as a fraction of one, days, or a count);
    None comes with a `reason`: no_denominator, no_rows, no_amount, missing_rate, no_history. `excluded`
    counts rows left out by reason. `low`/`high` is the Wilson 95 % interval of a share.
    """

    period: str
    group: tuple[str | None, ...]
    value: Decimal | None
    reason: str | None
    parts: Mapping[str, Decimal]
    excluded: Mapping[str, int]
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def key(self) -> str:
        """Names the cell within its receipt, as it stands in links."""
        return "|".join((self.period, *map(_key_part, self.group)))


def _key_part(part: str | None) -> str:
    """A group's value within a key; no two values read alike, whatever people call their segments."""
    if part is None:
        return "∅"
    return part.replace("\\", "\\\\").replace("|", "\\|").replace("∅", "\\∅")


@dataclass(frozen=True, slots=True)
class Used:
    """A definition version the answer rests on."""

    key: str
    label: str
    number: int
    state: str
    checksum: str
    version_id: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Every cell of one question. Equal questions on equal data have equal receipts, wherever they are
    asked.
    """

    receipt_id: str
    metric: str
    label: str
    unit: str
    currency: str | None
    good: str
    grain: Grain | None
    by: tuple[str, ...]
    slices: tuple[Slice, ...]
    cells: tuple[Cell, ...]
    definition: Used
    uses: tuple[Used, ...]
    as_of: datetime
    known_at: datetime
    data_version: int
    notes: tuple[str, ...]
    scope_label: str = ""
    parts_are_money: bool = False

    def cell(self, period: str, *group: str | None) -> Cell | None:
        """The cell at one address, None where the question did not reach."""
        for cell in self.cells:
            if cell.period == period and cell.group == group:
                return cell
        return None

    @property
    def only(self) -> Cell:
        """The cell of a question that asked for a single number."""
        if len(self.cells) != 1:
            raise ValueError(f"{len(self.cells)} cells, not one")
        return self.cells[0]

    def slice(self, key: str) -> Slice:
        for item in self.slices:
            if item.key == key:
                return item
        raise KeyError(key)
