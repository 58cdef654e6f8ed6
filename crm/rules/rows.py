"""One row of a file into one change of a canonical record, or the reasons why not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from core.money import Money
from crm.rules.check_mapping import type_of
from crm.rules.dates import WrittenMoment, to_instant
from crm.rules.mapping import (
    CUSTOM,
    BlankMeaning,
    ColumnMap,
    ImportMapping,
    ImportMode,
    RowOrder,
    StageMap,
    Unmapped,
    join_id,
)
from crm.rules.outcomes import MappedRow, Outcome, RejectedRow, SkippedRow
from crm.rules.problems import RowProblem, nearest, shortened
from crm.rules.values import Cell, Value, ValueOptions, parse_value, to_text
from crm.vocab.objects import OBJECTS
from crm.vocab.specs import FieldSpec, FieldType, ObjectSpec, TextFormat

if TYPE_CHECKING:
    from crm.readers.profile import RawRow

__all__ = [
    "MappedRow",
    "Outcome",
    "RejectedRow",
    "SkippedRow",
    "map_row",
    "map_rows",
    "stage_id",
    "stage_rows",
]

_SCIENTIFIC_ID_DIGITS = 15
SEQ_STEP = 1_000_000  # room for changes of one record at one instant within one file


def map_row(raw: RawRow, mapping: ImportMapping, *, snapshot_on: date | None = None) -> Outcome:
    """What one row says, read with the mapping (which must be usable, see `check_mapping`).

    `snapshot_on` is the date of a full list whose rows carry none. A row is rejected with all its problems at
    once.
    """
    return _compiled(mapping).read(raw, snapshot_on=snapshot_on)


def map_rows(
    rows: Iterable[RawRow], mapping: ImportMapping, *, snapshot_on: date | None = None, start_at: int = 0
) -> Iterator[Outcome]:
    """Every row in file order, changes of one record at one instant numbered in the order of the file.

    To resume, give all rows again and `start_at`: rows before it are read for the numbering and not given
    out.
    """
    reader = _compiled(mapping)
    count: dict[str, int] = {}
    instant: datetime | None = None
    step = -1 if mapping.row_order is RowOrder.NEWEST_FIRST else 1
    numbered = mapping.mode is ImportMode.HISTORY
    for raw in rows:
        if raw.number < start_at and not numbered:
            continue
        outcome = reader.read(raw, snapshot_on=snapshot_on)
        if numbered and isinstance(outcome, MappedRow):
            if outcome.at != instant:
                instant = outcome.at
                count.clear()
            place = count.get(outcome.source_id, 0)
            count[outcome.source_id] = place + 1
            if place:
                outcome = replace(outcome, seq=outcome.seq + place * step)
        if raw.number >= start_at:
            yield outcome


def stage_rows(mapping: ImportMapping) -> tuple[MappedRow, ...]:
    """The stage records that a mapping declares; import them before the rows that speak of them."""
    return tuple(
        MappedRow(
            object="stage",
            number=place,
            source_id=stage_id(mapping.pipeline, stage.name),
            at=None,
            seq=0,
            values={
                "pipeline": mapping.pipeline,
                "name": stage.name,
                "label": stage.label or stage.name,
                "position": Decimal(stage.position),
                "outcome": stage.outcome,
                "is_qualified": stage.is_qualified,
                "forecast_category": stage.forecast_category or None,
                "probability": stage.probability,
                "is_active": True,
            },
            refs={},
            custom={},
        )
        for place, stage in enumerate(mapping.stages, start=1)
    )


def stage_id(pipeline: str, name: str) -> str:
    """The source id of a stage: "<pipeline>/<stage name>"."""
    return join_id((pipeline, name))


@dataclass(frozen=True, slots=True)
class _Field:
    """A column made ready: its field, its type, its options and its value map."""

    column: ColumnMap
    name: str
    type: FieldType
    spec: FieldSpec | None
    options: ValueOptions
    value_map: Mapping[str, str]
    known: frozenset[str]
    keeps_raw: bool
    is_plain_text: bool


class _RowReader:
    """A mapping made ready to read many rows."""

    def __init__(self, mapping: ImportMapping, spec: ObjectSpec) -> None:
        self._mapping = mapping
        self._spec = spec
        self._fields = tuple(self._prepared(column) for column in mapping.columns)
        self._stages: dict[str, StageMap] = {
            value.strip().lower(): stage
            for stage in mapping.stages
            for value in stage.values or (stage.name,)
        }
        self._constants = _Draft({}, {}, {}, [], [])
        for field, text in mapping.constants:
            self._take(self._prepared(_constant(field)), text, {}, self._constants)
        self._at_options = ValueOptions(
            date_order=mapping.changed_at_order or mapping.date_order,
            time_zone=mapping.time_zone,
            empty_texts=mapping.empty_texts,
        )

    def _prepared(self, column: ColumnMap) -> _Field:
        mapping = self._mapping
        kind = type_of(column, self._spec)
        if kind is None:
            raise KeyError(column.field)
        spec = self._spec.field(column.field) if not column.is_custom else None
        options = ValueOptions(
            date_order=column.date_order or mapping.date_order,
            time_zone=mapping.time_zone,
            decimal_mark=column.decimal_mark or mapping.decimal_mark,
            currency=column.currency or mapping.currency or None,
            choices=spec.choices if spec else (),
            whole=spec.whole if spec else False,
            share=spec.share if spec else False,
            multiply_by=column.multiply_by,
            empty_texts=mapping.empty_texts,
        )
        if spec is not None:
            options = replace(options, format=spec.format)
        return _Field(
            column,
            column.field.removeprefix(CUSTOM),
            kind,
            spec,
            options,
            {value.strip().lower(): meant for value, meant in column.values},
            frozenset(value.strip().lower() for value in column.known_values),
            column.column != ""
            and mapping.object == "opportunity"
            and column.field == "opportunity_type"
            and all(other.field != "type_raw" for other in mapping.columns),
            kind is FieldType.TEXT and not options.choices and options.format is not TextFormat.CURRENCY,
        )

    def read(self, raw: RawRow, *, snapshot_on: date | None) -> Outcome:
        cells = raw.values
        for row_filter in self._mapping.filters:
            if not row_filter.takes(to_text(cells.get(row_filter.column)) or ""):
                return SkippedRow(raw.number)
        problems = [
            RowProblem(problem.code, problem.message, column=problem.column, value=shortened(problem.value))
            for problem in raw.problems
        ]
        source_id = self._source_id(raw, problems)
        fixed = self._constants
        problems += fixed.problems
        row = _Draft(dict(fixed.values), dict(fixed.refs), dict(fixed.custom), problems, list(fixed.warnings))
        for field in self._fields:
            self._take(field, cells.get(field.column.column), cells, row)
        at = self._instant(raw, snapshot_on, row)
        deleted = self._deleted(raw, row)
        if problems:
            return RejectedRow(raw.number, source_id, tuple(problems), dict(cells))
        return MappedRow(
            self._mapping.object,
            raw.number,
            source_id,
            at,
            self._mapping.same_instant_rank * SEQ_STEP,
            row.values,
            row.refs,
            row.custom,
            deleted,
            tuple(row.warnings),
        )

    def _source_id(self, raw: RawRow, problems: list[RowProblem]) -> str:
        parts: list[str] = []
        for column in self._mapping.id_columns:
            cell = raw.values.get(column)
            text = to_text(cell)
            if text is None:
                problems.append(
                    RowProblem(
                        "missing_id",
                        f"The column {column!r} that identifies the row is empty.",
                        column=column,
                    )
                )
                return ""
            if not isinstance(cell, str) and len(text.lstrip("-")) > _SCIENTIFIC_ID_DIGITS:
                problems.append(
                    RowProblem(
                        "id_lost_digits",
                        f"The id {text} was kept as a number and has lost digits. Format the column as text.",
                        column=column,
                        value=text,
                    )
                )
            parts.append(text)
        return join_id(tuple(parts))

    def _instant(self, raw: RawRow, snapshot_on: date | None, row: _Draft) -> datetime | None:
        mapping = self._mapping
        column = mapping.changed_at
        if mapping.mode is ImportMode.DATED_SNAPSHOTS:
            column = mapping.snapshot_on
            if not column:
                if snapshot_on is None:
                    row.problems.append(RowProblem("missing_snapshot_date", "Choose the date of this list."))
                    return None
                return to_instant(WrittenMoment(snapshot_on), zone=ZoneInfo(mapping.time_zone))
        if not column:
            return None
        value = parse_value(
            raw.values.get(column), FieldType.INSTANT, options=self._at_options, field="at", column=column
        )
        if isinstance(value, RowProblem):
            row.problems.append(value)
        elif value is None and mapping.mode in (ImportMode.HISTORY, ImportMode.DATED_SNAPSHOTS):
            row.problems.append(
                RowProblem(
                    "missing_time", f"The column {column!r} with the time of the row is empty.", "at", column
                )
            )
        return value if isinstance(value, datetime) else None

    def _deleted(self, raw: RawRow, row: _Draft) -> bool | None:
        column = self._mapping.deleted
        if not column:
            return None
        value = parse_value(raw.values.get(column), FieldType.BOOL, field="is_deleted", column=column)
        if isinstance(value, RowProblem):
            row.problems.append(value)
            return None
        return bool(value)

    def _take(self, field: _Field, cell: Cell, cells: Mapping[str, Cell], row: _Draft) -> None:
        """Put what one cell says into the draft, or its problem or warning."""
        text = to_text(cell)
        if text is not None and text in field.options.empty_texts:
            text = None
        if text is None:
            self._take_nothing(field, row)
            return
        if field.keeps_raw:
            row.values["type_raw"] = text
        if field.value_map:
            meant = field.value_map.get(text.lower())
            if meant is not None:
                if not meant:
                    self._take_nothing(field, row)
                    return
                cell = text = meant
            elif field.column.unmapped is not Unmapped.KEEP:
                self._unmapped(field, text, row)
                return
        if field.known and text.lower() not in field.known:
            near = nearest(text, field.column.known_values)
            hint = f" Did they mean {near!r}?" if near else ""
            row.warnings.append(
                self._problem(
                    field, "unlisted_value", f"{shortened(text)!r} is not a known value.{hint}", text
                )
            )
        if field.type is FieldType.REFERENCE:
            self._take_reference(field, text, cells, row)
            return
        if field.is_plain_text and text.isprintable() and len(text) < 10_000:
            self._put(field, text, row)
            return
        options = self._with_currency(field, cells) if field.type is FieldType.MONEY else field.options
        value = parse_value(
            cell, field.type, options=options, field=field.column.field, column=field.column.column
        )
        if not isinstance(value, RowProblem):
            self._put(field, value, row)
        elif value.code == "unlisted_value" and field.spec is not None and not field.spec.required:
            row.warnings.append(value)
            row.values[field.spec.column] = None
        else:
            row.problems.append(value)

    def _take_nothing(self, field: _Field, row: _Draft) -> None:
        if self._mapping.blanks is BlankMeaning.UNCHANGED:
            return
        if field.type is FieldType.REFERENCE:
            row.refs[field.name] = None
        elif field.spec is None:
            row.custom[field.name] = None
        else:
            row.values[field.spec.column] = None

    def _unmapped(self, field: _Field, text: str, row: _Draft) -> None:
        known = tuple(value for value, _ in field.column.values)
        near = nearest(text, known)
        hint = f" Did they mean {near!r}?" if near else ""
        problem = self._problem(
            field, "unmapped_value", f"{shortened(text)!r} is mapped to nothing.{hint} Map it.", text
        )
        if field.column.unmapped is Unmapped.REJECT:
            row.problems.append(problem)
            return
        row.warnings.append(problem)
        self._take_nothing(field, row)

    def _take_reference(self, field: _Field, text: str, cells: Mapping[str, Cell], row: _Draft) -> None:
        mapping = self._mapping
        if field.spec is not None and field.spec.target == "stage":
            if self._stages:
                stage = self._stages.get(text.lower())
                if stage is None:
                    near = nearest(text, tuple(known.name for known in mapping.stages))
                    hint = f" Did they mean {near!r}?" if near else ""
                    row.problems.append(
                        self._problem(
                            field,
                            "unknown_stage",
                            f"{shortened(text)!r} is not a stage of {mapping.pipeline}.{hint}",
                            text,
                        )
                    )
                    return
                row.refs[field.name] = stage_id(mapping.pipeline, stage.name)
                return
            pipeline = (
                (to_text(cells.get(mapping.pipeline_column)) or "")
                if mapping.pipeline_column
                else mapping.pipeline
            )
            row.refs[field.name] = stage_id(pipeline, text) if pipeline else text
            return
        row.refs[field.name] = text

    def _with_currency(self, field: _Field, cells: Mapping[str, Cell]) -> ValueOptions:
        """The currency of the row where a column states one, else of the column, else of the file."""
        column = field.column.currency_column or (
            "" if field.column.currency else self._mapping.currency_column
        )
        stated = to_text(cells.get(column)) if column else None
        return replace(field.options, currency=stated) if stated else field.options

    def _put(self, field: _Field, value: Value, row: _Draft) -> None:
        if field.spec is None:
            row.custom[field.name] = value
        elif isinstance(value, Money):
            row.values[field.spec.column] = value.amount
            if field.spec.currency_column:
                row.values[field.spec.currency_column] = value.currency
        else:
            row.values[field.spec.column] = value

    @staticmethod
    def _problem(field: _Field, code: str, message: str, text: str) -> RowProblem:
        return RowProblem(code, message, field.column.field, field.column.column, shortened(text))


@dataclass(slots=True)
class _Draft:
    """A row while it is being read."""

    values: dict[str, Value]
    refs: dict[str, str | None]
    custom: dict[str, Value]
    problems: list[RowProblem]
    warnings: list[RowProblem]


def _constant(field: str) -> ColumnMap:
    """A constant is a column without cells; a custom one is text."""
    return ColumnMap("", field, FieldType.TEXT if field.startswith(CUSTOM) else None)


@lru_cache(maxsize=64)
def _compiled(mapping: ImportMapping) -> _RowReader:
    return _RowReader(mapping, OBJECTS[mapping.object])
