"""What the pages of records show: a list, one record with its history, in the words of the catalog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any  # values of a record are of the types its catalog gives them

from django.db.models import QuerySet
from django.urls import reverse

from core import formatting
from core.components import Fact, Pager
from core.errors import NotFound
from crm import queries
from crm.imports.preview import shown_value
from crm.loader.layout import CUSTOM_PREFIX, IS_DELETED
from crm.models import CURRENT, CustomField, Record, Source
from crm.vocab.objects import OBJECTS
from crm.vocab.specs import FieldSpec, FieldType, ObjectSpec

PAGE = 50
OWNING = ("owner", "user")
"""Fields that say whose record it is; an object without one belongs to nobody in particular."""


@dataclass(frozen=True)
class RecordLine:
    """One record of a list; each cell is its text and how it aligns."""

    href: str
    name: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ListPage:
    object: str
    plural: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[RecordLine, ...]
    pager: Pager
    narrowed: bool


@dataclass(frozen=True)
class HistoryLine:
    """One change: when it was so, what it said, when we learned it."""

    at: Any
    known_from: Any
    what: tuple[Fact, ...]
    is_believed: bool
    is_reconstructed: bool
    is_deleted: bool


@dataclass(frozen=True)
class DetailPage:
    object: str
    label: str
    name: str
    record: Record
    source: str
    link: str | None
    facts: tuple[Fact, ...]
    history: tuple[HistoryLine, ...]


def spec_of(object: str) -> ObjectSpec:
    """The object's catalog entry. `NotFound` for an unknown one."""
    if object not in OBJECTS:
        raise NotFound(f"There is no kind of record called {object[:40]}.")
    return OBJECTS[object]


def seen_by(rows: QuerySet[Record], object: str, owners: frozenset[int] | None) -> QuerySet[Record]:
    """The rows somebody may see: all, or those that belong to the people `owners` and those nobody owns."""
    if owners is None:
        return rows
    if object == "user":
        return rows.filter(pk__in=owners)
    for name in OWNING:
        if spec_of(object).has(name):
            return rows.filter(**{f"{name}_id__in": owners})
    return rows if object in SHARED else rows.none()


def versions_seen_by(rows: QuerySet[Any], object: str, owners: frozenset[int] | None) -> QuerySet[Any]:
    """The same of versions: whose the record was then decides. Any: version models differ by object."""
    if owners is None:
        return rows
    if object == "user":
        return rows.filter(record_id__in=owners)
    for name in OWNING:
        if spec_of(object).has(name):
            return rows.filter(**{f"{name}_id__in": owners})
    return rows if object in SHARED else rows.none()


SHARED = frozenset({"stage", "product", "campaign", "fx_rate"})
"""Objects that everybody may see row by row; the others without an owner need a role that sees all rows."""


def list_page(
    slug: str, object: str, *, fields: Sequence[str] = (), owners: frozenset[int] | None, after: int | None
) -> ListPage:
    """Current records, a page at a time; `fields` are the columns shown, else the first ones."""
    spec = spec_of(object)
    chosen = [spec.field(name) for name in fields] or [f for f in spec.fields if f.name != "name"][:6]
    rows = seen_by(queries.current(object), object, owners).order_by("pk")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    names = _names(spec, chosen, shown)
    lines = tuple(
        RecordLine(
            reverse("record-detail", args=[slug, object, record.pk]),
            _name(record),
            tuple((_cell(record, field, names), _align(field)) for field in chosen),
        )
        for record in shown
    )
    more = f"?after={shown[-1].pk}" if len(found) > PAGE else ""
    columns = tuple((field.label, _align(field)) for field in chosen)
    is_part = more or after is not None
    count = formatting.counted(len(lines), "record") + (" on this page" if is_part else "")
    pager = Pager(count, next_href=more)
    return ListPage(object, spec.plural, columns, lines, pager, owners is not None)


