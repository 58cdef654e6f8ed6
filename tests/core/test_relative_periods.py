from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.periods import DayRange, Grain, MonthlyCalendar, WeeklyCalendar, parse_relative, relative_range

TODAY = date(2026, 11, 22)  # a Sunday in the fourth quarter
FEBRUARY = MonthlyCalendar(start_month=2)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("today", "2026-11-22", "2026-11-23"),
        ("yesterday", "2026-11-21", "2026-11-22"),
        ("tomorrow", "2026-11-23", "2026-11-24"),
        ("this week", "2026-11-16", "2026-11-23"),
        ("last week", "2026-11-09", "2026-11-16"),
        ("next 2 weeks", "2026-11-23", "2026-12-07"),
        ("this month", "2026-11-01", "2026-12-01"),
        ("last 3 months", "2026-08-01", "2026-11-01"),
        ("this quarter", "2026-10-01", "2027-01-01"),
        ("quarter to date", "2026-10-01", "2026-11-23"),
        ("last 2 quarters", "2026-04-01", "2026-10-01"),
        ("previous quarter", "2026-07-01", "2026-10-01"),
        ("next quarter", "2027-01-01", "2027-04-01"),
        ("last half", "2026-01-01", "2026-07-01"),
        ("this year", "2026-01-01", "2027-01-01"),
        ("year to date", "2026-01-01", "2026-11-23"),
        ("last 30 days", "2026-10-24", "2026-11-23"),
        ("previous 30 days", "2026-10-23", "2026-11-22"),
        ("next 30 days", "2026-11-23", "2026-12-23"),
        ("rolling 30 days", "2026-10-24", "2026-11-23"),
        ("rolling 4 weeks", "2026-10-26", "2026-11-23"),
        ("rolling 12 months", "2025-11-23", "2026-11-23"),
        ("rolling 2 quarters", "2026-05-23", "2026-11-23"),
        (" Last  2 QUARTERS ", "2026-04-01", "2026-10-01"),
        ("last_2_quarters", "2026-04-01", "2026-10-01"),
    ],
)
def test_relative_periods_on_22_november_2026(text: str, start: str, end: str) -> None:
    found = relative_range(text, TODAY, MonthlyCalendar())

    assert found == DayRange(date.fromisoformat(start), date.fromisoformat(end))


def test_quarters_are_those_of_the_tenant() -> None:
    assert relative_range("this quarter", TODAY, FEBRUARY) == DayRange(date(2026, 11, 1), date(2027, 2, 1))
    retail = WeeklyCalendar(pattern="4-5-4")
    assert relative_range("last quarter", TODAY, retail) == DayRange(date(2026, 8, 2), date(2026, 11, 1))


def test_a_month_ago_from_the_31st_is_the_end_of_the_shorter_month() -> None:
    """On 30 March the day after is the 31st; a month before it lies the end of February."""
    found = relative_range("rolling 1 month", date(2026, 3, 30), MonthlyCalendar())

    assert found == DayRange(date(2026, 2, 28), date(2026, 3, 31))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "last",
        "quarter",
        "last 0 days",
        "last -1 days",
        "this 2 quarters",
        "last 99999 days",
        "last 2 dogs",
        "last 3661 days",
        "last 2.5 weeks",
        "quarter to",
        "sometime " * 999,
    ],
)
def test_what_is_not_a_relative_period_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        relative_range(text, TODAY, MonthlyCalendar())

    assert refusal.value.code == "bad_relative_period"


calendars = st.sampled_from([MonthlyCalendar(), FEBRUARY, WeeklyCalendar(), WeeklyCalendar(pattern="13x4")])
days = st.dates(date(1990, 1, 1), date(2100, 1, 1))


@given(calendars, days, st.sampled_from(Grain), st.integers(1, 10))
def test_previous_present_and_next_lie_side_by_side(
    calendar: MonthlyCalendar | WeeklyCalendar, today: date, grain: Grain, count: int
) -> None:
    before, present, after = (
        relative_range(text, today, calendar)
        for text in (f"previous {count} {grain}s", f"this {grain}", f"next {count} {grain}s")
    )

    assert before.end == present.start
    assert present.end == after.start
    assert today in present
    assert len(calendar.periods_between(before.start, before.end, grain)) == count
    assert len(calendar.periods_between(after.start, after.end, grain)) == count


@given(
    st.sampled_from(["this", "last", "previous", "next", "rolling", "to_date"]),
    st.sampled_from(Grain),
    st.integers(1, 10),
)
def test_a_relative_period_is_written_as_it_is_read(which: str, grain: Grain, count: int) -> None:
    text = {"to_date": f"{grain} to date", "this": f"this {grain}"}.get(which, f"{which} {count} {grain}s")
    spec = parse_relative(text)

    assert parse_relative(str(spec)) == spec
