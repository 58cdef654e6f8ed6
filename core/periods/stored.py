"""Reading the parts of a stored calendar, each with an error that names it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from core.errors import Invalid

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Choice = TypeVar("Choice", bound=StrEnum)


def month_in(data: Mapping[str, object], name: str, default: int) -> int:
    """A month, 1 to 12."""
    month = data.get(name, default)
    if not isinstance(month, int) or isinstance(month, bool) or not 1 <= month <= 12:
        raise Invalid("Give a month from 1 to 12.", code="bad_calendar", param=name)
    return month


def weekday_in(data: Mapping[str, object], name: str, default: str) -> int:
    """A weekday, 0 for Monday, stored as "mon" to "sun"."""
    day = data.get(name, default)
    if day not in WEEKDAYS:
        raise Invalid(f"Give a weekday: {', '.join(WEEKDAYS)}.", code="bad_calendar", param=name)
    return WEEKDAYS.index(str(day))


def choice_in(data: Mapping[str, object], name: str, default: Choice) -> Choice:
    """One of the values of an enumeration."""
    value = data.get(name, default.value)
    kind = type(default)
    if value not in {choice.value for choice in kind}:
        raise Invalid(f"Choose {' or '.join(kind)}.", code="bad_calendar", param=name)
    return kind(str(value))
