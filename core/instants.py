"""Instants and days: UTC inside, a time zone only at the edge. Nothing here reads the clock."""

from __future__ import annotations

import re
import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from core.errors import Invalid

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
"""The end of what has no end yet, in `valid_to` and `known_to`; never NULL and never infinity."""

TICK = timedelta(microseconds=1)
"""The smallest step between two instants that PostgreSQL can tell apart."""

_DAY_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def zone_named(name: str) -> ZoneInfo:
    """The IANA time zone called `name`. Raises `Invalid` for an unknown name."""
    if name not in _zone_names():
        advice = f"There is no time zone {_short(name)}; choose an IANA name such as Europe/Berlin."
        raise Invalid(advice, code="unknown_zone")
    return ZoneInfo(name)


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, in UTC; where midnight is skipped, the instant of the skip."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The half-open UTC range of a local day: 23, 24 or 25 hours (0 for a day that a zone skipped)."""
    return start_of_day(day, zone), start_of_day(day + timedelta(days=1), zone)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last instant of a local day, in UTC: what a snapshot "as of" that day uses (kpis.md 0.8).

    A version table is read with `valid_from <= as_of < valid_to`, so the first instant of the next day would
    already show the changes made then; the last microsecond of the day does not.
    """
    return day_bounds(day, zone)[1] - TICK


def day_of(instant: datetime, zone: ZoneInfo) -> date:
    """The local day in which an instant falls."""
    return utc(instant).astimezone(zone).date()


def utc(instant: datetime) -> datetime:
    """The same instant in UTC. Raises `ValueError` when it carries no offset: a guess would move facts."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone.")
    return instant.astimezone(UTC)


def parse_day(text: str, *, param: str | None = None) -> date:
    """An ISO day, `2026-11-22`. Raises `Invalid` naming the parameter."""
    try:
        day = date.fromisoformat(text.strip()) if _DAY_FORM.fullmatch(text.strip()) else None
    except ValueError:
        day = None
    if day is None or day.year > 9998:
        raise Invalid(f"{_short(text)} is not a day; write it as 2026-11-22.", code="bad_day", param=param)
    return day


def parse_instant(text: str, *, param: str | None = None) -> datetime:
    """An ISO instant with an offset, `2026-11-22T09:30:00Z`, in UTC. Raises `Invalid`."""
    advice = f"{_short(text)} is not an instant; write it with an offset, as 2026-11-22T09:30:00Z."
    try:
        instant = datetime.fromisoformat(text.strip())
        if instant.tzinfo is None:
            raise Invalid(advice, code="bad_instant", param=param)
        return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(advice, code="bad_instant", param=param) from None


def parse_as_of(text: str, zone: ZoneInfo, *, param: str | None = None) -> datetime:
    """How pages and API write `as_of`, `known_at`: an instant with an offset, or a day (its last instant)."""
    if _DAY_FORM.fullmatch(text.strip()):
        return end_of_day(parse_day(text, param=param), zone)
    return parse_instant(text, param=param)


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "…")
