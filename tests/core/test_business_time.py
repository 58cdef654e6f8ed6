from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.business_time import (
    BusinessCalendar,
    Reading,
    add_business_time,
    business_duration,
    due_at,
    duration_in,
)
from core.errors import Invalid
from tests.shared_data import shared_data

WEEK = ("mon", "tue", "wed", "thu", "fri")


def office(
    opens: str = "09:00", closes: str = "17:00", *, tz: str = "UTC", **more: object
) -> BusinessCalendar:
    return BusinessCalendar.from_dict({"tz": tz, "hours": {day: [[opens, closes]] for day in WEEK}, **more})


def at(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def test_the_public_vectors_agree() -> None:
    """36 durations and 6 due times of eight public libraries, to the second."""
    vectors = json.loads(shared_data("sla_vectors/vectors_dev.json").read_text())
    calendars = {name: BusinessCalendar.from_dict(data) for name, data in vectors["calendars"].items()}
    wrong = [
        vector
        for vector in vectors["between"]
        if business_duration(at(vector["start"]), at(vector["end"]), calendars[vector["calendar"]])
        != timedelta(seconds=vector["expected_s"])
    ]
    wrong += [
        vector
        for vector in vectors["add"]
        if add_business_time(
            at(vector["start"]), timedelta(seconds=vector["business_s"]), calendars[vector["calendar"]]
        )
        != at(vector["expected_due"])
    ]

    assert wrong == []
    assert (len(vectors["between"]), len(vectors["add"])) == (36, 6)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-11-18T15:00", "2026-11-19T17:00"),  # Wednesday 15:00 and 10 h is Thursday 17:00
        ("2026-11-18T20:00", "2026-11-20T12:00"),  # after hours: the clock starts on Thursday 10:00
    ],
)
def test_ten_hours_at_10_to_18(start: str, due: str) -> None:
    assert due_at(at(start), 10, Reading.BUSINESS_HOURS, office("10:00", "18:00")) == at(due)


FRIDAY_16 = at("2026-11-20T16:00")


def test_two_days_have_three_readings() -> None:
    calendar = office()

    assert due_at(FRIDAY_16, 16, Reading.BUSINESS_HOURS, calendar) == at("2026-11-24T16:00")
    assert due_at(FRIDAY_16, 2, Reading.BUSINESS_DAYS, calendar) == at("2026-11-24T17:00")
    assert due_at(FRIDAY_16, 2, Reading.ELAPSED_DAYS, calendar) == at("2026-11-22T16:00")


def test_a_holiday_moves_the_due_time_and_a_short_day_ends_early() -> None:
    calendar = office(holidays=["2026-11-23"], special_days={"2026-11-25": [["09:00", "12:00"]]})

    assert due_at(FRIDAY_16, 2, Reading.BUSINESS_DAYS, calendar) == at("2026-11-25T12:00")
    assert due_at(FRIDAY_16, 10, Reading.BUSINESS_HOURS, calendar) == at("2026-11-25T10:00")
    assert not calendar.is_business_day(date(2026, 11, 23))
    assert calendar.business_days(date(2026, 11, 20), date(2026, 11, 27)) == 4


def test_no_business_days_means_by_the_close_of_the_same_day_or_the_next_open_one() -> None:
    calendar = office()

    assert due_at(FRIDAY_16, 0, Reading.BUSINESS_DAYS, calendar) == at("2026-11-20T17:00")
    assert due_at(at("2026-11-20T17:00"), 0, Reading.BUSINESS_DAYS, calendar) == at("2026-11-23T17:00")
    assert due_at(at("2026-11-21T03:00"), 0, Reading.BUSINESS_DAYS, calendar) == at("2026-11-23T17:00")


def test_the_day_of_the_start_is_the_owners_day() -> None:
    """23:30 UTC on Thursday is Friday 08:30 in Tokyo, so two business days end there on Tuesday."""
    tokyo = office(tz="Asia/Tokyo")

    assert due_at(at("2026-11-19T23:30"), 2, Reading.BUSINESS_DAYS, tokyo) == at("2026-11-24T17:00+09:00")


