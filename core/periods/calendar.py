"""What every fiscal calendar can answer, and how one is stored.

A calendar only says when a fiscal year starts, where its months, quarters and halves end, and how weeks
are named. Everything else follows from that, so that periods of every kind tile time in the same way.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from core.errors import Invalid
from core.instants import parse_day
from core.periods.period import DayRange, Grain, Period

_ONE_DAY = timedelta(days=1)
_KEY_FORMS = (
    (Grain.DAY, re.compile(r"\d{4}-\d{2}-\d{2}")),
    (Grain.WEEK, re.compile(r"(?P<year>\d{4})-W(?P<number>\d{2})")),
    (Grain.MONTH, re.compile(r"(?P<year>\d{4})-P?(?P<number>\d{2})")),
    (Grain.QUARTER, re.compile(r"(?P<year>\d{4})-Q(?P<number>\d)")),
    (Grain.HALF, re.compile(r"(?P<year>\d{4})-H(?P<number>\d)")),
    (Grain.YEAR, re.compile(r"FY(?P<year>\d{4})")),
)
_FIRST_YEAR, _LAST_YEAR = 1000, 9000


class LabelYear(StrEnum):
    """The calendar year after which a fiscal year is called: the one it starts in, or the one it ends in."""

    START = "start"
    END = "end"


@dataclass(frozen=True)
class FiscalCalendar(ABC):
    """The fiscal years of a tenant and their parts."""

    # What a kind of calendar decides

    @abstractmethod
    def year_start(self, year: int) -> date:
        """The first day of the fiscal year called `year`."""

    @abstractmethod
    def parts(self, year: int, grain: Grain) -> tuple[date, ...]:
        """The first day of each month, quarter or half of a fiscal year, in order."""

    @abstractmethod
    def week_starts(self, year: int) -> tuple[date, ...]:
        """The first day of each week of the week-year `year`, in order."""

    @abstractmethod
    def week_year(self, day: date) -> int:
        """The week-year in which the week of a day is counted."""

    @abstractmethod
    def month_name(self, year: int, index: int) -> tuple[str, str]:
        """Key and label of the month at `index` (from 0) of a fiscal year."""

    @abstractmethod
    def month_at(self, year: int, number: int) -> date | None:
        """The first day of the month that a key's year and number name, or None."""

    @abstractmethod
    def year_label(self, year: int) -> str:
        """How people write the fiscal year."""

    @abstractmethod
    def to_dict(self) -> dict[str, object]:
        """The form in which a tenant's settings keep it, read by `calendar_from_dict`."""

    # What follows

    def year_of(self, day: date) -> int:
        """The fiscal year in which a day falls. Raises `Invalid` for years up to 1000 and from 9000."""
        _check(day)
        year = day.year + 1
        while self.year_start(year) > day:
            year -= 1
        return year

    def period_containing(self, day: date, grain: Grain) -> Period:
        """The one period of a grain in which a day falls."""
        _check(day)
        if grain is Grain.DAY:
            return _day(day)
        if grain is Grain.WEEK:
            year = self.week_year(day)
            return self._week(year, bisect_right(self.week_starts(year), day) - 1)
        year = self.year_of(day)
        if grain is Grain.YEAR:
            return self._year(year)
        return self._part(year, grain, bisect_right(self.parts(year, grain), day) - 1)

    def next(self, period: Period) -> Period:
        """The period that begins where this one ends."""
        return self.period_containing(period.end, period.grain)

    def previous(self, period: Period) -> Period:
        """The period that ends where this one begins."""
        return self.period_containing(period.start - _ONE_DAY, period.grain)

    def shift(self, period: Period, count: int) -> Period:
        """The period `count` places later, or earlier when negative."""
        for _ in range(abs(count)):
            period = self.next(period) if count > 0 else self.previous(period)
        return period

    def periods_between(self, start: date, end: date, grain: Grain) -> tuple[Period, ...]:
        """Every period that has a day in the half-open range, in order; none when the range is empty."""
        return tuple(self._periods_from(start, end, grain))

    def same_period_last_year(self, period: Period) -> Period | None:
        """The period of the same number one year before; None where there is none (a 53rd week, 29 February).

        A quarter after a year of 53 weeks moves by a week: `aligned_52_weeks` compares the same number of
        weeks (kpis.md 0.5: a year-on-year figure shows both).
        """
        if period.grain is Grain.DAY:
            try:
                return _day(period.start.replace(year=period.start.year - 1))
            except ValueError:
                return None
        if period.grain is Grain.WEEK:
            year = self.week_year(period.start)
            number = bisect_right(self.week_starts(year), period.start)
            starts = self.week_starts(year - 1)
            return self._week(year - 1, number - 1) if number <= len(starts) else None
        year = self.year_of(period.start)
        if period.grain is Grain.YEAR:
            return self._year(year - 1)
        index = bisect_right(self.parts(year, period.grain), period.start) - 1
        return self._part(year - 1, period.grain, index)

    def aligned_52_weeks(self, period: Period) -> DayRange:
        """The days 52 weeks before a period: as many of each weekday, whatever the calendar did."""
        year = timedelta(weeks=52)
        return DayRange(period.start - year, period.end - year)

    def parse_key(self, key: str, *, param: str | None = None) -> Period:
        """The period called `key`. Raises `Invalid` for a key that this calendar does not have."""
        for grain, form in _KEY_FORMS:
            found = form.fullmatch(key)
            if found is None:
                continue
            if grain is Grain.DAY:
                return self.period_containing(parse_day(key, param=param), grain)
            year, number = int(found["year"]), int(found.groupdict().get("number", "1"))
            period = self._numbered(year, grain, number) if _FIRST_YEAR < year < _LAST_YEAR else None
            if period is not None and period.key == key:
                return period
        month = self.period_containing(date(2026, 11, 22), Grain.MONTH).key
        advice = f"write it as 2026-11-22, 2026-W47, {month}, 2026-Q4 or FY2026"
        message = f"This calendar has no period {key[:20]!r}; {advice}."
        raise Invalid(message, code="unknown_period", param=param)

    def _periods_from(self, start: date, end: date, grain: Grain) -> Iterator[Period]:
        if start >= end:
            return
        period = self.period_containing(start, grain)
        yield period
        while period.end < end:
            period = self.next(period)
            yield period

    def _numbered(self, year: int, grain: Grain, number: int) -> Period | None:
        if grain is Grain.YEAR:
            return self._year(year)
        if grain is Grain.MONTH:
            start = self.month_at(year, number)
            return None if start is None else self.period_containing(start, grain)
        starts = self.week_starts(year) if grain is Grain.WEEK else self.parts(year, grain)
        return self.period_containing(starts[number - 1], grain) if 1 <= number <= len(starts) else None

    def _year(self, year: int) -> Period:
        return Period(
            f"FY{year}", Grain.YEAR, self.year_label(year), self.year_start(year), self.year_start(year + 1)
        )

    def _part(self, year: int, grain: Grain, index: int) -> Period:
        starts = (*self.parts(year, grain), self.year_start(year + 1))
        if grain is Grain.MONTH:
            key, label = self.month_name(year, index)
        else:
            name = f"{'Q' if grain is Grain.QUARTER else 'H'}{index + 1}"
            key, label = f"{year}-{name}", f"{name} {self.year_label(year)}"
        return Period(key, grain, label, starts[index], starts[index + 1])

    def _week(self, year: int, index: int) -> Period:
        start = self.week_starts(year)[index]
        key, label = f"{year}-W{index + 1:02d}", f"Week {index + 1}, {self.week_year_label(year)}"
        return Period(key, Grain.WEEK, label, start, start + timedelta(days=7))

    def week_year_label(self, year: int) -> str:
        """How people write the year of a week."""
        return str(year)


def _check(day: date) -> None:
    if not _FIRST_YEAR < day.year < _LAST_YEAR:
        raise Invalid(
            f"The year {day.year} is outside the calendar; correct the date.", code="day_out_of_range"
        )


def _day(day: date) -> Period:
    return Period(day.isoformat(), Grain.DAY, f"{day.day} {day:%b %Y}", day, day + _ONE_DAY)
