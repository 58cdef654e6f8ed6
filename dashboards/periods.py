"""Which periods a page shows when nobody said: the last eight quarters, or the last eight that have rows."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from core.periods import FiscalCalendar, Grain
from metrics.answer import Answer
from metrics.engine import answer
from metrics.question import Question
from tenants.settings import TenantSettings

QUARTERS = 8
YEARS_BACK = 25


def last_quarters(metric: str, *, settings: TenantSettings, count: int = QUARTERS) -> Question:
    """The question for the running quarter and the ones before it."""
    current = settings.calendar.period_containing(settings.day, Grain.QUARTER)
    return _ending_with(metric, current.start, calendar=settings.calendar, count=count)


def _ending_with(metric: str, day: date, *, calendar: FiscalCalendar, count: int) -> Question:
    last = calendar.period_containing(day, Grain.QUARTER)
    first = calendar.shift(last, 1 - count)
    return Question(metric=metric, grain=Grain.QUARTER, start=first.start, end=last.end)


def has_rows(found: Answer) -> bool:
    """Whether any cell rests on a row."""
    return any(
        any(part for part in cell.parts.values()) or any(cell.excluded.values()) for cell in found.cells
    )


def last_with_rows(metric: str, *, settings: TenantSettings, now: datetime) -> Question | None:
    """The question for the eight quarters up to the last one that has rows; None where there is none at
    all.
    """
    calendar = settings.calendar
    year = calendar.period_containing(settings.day, Grain.YEAR)
    first = calendar.shift(year, -YEARS_BACK)
    years = answer(Question(metric=metric, grain=Grain.YEAR, start=first.start, end=year.end), now=now)
    filled = [cell.period for cell in years.cells if any(cell.parts.values())]
    if not filled:
        return None
    last = years.slice(filled[-1])
    quarters = answer(Question(metric=metric, grain=Grain.QUARTER, start=last.start, end=last.end), now=now)
    busy = [cell.period for cell in quarters.cells if any(cell.parts.values())]
    end = quarters.slice(busy[-1]).start if busy else last.end - timedelta(days=1)
    return _ending_with(metric, end, calendar=calendar, count=QUARTERS)