def test_summer_time_inside_the_night_does_not_alter_business_hours() -> None:
    berlin = office(tz="Europe/Berlin")
    friday, monday = (
        at("2026-03-27T16:00+01:00"),
        at("2026-03-30T10:00+02:00"),
    )  # the clocks change on the 29th

    assert business_duration(friday, monday, berlin) == timedelta(hours=2)
    assert add_business_time(friday, timedelta(hours=2), berlin) == monday


def test_a_day_open_around_the_clock_lasts_as_long_as_the_day() -> None:
    always = BusinessCalendar.from_dict({"tz": "Europe/Berlin", "hours": {"sun": [["00:00", "24:00"]]}})
    spring, autumn = at("2026-03-29T00:00+01:00"), at("2026-10-25T00:00+02:00")

    assert business_duration(spring, spring + timedelta(days=2), always) == timedelta(hours=23)
    assert business_duration(autumn, autumn + timedelta(days=2), always) == timedelta(hours=25)


def test_an_opening_inside_the_skipped_hour_begins_when_the_clocks_jump() -> None:
    night = BusinessCalendar.from_dict({"tz": "Europe/Berlin", "hours": {"sun": [["02:30", "06:00"]]}})

    assert night.openings(date(2026, 3, 29)) == (
        (at("2026-03-29T03:00+02:00"), at("2026-03-29T06:00+02:00")),
    )


def test_out_of_hours_asks_for_the_next_opening_and_the_close_itself_is_closed() -> None:
    calendar = office()

    assert calendar.next_opening(FRIDAY_16) == FRIDAY_16
    assert calendar.next_opening(at("2026-11-20T17:00")) == at("2026-11-23T09:00")
    assert calendar.is_open(at("2026-11-20T16:59:59"))
    assert not calendar.is_open(at("2026-11-20T17:00"))


def test_time_taken_is_told_in_the_unit_of_the_reading() -> None:
    calendar, tuesday = office(), at("2026-11-24T10:30")

    assert duration_in(Reading.BUSINESS_HOURS, FRIDAY_16, tuesday, calendar) == Decimal("10.5")
    assert duration_in(Reading.BUSINESS_DAYS, FRIDAY_16, tuesday, calendar) == 2
    assert duration_in(Reading.BUSINESS_DAYS, tuesday, FRIDAY_16, calendar) == -2
    assert duration_in(Reading.ELAPSED_DAYS, FRIDAY_16, FRIDAY_16 + timedelta(hours=36), calendar) == Decimal(
        "1.5"
    )


