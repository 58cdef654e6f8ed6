"""Relative periods, and who says which days they are.

The words mean what they mean everywhere in the product (`core.periods.relative`): `in this quarter` is the
whole fiscal quarter, `in last 3 months` the three complete months before the current one, `in last 30 days`
the 30 days of which today is the last, `in next 2 quarters` the two complete ones after this one. `within
last 3 months` is the rolling window that ends with today; `within next 2 weeks` begins with today and
counts days or weeks only.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Protocol, Self
from zoneinfo import ZoneInfo

from core.periods import FiscalCalendar, Grain, RelativeSpec, Which, relative_range


class Unit(Enum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Reach(Enum):
    LAST = "last"
    THIS = "this"
    NEXT = "next"


_DAYS = {Unit.DAY: 1, Unit.WEEK: 7}
LARGEST = {Unit.DAY: 3660, Unit.WEEK: 522, Unit.MONTH: 120, Unit.QUARTER: 40, Unit.YEAR: 10}


@dataclass(frozen=True, slots=True)
class RelativePeriod:
    """`count` is 1 for THIS. `rolling` marks the `within` form, which includes the current unit."""

    reach: Reach
    count: int
    unit: Unit
    rolling: bool = False

    @property
    def text(self) -> str:
        if self.reach is Reach.THIS:
            return f"in this {self.unit.value}"
        word = "within" if self.rolling else "in"
        if self.count == 1 and not self.rolling:
            return f"in {self.reach.value} {self.unit.value}"
        return f"{word} {self.reach.value} {self.count} {self.unit.value}{'' if self.count == 1 else 's'}"


class PeriodResolver(Protocol):
    """Where "today" stands, and the tenant's calendar. Everything about time that a definition may ask."""

    @property
    def now(self) -> datetime: ...

    @property
    def today(self) -> date: ...

    @property
    def zone(self) -> ZoneInfo: ...

    def days(self, period: RelativePeriod) -> tuple[date, date]:
        """First day and the day after the last of `period`."""

    def at(self, instant: datetime) -> Self:
        """The same calendar, standing at another instant."""


_WHICH = {Reach.THIS: Which.THIS, Reach.LAST: Which.LAST, Reach.NEXT: Which.NEXT}


@dataclass(frozen=True, slots=True)
class CalendarPeriods:
    """A tenant's fiscal calendar and time zone, standing at an instant."""

    now: datetime
    calendar: FiscalCalendar
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def at(self, instant: datetime) -> Self:
        return replace(self, now=instant)

    def days(self, period: RelativePeriod) -> tuple[date, date]:
        """Raises `core.errors.Invalid` where the period leaves the calendar."""
        grain, today = Grain(period.unit.value), self.today
        if period.rolling and period.reach is Reach.NEXT:
            span = relative_range(
                RelativeSpec(Which.NEXT, period.count * _DAYS[period.unit], Grain.DAY), today, self.calendar
            )
            return span.start - timedelta(days=1), span.end - timedelta(days=1)
        which = Which.ROLLING if period.rolling else _WHICH[period.reach]
        span = relative_range(RelativeSpec(which, period.count, grain), today, self.calendar)
        return span.start, span.end


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a tenant's day begins, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
