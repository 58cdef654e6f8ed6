"""A question to the engine: which number, over which periods, split how, as seen when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Self, TypeVar

from core.errors import Invalid
from core.money import currency_code
from core.periods import Grain
from definitions.compiler import Basis, Organisation

E = TypeVar("E", bound=StrEnum)

MAX_DIMENSIONS = 3
MAX_PERIODS = 400
FIRST_YEAR, LAST_YEAR = 1900, 2199


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a page, chart, export or client asks.

    `grain` None asks for one cell over the whole of [start, end). Open ends are filled by the engine from
    the tenant's calendar. `as_of` is valid time, `known_at` known time; None means the end of today and
    everything known. `version` asks for a definition version other than the one in force.
    """

    metric: str
    grain: Grain | None = None
    start: date | None = None
    end: date | None = None
    by: tuple[str, ...] = ()
    where: str = ""
    as_of: datetime | None = None
    known_at: datetime | None = None
    organisation: Organisation = Organisation.AS_WAS
    basis: Basis | None = None
    currency: str | None = None
    version: int | None = None

    def __post_init__(self) -> None:
        if len(self.by) > MAX_DIMENSIONS:
            raise Invalid(f"Split by at most {MAX_DIMENSIONS} dimensions at once.", param="by")
        if len(set(self.by)) != len(self.by):
            raise Invalid("Each dimension can be named once.", param="by")
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise Invalid("The period ends before it begins: `from` must be earlier than `to`.", param="from")

    def ask_for(self, **changes: object) -> Self:
        """The same question with something else in its place."""
        return replace(self, **changes)  # type: ignore[arg-type]  # replace() checks the names, callers the types

    def to_json(self) -> dict[str, object]:
        """As it stands in a receipt and in links; `parse_question` reads it back."""
        facts: dict[str, object] = {
            "metric": self.metric,
            "grain": self.grain.value if self.grain else "total",
            "from": self.start.isoformat() if self.start else None,
            "to": self.end.isoformat() if self.end else None,
            "by": ",".join(self.by) or None,
            "where": self.where or None,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "known_at": self.known_at.isoformat() if self.known_at else None,
            "org": self.organisation.value,
            "basis": self.basis.value if self.basis else None,
            "currency": self.currency,
            "version": self.version,
        }
        return {key: value for key, value in facts.items() if value is not None}


PARAMETERS = frozenset(
    ("grain", "from", "to", "by", "where", "as_of", "known_at", "org", "basis", "currency", "version")
)


def parse_question(metric: str, given: Mapping[str, object]) -> Question:
    """Read a question from query parameters or from a receipt. Raises `Invalid` naming the parameter at
    fault.
    """
    text = {key: str(value).strip() for key, value in given.items() if value not in (None, "")}
    grain = text.get("grain", "total")
    return Question(
        metric=metric,
        grain=None if grain == "total" else _one_of(Grain, grain, "grain"),
        start=_day(text, "from"),
        end=_day(text, "to"),
        by=tuple(part.strip() for part in text.get("by", "").split(",") if part.strip()),
        where=text.get("where", ""),
        as_of=_instant(text, "as_of"),
        known_at=_instant(text, "known_at"),
        organisation=_one_of(Organisation, text.get("org", "as_was"), "org"),
        basis=_one_of(Basis, text["basis"], "basis") if "basis" in text else None,
        currency=_currency(text, "currency"),
        version=_count(text, "version"),
    )


def _one_of(kind: type[E], word: str, param: str) -> E:
    try:
        return kind(word)
    except ValueError:
        choices = ", ".join(item.value for item in kind)
        raise Invalid(f"{param} is one of: {choices}.", param=param) from None


def _day(text: Mapping[str, str], param: str) -> date | None:
    if param not in text:
        return None
    try:
        day = date.fromisoformat(text[param])
    except ValueError:
        raise Invalid(f"{param} is a day like 2026-01-31.", param=param) from None
    _refuse_far_away(day.year, param)
    return day


def _instant(text: Mapping[str, str], param: str) -> datetime | None:
    if param not in text:
        return None
    try:
        instant = datetime.fromisoformat(text[param].replace(" ", "+"))
    except ValueError:
        raise Invalid(f"{param} is an instant like 2026-01-31T09:00:00Z.", param=param) from None
    if instant.tzinfo is None:
        raise Invalid(f"{param} needs its time zone, like 2026-01-31T09:00:00Z.", param=param)
    _refuse_far_away(instant.year, param)
    return instant.astimezone(UTC)


def _refuse_far_away(year: int, param: str) -> None:
    """Calendars reach back and forth from what is asked, so it stays well inside what dates can hold."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid(f"{param} lies between the years {FIRST_YEAR} and {LAST_YEAR}.", param=param)


def _currency(text: Mapping[str, str], param: str) -> str | None:
    if param not in text:
        return None
    return currency_code(text[param].upper(), param=param)


def _count(text: Mapping[str, str], param: str) -> int | None:
    if param not in text:
        return None
    digits = text[param]
    if not (digits.isascii() and digits.isdigit() and len(digits) < 7 and int(digits) > 0):
        raise Invalid(f"{param} is a version number like 3.", param=param)
    return int(digits)
