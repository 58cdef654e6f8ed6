"""The page on which columns get their meaning: what the file holds, what we guess, what must be asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from crm.imports import uploads
from crm.imports.drafts import MappingOffer, mappings_of, matching_sets
from crm.models import CURRENT, CustomField, Import
from crm.readers import FileProfile, RawRow, open_rows
from crm.rules.check_mapping import MappingProblem
from crm.rules.dates import DateOrder
from crm.rules.mapping import CUSTOM, ColumnMap, ImportMapping, StageMap
from crm.rules.numbers import DecimalMark
from crm.rules.suggest import Suggestion, suggest_mapping, suggest_object
from crm.rules.suggest_values import distinct_values, suggest_stages, suggest_values
from crm.rules.values import to_text
from crm.vocab.objects import OBJECTS
from crm.vocab.specs import FieldType

SAMPLE_ROWS = 200
VALUE_ROWS = 100_000
"""Rows searched for the values of a stage or type column; a value met only later is rejected as unknown."""
MOST_COLUMNS = 400
MOST_VALUES = 200


@dataclass(frozen=True)
class ValueRow:
    """One value of a governed column and what it means; "" leaves it open."""

    value: str
    rows: int
    meant: str


@dataclass(frozen=True)
class ColumnRow:
    """One column of the file: samples, and the field it goes to ("" left out, "custom" one of their own)."""

    place: int
    header: str
    samples: str
    field: str
    custom_type: str
    label: str
    is_sure: bool
    values: tuple[ValueRow, ...] = ()
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class StageRow:
    """One stage value of the file and the stage it stands for."""

    value: str
    rows: int
    stage: StageMap


@dataclass(frozen=True)
class MappingPage:
    """Everything that the page prints."""

    parent: Import
    profile: FileProfile
    mapping: ImportMapping
    columns: tuple[ColumnRow, ...]
    fields: tuple[tuple[str, str], ...]
    stages: tuple[StageRow, ...]
    offers: tuple[MappingOffer, ...]
    questions: tuple[str, ...]
    problems: tuple[MappingProblem, ...] = ()
    hidden_columns: int = 0

    @property
    def asks_date_order(self) -> bool:
        return self.mapping.date_order is DateOrder.AMBIGUOUS

    @property
    def asks_decimal_mark(self) -> bool:
        return self.mapping.decimal_mark is DecimalMark.AMBIGUOUS


def suggested(parent: Import, object_key: str = "") -> Suggestion:
    """A mapping to start from: for the object given, else for the likeliest one."""
    with uploads.opened(parent.file) as (path, profile):
        sampled = replace(profile, sample=tuple(islice(open_rows(path, profile), SAMPLE_ROWS)))
    key = object_key or suggest_object(sampled, parent.file.name)[0][0]
    found = suggest_mapping(sampled, key, source=source_name(parent))
    return replace(
        found, mapping=replace(found.mapping, name=f"{OBJECTS[key].plural}: {parent.file.name}"[:120])
    )


def source_name(parent: Import) -> str:
    """The source of the last import, since files mostly come from the same system."""
    latest = Import.objects.filter(steps__run__isnull=False).exclude(pk=parent.pk).order_by("-pk").first()
    mappings = mappings_of(latest) if latest else ()
    return mappings[0].source if mappings else "crm"


def mapping_page(
    parent: Import,
    mapping: ImportMapping,
    *,
    problems: Sequence[MappingProblem] = (),
    questions: Sequence[str] = (),
) -> MappingPage:
    """The page of a mapping, complete or not."""
    governed = [column for column in mapping.columns if _choices(mapping, column)]
    stage_column = next((column for column in mapping.columns if column.field == "stage"), None)
    with uploads.opened(parent.file) as (path, profile):
        sample = list(islice(open_rows(path, profile), SAMPLE_ROWS))
        counted: dict[str, tuple[tuple[str, int], ...]] = {}
        for column in (*governed, *([stage_column] if stage_column else ())):
            rows = islice(open_rows(path, profile), VALUE_ROWS)
            values = distinct_values(rows, column.column)
            counted[column.column] = tuple((found.value, found.rows) for found in values[:MOST_VALUES])
    stages: tuple[StageRow, ...] = ()
    if stage_column is not None and not stage_column.values:
        stages = _stage_rows(mapping, counted[stage_column.column])
    by_header = {column.column: column for column in mapping.columns}
    shown = profile.headers[:MOST_COLUMNS]
    return MappingPage(
        parent=parent,
        profile=profile,
        mapping=mapping if mapping.pipeline or not stages else replace(mapping, pipeline="Sales"),
        columns=tuple(
            _column_row(place, header, sample, mapping, by_header.get(header), counted.get(header, ()))
            for place, header in enumerate(shown)
        ),
        fields=field_choices(mapping.object),
        stages=stages,
        offers=matching_sets(parent.file),
        questions=tuple(questions),
        problems=tuple(problems),
        hidden_columns=len(profile.headers) - len(shown),
    )


def with_stages(parent: Import, mapping: ImportMapping) -> ImportMapping:
    """The mapping with a stage for every stage value of the file, as far as it has none yet."""
    page = mapping_page(parent, mapping)
    if not page.stages or mapping.stages:
        return mapping
    return replace(page.mapping, stages=tuple(row.stage for row in page.stages))


def field_choices(object_key: str) -> tuple[tuple[str, str], ...]:
    """Fields that a column can go to: the object's own, then those the tenant added."""
    own = [
        (f"{CUSTOM}{field.name}", f"{field.label} (your field)")
        for field in CustomField.objects.filter(object=object_key).order_by("label")
    ]
    return (*((field.name, field.label) for field in OBJECTS[object_key].fields), *own)


