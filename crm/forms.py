"""What the pages of imports ask for, and how an answer becomes a mapping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from django import forms
from django.http import QueryDict

from crm.imports.drafts import custom_name
from crm.rules.dates import DateOrder
from crm.rules.mapping import (
    CUSTOM,
    BlankMeaning,
    ColumnMap,
    ImportMapping,
    ImportMode,
    RowOrder,
    StageMap,
    Unmapped,
)
from crm.rules.numbers import DecimalMark
from crm.vocab.objects import OBJECTS
from crm.vocab.selling import OPPORTUNITY_TYPES
from crm.vocab.specs import FieldType

E = TypeVar("E", bound=StrEnum)

NEW_FIELD = "custom"
LEFT_OUT = ""

MODES = (
    (ImportMode.CHANGES_ONLY, "Changes only", "Records in the file are added or changed; all others stay."),
    (ImportMode.FULL_LIST, "Full list", "These are all records there are; known ones that are absent end."),
    (ImportMode.DATED_SNAPSHOTS, "Dated snapshots", "One full list per date; together they become history."),
    (ImportMode.HISTORY, "History", "Each row is one change at its own time, and says only what it names."),
)
DATE_ORDERS = (
    (DateOrder.ISO, "2026-11-22"),
    (DateOrder.DMY, "22/11/2026, day first"),
    (DateOrder.MDY, "11/22/2026, month first"),
    (DateOrder.EXCEL, "45983, as Excel counts days"),
)
DECIMAL_MARKS = ((DecimalMark.POINT, "1,234.56"), (DecimalMark.COMMA, "1.234,56"))
CUSTOM_TYPES = tuple((kind, kind.value) for kind in FieldType if kind is not FieldType.REFERENCE)


class UploadForm(forms.Form):
    file = forms.FileField(
        label="File",
        error_messages={"required": "Choose a file.", "empty": "The file is empty."},
        max_length=255,
        help_text="CSV or XLSX, also packed with gzip, up to 4 GB. The first row names the columns.",
        widget=forms.ClearableFileInput(attrs={"data-shows": "chosen", "accept": ".csv,.tsv,.txt,.xlsx,.gz"}),
    )
    object = forms.ChoiceField(
        label="It holds",
        required=False,
        choices=[("", "Find out from the columns"), *((key, spec.plural) for key, spec in OBJECTS.items())],
    )
    encoding = forms.CharField(
        label="Encoding", required=False, max_length=40, help_text="Only if letters look wrong, like cp1252."
    )
    sheet = forms.CharField(label="Sheet", required=False, max_length=120, help_text="Of an XLSX file.")


class SaveMappingForm(forms.Form):
    save_as = forms.CharField(
        label="Keep this mapping as",
        max_length=120,
        required=False,
        help_text="It is offered for files with the same columns.",
    )


def mapping_from_post(data: QueryDict, headers: Sequence[str], object_key: str) -> ImportMapping:
    """The mapping that the page's form describes. Whether it can be used is for `check_mapping` to say."""
    columns = _columns(data, headers, object_key)
    return ImportMapping(
        name=data.get("name", "").strip()[:120] or OBJECTS[object_key].plural,
        source=data.get("source", "").strip()[:60] or "file",
        object=object_key,
        mode=_one_of(ImportMode, data.get("mode", ""), ImportMode.CHANGES_ONLY),
        id_columns=tuple(name for name in data.getlist("id_columns") if name in headers),
        columns=columns,
        constants=_type_of_all(data, columns, object_key),
        changed_at=_header(data, "changed_at", headers),
        snapshot_on=_header(data, "snapshot_column", headers),
        row_order=_one_of(RowOrder, data.get("row_order", ""), RowOrder.OLDEST_FIRST),
        deleted=_header(data, "deleted", headers),
        pipeline=data.get("pipeline", "").strip()[:120] if any(c.field == "stage" for c in columns) else "",
        stages=_stages(data) if any(c.field == "stage" for c in columns) else (),
        currency=data.get("currency", "").strip().upper()[:3],
        currency_column=_header(data, "currency_column", headers),
        date_order=_one_of(DateOrder, data.get("date_order", ""), DateOrder.AMBIGUOUS),
        decimal_mark=_one_of(DecimalMark, data.get("decimal_mark", ""), DecimalMark.AMBIGUOUS),
        time_zone=data.get("time_zone", "").strip() or "UTC",
        blanks=_one_of(BlankMeaning, data.get("blanks", ""), BlankMeaning.EMPTY),
        record_link=data.get("record_link", "").strip()[:500],
    )


