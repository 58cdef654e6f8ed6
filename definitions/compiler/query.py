"""A question to a metric, and the statement that answers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from definitions.language.catalog import Catalog, Type
from definitions.language.periods import PeriodResolver
from definitions.language.terms import NO_TERMS, Terms

from .bodies import MetricBody
from .sources import Sources
from .sql import Ask


class CompileError(ValueError):
    """A question that this metric cannot be asked. `param` names the part of the question at fault."""

    def __init__(self, message: str, *, param: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.param = param


class Organisation(StrEnum):
    """Whose team a fact counts for: the one at the time, or the one at `as_of` (kpis.md 0.18)."""

    AS_WAS = "as_was"
    AS_IS = "as_is"


class Segmentation(StrEnum):
    """Which state of accounts and other linked records a fact is split by: at the event, or at `as_of`."""

    AT_EVENT = "at_event"
    CURRENT = "current"


class Basis(StrEnum):
    """Which exchange rate money is converted at (kpis.md 0.7)."""

    AS_BOOKED = "as_booked"
    PLAN = "plan"
    CURRENT = "current"


@dataclass(frozen=True, slots=True)
class PeriodSlice:
    """One period of the answer: half-open days, the instants at which they begin and end in the tenant's
    zone, and the name of the plan rate table of its fiscal year."""

    key: str
    start_on: date
    end_on: date
    start_at: datetime
    end_at: datetime
    plan_table: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricQuery:
    """Which periods, split how, for whom, as of when. `periods` are in order and do not overlap.

    `currency` is the reporting currency of money metrics. `filters` is a condition over the metric's object.
    `known_of` sets the known time of some objects apart from `known_at`.
    """

    periods: tuple[PeriodSlice, ...]
    as_of: datetime
    known_at: datetime
    known_of: tuple[tuple[str, datetime], ...] = ()
    dimensions: tuple[str, ...] = ()
    filters: str | None = None
    organisation: Organisation = Organisation.AS_WAS
    segmentation: Segmentation = Segmentation.AT_EVENT
    basis: Basis = Basis.AS_BOOKED
    currency: str = "USD"
    limit: int = 10_000

    @property
    def shape(self) -> Shape:
        apart = frozenset(object for object, _ in self.known_of)
        return Shape(self.dimensions, self.filters, self.organisation, self.segmentation, self.basis, apart)


@dataclass(frozen=True, slots=True)
class Shape:
    """The part of a question that decides what its statement looks like; the rest are parameters."""

    dimensions: tuple[str, ...] = ()
    filters: str | None = None
    organisation: Organisation = Organisation.AS_WAS
    segmentation: Segmentation = Segmentation.AT_EVENT
    basis: Basis = Basis.AS_BOOKED
    known_apart: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its tenant and calendar; `periods` stands at `as_of`. Parameters are worked out from
    it."""

    query: MetricQuery
    tenant_id: int
    periods: PeriodResolver
    daily_table: str = "daily"


@dataclass(frozen=True, slots=True)
class CompileContext:
    """The surroundings of a statement. `periods` is the tenant's calendar and time zone, wherever it stands.

    `fx` is the object that holds exchange rates; its table is among the sources. A context keeps the
    statements it has prepared, so one that is kept compiles each shape once; `replace` makes one that
    starts afresh.
    """

    tenant_id: int
    catalog: Catalog
    sources: Sources
    periods: PeriodResolver
    terms: Terms = field(default_factory=lambda: NO_TERMS)
    metrics: Mapping[str, MetricBody] = field(default_factory=dict)
    fx: str = "fx_rate"
    daily_table: str = "daily"
    prepared: dict[object, object] = field(init=False, default_factory=dict, compare=False, repr=False)

    def asked(self, query: MetricQuery) -> Asked:
        return Asked(query, self.tenant_id, self.periods.at(query.as_of), self.daily_table)


Role = Literal["period", "dimension", "part", "exception", "row"]


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column of the answer. Parts are what is added up or divided; exceptions count rows that a value
    leaves out.

    A dimension's `name` is d0, d1, ...; its `label` is the path asked for. `money` marks amounts in the
    reporting currency.
    """

    name: str
    role: Role
    type: Type
    label: str
    money: bool = False


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """A statement for psycopg2: `%(name)s` parameters, percent signs already doubled where data could hold
    one.

    `reads` are the objects whose history it looks into; `terms` the definitions inlined.
    """

    sql: str
    params: Mapping[str, object]
    columns: tuple[ColumnSpec, ...]
    reads: frozenset[str]
    terms: frozenset[str]
    is_additive: bool = True


@dataclass(frozen=True, slots=True)
class PreparedQuery:
    """A statement for every question of one shape: only parameters differ."""

    sql: str
    constants: Mapping[str, object]
    asked: Mapping[str, Ask]
    columns: tuple[ColumnSpec, ...]
    reads: frozenset[str]
    terms: frozenset[str]
    is_additive: bool = True

    def bind(self, asked: Asked) -> CompiledQuery:
        values = dict(self.constants)
        for name, ask in self.asked.items():
            values[name] = ask(asked)
        return CompiledQuery(self.sql, values, self.columns, self.reads, self.terms, self.is_additive)