def _choices(mapping: ImportMapping, column: ColumnMap) -> tuple[str, ...]:
    spec = OBJECTS[mapping.object]
    return spec.field(column.field).choices if spec.has(column.field) else ()


def _column_row(
    place: int,
    header: str,
    sample: Sequence[RawRow],
    mapping: ImportMapping,
    column: ColumnMap | None,
    counted: tuple[tuple[str, int], ...],
) -> ColumnRow:
    seen = dict.fromkeys(text for row in sample if (text := to_text(row.values.get(header))) is not None)
    samples = ", ".join(text if len(text) <= 32 else text[:31] + "…" for text in islice(seen, 3))
    if column is None:
        return ColumnRow(place, header, samples, "", FieldType.TEXT.value, "", is_sure=True)
    known = dict(field_choices(mapping.object))
    is_new = column.is_custom and column.field not in known
    choices = _choices(mapping, column)
    return ColumnRow(
        place,
        header,
        samples,
        "custom" if is_new else column.field,
        (column.type or FieldType.TEXT).value,
        column.label,
        is_sure=True,
        values=_value_rows(column, counted) if choices else (),
        choices=choices,
    )


def _value_rows(column: ColumnMap, counted: tuple[tuple[str, int], ...]) -> tuple[ValueRow, ...]:
    given: Mapping[str, str] = {value.strip().lower(): meant for value, meant in column.values}
    guessed = dict(suggest_values(column.field, [value for value, _ in counted])) if not given else {}
    return tuple(
        ValueRow(value, rows, given.get(value.lower(), guessed.get(value, ""))) for value, rows in counted
    )


def _stage_rows(mapping: ImportMapping, counted: tuple[tuple[str, int], ...]) -> tuple[StageRow, ...]:
    """Each value with its stage: as the mapping says, as the source's stages are known, else as guessed."""
    by_value = {value.lower(): stage for stage in mapping.stages for value in stage.values or (stage.name,)}
    known = dict(_known_stages(mapping))
    guessed = {stage.name: stage for stage in suggest_stages(value for value, _ in counted)}
    rows = [
        StageRow(value, count, by_value.get(value.lower()) or known.get(value) or guessed[value])
        for value, count in counted
    ]
    return tuple(sorted(rows, key=lambda row: (row.stage.position, row.value)))


def _known_stages(mapping: ImportMapping) -> Iterator[tuple[str, StageMap]]:
    rows: Any = CURRENT["stage"].objects  # Any: the columns come from the catalog
    rows = rows.filter(source=mapping.source, is_stub=False, is_deleted=False)
    if mapping.pipeline:
        rows = rows.filter(pipeline=mapping.pipeline)
    for kept in rows.values("name", "outcome", "position", "label", "is_qualified", "forecast_category"):
        yield (
            kept["name"],
            StageMap(
                kept["name"],
                kept["outcome"] or "open",
                kept["position"] or 1,
                is_qualified=bool(kept["is_qualified"]),
                forecast_category=kept["forecast_category"] or "",
            ),
        )
