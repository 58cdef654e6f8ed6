"""What a metric's definition holds, as data: read from JSON with the path of every mistake, and written
back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

Json = Any  # a JSON document: what json.loads gives, of any shape


class BodyError(ValueError):
    """A metric body that cannot be used. `path` says where, like `moment.else`."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


class Aggregate(StrEnum):
    COUNT = "count"
    COUNT_DISTINCT = "count_distinct"
    SUM = "sum"
    MEDIAN = "median"
    MEAN_PARTS = "mean_parts"

    @property
    def is_additive(self) -> bool:
        """Whether cells may be added up: medians and distinct counts may not."""
        return self in (Aggregate.COUNT, Aggregate.SUM, Aggregate.MEAN_PARTS)


class Unit(StrEnum):
    COUNT = "count"
    MONEY = "money"
    PERCENT = "percent"
    DAYS = "days"


class ValueAt(StrEnum):
    """Which state of the record an entry is valued at: the one at the entry, or the one at `as_of`."""

    ENTRY = "entry"
    AS_OF = "as_of"


@dataclass(frozen=True, slots=True)
class OnField:
    """The event is dated by a date or instant of the record as it is at `as_of`."""

    field: str


@dataclass(frozen=True, slots=True)
class FirstEntry:
    """The first time the record began to meet `to`. Where its very first known version already does, there
    is no history to date the entry by, and `otherwise` (a field of that version) does; without one, the
    start of it."""

    to: str
    otherwise: str | None = None


@dataclass(frozen=True, slots=True)
class LastEntry:
    """The last time the record began to meet `to`; `otherwise` as for the first entry."""

    to: str
    otherwise: str | None = None


@dataclass(frozen=True, slots=True)
class NetEntries:
    """Every entry to `to`, dated by `on`, counts plus; every exit, dated when it happened, takes the same
    back."""

    to: str
    on: str


Moment = OnField | FirstEntry | LastEntry | NetEntries


@dataclass(frozen=True, slots=True)
class EventMetric:
    """An aggregate of facts by an event time. `where` is asked of the record as it is at `as_of`.

    `since` makes the value the number of days from another moment of the same record. `governed` fields
    that are empty, and thereby leave `where` undecided, are counted as `unmapped`.
    """

    object: str
    aggregate: Aggregate
    moment: Moment
    unit: Unit
    where: str = "true"
    value: str | None = None
    since: Moment | None = None
    value_at: ValueAt = ValueAt.ENTRY
    governed: tuple[str, ...] = ()

    @property
    def is_additive(self) -> bool:
        return self.aggregate.is_additive


@dataclass(frozen=True, slots=True)
class SnapshotMetric:
    """The state at an instant: the end of each period, or `as_of` where that comes first.

    With `falls_on` (a date of the record) the state is that at `as_of`, each record stands in the period in
    which its date falls, and records whose date has passed stand apart as `past_due`.
    """

    object: str
    aggregate: Aggregate
    unit: Unit
    where: str = "true"
    value: str | None = None
    falls_on: str | None = None
    governed: tuple[str, ...] = ()

    @property
    def is_additive(self) -> bool:
        """Over dimensions; a state is never added up over time unless each record stands in one period
        only."""
        return self.aggregate.is_additive


@dataclass(frozen=True, slots=True)
class RatioMetric:
    """Sums of other metrics over sums of other metrics, divided last. Both sides are kept."""

    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    unit: Unit = Unit.PERCENT

    @property
    def is_additive(self) -> bool:
        """Its parts are; the quotient never is."""
        return True


MetricBody = EventMetric | SnapshotMetric | RatioMetric


def to_json(body: MetricBody) -> Json:
    match body:
        case RatioMetric():
            return {
                "kind": "ratio",
                "numerator": list(body.numerator),
                "denominator": list(body.denominator),
                "unit": body.unit.value,
            }
        case SnapshotMetric():
            made = {"kind": "snapshot", **_shared(body)}
            return made | ({"falls_on": body.falls_on} if body.falls_on else {})
        case EventMetric():
            made = {"kind": "event", **_shared(body), "moment": _moment_to_json(body.moment)}
            if body.since is not None:
                made["since"] = _moment_to_json(body.since)
            return made | {"value_at": body.value_at.value}


def _shared(body: EventMetric | SnapshotMetric) -> dict[str, Json]:
    made: dict[str, Json] = {
        "object": body.object,
        "aggregate": body.aggregate.value,
        "unit": body.unit.value,
        "where": body.where,
    }
    if body.value is not None:
        made["value"] = body.value
    if body.governed:
        made["governed"] = list(body.governed)
    return made


