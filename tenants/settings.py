"""The tenant's decisions as numbers use them: in force on a day, as known at an instant."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import orjson

from core.instants import FOREVER, zone_named
from core.periods import FiscalCalendar, calendar_from_dict
from tenants.models import Setting
from tenants.rules.settings import (
    FISCAL_CALENDAR,
    GROSS_MARGIN,
    HOLIDAY_CALENDAR,
    REPORTING_CURRENCY,
    SPECS,
    TIME_ZONE,
    HolidayCalendar,
)


@dataclass(frozen=True)
class TenantSettings:
    """Every setting in force on `day`, as known at `known_at` (None: now).

    `defaults` are the keys nobody has decided yet. `fingerprint` is equal exactly where all values are:
    receipts pin it.
    """

    day: date
    known_at: datetime | None
    zone: ZoneInfo
    calendar: FiscalCalendar
    currency: str
    holidays: HolidayCalendar
    gross_margin: Decimal | None
    defaults: frozenset[str]
    fingerprint: str

    def is_default(self, key: str) -> bool:
        return key in self.defaults


def settings_at(day: date, known_at: datetime | None = None) -> TenantSettings:
    """One query. A setting that nobody had decided, or not known, by then has its default."""
    found = Setting.objects.filter(effective_from__lte=day)
    if known_at is None:
        found = found.filter(known_to=FOREVER)
    else:
        found = found.filter(known_from__lte=known_at, known_to__gt=known_at)
    newest = found.order_by("key", "-effective_from").distinct("key").values_list("key", "value")
    decided = {key: value for key, value in newest if key in SPECS}
    values = {key: decided.get(key, spec.default) for key, spec in SPECS.items()}
    margin = values[GROSS_MARGIN]
    return TenantSettings(
        day=day,
        known_at=known_at,
        zone=zone_named(str(values[TIME_ZONE])),
        calendar=calendar_from_dict(_mapping(values[FISCAL_CALENDAR])),
        currency=str(values[REPORTING_CURRENCY]),
        holidays=HolidayCalendar.from_dict(_mapping(values[HOLIDAY_CALENDAR])),
        gross_margin=None if margin is None else Decimal(str(margin)),
        defaults=frozenset(SPECS) - frozenset(decided),
        fingerprint=_fingerprint(values),
    )


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError(f"A setting holds {type(value).__name__} where a document belongs.")
    return value


def _fingerprint(values: Mapping[str, object]) -> str:
    text = orjson.dumps(values, option=orjson.OPT_SORT_KEYS, default=dict)
    return hashlib.sha256(text).hexdigest()[:16]
