"""How numbers are written for people. Pure.

One spelling everywhere: thousands separators, U+2212 for minus, "$4.57M" in prose, one decimal for percent,
"pts" for differences of percent, "1 h 37 min" for durations. A missing value is an en dash, never 0. Rounding
goes half to even, as the numbers themselves do (kpis.md 0.1). Currency codes are ISO 4217.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from core.numbers import round_half_even

MINUS = "\u2212"
TIMES = "\u00d7"
NO_VALUE = "\u2013"
NARROW_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "BRL": "R$"}
WITHOUT_CENTS = frozenset({"JPY", "KRW", "VND", "CLP", "ISK"})

Number = Decimal | int | float


def exact(value: Number) -> Decimal:
    """The decimal a person would read: a float goes through its shortest text, not its binary expansion."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


def rounded(value: Number, places: int) -> Decimal:
    """A tie goes to the even digit (kpis.md 0.1): 0.125 to two places is 0.12, 0.135 is 0.14."""
    return round_half_even(exact(value), places=places)


def number(value: Number | None, places: int = 0) -> str:
    """`1,284`, `12.5` with a minus before it. A value that rounds to zero carries no sign."""
    if value is None:
        return NO_VALUE
    shown = rounded(value, places)
    sign = MINUS if shown < 0 else ""
    return f"{sign}{abs(shown):,.{places}f}"


def signed(value: Number | None, places: int = 0) -> str:
    """`+40`, `±0`: the sign is part of the meaning."""
    if value is None:
        return NO_VALUE
    shown = rounded(value, places)
    mark = "+" if shown > 0 else MINUS if shown < 0 else "±"
    return f"{mark}{abs(shown):,.{places}f}"


def money(value: Number | None, currency: str = "USD") -> str:
    """Short, for prose and tiles: `$4.57M`, `$585K`, `$35.0K`, `€9,480`, `CHF 1.20M`."""
    if value is None:
        return NO_VALUE
    amount = exact(value)
    return _with_currency(_short(abs(amount)), currency, negative=rounded(amount, 0) < 0)


def money_exact(value: Number | None, currency: str = "USD") -> str:
    """To the cent, for tables, titles and receipts: `$4,573,180.00`."""
    if value is None:
        return NO_VALUE
    shown = rounded(value, 0 if currency in WITHOUT_CENTS else 2)
    return _with_currency(f"{abs(shown):,}", currency, negative=shown < 0)


def _short(amount: Decimal) -> str:
    if rounded(amount, 0) < 10_000:
        return f"{rounded(amount, 0):,.0f}"
    thousands = rounded(amount / 1000, 0 if amount >= 100_000 else 1)
    if thousands < 1000:
        return f"{thousands:,}K"
    millions = rounded(amount / 10**6, 2)  # 999,999 would read 1,000K, so it is 1.00M
    return f"{millions:,}M" if millions < 1000 else f"{rounded(amount / 10**9, 2):,}B"


def _with_currency(digits: str, currency: str, *, negative: bool) -> str:
    sign = MINUS if negative else ""
    mark = NARROW_SIGNS.get(currency)
    return f"{sign}{mark}{digits}" if mark else f"{sign}{currency}\u00a0{digits}"


def percent(fraction: Number | None, places: int = 1) -> str:
    """A fraction as a percentage: 0.241 is `24.1%`."""
    return NO_VALUE if fraction is None else f"{number(exact(fraction) * 100, places)}%"


def points(fraction: Number | None, places: int = 1) -> str:
    """A difference of two percentages: 0.008 is `0.8 pts`."""
    return NO_VALUE if fraction is None else f"{number(exact(fraction) * 100, places)}\u00a0pts"


def times(value: Number | None, places: int = 1) -> str:
    """A multiple: 3.4 times."""
    return NO_VALUE if value is None else f"{number(value, places)}{TIMES}"


def days(value: Number | None, places: int = 0) -> str:
    """`68 days`, `1 day`, `12.5 days`."""
    return counted(value, "day", places=places)


def counted(value: Number | None, noun: str, plural: str = "", *, places: int = 0) -> str:
    """A number with its noun in the right number: `1 row`, `1,294 rows`, `2 opportunities`."""
    if value is None:
        return NO_VALUE
    one = abs(rounded(value, places)) == 1
    return f"{number(value, places)}\u00a0{noun if one else plural or noun + 's'}"


def duration(length: timedelta | None) -> str:
    """The two largest units that matter: `40 s`, `12 min`, `1 h 37 min`, `3 days 4 h`."""
    if length is None:
        return NO_VALUE
    seconds = int(abs(length.total_seconds()))
    sign = MINUS if length < timedelta(0) and seconds else ""
    whole_days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, secs = divmod(rest, 60)
    if whole_days:
        parts = [counted(whole_days, "day"), f"{hours}\u00a0h" if hours else ""]
    elif hours:
        parts = [f"{hours}\u00a0h", f"{minutes}\u00a0min" if minutes else ""]
    elif minutes:
        parts = [f"{minutes}\u00a0min"]
    else:
        parts = [f"{secs}\u00a0s"]
    return sign + " ".join(part for part in parts if part)


def day(value: date | None) -> str:
    """`19 Nov 2026`."""
    return NO_VALUE if value is None else f"{value.day} {value:%b} {value.year}"


def instant(value: datetime | None) -> str:
    """`Thu 19 Nov 2026, 06:00 UTC`, in the zone the value already carries."""
    if value is None:
        return NO_VALUE
    zone = value.tzname() or ""
    return f"{value:%a} {day(value)}, {value:%H:%M} {zone}".rstrip()


def ago(value: datetime | None, now: datetime) -> str:
    """Relative below 48 hours (`12 min ago`), the day after that. Print the exact instant in a `title` beside
    it.
    """
    if value is None:
        return NO_VALUE
    passed = now - value
    if passed >= timedelta(hours=48) or passed < timedelta(0):
        return day(value)
    return "just now" if passed < timedelta(seconds=60) else f"{duration(_coarse(passed))} ago"


def _coarse(passed: timedelta) -> timedelta:
    """Whole hours from one hour on: nobody reads `5 h 12 min ago`."""
    hours = int(passed.total_seconds() // 3600)
    return timedelta(hours=hours) if hours else passed


def file_size(size: int | None) -> str:
    """`820 B`, `3.1 MB`; powers of 1,000."""
    if size is None:
        return NO_VALUE
    for scale, unit in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if size >= scale:
            return f"{number(Decimal(size) / scale, 1)}\u00a0{unit}"
    return f"{size}\u00a0B"


def initials(name: str) -> str:
    """Two letters for an avatar: `Dana Whitfield` is DW, `dana@halyard.test` is DA."""
    words = [word for word in name.replace("@", " @").split() if word[0].isalpha()]
    letters = words[0][0] + words[-1][0] if len(words) > 1 else (words[0][:2] if words else "?")
    return letters.upper()


def hue(name: str) -> int:
    """One of the four avatar tints, always the same for the same name."""
    return sum(name.encode()) % 4 + 1
