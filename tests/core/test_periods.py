from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from core.periods import (
    DayRange,
    FiscalCalendar,
    Grain,
    LabelYear,
    MonthlyCalendar,
    WeeklyCalendar,
    YearEndRule,
    bounds,
    calendar_from_dict,
)

CALENDAR_YEAR = MonthlyCalendar()
FEBRUARY = MonthlyCalendar(start_month=2)
RETAIL = WeeklyCalendar(
    pattern="4-5-4", end_month=1, end_weekday=5, label_year=LabelYear.START
)  # NRF, US retail
JULY = WeeklyCalendar(pattern="4-4-5", end_month=7, end_weekday=5, end_rule=YearEndRule.LAST)
THIRTEEN = WeeklyCalendar(pattern="13x4", end_month=12, end_weekday=5)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("calendar", "on", "grain", "key", "label", "start", "end"),
    [
        (CALENDAR_YEAR, "2026-11-22", Grain.DAY, "2026-11-22", "22 Nov 2026", "2026-11-22", "2026-11-23"),
        (CALENDAR_YEAR, "2026-11-22", Grain.WEEK, "2026-W47", "Week 47, 2026", "2026-11-16", "2026-11-23"),
        (CALENDAR_YEAR, "2026-11-22", Grain.MONTH, "2026-11", "Nov 2026", "2026-11-01", "2026-12-01"),
        (CALENDAR_YEAR, "2026-11-22", Grain.QUARTER, "2026-Q4", "Q4 2026", "2026-10-01", "2027-01-01"),
        (CALENDAR_YEAR, "2026-11-22", Grain.HALF, "2026-H2", "H2 2026", "2026-07-01", "2027-01-01"),
        (CALENDAR_YEAR, "2026-11-22", Grain.YEAR, "FY2026", "2026", "2026-01-01", "2027-01-01"),
        (CALENDAR_YEAR, "2027-01-03", Grain.WEEK, "2026-W53", "Week 53, 2026", "2026-12-28", "2027-01-04"),
        (FEBRUARY, "2027-01-31", Grain.QUARTER, "2027-Q4", "Q4 FY2027", "2026-11-01", "2027-02-01"),
        (FEBRUARY, "2027-02-01", Grain.QUARTER, "2028-Q1", "Q1 FY2028", "2027-02-01", "2027-05-01"),
        (FEBRUARY, "2026-11-22", Grain.MONTH, "2026-11", "Nov 2026", "2026-11-01", "2026-12-01"),
        (RETAIL, "2024-02-03", Grain.MONTH, "2023-P12", "P12 FY2023", "2023-12-31", "2024-02-04"),
        (RETAIL, "2024-02-03", Grain.WEEK, "2023-W53", "Week 53, FY2023", "2024-01-28", "2024-02-04"),
        (RETAIL, "2024-02-04", Grain.QUARTER, "2024-Q1", "Q1 FY2024", "2024-02-04", "2024-05-05"),
        (THIRTEEN, "2026-12-27", Grain.MONTH, "2026-P13", "P13 FY2026", "2026-12-06", "2027-01-03"),
        (THIRTEEN, "2026-09-13", Grain.QUARTER, "2026-Q4", "Q4 FY2026", "2026-09-13", "2027-01-03"),
    ],
)
def test_a_day_lies_in_the_period_people_would_name(
    calendar: FiscalCalendar, on: str, grain: Grain, key: str, label: str, start: str, end: str
) -> None:
    period = calendar.period_containing(day(on), grain)

    assert (period.key, period.label) == (key, label)
    assert period.range == DayRange(day(start), day(end))
    assert calendar.parse_key(key) == period


@pytest.mark.parametrize(("label_year", "key"), [(LabelYear.END, "2027-Q2"), (LabelYear.START, "2026-Q2")])
def test_a_fiscal_year_is_called_after_its_start_or_its_end(label_year: LabelYear, key: str) -> None:
    july = MonthlyCalendar(start_month=7, label_year=label_year)

    assert july.period_containing(day("2026-11-22"), Grain.QUARTER).key == key
    assert (
        MonthlyCalendar(label_year=label_year).period_containing(day("2026-11-22"), Grain.YEAR).key
        == "FY2026"
    )


