"""Fiscal years of 52 or 53 whole weeks: the 4-4-5 family and thirteen periods of four weeks."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate

from core.errors import Invalid
from core.periods.calendar import FiscalCalendar, LabelYear
from core.periods.period import Grain
from core.periods.stored import WEEKDAYS, choice_in, month_in, weekday_in

_WEEKS = {
    "4-4-5": (4, 4, 5) * 4,
    "4-5-4": (4, 5, 4) * 4,
    "5-4-4": (5, 4, 4) * 4,
    "13x4": (4,) * 13,
}
_QUARTERS_OF_13 = ((3, 3, 3, 4), (3, 3, 4, 3), (3, 4, 3, 3), (4, 3, 3, 3))


class YearEndRule(StrEnum):
    """Which weekday ends the year: the last one in the month, or the one nearest to the month's end."""

    LAST = "last"
    NEAREST = "nearest"


@dataclass(frozen=True)
class WeeklyCalendar(FiscalCalendar):
    """Years that end on one weekday at the end of one month, in periods of whole weeks.

    `pattern` is "4-4-5", "4-5-4", "5-4-4" or "13x4"; a 53rd week is added to the last period. `quarters`
    says how many of thirteen periods make each quarter. A year is called after the calendar year in which
    its nominal twelve months (those up to `end_month`) start or end.
    """

    pattern: str = "4-4-5"
    end_month: int = 1
    end_weekday: int = calendar.SATURDAY
    end_rule: YearEndRule = YearEndRule.NEAREST
    label_year: LabelYear = LabelYear.END
    quarters: tuple[int, ...] = (3, 3, 3, 4)

    def __post_init__(self) -> None:
        if self.pattern not in _WEEKS:
            raise Invalid(f"Choose a pattern: {', '.join(_WEEKS)}.", code="bad_calendar", param="pattern")
        if not 1 <= self.end_month <= 12 or not 0 <= self.end_weekday <= 6:
            raise Invalid("Give a month from 1 to 12 and a weekday.", code="bad_calendar", param="end_month")
        if self.quarters not in _QUARTERS_OF_13:
            message = "Three quarters have 3 periods and one has 4; give them as [3, 3, 3, 4]."
            raise Invalid(message, code="bad_calendar", param="quarters")

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> WeeklyCalendar:
        quarters = data.get("quarters", (3, 3, 3, 4))
        return cls(
            pattern=str(data.get("pattern", "4-4-5")),
            end_month=month_in(data, "end_month", 1),
            end_weekday=weekday_in(data, "end_weekday", "sat"),
            end_rule=choice_in(data, "end_rule", YearEndRule.NEAREST),
            label_year=choice_in(data, "label_year", LabelYear.END),
            quarters=tuple(quarters) if isinstance(quarters, list | tuple) else (),
        )

    def to_dict(self) -> dict[str, object]:
        return {
            "kind": "weekly",
            "pattern": self.pattern,
            "end_month": self.end_month,
            "end_weekday": WEEKDAYS[self.end_weekday],
            "end_rule": self.end_rule.value,
            "label_year": self.label_year.value,
            "quarters": list(self.quarters),
        }

    def year_start(self, year: int) -> date:
        starts_a_year_before = self.label_year is LabelYear.START and self.end_month != 12
        return self._year_end(year - 1 + starts_a_year_before)

    def weeks_in(self, year: int) -> int:
        """52 or 53."""
        return (self.year_start(year + 1) - self.year_start(year)).days // 7

    def parts(self, year: int, grain: Grain) -> tuple[date, ...]:
        start, months = self.year_start(year), (0, *accumulate(_WEEKS[self.pattern]))[:-1]
        first_months = [0, *accumulate(self._months_in_quarters())]
        picked = {
            Grain.MONTH: range(len(months)),
            Grain.QUARTER: first_months[:4],
            Grain.HALF: first_months[:4:2],
        }[grain]
        return tuple(start + timedelta(weeks=months[index]) for index in picked)

    def week_starts(self, year: int) -> tuple[date, ...]:
        start = self.year_start(year)
        return tuple(start + timedelta(weeks=weeks) for weeks in range(self.weeks_in(year)))

    def week_year(self, day: date) -> int:
        return self.year_of(day)

    def month_name(self, year: int, index: int) -> tuple[str, str]:
        return f"{year}-P{index + 1:02d}", f"P{index + 1} {self.year_label(year)}"

    def month_at(self, year: int, number: int) -> date | None:
        starts = self.parts(year, Grain.MONTH)
        return starts[number - 1] if 1 <= number <= len(starts) else None

    def year_label(self, year: int) -> str:
        return f"FY{year}"

    def week_year_label(self, year: int) -> str:
        return self.year_label(year)

    def _months_in_quarters(self) -> tuple[int, ...]:
        return self.quarters if self.pattern == "13x4" else (3, 3, 3, 3)

    def _year_end(self, calendar_year: int) -> date:
        """The first day after the fiscal year that ends around `end_month` of a calendar year."""
        last = date(calendar_year, self.end_month, calendar.monthrange(calendar_year, self.end_month)[1])
        end = last - timedelta(days=(last.weekday() - self.end_weekday) % 7)
        if self.end_rule is YearEndRule.NEAREST and (last - end).days > 3:
            end += timedelta(days=7)
        return end + timedelta(days=1)
