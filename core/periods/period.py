"""What a period is: a named, half-open range of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.instants import start_of_day


class Grain(StrEnum):
    """How long a period is, from the shortest to the longest."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


@dataclass(frozen=True, order=True)
class DayRange:
    """The days from `start` up to but not including `end`."""

    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def last_day(self) -> date:
        """The last day inside, for people; programs use `end`."""
        return self.end - timedelta(days=1)

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end


@dataclass(frozen=True)
class Period:
    """A day, week, month, quarter, half or year of one fiscal calendar.

    `key` names it in URLs and storage and reads back with the same calendar: "2026-11-22", "2026-W47",
    "2026-11" (or "2026-P11" where a fiscal month is a number of weeks), "2026-Q4", "2026-H2", "FY2026".
    The year in a key of a month, or of a week of a calendar made of months, is the calendar year; in all
    others it is the fiscal year.
    """

    key: str
    grain: Grain
    label: str
    start: date
    end: date

    @property
    def range(self) -> DayRange:
        return DayRange(self.start, self.end)

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def last_day(self) -> date:
        """The last day inside, for people; programs use `end`."""
        return self.end - timedelta(days=1)

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end


def bounds(period: Period | DayRange, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The half-open UTC range of a period's days in a zone; days of 23 and 25 hours counted as they are."""
    return start_of_day(period.start, zone), start_of_day(period.end, zone)
