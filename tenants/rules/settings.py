"""What a tenant can decide about itself: each setting's meaning, its form, and what holds until somebody
decides.

A value has one stored form (JSON); `read` checks what people send and returns that form, so that equal
decisions are equal rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

import holidays as public_holidays

from core.errors import Invalid
from core.instants import parse_day, zone_named
from core.money import currency_code
from core.periods import calendar_from_dict

Stored = str | Mapping[str, object]

TIME_ZONE = "time_zone"
FISCAL_CALENDAR = "fiscal_calendar"
REPORTING_CURRENCY = "reporting_currency"
HOLIDAY_CALENDAR = "holiday_calendar"
GROSS_MARGIN = "gross_margin"


@dataclass(frozen=True)
class SettingSpec:
    """One decision. `default` holds until the first one; None means that numbers needing it say `set
    plan`-like."""

    key: str
    label: str
    help: str
    example: str
    read: Callable[[object], Stored]
    describe: Callable[[Stored], str]
    default: Stored | None


@dataclass(frozen=True)
class SettingRow:
    """One decision as somebody sends it, by form or as a row of a file."""

    key: str
    value: object
    effective_from: date


@dataclass(frozen=True)
class HolidayCalendar:
    """Public holidays of a country (and region) with days of one's own added or taken away."""

    country: str = ""
    region: str = ""
    added: Mapping[date, str] = field(default_factory=lambda: MappingProxyType({}))
    removed: frozenset[date] = frozenset()

    def days_between(self, start: date, end: date) -> Mapping[date, str]:
        """Holidays in the half-open range, with their names."""
        found: dict[date, str] = {}
        if self.country and start < end:
            years = range(start.year, end.year + 1)
            found.update(
                public_holidays.country_holidays(self.country, subdiv=self.region or None, years=years)
            )
        found.update(self.added)
        return {day: found[day] for day in sorted(found) if start <= day < end and day not in self.removed}

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> HolidayCalendar:
        """From the stored form. Raises `Invalid` naming the part that is wrong."""
        if unknown := sorted(set(data) - {"country", "region", "added", "removed"}):
            raise Invalid(
                f"A holiday calendar has no part {unknown[0]!r}.", code="bad_holidays", param=unknown[0]
            )
        country, region = _country(data.get("country", ""), data.get("region", ""))
        added, removed = data.get("added", {}), data.get("removed", [])
        if not isinstance(added, Mapping):
            raise Invalid(
                'Give own days as {"2026-12-24": "Office closed"}.', code="bad_holidays", param="added"
            )
        if not isinstance(removed, list):
            raise Invalid('Give working days as ["2026-10-12"].', code="bad_holidays", param="removed")
        return cls(
            country=country,
            region=region,
            added=MappingProxyType(
                {parse_day(str(day), param="added"): str(name)[:80] for day, name in added.items()}
            ),
            removed=frozenset(parse_day(str(day), param="removed") for day in removed),
        )

    def to_dict(self) -> dict[str, object]:
        return {
            "country": self.country,
            "region": self.region,
            "added": {day.isoformat(): name for day, name in sorted(self.added.items())},
            "removed": sorted(day.isoformat() for day in self.removed),
        }


def _country(country: object, region: object) -> tuple[str, str]:
    known = public_holidays.list_supported_countries(include_aliases=False)
    code, part = str(country).strip().upper(), str(region).strip().upper()
    if not code and not part:
        return "", ""
    if code not in known:
        raise Invalid(
            f"{code[:20]!r} is not a country whose holidays are known; use a code such as US or DE, or add "
            "days of your own.",
            code="bad_holidays",
            param="country",
        )
    if part and part not in known[code]:
        raise Invalid(f"{code} has no region {part[:20]!r}.", code="bad_holidays", param="region")
    return code, part


def _read_zone(value: object) -> str:
    return zone_named(_text(value)).key


def _read_currency(value: object) -> str:
    return currency_code(_text(value))


def _read_calendar(value: object) -> Stored:
    return calendar_from_dict(_document(value)).to_dict()