def _type_of_all(
    data: QueryDict, columns: Sequence[ColumnMap], object_key: str
) -> tuple[tuple[str, str], ...]:
    """What type every opportunity is, where no column of the file says so."""
    chosen = data.get("all_types", "")
    said = any(column.field == "opportunity_type" for column in columns)
    if object_key != "opportunity" or said or chosen not in OPPORTUNITY_TYPES:
        return ()
    return (("opportunity_type", chosen),)


def _columns(data: QueryDict, headers: Sequence[str], object_key: str) -> tuple[ColumnMap, ...]:
    found: list[ColumnMap] = []
    for place, header in enumerate(headers):
        chosen = data.get(f"field_{place}", LEFT_OUT)
        if chosen == LEFT_OUT:
            continue
        if chosen == NEW_FIELD:
            label = data.get(f"label_{place}", "").strip()[:120] or header
            kind = _one_of(FieldType, data.get(f"type_{place}", ""), FieldType.TEXT)
            found.append(ColumnMap(header, CUSTOM + custom_name(label), kind, label))
            continue
        column = ColumnMap(header, chosen)
        spec = OBJECTS[object_key]
        if spec.has(chosen) and spec.field(chosen).choices:
            column = replace(column, values=_values(data, place), unmapped=Unmapped.LEAVE_OUT)
            if not column.values:
                column = replace(column, unmapped=Unmapped.KEEP)
        found.append(column)
    return tuple(found)


def _values(data: Mapping[str, str], place: int) -> tuple[tuple[str, str], ...]:
    """What the values of a governed column mean; those left open are not listed, and so are reported."""
    found: list[tuple[str, str]] = []
    number = 0
    while (value := data.get(f"value_{place}_{number}")) is not None:
        meant = data.get(f"meant_{place}_{number}", "")
        if meant:
            found.append((value, meant))
        number += 1
    return tuple(found)


def _stages(data: Mapping[str, str]) -> tuple[StageMap, ...]:
    """Stages by name: values that share one are spellings of the same stage."""
    stages: dict[str, StageMap] = {}
    number = 0
    while (value := data.get(f"stage_value_{number}")) is not None:
        name = data.get(f"stage_name_{number}", "").strip()[:120] or value
        before = stages.get(name)
        stages[name] = StageMap(
            name=name,
            outcome=data.get(f"stage_outcome_{number}", ""),
            position=before.position
            if before
            else _whole(data.get(f"stage_position_{number}", ""), number + 1),
            values=(*(before.values if before else ()), value),
            is_qualified=(before.is_qualified if before else False) or f"stage_qualified_{number}" in data,
            forecast_category=data.get(f"stage_category_{number}", ""),
        )
        number += 1
    return tuple(sorted(stages.values(), key=lambda stage: (stage.position, stage.name)))


def _whole(text: str, default: int) -> int:
    try:
        return max(0, min(9_999, int(Decimal(text))))
    except (InvalidOperation, ValueError):
        return default


def _header(data: Mapping[str, str], name: str, headers: Sequence[str]) -> str:
    chosen = data.get(name, "")
    return chosen if chosen in headers else ""


def _one_of(kind: type[E], text: str, default: E) -> E:
    try:
        return kind(text)
    except ValueError:
        return default
