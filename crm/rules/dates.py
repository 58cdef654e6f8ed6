"""Days and instants as people and systems write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo

from crm.rules.problems import ValueProblem, shortened

EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)
_EXCEL_DAY_ZERO = date(1899, 12, 30)
_SERIALS = range(
    10_000, 110_000
)  # 1927 to 2201: narrower than Excel, so that years and ids are not taken for days


class DateOrder(StrEnum):
    """How days are written in a column. AMBIGUOUS: the samples fit day first and month first, or mix them."""

    ISO = "iso"
    DMY = "dmy"
    MDY = "mdy"
    EXCEL = "excel"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class WrittenMoment:
    """A day, its clock time if one stood there, its zone if one stood there."""

    day: date
    clock: time | None = None
    zone: tzinfo | None = None


_MONTHS = {
    name: place
    for place, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}
_CLOCK = (
    r"(?:[T ]\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?"
)
_YEAR_FIRST = re.compile(r"(?P<y>\d{4})(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2}),?" + _CLOCK)
_COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})")
_YEAR_LAST = re.compile(r"(?P<a>\d{1,2})(?P<sep>[-/.])(?P<b>\d{1,2})(?P=sep)(?P<y>\d{4}|\d{2}),?" + _CLOCK)
_DAY_NAMED = re.compile(r"(?P<d>\d{1,2})[- .]+(?P<name>[A-Za-z]{3,9})[-., ]+(?P<y>\d{4}|\d{2}),?" + _CLOCK)
_NAMED_DAY = re.compile(r"(?P<name>[A-Za-z]{3,9})\.? (?P<d>\d{1,2}),? (?P<y>\d{4}),?" + _CLOCK)


def parse_moment(text: str, *, order: DateOrder = DateOrder.ISO) -> WrittenMoment:
    """The day in `text`, with clock time and zone where written. Year-first and named months need no order.

    Two-digit years 00 to 68 are 2000 to 2068, 69 to 99 are 1969 to 1999 (POSIX). ValueProblem:
    `not_a_date`, `ambiguous_date` (01/02 without a chosen order), `impossible_date` (31 February, or outside
    1900 to 2199).
    """
    text = text.strip()
    moment = _iso(text)
    if moment is None and order is DateOrder.EXCEL and text.isdecimal():
        return WrittenMoment(excel_day(int(text)))
    if moment is None:
        moment = _named(text) or _numeric(text, order)
    if moment is None:
        raise ValueProblem("not_a_date", f"{shortened(text)!r} is not a date.")
    if not EARLIEST <= moment.day < LATEST:
        raise ValueProblem(
            "impossible_date",
            f"{moment.day} lies outside 1900 to 2199. Leave the cell empty if there is no date.",
        )
    return moment


def excel_day(serial: int) -> date:
    """The day an Excel serial number stands for (day 45292 is 2024-01-01)."""
    if serial not in _SERIALS:
        raise ValueProblem("not_a_date", f"{serial} is not a date.")
    return _EXCEL_DAY_ZERO + timedelta(days=serial)


def _iso(text: str) -> WrittenMoment | None:
    if len(text) == 10:
        try:
            return WrittenMoment(date.fromisoformat(text))
        except ValueError:
            pass
    shaped = _YEAR_FIRST.fullmatch(text)
    if shaped is None:
        compact = _COMPACT.fullmatch(text)
        if compact is None:
            return None
        return WrittenMoment(_day(int(compact["y"]), int(compact["m"]), int(compact["d"]), text))
    return _moment(shaped, int(shaped["m"]), int(shaped["d"]), text)


def _named(text: str) -> WrittenMoment | None:
    shaped = _DAY_NAMED.fullmatch(text) or _NAMED_DAY.fullmatch(text)
    if shaped is None or shaped["name"].lower() not in _MONTHS:
        return None
    return _moment(shaped, _MONTHS[shaped["name"].lower()], int(shaped["d"]), text)


def _numeric(text: str, order: DateOrder) -> WrittenMoment | None:
    shaped = _YEAR_LAST.fullmatch(text)
    if shaped is None:
        return None
    first, second = int(shaped["a"]), int(shaped["b"])
    if order not in (DateOrder.DMY, DateOrder.MDY):
        order = _order_of(first, second, shaped["sep"])
        if order is DateOrder.AMBIGUOUS:
            raise ValueProblem(
                "ambiguous_date",
                f"{shortened(text)!r} can be day first or month first. Choose the order of dates.",
            )
    day, month = (first, second) if order is DateOrder.DMY else (second, first)
    return _moment(shaped, month, day, text)


def _order_of(first: int, second: int, separator: str) -> DateOrder:
    if first > 12:
        return DateOrder.DMY
    if second > 12:
        return DateOrder.MDY
    if separator == "." or first == second:
        return (
            DateOrder.DMY
        )  # dotted dates are written day first; with equal numbers the order does not matter
    return DateOrder.AMBIGUOUS


def _moment(shaped: re.Match[str], month: int, day: int, text: str) -> WrittenMoment:
    year = int(shaped["y"])
    if len(shaped["y"]) == 2:
        year += 2000 if year <= 68 else 1900
    when = _day(year, month, day, text)
    if shaped["hour"] is None:
        return WrittenMoment(when)
    hour = int(shaped["hour"])
    if shaped["half"]:
        if not 1 <= hour <= 12:
            raise ValueProblem("not_a_date", f"{shortened(text)!r} has no such hour.")
        hour = hour % 12 + (12 if shaped["half"].lower().startswith("p") else 0)
    fraction = (shaped["fraction"] or "0").ljust(6, "0")[:6]
    try:
        clock = time(hour, int(shaped["minute"]), int(shaped["second"] or 0), int(fraction))
    except ValueError as wrong:
        raise ValueProblem("not_a_date", f"{shortened(text)!r} has no such time of day.") from wrong
    return WrittenMoment(when, clock, _zone(shaped["zone"], text))


def _zone(written: str | None, text: str) -> tzinfo | None:
    if not written:
        return None
    if written in ("Z", "UTC", "GMT"):
        return UTC
    digits = written[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
    if minutes > 14 * 60:
        raise ValueProblem("not_a_date", f"{shortened(text)!r} has no such offset from UTC.")
    return timezone(timedelta(minutes=-minutes if written[0] == "-" else minutes))


def _day(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError as wrong:
        raise ValueProblem("impossible_date", f"{shortened(text)!r} is a day that does not exist.") from wrong


def detect_date_order(samples: Iterable[str]) -> DateOrder:
    """How the days of a column are written. ISO if none of them depends on an order.

    One `25/12/2024` settles a column as day first. AMBIGUOUS if nothing settles it, or if samples contradict.
    """
    seen: set[DateOrder] = set()
    for sample in samples:
        shaped = _YEAR_LAST.fullmatch(sample.strip())
        if shaped:
            first, second = int(shaped["a"]), int(shaped["b"])
            if first != second:
                seen.add(_order_of(first, second, shaped["sep"]))
    decided = seen - {DateOrder.AMBIGUOUS}
    if len(decided) == 1:
        return decided.pop()
    return DateOrder.AMBIGUOUS if seen else DateOrder.ISO


def to_instant(moment: WrittenMoment, *, zone: ZoneInfo) -> datetime:
    """The instant in UTC. Without a zone it is read in `zone`; a day without clock begins at its midnight.

    Of the two passes of a repeated hour the first is taken. ValueProblem `nonexistent_time` for an hour
    skipped when clocks go forward, except midnight itself, which then means the first instant of the day.
    """
    if moment.zone is not None and moment.clock is not None:
        return datetime.combine(moment.day, moment.clock, moment.zone).astimezone(UTC)
    local = datetime.combine(moment.day, moment.clock or time(0), zone)
    instant = local.astimezone(UTC)
    if moment.clock is not None and instant.astimezone(zone).replace(tzinfo=None) != local.replace(
        tzinfo=None
    ):
        raise ValueProblem(
            "nonexistent_time", f"{local:%Y-%m-%d %H:%M} did not exist in {zone.key}: clocks went forward."
        )
    return instant
