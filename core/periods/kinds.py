"""The kinds of calendar, and how a stored one is read."""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import Invalid
from core.periods.calendar import FiscalCalendar
from core.periods.monthly import MonthlyCalendar
from core.periods.weekly import WeeklyCalendar

_KINDS = {"monthly": MonthlyCalendar.from_dict, "weekly": WeeklyCalendar.from_dict}


def calendar_from_dict(data: Mapping[str, object]) -> FiscalCalendar:
    """A calendar from the form its `to_dict` made. Raises `Invalid` naming the part that is wrong."""
    read = _KINDS.get(str(data.get("kind")))
    if read is None:
        raise Invalid(f"A calendar is of kind {' or '.join(_KINDS)}.", code="bad_calendar", param="kind")
    return read(data)
