"""A checked expression: every node has a type, every name is a field, every term is inlined.

The back ends (SQL, Python, English) read only this tree. `source` is the node of the text it came from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from .ast import Comparator, Node, Operator
from .catalog import Field, Type
from .periods import RelativePeriod


@dataclass(frozen=True, slots=True)
class Typed:
    type: Type
    source: Node


@dataclass(frozen=True, slots=True)
class Constant(Typed):
    """A literal. `currency` only for MONEY; a MONEY zero without currency compares with any currency."""

    value: Decimal | str | bool | date
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One many-to-one step: the field followed and the object it leads to."""

    field: str
    target: str


@dataclass(frozen=True, slots=True)
class FieldValue(Typed):
    """A field of the record, or of the record at the end of `steps`. `object` is the field's own object."""

    object: str
    steps: tuple[Step, ...]
    field: Field

    @property
    def text(self) -> str:
        return ".".join([*(step.field for step in self.steps), self.field.key])


@dataclass(frozen=True, slots=True)
class ClockValue(Typed):
    """`today` (DATE) plus a number of days, or `now` (INSTANT) plus a number of 24-hour days."""

    shift: int = 0


@dataclass(frozen=True, slots=True)
class Shifted(Typed):
    """A date or instant moved by whole days; unknown where the calendar (years 1 to 9999) ends."""

    operand: Typed
    days: int


@dataclass(frozen=True, slots=True)
class DayCount(Typed):
    """Days from `right` to `left`, both taken as days of the tenant."""

    left: Typed
    right: Typed


@dataclass(frozen=True, slots=True)
class Negated(Typed):
    operand: Typed


@dataclass(frozen=True, slots=True)
class Calculated(Typed):
    operator: Operator
    left: Typed
    right: Typed


@dataclass(frozen=True, slots=True)
class Compared(Typed):
    """`by` says how: as they are, as money (same currency or unknown), or by the tenant's day."""

    operator: Comparator
    left: Typed
    right: Typed
    by: Literal["value", "money", "day"]


@dataclass(frozen=True, slots=True)
class Among(Typed):
    operand: Typed
    items: tuple[Constant, ...]
    by: Literal["value", "money", "day"]
    negated: bool


@dataclass(frozen=True, slots=True)
class Ranged(Typed):
    """`between`, both ends included: exactly `low <= x and x <= high`."""

    low: Compared
    high: Compared
    negated: bool


@dataclass(frozen=True, slots=True)
class InDays(Typed):
    operand: Typed
    period: RelativePeriod
    negated: bool


@dataclass(frozen=True, slots=True)
class Known(Typed):
    operand: Typed
    negated: bool


@dataclass(frozen=True, slots=True)
class TruthTest(Typed):
    operand: Typed
    truth: bool
    negated: bool


@dataclass(frozen=True, slots=True)
class Matched(Typed):
    how: Literal["starts with", "contains"]
    operand: Typed
    part: str


@dataclass(frozen=True, slots=True)
class Inverted(Typed):
    operand: Typed


@dataclass(frozen=True, slots=True)
class Every(Typed):
    items: tuple[Typed, ...]


@dataclass(frozen=True, slots=True)
class Some(Typed):
    items: tuple[Typed, ...]


@dataclass(frozen=True, slots=True)
class TermMet(Typed):
    """A term of the registry, inlined. `text` is the term's own source text."""

    term: str
    inner: Typed
    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """An expression that passed: its root, the object it is about, its text and the terms it leans on."""

    root: Typed
    object: str
    text: str
    terms: frozenset[str]

    @property
    def type(self) -> Type:
        return self.root.type
