"""Periods and fiscal calendars: half-open ranges of days, in the words a tenant uses for them (kpis.md
0.4 and 0.5).

Pure: no Django, no clock. `today` and the time zone are always parameters.
"""

from core.periods.calendar import FiscalCalendar, LabelYear
from core.periods.kinds import calendar_from_dict
from core.periods.monthly import MonthlyCalendar
from core.periods.period import DayRange, Grain, Period, bounds
from core.periods.relative import RelativeSpec, Which, parse_relative, relative_range
from core.periods.weekly import WeeklyCalendar, YearEndRule

__all__ = [
    "DayRange",
    "FiscalCalendar",
    "Grain",
    "LabelYear",
    "MonthlyCalendar",
    "Period",
    "RelativeSpec",
    "WeeklyCalendar",
    "Which",
    "YearEndRule",
    "bounds",
    "calendar_from_dict",
    "parse_relative",
    "relative_range",
]
