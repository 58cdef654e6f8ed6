"""Mappings as JSON or YAML keep them, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from core.errors import Invalid
from crm.rules.dates import DateOrder
from crm.rules.mapping import (
    BlankMeaning,
    ColumnMap,
    ImportMapping,
    ImportMode,
    MappingSet,
    RowFilter,
    RowOrder,
    SetEntry,
    StageMap,
    Unmapped,
)
from crm.rules.numbers import DecimalMark
from crm.vocab.specs import FieldType

FORMAT = 1
E = TypeVar("E", bound=StrEnum)
Part = ColumnMap | StageMap | RowFilter | ImportMapping


def mapping_to_dict(mapping: ImportMapping) -> dict[str, object]:
    """Plain values that `mapping_from_dict` reads back; what equals the default is left out."""
    return {"format": FORMAT, **_plain(mapping)}


def mapping_set_to_dict(mappings: MappingSet) -> dict[str, object]:
    """Plain values that `mapping_set_from_dict` reads back."""
    return {
        "format": FORMAT,
        "name": mappings.name,
        "label": mappings.label,
        "description": mappings.description,
        "entries": [{"files": entry.files, "mapping": _plain(entry.mapping)} for entry in mappings.entries],
    }


def _plain(part: Part) -> dict[str, object]:
    kept: dict[str, object] = {}
    for spec in fields(part):
        value = getattr(part, spec.name)
        if spec.default is not MISSING and value == spec.default:
            continue
        if isinstance(value, StrEnum):
            kept[spec.name] = value.value
        elif isinstance(value, Decimal):
            kept[spec.name] = str(value)
        elif spec.name in ("constants",) or (isinstance(part, ColumnMap) and spec.name == "values"):
            kept[spec.name] = dict(value)
        elif isinstance(value, tuple):
            kept[spec.name] = [
                _plain(item) if isinstance(item, ColumnMap | StageMap | RowFilter) else item for item in value
            ]
        else:
            kept[spec.name] = value
    return kept


def mapping_set_from_dict(data: object) -> MappingSet:
    """The set; Invalid (`bad_mapping`) naming the place if the shape is wrong."""
    read = _Reader(data, "mapping set", ("format", "name", "label", "description", "entries"))
    read.check_format()
    entries = []
    for place, item in enumerate(read.parts("entries")):
        entry = _Reader(item, f"entries[{place}]", ("files", "mapping"))
        entries.append(SetEntry(entry.text("files", needed=True), mapping_from_dict(entry.get("mapping"))))
    return MappingSet(
        read.text("name", needed=True),
        read.text("label", needed=True),
        tuple(entries),
        read.text("description"),
    )


def mapping_from_dict(data: object) -> ImportMapping:
    """The mapping; Invalid (`bad_mapping`) naming the place if the shape is wrong."""
    read = _Reader(data, "mapping", ("format", *(spec.name for spec in fields(ImportMapping))))
    read.check_format()
    return ImportMapping(
        name=read.text("name", needed=True),
        source=read.text("source", needed=True),
        object=read.text("object", needed=True),
        mode=read.one_of("mode", ImportMode, ImportMode.CHANGES_ONLY),
        id_columns=read.texts("id_columns"),
        columns=tuple(_column(item, place) for place, item in enumerate(read.parts("columns"))),
        constants=read.pairs("constants"),
        changed_at=read.text("changed_at"),
        changed_at_order=read.maybe("changed_at_order", DateOrder),
        snapshot_on=read.text("snapshot_on"),
        row_order=read.one_of("row_order", RowOrder, RowOrder.OLDEST_FIRST),
        same_instant_rank=read.whole("same_instant_rank", 0),
        deleted=read.text("deleted"),
        filters=tuple(_filter(item, place) for place, item in enumerate(read.parts("filters"))),
        pipeline=read.text("pipeline"),
        pipeline_column=read.text("pipeline_column"),
        stages=tuple(_stage(item, place) for place, item in enumerate(read.parts("stages"))),
        currency=read.text("currency"),
        currency_column=read.text("currency_column"),
        date_order=read.one_of("date_order", DateOrder, DateOrder.ISO),
        decimal_mark=read.one_of("decimal_mark", DecimalMark, DecimalMark.POINT),
        time_zone=read.text("time_zone") or "UTC",
        blanks=read.one_of("blanks", BlankMeaning, BlankMeaning.EMPTY),
        empty_texts=read.texts("empty_texts"),
        record_link=read.text("record_link"),
        note=read.text("note"),
    )


def _column(data: object, place: int) -> ColumnMap:
    read = _Reader(data, f"columns[{place}]", tuple(spec.name for spec in fields(ColumnMap)))
    return ColumnMap(
        column=read.text("column", needed=True),
        field=read.text("field", needed=True),
        type=read.maybe("type", FieldType),
        label=read.text("label"),
        values=read.pairs("values"),
        unmapped=read.one_of("unmapped", Unmapped, Unmapped.KEEP),
        known_values=read.texts("known_values"),
        date_order=read.maybe("date_order", DateOrder),
        decimal_mark=read.maybe("decimal_mark", DecimalMark),
        currency=read.text("currency"),
        currency_column=read.text("currency_column"),
        multiply_by=read.decimal("multiply_by") or Decimal(1),
    )


def _stage(data: object, place: int) -> StageMap:
    read = _Reader(data, f"stages[{place}]", tuple(spec.name for spec in fields(StageMap)))
    return StageMap(
        name=read.text("name", needed=True),
        outcome=read.text("outcome", needed=True),
        position=read.whole("position"),
        label=read.text("label"),
        values=read.texts("values"),
        is_qualified=read.flag("is_qualified"),
        forecast_category=read.text("forecast_category"),
        probability=read.decimal("probability"),
    )


def _filter(data: object, place: int) -> RowFilter:
    read = _Reader(data, f"filters[{place}]", tuple(spec.name for spec in fields(RowFilter)))
    return RowFilter(
        read.text("column", needed=True), read.texts("values"), read.text("prefix"), read.flag("blank")
    )


class _Reader:
    """Takes typed values out of a plain dictionary and names the place of what does not fit."""

    def __init__(self, data: object, where: str, allowed: Sequence[str]) -> None:
        if not isinstance(data, Mapping):
            raise Invalid(f"{where} must be a set of named values.", code="bad_mapping", param=where)
        self._data: Mapping[object, object] = data
        self._where = where
        unknown = sorted(str(key) for key in data if key not in allowed)
        if unknown:
            raise Invalid(
                f"{where} has unknown names: {', '.join(unknown)}.", code="bad_mapping", param=where
            )

    def _bad(self, key: str, what: str) -> Invalid:
        return Invalid(
            f"{self._where}.{key} must be {what}.", code="bad_mapping", param=f"{self._where}.{key}"
        )

    def get(self, key: str) -> object:
        return self._data.get(key)

    def check_format(self) -> None:
        if self._data.get("format", FORMAT) != FORMAT:
            raise self._bad("format", f"{FORMAT}; this mapping was saved by another version")

    def text(self, key: str, *, needed: bool = False) -> str:
        value = self._data.get(key)
        if value is None and not needed:
            return ""
        if not isinstance(value, str) or (needed and not value.strip()):
            raise self._bad(key, "a text")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        found: list[str] = []
        for item in self.parts(key):
            if not isinstance(item, str):
                raise self._bad(key, "a list of texts")
            found.append(item)
        return tuple(found)

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        value = self._data.get(key)
        if value is None:
            return ()
        found: list[tuple[str, str]] = []
        if not isinstance(value, Mapping):
            raise self._bad(key, "texts by name")
        for name, item in value.items():
            if not isinstance(name, str) or not isinstance(item, str):
                raise self._bad(key, "texts by name")
            found.append((name, item))
        return tuple(found)

    def parts(self, key: str) -> Sequence[object]:
        value = self._data.get(key)
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            raise self._bad(key, "a list")
        return value

    def flag(self, key: str) -> bool:
        value = self._data.get(key, False)
        if not isinstance(value, bool):
            raise self._bad(key, "true or false")
        return value

    def whole(self, key: str, default: int | None = None) -> int:
        value = self._data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._bad(key, "a whole number")
        return value

    def decimal(self, key: str) -> Decimal | None:
        value = self._data.get(key)
        if value is None:
            return None
        if isinstance(value, str | int) and not isinstance(value, bool):
            try:
                number = Decimal(value)
            except InvalidOperation:
                raise self._bad(key, "a number") from None
            if number.is_finite():
                return number
        raise self._bad(key, "a number")

    def maybe(self, key: str, kind: type[E]) -> E | None:
        value = self._data.get(key)
        if value is None:
            return None
        try:
            return kind(str(value))
        except ValueError:
            raise self._bad(key, "one of " + ", ".join(kind)) from None

    def one_of(self, key: str, kind: type[E], default: E) -> E:
        return self.maybe(key, kind) or default
