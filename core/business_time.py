"""Business time: how long people were at work between two instants, and when something is due.

A `BusinessCalendar` is opening hours per weekday in one IANA zone, less holidays. Opening hours are
wall-clock times: a change to summer time inside the night moves nothing, and a day that is open around
the clock lasts as long as the day does (23 or 25 hours where the clocks change). Three readings of a
promise (kpis.md, business time):

- `business_hours`: so many hours while open; Friday 16:00 and 16 hours at 9 to 17 is Tuesday 16:00.
- `business_days`: the close of the n-th business day after the day of the start; Friday 16:00 and 2 is
Tuesday 17:00.
- `elapsed_days`: n times 24 hours, whatever the calendar says.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from core.errors import Invalid
from core.instants import parse_day, utc, zone_named

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = timedelta(days=1)
_MINUTES_A_DAY = 24 * 60
_MOST_CLOSED_DAYS = 3660  # ten years without an opening: the calendar, not the question, is wrong
_LONGEST = timedelta(days=3660)

Span = tuple[int, int]
"""Opening and closing in minutes after local midnight; 1440 is the midnight that ends the day."""


class Reading(StrEnum):
    """What a number of hours or days means."""

    BUSINESS_HOURS = "business_hours"
    BUSINESS_DAYS = "business_days"
    ELAPSED_DAYS = "elapsed_days"


@dataclass(frozen=True)
class BusinessCalendar:
    """Opening hours in one zone: seven lists of spans, Monday first; special days have their own hours."""

    zone: ZoneInfo
    hours: tuple[tuple[Span, ...], ...]
    holidays: frozenset[date] = frozenset()
    special_days: Mapping[date, tuple[Span, ...]] = field(
        default_factory=lambda: MappingProxyType({}), hash=False
    )
    _openings: dict[date, tuple[tuple[datetime, datetime], ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if len(self.hours) != len(WEEKDAYS):
            raise Invalid("Opening hours need seven days, Monday first.", code="bad_hours", param="hours")
        for spans in (*self.hours, *self.special_days.values()):
            _check_spans(spans)

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> BusinessCalendar:
        """From the stored form, as `to_dict` makes it. Raises `Invalid` naming the part that is wrong."""
        hours, special = data.get("hours"), data.get("special_days", {})
        if not isinstance(hours, Mapping) or not isinstance(special, Mapping):
            raise Invalid(
                'Give "hours" as {"mon": [["09:00", "17:00"]], ...}.', code="bad_hours", param="hours"
            )
        if unknown := set(hours) - set(WEEKDAYS):
            message = f"{sorted(map(str, unknown))[0]!r} is not a weekday; use {', '.join(WEEKDAYS)}."
            raise Invalid(message, code="bad_hours", param="hours")
        holidays = data.get("holidays", [])
        if not isinstance(holidays, Sequence) or isinstance(holidays, str):
            raise Invalid("Give holidays as a list of days.", code="bad_holidays", param="holidays")
        return cls(
            zone=zone_named(str(data.get("tz", ""))),
            hours=tuple(_spans(hours.get(name, ())) for name in WEEKDAYS),
            holidays=frozenset(parse_day(str(day), param="holidays") for day in holidays),
            special_days=MappingProxyType(
                {parse_day(str(day), param="special_days"): _spans(spans) for day, spans in special.items()}
            ),
        )

    def to_dict(self) -> dict[str, object]:
        """The form in which a tenant's settings keep it."""
        return {
            "tz": self.zone.key,
            "hours": {
                name: [[_clock(start), _clock(end)] for start, end in spans]
                for name, spans in zip(WEEKDAYS, self.hours, strict=True)
                if spans
            },
            "holidays": sorted(day.isoformat() for day in self.holidays),
            "special_days": {
                day.isoformat(): [[_clock(start), _clock(end)] for start, end in spans]
                for day, spans in sorted(self.special_days.items())
            },
        }

    def openings(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The half-open UTC ranges in which a local day is open, in order."""
        known = self._openings.get(day)
        if known is None:
            ranges = (
                (_instant(day, start, self.zone), _instant(day, end, self.zone))
                for start, end in self._spans(day)
            )
            known = self._openings[day] = tuple(opening for opening in ranges if opening[0] < opening[1])
        return known

    def is_business_day(self, day: date) -> bool:
        """Whether the day is open at all."""
        return bool(self._spans(day))

    def is_open(self, instant: datetime) -> bool:
        """Whether people are at work at that instant; the closing instant itself is closed."""
        moment = utc(instant)
        return any(start <= moment < end for start, end in self.openings(moment.astimezone(self.zone).date()))

    def next_opening(self, instant: datetime) -> datetime:
        """The instant itself when open, else when the next opening begins. Raises `Invalid` if never."""
        moment = utc(instant)
        for start, end in self._openings_from(moment):
            if moment < end:
                return max(start, moment)
        raise _never_open()

    def business_days(self, start: date, end: date) -> int:
        """How many business days lie in the half-open range of days."""
        return sum(self.is_business_day(start + timedelta(days=n)) for n in range((end - start).days))

    def _spans(self, day: date) -> tuple[Span, ...]:
        if day in self.special_days:
            return self.special_days[day]
        return () if day in self.holidays else self.hours[day.weekday()]

    def _openings_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Openings in order from the local day of `moment`, until ten years pass without one."""
        day, closed = moment.astimezone(self.zone).date(), 0
        while closed < _MOST_CLOSED_DAYS:
            openings = self.openings(day)
            yield from openings
            closed = 0 if openings else closed + 1
            day += _DAY


def business_duration(start: datetime, end: datetime, calendar: BusinessCalendar) -> timedelta:
    """Time while open between two instants, to the microsecond; negative when `end` comes first."""
    first, last = utc(start), utc(end)
    if last < first:
        return -business_duration(last, first, calendar)
    open_time = timedelta()
    day, last_day = first.astimezone(calendar.zone).date(), last.astimezone(calendar.zone).date()
    while day <= last_day:
        for opens, closes in calendar.openings(day):
            open_time += max(min(closes, last) - max(opens, first), timedelta())
        day += _DAY
    return open_time


def duration_in(reading: Reading, start: datetime, end: datetime, calendar: BusinessCalendar) -> Decimal:
    """The time between two instants in the unit of a reading: hours while open, business days, or days of
    24 hours.

    Business days are counted after the day of the start, up to and including the day of the end.
    """
    if reading is Reading.BUSINESS_HOURS:
        return _in_units(business_duration(start, end, calendar), timedelta(hours=1))
    if reading is Reading.ELAPSED_DAYS:
        return _in_units(utc(end) - utc(start), _DAY)
    first, last = (utc(at).astimezone(calendar.zone).date() + _DAY for at in (start, end))
    return Decimal(
        calendar.business_days(first, last) if first <= last else -calendar.business_days(last, first)
    )


def due_at(start: datetime, amount: Decimal | int, reading: Reading, calendar: BusinessCalendar) -> datetime:
    """When `amount` of time from `start` has passed, in UTC.

    Business hours from a start outside opening hours begin at the next opening, and a whole day's worth
    ends at the close, not at the next opening; none at all is due at once. Business days must be whole; 0
    means by the close of the start's day, or of the next business day when that is closed or over. Raises
    `Invalid` for a negative amount, for part of a business day, and for a calendar that never opens.
    """
    unit = timedelta(hours=1) if reading is Reading.BUSINESS_HOURS else _DAY
    if not 0 <= amount <= _LONGEST // unit:
        raise Invalid("Give a time from 0 to ten years.", code="bad_duration", param="amount")
    if reading is Reading.ELAPSED_DAYS:
        return utc(start) + _times(unit, amount)
    if reading is Reading.BUSINESS_HOURS:
        return add_business_time(start, _times(unit, amount), calendar)
    if amount != int(amount):
        raise Invalid(
            "Business days are whole; use business hours for less.", code="bad_duration", param="amount"
        )
    return _close_of_business_day(utc(start), int(amount), calendar)


def add_business_time(start: datetime, duration: timedelta, calendar: BusinessCalendar) -> datetime:
    """The instant, in UTC, at which `duration` of open time after `start` has passed. Raises as `due_at`."""
    moment = utc(start)
    if not timedelta() <= duration <= _LONGEST:
        raise Invalid("Give a time from 0 to ten years.", code="bad_duration", param="duration")
    if not duration:
        return moment
    left = duration
    for opens, closes in calendar._openings_from(moment):
        begins = max(opens, moment)
        if closes - begins >= left:
            return begins + left
        left -= max(closes - begins, timedelta())
    raise _never_open()


def _close_of_business_day(moment: datetime, number: int, calendar: BusinessCalendar) -> datetime:
    today = moment.astimezone(calendar.zone).date()
    left = max(number, 1)
    for close in _closings(calendar, today if number == 0 else today + _DAY):
        if close > moment:
            left -= 1
        if left == 0:
            return close
    raise _never_open()


def _closings(calendar: BusinessCalendar, first: date) -> Iterator[datetime]:
    """The last close of each business day from `first`."""
    day, closed = first, 0
    while closed < _MOST_CLOSED_DAYS:
        openings = calendar.openings(day)
        if openings:
            yield openings[-1][1]
        closed = 0 if openings else closed + 1
        day += _DAY


def _instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The first instant at which the wall clock of a day shows so many minutes after midnight, or more."""
    if minutes == _MINUTES_A_DAY:
        day, minutes = day + _DAY, 0
    local = datetime.combine(day, time(minutes // 60, minutes % 60))
    instant = local.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local:
        return instant
    # The clocks jump over this time: the answer is the jump, between the two readings of it.
    after, before = instant, local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    seconds = range(int((after - before).total_seconds()) + 1)
    offset = after.astimezone(zone).utcoffset()
    jump = bisect_right(
        seconds,
        False,
        key=lambda second: (before + timedelta(seconds=second)).astimezone(zone).utcoffset() == offset,
    )
    return before + timedelta(seconds=jump)


def _check_spans(spans: tuple[Span, ...]) -> None:
    last_end = 0
    for start, end in spans:
        if not last_end <= start < end <= _MINUTES_A_DAY:
            message = (
                f"Opening hours {_clock(start)}-{_clock(end)} overlap or end before they begin; correct them."
            )
            raise Invalid(message, code="bad_hours", param="hours")
        last_end = end


def _spans(stored: object) -> tuple[Span, ...]:
    if not isinstance(stored, Sequence) or isinstance(stored, str):
        raise _bad_hours(stored)
    spans: list[Span] = []
    for span in stored:
        if not isinstance(span, Sequence) or isinstance(span, str) or len(span) != 2:
            raise _bad_hours(span)
        spans.append((_minutes(span[0]), _minutes(span[1])))
    return tuple(sorted(spans))


def _minutes(text: object) -> int:
    if text == "24:00":
        return _MINUTES_A_DAY
    try:
        clock = time.fromisoformat(str(text))
    except ValueError:
        raise _bad_hours(text) from None
    if clock.second or clock.microsecond or clock.tzinfo is not None:
        raise _bad_hours(text)
    return clock.hour * 60 + clock.minute


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _in_units(duration: timedelta, unit: timedelta) -> Decimal:
    microsecond = timedelta(microseconds=1)
    return Decimal(duration // microsecond) / Decimal(unit // microsecond)


def _times(unit: timedelta, amount: Decimal | int) -> timedelta:
    return timedelta(microseconds=int(Decimal(amount) * (unit // timedelta(microseconds=1))))


def _bad_hours(found: object) -> Invalid:
    message = f'{str(found)[:40]!r} are not opening hours; write them as [["09:00", "17:00"]], up to 24:00.'
    return Invalid(message, code="bad_hours", param="hours")


def _never_open() -> Invalid:
    return Invalid(
        "This calendar has no opening hours for ten years; add some.", code="never_open", param="hours"
    )