def detail_page(slug: str, object: str, record_id: int, *, owners: frozenset[int] | None) -> DetailPage:
    """One record and every change of it. `NotFound` also for one that the asker may not see."""
    spec = spec_of(object)
    record = seen_by(CURRENT[object].objects.filter(pk=record_id), object, owners).first()
    if record is None:
        raise NotFound("There is no such record.")
    history = queries.history_of(object, record_id)
    names = _reference_names(spec, [record, *history])
    source = Source.objects.filter(key=record.source).first()
    return DetailPage(
        object=object,
        label=spec.label,
        name=_name(record),
        record=record,
        source=source.label if source else record.source,
        link=queries.link_to_source(record, object),
        facts=_facts(slug, spec, record, names),
        history=tuple(_line(spec, entry, names) for entry in reversed(history)),
    )


Names = Mapping[tuple[str, int], str]


def _align(field: FieldSpec) -> str:
    return "r" if field.type in {FieldType.NUMBER, FieldType.MONEY} else ""


def _name(record: Any) -> str:  # Any: value columns come from the catalog
    return str(getattr(record, "name", None) or record.source_id)


def _value(row: Any, field: FieldSpec) -> Any:  # Any: a record, or a history entry with its values
    values = getattr(row, "values", None)
    return values.get(field.column) if isinstance(values, Mapping) else getattr(row, field.column)


def _names(spec: ObjectSpec, fields: Sequence[FieldSpec], rows: Sequence[Any]) -> Names:
    found: dict[tuple[str, int], str] = {}
    for field in fields:
        if field.type is not FieldType.REFERENCE:
            continue
        target = field.target or ""
        ids = {value for row in rows if (value := _value(row, field)) is not None}
        if ids:
            found |= {
                (target, record.pk): _name(record) for record in CURRENT[target].objects.filter(pk__in=ids)
            }
    return found


def _reference_names(spec: ObjectSpec, rows: Sequence[Any]) -> Names:
    return _names(spec, [field for field in spec.fields if field.type is FieldType.REFERENCE], rows)


def _cell(row: Any, field: FieldSpec, names: Names) -> str:
    value = _value(row, field)
    if field.type is FieldType.REFERENCE and value is not None:
        return names.get((field.target or "", value), str(value))
    if field.type is FieldType.MONEY and value is not None and field.currency_column:
        values = getattr(row, "values", None)
        currency = (
            values.get(field.currency_column)
            if isinstance(values, Mapping)
            else getattr(row, field.currency_column)
        )
        return formatting.money_exact(value, currency) if currency else shown_value(value)
    return shown_value(value)


def _facts(slug: str, spec: ObjectSpec, record: Record, names: Names) -> tuple[Fact, ...]:
    facts = []
    for field in spec.fields:
        value = _value(record, field)
        href = ""
        if field.type is FieldType.REFERENCE and value is not None:
            href = reverse("record-detail", args=[slug, field.target, value])
        facts.append(Fact(field.label, _cell(record, field, names), href))
    labels = dict(CustomField.objects.filter(object=spec.key).values_list("name", "label"))
    facts += [
        Fact(labels.get(name, name), shown_value(value)) for name, value in sorted(record.custom.items())
    ]
    return tuple(facts)


def _line(spec: ObjectSpec, entry: queries.HistoryEntry, names: Names) -> HistoryLine:
    asserted = set(entry.asserted)
    said = [
        Fact(field.label, _cell(entry, field, names)) for field in spec.fields if field.column in asserted
    ]
    said += [
        Fact(
            name.removeprefix(CUSTOM_PREFIX), shown_value(entry.custom.get(name.removeprefix(CUSTOM_PREFIX)))
        )
        for name in entry.asserted
        if name.startswith(CUSTOM_PREFIX)
    ]
    return HistoryLine(
        at=entry.at,
        known_from=entry.known_from,
        what=tuple(said),
        is_believed=entry.is_believed,
        is_reconstructed=entry.is_reconstructed,
        is_deleted=entry.is_deleted and IS_DELETED in asserted,
    )
