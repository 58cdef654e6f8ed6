from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.instants import (
    FOREVER,
    TICK,
    day_bounds,
    day_of,
    end_of_day,
    parse_as_of,
    parse_day,
    parse_instant,
    start_of_day,
    utc,
    zone_named,
)

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        ("2026-03-29", "Europe/Berlin", 23),
        ("2026-10-25", "Europe/Berlin", 25),
        ("2026-11-22", "Europe/Berlin", 24),
        ("2018-11-04", "America/Sao_Paulo", 23),  # midnight itself was skipped
        ("2018-02-17", "America/Sao_Paulo", 25),  # 23:00 to midnight happened twice
        ("2011-12-30", "Pacific/Apia", 0),  # a day that never was
    ],
)
def test_a_local_day_lasts_as_long_as_the_clocks_say(day: str, zone: str, hours: int) -> None:
    start, end = day_bounds(date.fromisoformat(day), ZoneInfo(zone))

    assert end - start == timedelta(hours=hours)


def test_a_snapshot_of_a_day_does_not_show_the_next_midnight() -> None:
    assert end_of_day(date(2026, 11, 22), BERLIN) == datetime(2026, 11, 22, 22, 59, 59, 999999, tzinfo=UTC)
    assert end_of_day(date(2026, 11, 22), BERLIN) + TICK == start_of_day(date(2026, 11, 23), BERLIN)


@given(
    st.dates(date(1980, 1, 1), date(2100, 1, 1)), st.sampled_from(["Europe/Berlin", "America/Havana", "UTC"])
)
def test_days_tile_time_and_know_their_instants(day: date, name: str) -> None:
    zone = ZoneInfo(name)
    start, end = day_bounds(day, zone)

    assert end == start_of_day(day + timedelta(days=1), zone)
    assert day_of(start, zone) == day_of(end_of_day(day, zone), zone) == day
    assert day_of(end, zone) == day + timedelta(days=1)


def test_forever_is_later_than_any_day_a_person_can_type() -> None:
    with pytest.raises(Invalid):
        parse_day("9999-01-01")
    assert end_of_day(parse_day("9998-12-31"), ZoneInfo("Pacific/Kiritimati")) < FOREVER


@pytest.mark.parametrize(
    "text", ["", "22.11.2026", "2026-02-30", "20261122", "2026-W47-7", "tomorrow", "x" * 10_000]
)
def test_what_is_not_a_day_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Invalid, match="write it as 2026-11-22") as refusal:
        parse_day(text, param="from")

    assert refusal.value.param == "from"
    assert len(refusal.value.message) < 120


def test_instants_come_back_in_utc_and_need_an_offset() -> None:
    assert parse_instant("2026-11-22T09:30:00+01:00") == datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    assert parse_instant("2026-11-22T09:30:00Z").tzinfo is UTC
    for text in ("2026-11-22T09:30:00", "0001-01-01T00:00:00+14:00", "soon"):
        with pytest.raises(Invalid, match="offset"):
            parse_instant(text)
    with pytest.raises(ValueError, match="no time zone"):
        utc(datetime.fromisoformat("2026-11-22"))


def test_as_of_is_the_end_of_a_day_or_an_instant() -> None:
    assert parse_as_of("2026-11-22", BERLIN) == end_of_day(date(2026, 11, 22), BERLIN)
    assert parse_as_of("2026-11-22T09:30:00Z", BERLIN) == datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("name", ["", "Mars/Base", "../../etc/passwd", "America", "europe/berlin"])
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(Invalid, match="IANA"):
        zone_named(name)


def test_a_known_zone_is_found() -> None:
    assert zone_named("Europe/Berlin") == BERLIN
