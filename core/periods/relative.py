"""Relative periods, "last 2 quarters", as days. "Now" is the parameter `today`.

- `this quarter`: the whole period in which today falls; `quarter to date`: its days up to and including
today.
- `last 2 quarters`, `next 2 quarters`: so many whole periods before, after, the present one.
- `last 30 days`: 30 days of which today is the last; the one unit in which "last" includes the present.
- `previous 30 days`: 30 whole days before today; for other units the same as `last`.
- `rolling 12 months`: the days after the same day 12 months ago, up to and including today.
- `today`, `yesterday`, `tomorrow`.
"""

from __future__ import annotations

import calendar as month_lengths
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from core.errors import Invalid
from core.periods.calendar import FiscalCalendar
from core.periods.period import DayRange, Grain

_SPEC = re.compile(
    r"(?P<which>this|last|previous|next|rolling) (?:(?P<count>[1-9]\d{0,3}) )?(?P<grain>[a-z]+?)s?"
)
_TO_DATE = re.compile(r"(?P<grain>[a-z]+) to date")
_MONTHS = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.HALF: 6, Grain.YEAR: 12}
_MOST = {
    Grain.DAY: 3660,
    Grain.WEEK: 522,
    Grain.MONTH: 120,
    Grain.QUARTER: 40,
    Grain.HALF: 20,
    Grain.YEAR: 10,
}


class Which(StrEnum):
    """Where a relative period lies."""

    THIS = "this"
    LAST = "last"
    PREVIOUS = "previous"
    NEXT = "next"
    ROLLING = "rolling"
    TO_DATE = "to_date"


@dataclass(frozen=True)
class RelativeSpec:
    """A relative period: `RelativeSpec(Which.LAST, 2, Grain.QUARTER)` is "last 2 quarters"."""

    which: Which
    count: int
    grain: Grain

    def __post_init__(self) -> None:
        if not 1 <= self.count <= _MOST[self.grain]:
            message = f"Ask for 1 to {_MOST[self.grain]} {self.grain}s."
            raise Invalid(message, code="bad_relative_period")
        if self.count != 1 and self.which in {Which.THIS, Which.TO_DATE}:
            raise Invalid(
                "There is only one present period; leave the number out.", code="bad_relative_period"
            )

    def __str__(self) -> str:
        if self.which is Which.TO_DATE:
            return f"{self.grain} to date"
        if self.count == 1 and self.which is not Which.ROLLING:
            return f"{self.which} {self.grain}"
        return f"{self.which} {self.count} {self.grain}{'s' if self.count > 1 else ''}"


_NAMED_DAYS = {
    "today": RelativeSpec(Which.THIS, 1, Grain.DAY),
    "yesterday": RelativeSpec(Which.PREVIOUS, 1, Grain.DAY),
    "tomorrow": RelativeSpec(Which.NEXT, 1, Grain.DAY),
}


def parse_relative(text: str, *, param: str | None = None) -> RelativeSpec:
    """Read "last 2 quarters". Raises `Invalid` with examples."""
    words = " ".join(text.lower().replace("_", " ").split())
    if words in _NAMED_DAYS:
        return _NAMED_DAYS[words]
    if found := _TO_DATE.fullmatch(words):
        which, count, grain = Which.TO_DATE, 1, found["grain"]
    elif found := _SPEC.fullmatch(words):
        which, count, grain = Which(found["which"]), int(found["count"] or 1), found["grain"]
    else:
        which, count, grain = Which.THIS, 1, ""
    if grain not in set(Grain):
        message = (
            f"{text[:40]!r} is not a relative period; write this quarter, last 2 quarters or last 30 days."
        )
        raise Invalid(message, code="bad_relative_period", param=param)
    return RelativeSpec(which, count, Grain(grain))


def relative_range(spec: RelativeSpec | str, today: date, calendar: FiscalCalendar) -> DayRange:
    """The half-open days that a relative period means on `today`. Raises `Invalid` for other text."""
    if isinstance(spec, str):
        spec = parse_relative(spec)
    tomorrow = today + timedelta(days=1)
    present = calendar.period_containing(today, spec.grain)
    if spec.which is Which.THIS:
        return present.range
    if spec.which is Which.TO_DATE:
        return DayRange(present.start, tomorrow)
    if spec.which is Which.NEXT:
        return DayRange(present.end, calendar.shift(present, spec.count).end)
    if spec.which is Which.PREVIOUS or (spec.which is Which.LAST and spec.grain is not Grain.DAY):
        return DayRange(calendar.shift(present, -spec.count).start, present.start)
    return DayRange(_days_back(tomorrow, spec.count, spec.grain), tomorrow)


def _days_back(day: date, count: int, grain: Grain) -> date:
    if grain is Grain.DAY:
        return day - timedelta(days=count)
    if grain is Grain.WEEK:
        return day - timedelta(weeks=count)
    years, month = divmod(day.year * 12 + day.month - 1 - count * _MONTHS[grain], 12)
    return date(years, month + 1, min(day.day, month_lengths.monthrange(years, month + 1)[1]))
