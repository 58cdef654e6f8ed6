"""Reading records: as they are, as they were, and as we believed them to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # values of a record are of the types its catalog gives them
from urllib.parse import quote, urlsplit

from django.db.models import Max, Min, Q, QuerySet

from core.errors import Invalid, NotFound
from core.instants import FOREVER, utc
from crm.loader.layout import layout_of
from crm.models import CURRENT, VERSION, CustomField, Record, RecordVersion, RunVersion, Source
from crm.vocab.objects import OBJECTS
from crm.vocab.personal import PEOPLE

PAGE = 50
MOST_PER_PAGE = 500


@dataclass(frozen=True)
class State:
    """A record at one instant as known at another. `values` by column, `custom` by name.

    `before_first_load`: nothing had been loaded by `known_at`, so the source's own change times answer.
    """

    record_id: int
    source: str
    source_id: str
    values: Mapping[str, Any]
    custom: Mapping[str, Any]
    valid_from: datetime
    valid_to: datetime
    known_from: datetime
    is_reconstructed: bool
    before_first_load: bool


@dataclass(frozen=True)
class HistoryEntry:
    """One change of a record: when it was so, what it said, the state it led to, and when we knew it."""

    at: datetime
    until: datetime
    known_from: datetime
    known_to: datetime
    asserted: tuple[str, ...]
    values: Mapping[str, Any]
    custom: Mapping[str, Any]
    is_deleted: bool
    is_reconstructed: bool
    run_id: int

    @property
    def is_believed(self) -> bool:
        """Whether we still hold it true."""
        return self.known_to == FOREVER


@dataclass(frozen=True)
class RecordPage:
    """Current records in the order of their ids; `next_after` continues, None at the end."""

    records: tuple[Record, ...]
    next_after: int | None


def current(object: str) -> QuerySet[Record]:
    """Records that exist now: neither stubs nor deleted. Raises `NotFound` for an unknown object."""
    return _current_model(object).objects.filter(is_stub=False, is_deleted=False)


def versions_at(object: str, *, as_of: datetime, known_at: datetime) -> QuerySet[RecordVersion]:
    """One version for each record that existed at `as_of`, as known at `known_at`.

    Records of a source that had not been loaded by `known_at` are answered from the source's own change
    times, as its first load told them: see `first_loads`.
    """
    known = utc(known_at)
    believed = Q(known_from__lte=known, known_to__gt=known)
    for source, first in first_loads(object).items():
        if first > known:
            believed |= Q(record__source=source, known_from__lte=first, known_to__gt=first)
    return _version_model(object).objects.filter(
        believed, valid_from__lte=utc(as_of), valid_to__gt=utc(as_of), is_deleted=False
    )


def first_loads(object: str) -> Mapping[str, datetime]:
    """For each source of an object, the instant at which its first load was complete."""
    firsts: dict[str, tuple[int, datetime]] = {}
    rows = (
        RunVersion.objects.filter(run__object=object)
        .order_by()
        .values_list("run__source__key", "run_id")
        .annotate(at=Max("at"))
    )
    for source, run_id, at in rows:
        firsts[source] = min((run_id, at), firsts.get(source, (run_id, at)))
    return {source: at for source, (_, at) in firsts.items()}


def loaded_objects() -> tuple[str, ...]:
    """Every object of which a load has brought something, by key."""
    runs = RunVersion.objects.order_by().values_list("run__object", flat=True)
    return tuple(sorted(set(runs.distinct())))


def record_as_of(object: str, source_id: str, *, source: str, as_of: datetime, known_at: datetime) -> State:
    """The state of one record at `as_of` as known at `known_at`; NotFound where it did not exist."""
    row: Any = (
        versions_at(object, as_of=as_of, known_at=known_at)
        .select_related("record")  # type: ignore[misc]  # each version model names its own record
        .filter(record__source=source, record__source_id=source_id)
        .first()
    )
    if row is None:
        raise NotFound(f"{OBJECTS[object].label} {source_id} did not exist then, or was not known.")
    return State(
        record_id=row.record_id,
        source=source,
        source_id=source_id,
        values=_values(object, row),
        custom=row.custom,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        known_from=row.known_from,
        is_reconstructed=row.reconstructed,
        before_first_load=first_loads(object).get(source, known_at) > known_at,
    )


def history_of(object: str, record_id: int) -> list[HistoryEntry]:
    """Every change of a record ever believed, in order of valid time, then of knowing."""
    rows: Any = _version_model(object).objects  # Any: each version model names its own record
    rows = (
        rows.filter(record_id=record_id)
        .select_related("asserted")
        .order_by("valid_from", "seq", "known_from", "id")
    )
    return [
        HistoryEntry(
            at=row.valid_from,
            until=row.valid_to,
            known_from=row.known_from,
            known_to=row.known_to,
            asserted=tuple(row.asserted.columns),
            values=_values(object, row),
            custom=row.custom,
            is_deleted=row.is_deleted,
            is_reconstructed=row.reconstructed,
            run_id=row.run_id,
        )
        for row in rows
    ]


def history_starts(object: str) -> Mapping[str, datetime]:
    """For each field, the earliest instant for which anything is known of it; `custom.<name>` for own fields.

    A field that is missing was never asserted: there is no history of it.
    """
    starts: dict[str, datetime] = {}
    shapes = (
        _version_model(object)
        .objects.filter(known_to=FOREVER)
        .order_by()
        .values("asserted__columns")
        .annotate(start=Min("valid_from"))
    )
    for shape in shapes:
        for column in shape["asserted__columns"]:
            starts[column] = min(shape["start"], starts.get(column, shape["start"]))
    return starts


def page_of_records(
    object: str,
    *,
    filters: Mapping[str, object] | None = None,
    prefix: tuple[str, str] | None = None,
    after: int | None = None,
    size: int = PAGE,
) -> RecordPage:
    """Current records that equal every filter, by column or `custom.<name>` (filterable fields only).

    `prefix` is a text column and how its value starts. Raises `Invalid` for unknown columns and sizes.
    """
    if not 1 <= size <= MOST_PER_PAGE:
        raise Invalid(f"A page has 1 to {MOST_PER_PAGE} records.", param="limit")
    rows = current(object).order_by("pk")
    known = {"source", "source_id", *(column.name for column in layout_of(object).columns)}
    for name, value in (filters or {}).items():
        if name.startswith("custom."):
            rows = rows.filter(pk__in=_with_custom(object, name.removeprefix("custom."), value))
        elif name in known:
            rows = rows.filter(**{name: value})
        else:
            raise Invalid(f"{OBJECTS[object].label} has no field {name}.", code="unknown_field", param=name)
    if prefix is not None:
        name, start = prefix
        if name not in known:
            raise Invalid(f"{OBJECTS[object].label} has no field {name}.", code="unknown_field", param=name)
        rows = rows.filter(**{f"{name}__gte": start, f"{name}__lt": start + "\U0010ffff"})
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = tuple(rows[: size + 1])
    return RecordPage(found[:size], found[size - 1].pk if len(found) > size else None)


def _with_custom(object: str, name: str, value: object) -> QuerySet[Any]:
    field = CustomField.objects.filter(object=object, name=name).first()
    if field is None:
        raise Invalid(
            f"{OBJECTS[object].label} has no field custom.{name}.", code="unknown_field", param=name
        )
    if not field.is_filterable:
        raise Invalid(f"Make {field.label} filterable first.", code="not_filterable", param=name)
    column = {"bool": "flag", "date": "day", "instant": "instant", "text": "text"}.get(field.type, "number")
    return field.values.filter(**{column: value}).values("record_id")


def link_to_source(record: Record, object: str) -> str | None:
    """Where the record opens in its own system: only https, only where its source has a link template."""
    source = Source.objects.filter(key=record.source).first()
    if source is None or not source.link_template:
        return None
    return safe_link(source.link_template, object=object, source_id=record.source_id)


def safe_link(template: str, *, object: str, source_id: str) -> str | None:
    """The template with `{id}` and `{object}` filled in; None unless it leads to its own https host."""
    link = template.replace("{object}", quote(object, safe="")).replace("{id}", quote(source_id, safe=""))
    host = urlsplit(template).netloc
    parts = urlsplit(link)
    if parts.scheme != "https" or not host or parts.netloc != host or "{" in host or "@" in host:
        return None
    return link


def team_of(email: str, *, depth: int = 20) -> frozenset[int]:
    """The CRM users with this e-mail, and everybody who reports to them directly or through others, today."""
    users: Any = current("user")  # Any: the columns come from the catalog
    found = set(users.filter(email__iexact=email).values_list("pk", flat=True)) if email else set()
    layer = set(found)
    for _ in range(depth):
        layer = set(users.filter(manager_id__in=layer).values_list("pk", flat=True)) - found
        if not layer:
            break
        found |= layer
    return frozenset(found)


@dataclass(frozen=True)
class LastLoad:
    """The newest load of an object from a source that brought something: what "numbers as of" rests on."""

    source: str
    object: str
    data_version: int
    at: datetime


def last_loads() -> list[LastLoad]:
    """One for each source and object that was ever loaded."""
    rows = (
        RunVersion.objects.order_by()
        .values_list("run__source__key", "run__object")
        .annotate(number=Max("number"), at=Max("at"))
        .order_by("run__source__key", "run__object")
    )
    return [LastLoad(*row) for row in rows]


def _values(object: str, row: Any) -> dict[str, Any]:
    """Any: a current or a version row, whose columns come from the catalog."""
    return {column.name: getattr(row, column.name) for column in layout_of(object).columns}


def _current_model(object: str) -> type[Record]:
    if object not in CURRENT:
        raise NotFound(f"There is no kind of record called {object}.")
    return CURRENT[object]


def _version_model(object: str) -> type[RecordVersion]:
    if object not in VERSION:
        raise NotFound(f"There is no kind of record called {object}.")
    return VERSION[object]


def records_of_person(email: str) -> list[tuple[str, int]]:
    """Every record that is a person and has, or ever had, this e-mail address: object and id."""
    found: list[tuple[str, int]] = []
    for object in PEOPLE:
        if not OBJECTS[object].has("email"):
            continue
        rows: Any = VERSION[object].objects  # Any: the columns come from the catalog
        ids = rows.filter(email__iexact=email.strip()).order_by().values_list("record_id", flat=True)
        found += [(object, record_id) for record_id in sorted(set(ids))]
    return found