def _read_holidays(value: object) -> Stored:
    return HolidayCalendar.from_dict(_document(value)).to_dict()


def _read_margin(value: object) -> str:
    """A share of revenue as decimal text, 0 to 1; people may write 75% or 0.75."""
    text = _text(value)
    try:
        share = Decimal(text.removesuffix("%").strip())
    except InvalidOperation:
        share = None
    if share is not None and share.is_finite() and text.endswith("%"):
        share /= 100
    if share is None or not share.is_finite() or not 0 <= share <= 1:
        raise Invalid(f"{text[:20]!r} is not a margin; write it like 75% or 0.75.", code="bad_margin")
    if -int(share.normalize().as_tuple().exponent) > 6:
        raise Invalid(
            "Give the margin with at most four digits after the point of the percentage.", code="bad_margin"
        )
    return format(share.normalize() if share else Decimal(0), "f")


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Invalid("Give a value.", code="no_value")
    return value.strip()


def _document(value: object) -> Mapping[str, object]:
    """A JSON object, also where a CSV cell carries it as text."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except json.JSONDecodeError as error:
            raise Invalid(
                f"This is not JSON: {error.msg} in column {error.colno}.", code="bad_json"
            ) from error
    if not isinstance(value, Mapping):
        raise Invalid('Give a JSON object, like {"kind": "monthly"}.', code="bad_json")
    return {str(name): part for name, part in value.items()}


MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip


def _describe_calendar(stored: Stored) -> str:
    value = _document(stored)
    month = MONTHS[int(str(value.get("start_month", value.get("end_month", 1)))) - 1]
    if value.get("kind") == "weekly":
        return f"Weeks in a {value.get('pattern', '4-4-5')} pattern; the year ends by {month}"
    return f"Calendar months; the fiscal year starts in {month}"


def _describe_holidays(stored: Stored) -> str:
    calendar = HolidayCalendar.from_dict(_document(stored))
    place = "-".join(part for part in (calendar.country, calendar.region) if part)
    own = len(calendar.added)
    parts = [f"Public holidays of {place}" if place else "No public holidays"]
    parts += [f"{own} of our own"] if own else []
    parts += [f"{len(calendar.removed)} worked"] if calendar.removed else []
    return ", ".join(parts)


def _describe_margin(value: Stored) -> str:
    return f"{(Decimal(str(value)) * 100).normalize():f}%"


SPECS: Mapping[str, SettingSpec] = MappingProxyType(
    {
        spec.key: spec
        for spec in (
            SettingSpec(
                TIME_ZONE,
                "Time zone",
                "Days and periods begin at midnight there. CRM dates without a time do not move.",
                "Europe/Berlin",
                _read_zone,
                str,
                "UTC",
            ),
            SettingSpec(
                FISCAL_CALENDAR,
                "Fiscal calendar",
                "When fiscal years, quarters and months begin, and how they are called.",
                '{"kind": "monthly", "start_month": 2}',
                _read_calendar,
                _describe_calendar,
                calendar_from_dict({"kind": "monthly"}).to_dict(),
            ),
            SettingSpec(
                REPORTING_CURRENCY,
                "Reporting currency",
                "Amounts in other currencies are converted to it with your rate tables.",
                "USD",
                _read_currency,
                str,
                "USD",
            ),
            SettingSpec(
                HOLIDAY_CALENDAR,
                "Holiday calendar",
                "Days on which business time stands still.",
                '{"country": "US", "added": {"2026-12-24": "Office closed"}}',
                _read_holidays,
                _describe_holidays,
                HolidayCalendar().to_dict(),
            ),
            SettingSpec(
                GROSS_MARGIN,
                "Gross margin",
                "Share of recurring revenue left after the cost of serving it; used by lifetime value.",
                "78%",
                _read_margin,
                _describe_margin,
                None,
            ),
        )
    }
)


def spec_named(key: str) -> SettingSpec:
    """Raises `Invalid` for a key that is no setting."""
    spec = SPECS.get(key)
    if spec is None:
        raise Invalid(f"{key[:40]!r} is not a setting; use one of {', '.join(SPECS)}.", param="key")
    return spec