def test_us_retail_years_have_53_weeks_when_the_federation_says_so() -> None:
    """National Retail Federation: Saturday nearest 31 January; 53 weeks in 2006, 2012, 2017 and 2023."""
    long_years = [year for year in range(2001, 2026) if RETAIL.weeks_in(year) == 53]

    assert long_years == [2006, 2012, 2017, 2023]
    assert RETAIL.year_start(2023) == day("2023-01-29")
    assert RETAIL.year_start(2025) == day("2025-02-02")


def test_a_year_that_ends_on_the_last_saturday_of_july() -> None:
    """Cisco: last Saturday of July, so 25 July 2015, 30 July 2016 after 53 weeks, 29 July 2017."""
    ends = [JULY.year_start(year + 1) - timedelta(days=1) for year in (2015, 2016, 2017)]

    assert ends == [day("2015-07-25"), day("2016-07-30"), day("2017-07-29")]
    assert [JULY.weeks_in(year) for year in (2015, 2016, 2017)] == [52, 53, 52]


def test_the_53rd_week_belongs_to_the_last_period_and_quarter() -> None:
    weeks = [
        period.days // 7
        for period in JULY.periods_between(JULY.year_start(2016), JULY.year_start(2017), Grain.MONTH)
    ]

    assert weeks == [4, 4, 5] * 3 + [4, 4, 6]
    assert JULY.parse_key("2016-Q4").days == 14 * 7
    assert JULY.parse_key("2016-H2").days == 27 * 7