@pytest.mark.parametrize(
    ("amount", "reading", "code"),
    [
        (-1, Reading.BUSINESS_HOURS, "bad_duration"),
        (Decimal("1.5"), Reading.BUSINESS_DAYS, "bad_duration"),
        (10**9, Reading.ELAPSED_DAYS, "bad_duration"),
    ],
)
def test_an_impossible_promise_is_refused(amount: Decimal | int, reading: Reading, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        due_at(FRIDAY_16, amount, reading, office())

    assert refusal.value.code == code


def test_a_calendar_that_never_opens_is_refused_not_searched_forever() -> None:
    closed = BusinessCalendar.from_dict({"tz": "UTC", "hours": {}})

    with pytest.raises(Invalid, match="no opening hours"):
        due_at(FRIDAY_16, 1, Reading.BUSINESS_HOURS, closed)
    with pytest.raises(Invalid, match="no opening hours"):
        due_at(FRIDAY_16, 1, Reading.BUSINESS_DAYS, closed)
    with pytest.raises(Invalid, match="no opening hours"):
        closed.next_opening(FRIDAY_16)


@pytest.mark.parametrize(
    "data",
    [
        {"tz": "Mars/Base", "hours": {}},
        {"tz": "UTC"},
        {"tz": "UTC", "hours": {"monday": []}},
        {"tz": "UTC", "hours": {"mon": "09:00-17:00"}},
        {"tz": "UTC", "hours": {"mon": [["09:00"]]}},
        {"tz": "UTC", "hours": {"mon": [["17:00", "09:00"]]}},
        {"tz": "UTC", "hours": {"mon": [["09:00", "13:00"], ["12:00", "17:00"]]}},
        {"tz": "UTC", "hours": {"mon": [["09:00", "25:00"]]}},
        {"tz": "UTC", "hours": {}, "holidays": ["1.1.2026"]},
        {"tz": "UTC", "hours": {}, "holidays": "2026-01-01"},
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        BusinessCalendar.from_dict(data)


def test_an_instant_without_offset_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        business_duration(datetime.fromisoformat("2026-01-01"), FRIDAY_16, office())


# Properties

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Havana")
minutes = st.integers(0, 1440)


@st.composite
def calendars(draw: st.DrawFn) -> BusinessCalendar:
    days = []
    for _ in range(7):
        marks = sorted(draw(st.lists(minutes, max_size=4, unique=True)))
        days.append(tuple(zip(marks[::2], marks[1::2], strict=False)))
    holidays = draw(st.frozensets(st.dates(date(2025, 1, 1), date(2027, 12, 31)), max_size=20))
    return BusinessCalendar(ZoneInfo(draw(st.sampled_from(ZONES))), tuple(days), holidays)


instants = st.datetimes(
    datetime.fromisoformat("2025-02-01"), datetime.fromisoformat("2026-12-31"), timezones=st.just(UTC)
)


@settings(max_examples=150, deadline=None)
@given(calendar=calendars(), moments=st.lists(instants, min_size=3, max_size=3).map(sorted))
def test_business_time_adds_up_and_never_exceeds_elapsed_time(
    calendar: BusinessCalendar, moments: list[datetime]
) -> None:
    first, second, third = moments

    whole = business_duration(first, third, calendar)
    assert whole == business_duration(first, second, calendar) + business_duration(second, third, calendar)
    assert timedelta() <= whole <= third - first
    assert business_duration(third, first, calendar) == -whole


@settings(max_examples=150, deadline=None)
@given(calendar=calendars(), start=instants, seconds=st.integers(1, 400_000))
def test_what_is_due_is_exactly_that_far_away_and_falls_in_opening_hours(
    calendar: BusinessCalendar, start: datetime, seconds: int
) -> None:
    if not any(calendar.hours):
        return
    due = add_business_time(start, timedelta(seconds=seconds), calendar)

    assert business_duration(start, due, calendar) == timedelta(seconds=seconds)
    assert calendar.is_open(due - timedelta(microseconds=1))


@settings(max_examples=60, deadline=None)
@given(calendar=calendars(), start=instants)
def test_business_time_agrees_with_counting_minutes_on_the_clock(
    calendar: BusinessCalendar, start: datetime
) -> None:
    """The slow truth: look at the wall clock at every minute of three days."""
    start = start.replace(second=0, microsecond=0)
    open_minutes = 0
    for minute in range(3 * 1440):
        local = (start + timedelta(minutes=minute)).astimezone(calendar.zone)
        clock = local.hour * 60 + local.minute
        if local.date() not in calendar.holidays:
            open_minutes += any(opens <= clock < closes for opens, closes in calendar.hours[local.weekday()])
    if calendar.zone.key == "UTC" or not _clocks_go_back(start, calendar.zone):
        assert business_duration(start, start + timedelta(days=3), calendar) == timedelta(
            minutes=open_minutes
        )


def _clocks_go_back(start: datetime, zone: ZoneInfo) -> bool:
    """Where an hour happens twice, an opening runs from the first reading of its start, without a gap."""
    first, last = start.astimezone(zone).utcoffset(), (start + timedelta(days=4)).astimezone(zone).utcoffset()
    return first is not None and last is not None and last < first


@given(calendar=calendars())
def test_a_stored_calendar_reads_back_the_same(calendar: BusinessCalendar) -> None:
    read = BusinessCalendar.from_dict(json.loads(json.dumps(calendar.to_dict())))

    assert read == calendar
    assert hash(read) == hash(calendar)
