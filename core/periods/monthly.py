"""Fiscal years of twelve calendar months, from any month on."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from core.errors import Invalid
from core.periods.calendar import FiscalCalendar, LabelYear
from core.periods.period import Grain
from core.periods.stored import WEEKDAYS, choice_in, month_in, weekday_in

_MONTHS_IN = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.HALF: 6}
_DAY_THAT_DECIDES = 3  # the fourth day of a week decides its year, as in ISO 8601


@dataclass(frozen=True)
class MonthlyCalendar(FiscalCalendar):
    """Years from the first of `start_month`. Weeks are ISO weeks, or the same rule from another weekday."""

    start_month: int = 1
    label_year: LabelYear = LabelYear.END
    week_start: int = calendar.MONDAY

    def __post_init__(self) -> None:
        if not 1 <= self.start_month <= 12 or not 0 <= self.week_start <= 6:
            raise Invalid(
                "Give a month from 1 to 12 and a weekday.", code="bad_calendar", param="start_month"
            )

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> MonthlyCalendar:
        return cls(
            start_month=month_in(data, "start_month", 1),
            label_year=choice_in(data, "label_year", LabelYear.END),
            week_start=weekday_in(data, "week_start", "mon"),
        )

    def to_dict(self) -> dict[str, object]:
        return {
            "kind": "monthly",
            "start_month": self.start_month,
            "label_year": self.label_year.value,
            "week_start": WEEKDAYS[self.week_start],
        }

    def year_start(self, year: int) -> date:
        ends_a_year_later = self.label_year is LabelYear.END and self.start_month != 1
        return date(year - ends_a_year_later, self.start_month, 1)

    def parts(self, year: int, grain: Grain) -> tuple[date, ...]:
        start = self.year_start(year)
        return tuple(_months_later(start, months) for months in range(0, 12, _MONTHS_IN[grain]))

    def week_starts(self, year: int) -> tuple[date, ...]:
        start, end = self._week_year_start(year), self._week_year_start(year + 1)
        return tuple(start + timedelta(days=days) for days in range(0, (end - start).days, 7))

    def week_year(self, day: date) -> int:
        self.year_of(day)
        start = day - timedelta(days=(day.weekday() - self.week_start) % 7)
        return (start + timedelta(days=_DAY_THAT_DECIDES)).year

    def month_name(self, year: int, index: int) -> tuple[str, str]:
        start = _months_later(self.year_start(year), index)
        return f"{start:%Y-%m}", f"{start:%b %Y}"

    def month_at(self, year: int, number: int) -> date | None:
        return date(year, number, 1) if 1 <= number <= 12 else None

    def year_label(self, year: int) -> str:
        return str(year) if self.start_month == 1 else f"FY{year}"

    def _week_year_start(self, year: int) -> date:
        fourth = date(year, 1, 1 + _DAY_THAT_DECIDES)
        return fourth - timedelta(days=(fourth.weekday() - self.week_start) % 7)


def _months_later(first: date, months: int) -> date:
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1)