def test_thirteen_periods_make_quarters_of_three_and_one_of_four() -> None:
    first_long = WeeklyCalendar(pattern="13x4", end_month=12, end_weekday=5, quarters=(4, 3, 3, 3))

    assert [THIRTEEN.parse_key(f"2026-Q{n}").days // 28 for n in (1, 2, 3, 4)] == [3, 3, 3, 4]
    assert [first_long.parse_key(f"2026-Q{n}").days // 28 for n in (1, 2, 3, 4)] == [4, 3, 3, 3]
    assert [first_long.parse_key(f"2026-H{n}").days // 28 for n in (1, 2)] == [7, 6]


def test_a_year_ago_has_two_meanings_after_a_long_year() -> None:
    q1 = RETAIL.parse_key("2024-Q1")

    assert RETAIL.same_period_last_year(q1) == RETAIL.parse_key("2023-Q1")
    assert RETAIL.aligned_52_weeks(q1) == DayRange(day("2023-02-05"), day("2023-05-07"))
    assert RETAIL.parse_key("2023-Q1").start == day("2023-01-29")


@pytest.mark.parametrize(
    ("calendar", "key", "before"),
    [
        (CALENDAR_YEAR, "2026-Q4", "2025-Q4"),
        (CALENDAR_YEAR, "2026-11", "2025-11"),
        (CALENDAR_YEAR, "FY2026", "FY2025"),
        (CALENDAR_YEAR, "2024-02-28", "2023-02-28"),
        (CALENDAR_YEAR, "2024-02-29", None),
        (CALENDAR_YEAR, "2026-W47", "2025-W47"),
        (CALENDAR_YEAR, "2026-W53", None),
        (RETAIL, "2023-W53", None),
        (RETAIL, "2024-W52", "2023-W52"),
        (RETAIL, "2024-P12", "2023-P12"),
    ],
)
def test_the_same_period_last_year_has_the_same_number(
    calendar: FiscalCalendar, key: str, before: str | None
) -> None:
    found = calendar.same_period_last_year(calendar.parse_key(key))

    assert (found.key if found else None) == before


@pytest.mark.parametrize(
    "key",
    [
        "",
        "2026",
        "2026-Q5",
        "2026-Q0",
        "2026-13",
        "2026-P11",
        "2025-W53",
        "2026-W00",
        "FY26",
        "0999-Q1",
        "2026-H3",
        "2026-11-31",
        "2026-q4",
        "٢٠٢٦-Q4",
        "2026-Q4 ",
        "FY9999",
        "9998-12-31",
        "x" * 9999,
    ],
)
def test_a_period_that_does_not_exist_is_refused(key: str) -> None:
    with pytest.raises(Invalid) as refusal:
        CALENDAR_YEAR.parse_key(key, param="period")

    assert len(refusal.value.message) < 200


def test_a_calendar_of_weeks_has_periods_not_months() -> None:
    with pytest.raises(Invalid, match="2026-P"):
        RETAIL.parse_key("2026-11")


def test_periods_between_two_days_are_those_with_a_day_inside() -> None:
    quarters = CALENDAR_YEAR.periods_between(day("2026-03-31"), day("2026-10-01"), Grain.QUARTER)

    assert [quarter.key for quarter in quarters] == ["2026-Q1", "2026-Q2", "2026-Q3"]
    assert CALENDAR_YEAR.periods_between(day("2026-03-31"), day("2026-03-31"), Grain.DAY) == ()
    assert CALENDAR_YEAR.shift(quarters[0], -5).key == "2024-Q4"
    assert CALENDAR_YEAR.shift(quarters[0], 4).key == "2027-Q1"


def test_the_instants_of_a_period_follow_the_zone() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    spring, autumn = (bounds(CALENDAR_YEAR.parse_key(key), berlin) for key in ("2026-03-29", "2026-10-25"))
    march = bounds(CALENDAR_YEAR.parse_key("2026-03"), berlin)

    assert spring[1] - spring[0] == timedelta(hours=23)
    assert autumn[1] - autumn[0] == timedelta(hours=25)
    assert march[0].isoformat() == "2026-02-28T23:00:00+00:00"
    assert march[1].isoformat() == "2026-03-31T22:00:00+00:00"


def test_weeks_can_start_on_sunday() -> None:
    sunday = MonthlyCalendar(week_start=6)
    week = sunday.period_containing(day("2026-11-22"), Grain.WEEK)

    assert week.range == DayRange(day("2026-11-22"), day("2026-11-29"))
    assert sunday.parse_key(week.key) == week


@pytest.mark.parametrize(
    ("data", "param"),
    [
        ({}, "kind"),
        ({"kind": "lunar"}, "kind"),
        ({"kind": "monthly", "start_month": 13}, "start_month"),
        ({"kind": "monthly", "start_month": True}, "start_month"),
        ({"kind": "monthly", "label_year": "middle"}, "label_year"),
        ({"kind": "monthly", "week_start": "monday"}, "week_start"),
        ({"kind": "weekly", "pattern": "5-5-5"}, "pattern"),
        ({"kind": "weekly", "end_weekday": 5}, "end_weekday"),
        ({"kind": "weekly", "end_rule": "first"}, "end_rule"),
        ({"kind": "weekly", "pattern": "13x4", "quarters": [13]}, "quarters"),
        ({"kind": "weekly", "pattern": "13x4", "quarters": "3334"}, "quarters"),
    ],
)
def test_a_stored_calendar_that_makes_no_sense_names_the_part(data: dict[str, object], param: str) -> None:
    with pytest.raises(Invalid) as refusal:
        calendar_from_dict(data)

    assert refusal.value.param == param


@pytest.mark.parametrize("year", [1, 1000, 9000, 9999])
def test_days_no_business_has_are_outside_the_calendar(year: int) -> None:
    for grain in Grain:
        with pytest.raises(Invalid, match="outside the calendar"):
            CALENDAR_YEAR.period_containing(date(year, 12, 31), grain)


# Properties, for every kind of calendar

monthly = st.builds(
    MonthlyCalendar,
    start_month=st.integers(1, 12),
    label_year=st.sampled_from(LabelYear),
    week_start=st.integers(0, 6),
)
weekly = st.builds(
    WeeklyCalendar,
    pattern=st.sampled_from(["4-4-5", "4-5-4", "5-4-4", "13x4"]),
    end_month=st.integers(1, 12),
    end_weekday=st.integers(0, 6),
    end_rule=st.sampled_from(YearEndRule),
    label_year=st.sampled_from(LabelYear),
    quarters=st.sampled_from([(3, 3, 3, 4), (3, 3, 4, 3), (3, 4, 3, 3), (4, 3, 3, 3)]),
)
any_calendar: st.SearchStrategy[FiscalCalendar] = st.one_of(monthly, weekly)
any_day = st.dates(date(1950, 1, 1), date(2150, 12, 31))
any_grain = st.sampled_from(Grain)


@given(any_calendar, any_day, any_grain)
def test_every_day_is_in_the_period_that_claims_it_and_only_there(
    calendar: FiscalCalendar, on: date, grain: Grain
) -> None:
    period = calendar.period_containing(on, grain)

    assert on in period
    assert calendar.period_containing(period.start, grain) == period
    assert calendar.period_containing(period.last_day, grain) == period
    assert on not in calendar.next(period)
    assert on not in calendar.previous(period)


@settings(max_examples=60)
@given(any_calendar, any_day, any_grain)
def test_periods_tile_time_without_gap_or_overlap(
    calendar: FiscalCalendar, start: date, grain: Grain
) -> None:
    end = start + timedelta(days=900)
    periods = calendar.periods_between(start, end, grain)

    assert periods[0].start <= start < end <= periods[-1].end
    assert all(left.end == right.start for left, right in pairwise(periods))
    assert len({period.key for period in periods}) == len(periods)
    assert all(calendar.previous(right) == left for left, right in pairwise(periods))


@given(any_calendar, any_day, any_grain)
def test_a_key_reads_back_as_its_period(calendar: FiscalCalendar, on: date, grain: Grain) -> None:
    period = calendar.period_containing(on, grain)

    assert calendar.parse_key(period.key) == period


@given(any_calendar, any_day)
def test_months_make_quarters_make_halves_make_years(calendar: FiscalCalendar, on: date) -> None:
    year = calendar.period_containing(on, Grain.YEAR)
    for grain, number in ((Grain.HALF, 2), (Grain.QUARTER, 4)):
        parts = calendar.periods_between(year.start, year.end, grain)
        assert (len(parts), parts[0].start, parts[-1].end) == (number, year.start, year.end)
        for part in parts:
            months = calendar.periods_between(part.start, part.end, Grain.MONTH)
            assert (months[0].start, months[-1].end) == (part.start, part.end)


@given(weekly, any_day)
def test_a_year_of_weeks_has_52_or_53_and_ends_on_its_weekday(calendar: WeeklyCalendar, on: date) -> None:
    year = calendar.period_containing(on, Grain.YEAR)
    weeks = calendar.periods_between(year.start, year.end, Grain.WEEK)

    assert len(weeks) in {52, 53}
    assert year.days == 7 * len(weeks)
    assert year.last_day.weekday() == calendar.end_weekday
    assert abs((year.last_day - _nominal_end(calendar, year.last_day)).days) <= 6


def _nominal_end(calendar: WeeklyCalendar, near: date) -> date:
    ends = [
        date(year + calendar.end_month // 12, calendar.end_month % 12 + 1, 1) - timedelta(days=1)
        for year in (near.year - 1, near.year, near.year + 1)
    ]
    return min(ends, key=lambda end: abs((end - near).days))


@given(st.integers(1950, 2150))
def test_iso_weeks_agree_with_the_standard_library(year: int) -> None:
    for week in CALENDAR_YEAR.periods_between(date(year, 1, 1), date(year + 1, 1, 1), Grain.WEEK):
        iso = week.start.isocalendar()
        assert week.key == f"{iso.year}-W{iso.week:02d}"


@given(any_calendar)
def test_a_stored_calendar_reads_back_the_same(calendar: FiscalCalendar) -> None:
    assert calendar_from_dict(json.loads(json.dumps(calendar.to_dict()))) == calendar