def _moment_to_json(moment: Moment) -> Json:
    match moment:
        case OnField(field):
            return {"field": field}
        case FirstEntry(to, otherwise):
            return {"first_entry_to": to} | ({"else": otherwise} if otherwise else {})
        case LastEntry(to, otherwise):
            return {"last_entry_to": to} | ({"else": otherwise} if otherwise else {})
        case NetEntries(to, on):
            return {"net_entries_to": to, "on": on}


def from_json(document: Json) -> MetricBody:
    """Read a metric body. Raises BodyError with the path of the first mistake."""
    reader = _Reader(document, "")
    kind = reader.choice("kind", _KINDS)
    match kind:
        case _KINDS.RATIO:
            body: MetricBody = RatioMetric(
                numerator=reader.names("numerator"),
                denominator=reader.names("denominator"),
                unit=reader.choice("unit", Unit, Unit.PERCENT),
            )
        case _KINDS.SNAPSHOT:
            body = SnapshotMetric(
                object=reader.text("object"),
                aggregate=reader.choice("aggregate", Aggregate),
                unit=reader.choice("unit", Unit),
                where=reader.text("where", "true"),
                value=reader.optional("value"),
                falls_on=reader.optional("falls_on"),
                governed=reader.names("governed", required=False),
            )
        case _:
            body = EventMetric(
                object=reader.text("object"),
                aggregate=reader.choice("aggregate", Aggregate),
                moment=_moment(reader.inside("moment")),
                unit=reader.choice("unit", Unit),
                where=reader.text("where", "true"),
                value=reader.optional("value"),
                since=_moment(reader.inside("since")) if "since" in reader.document else None,
                value_at=reader.choice("value_at", ValueAt, ValueAt.ENTRY),
                governed=reader.names("governed", required=False),
            )
    reader.finish()
    _check_value(body)
    return body


def _check_value(body: MetricBody) -> None:
    if isinstance(body, RatioMetric):
        return
    since = body.since if isinstance(body, EventMetric) else None
    if isinstance(since, NetEntries):
        raise BodyError("since", "A duration starts at one moment: a field, a first entry or a last entry.")
    if body.aggregate is Aggregate.COUNT:
        if body.value is not None or since is not None:
            raise BodyError("value", "A count has no value; leave it out, or choose another aggregate.")
    elif (body.value is None) is (since is None):
        raise BodyError("value", f"{body.aggregate.value} needs a value, or a `since` to count days from.")


class _KINDS(StrEnum):
    EVENT = "event"
    SNAPSHOT = "snapshot"
    RATIO = "ratio"


E = TypeVar("E", bound=StrEnum)


class _Reader:
    """One JSON object, read key by key; what is left over at the end is a mistake."""

    def __init__(self, document: Json, path: str) -> None:
        if not isinstance(document, Mapping):
            raise BodyError(path or "body", "This must be an object with named parts.")
        self.document = document
        self.path = path
        self.read: set[str] = set()

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def optional(self, key: str) -> str | None:
        self.read.add(key)
        value = self.document.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise BodyError(self.at(key), "This must be text.")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        value = self.optional(key)
        if value is None:
            if default is None:
                raise BodyError(self.at(key), "This is missing.")
            return default
        return value

    def choice(self, key: str, kind: type[E], default: E | None = None) -> E:
        word = self.text(key, None if default is None else default.value)
        try:
            return kind(word)
        except ValueError:
            raise BodyError(self.at(key), f"Choose one of: {', '.join(kind)}.") from None

    def names(self, key: str, *, required: bool = True) -> tuple[str, ...]:
        self.read.add(key)
        found = self.document.get(key, [])
        items = [found] if isinstance(found, str) else found
        if not isinstance(items, list) or not all(isinstance(item, str) and item for item in items):
            raise BodyError(self.at(key), "This must be a list of names.")
        if required and not items:
            raise BodyError(self.at(key), "Name at least one.")
        return tuple(items)

    def inside(self, key: str) -> _Reader:
        self.read.add(key)
        if key not in self.document:
            raise BodyError(self.at(key), "This is missing.")
        return _Reader(self.document[key], self.at(key))

    def finish(self) -> None:
        for key in self.document:
            if key not in self.read:
                raise BodyError(self.at(str(key)), "Nothing of this name belongs here.")


def _moment(reader: _Reader) -> Moment:
    made: Moment
    if "field" in reader.document:
        made = OnField(reader.text("field"))
    elif "first_entry_to" in reader.document:
        made = FirstEntry(reader.text("first_entry_to"), reader.optional("else"))
    elif "last_entry_to" in reader.document:
        made = LastEntry(reader.text("last_entry_to"), reader.optional("else"))
    elif "net_entries_to" in reader.document:
        made = NetEntries(reader.text("net_entries_to"), reader.text("on"))
    else:
        raise BodyError(
            reader.path, "Name a field, or say first_entry_to, last_entry_to or net_entries_to a condition."
        )
    reader.finish()
    return made
