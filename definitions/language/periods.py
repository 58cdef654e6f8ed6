"""Relative periods, and who says which days they are.

`in last 3 months` means the three complete months before the current one; `in this quarter` the whole
quarter; `in next 2 quarters` the two complete ones after this one. `within last 30 days` is the window of
30 days that ends with today; `within next 30 days` the one that begins with today.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Protocol, Self
from zoneinfo import ZoneInfo

from .errors import LanguageError


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

    @property
    def offsets(self) -> tuple[int, int]:
        """First and one-past-last unit, counted from the current one: `last 2` is (-2, 0)."""
        match self.reach, self.rolling:
            case Reach.THIS, _:
                return 0, 1
            case Reach.LAST, False:
                return -self.count, 0
            case Reach.LAST, True:
                return 1 - self.count, 1
            case Reach.NEXT, False:
                return 1, 1 + self.count
            case _:
                return 0, self.count


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


@dataclass(frozen=True, slots=True)
class MonthlyPeriods:
    """A calendar of plain months whose fiscal year starts in `first_month`; weeks start on Monday."""

    now: datetime
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    first_month: int = 1

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def at(self, instant: datetime) -> Self:
        return replace(self, now=instant)

    def days(self, period: RelativePeriod) -> tuple[date, date]:
        first, after = period.offsets
        return self._start(period.unit, first), self._start(period.unit, after)

    def _start(self, unit: Unit, offset: int) -> date:
        today = self.today
        try:
            match unit:
                case Unit.DAY:
                    return today + timedelta(days=offset)
                case Unit.WEEK:
                    return today + timedelta(days=7 * offset - today.weekday())
                case Unit.MONTH:
                    return _month(today.year * 12 + today.month - 1 + offset)
                case _:
                    length = 3 if unit is Unit.QUARTER else 12
                    month = today.year * 12 + today.month - self.first_month
                    return _month((month // length + offset) * length + self.first_month - 1)
        except (OverflowError, ValueError) as error:
            raise LanguageError(f"The period leaves the calendar: {error}.") from error


def _month(index: int) -> date:
    return date(index // 12, index % 12 + 1, 1)


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a tenant's day begins, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
