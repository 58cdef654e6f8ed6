"""Whether a mapping can be used on a file, before any row is read with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.errors import Invalid
from core.money import currency_code
from crm.rules.dates import DateOrder
from crm.rules.mapping import CUSTOM, ColumnMap, ImportMapping, ImportMode
from crm.rules.numbers import DecimalMark
from crm.rules.problems import nearest
from crm.vocab.objects import OBJECTS
from crm.vocab.selling import FORECAST_CATEGORIES, OUTCOMES
from crm.vocab.specs import FieldType, ObjectSpec


@dataclass(frozen=True, slots=True)
class MappingProblem:
    """One reason why a mapping cannot be used. `at` is the column or field it is about."""

    code: str
    message: str
    at: str = ""


class UnusableMapping(Invalid):
    """The mapping does not fit its object or the file; `details["problems"]` lists why."""

    default_code = "unusable_mapping"


def require_usable(
    mapping: ImportMapping,
    headers: Sequence[str] | None = None,
    *,
    catalog: Mapping[str, ObjectSpec] = OBJECTS,
) -> None:
    """UnusableMapping, with the first problem as message, if `check_mapping` finds any."""
    problems = check_mapping(mapping, headers, catalog=catalog)
    if problems:
        raise UnusableMapping(
            problems[0].message,
            code=problems[0].code,
            param=problems[0].at or None,
            problems=[{"code": p.code, "message": p.message, "at": p.at} for p in problems],
        )


def check_mapping(
    mapping: ImportMapping,
    headers: Sequence[str] | None = None,
    *,
    catalog: Mapping[str, ObjectSpec] = OBJECTS,
) -> tuple[MappingProblem, ...]:
    """Everything that keeps the mapping from being used; with `headers`, against that file too.

    Codes: `unknown_object`, `unknown_field`, `field_twice`, `missing_id`, `missing_column`, `missing_field`,
    `changed_at_needed`, `currency_needed`, `unknown_currency`, `date_order_needed`, `decimal_mark_needed`,
    `unknown_time_zone`, `custom_type_needed`, `bad_link`, `bad_stage`, `pipeline_needed`.
    """
    spec = catalog.get(mapping.object)
    if spec is None:
        near = nearest(mapping.object, tuple(catalog))
        hint = f" Did you mean {near!r}?" if near else ""
        return (
            MappingProblem("unknown_object", f"{mapping.object!r} is not an object.{hint}", mapping.object),
        )
    return (
        *_identity(mapping),
        *_fields(mapping, spec),
        *_money(mapping, spec),
        *_reading(mapping),
        *_stages(mapping),
        *(_columns(mapping, headers) if headers is not None else ()),
    )


def _identity(mapping: ImportMapping) -> list[MappingProblem]:
    found = []
    if not mapping.id_columns:
        found.append(
            MappingProblem("missing_id", "Choose the column that identifies a record (or several together).")
        )
    if mapping.mode is ImportMode.HISTORY and not mapping.changed_at:
        found.append(
            MappingProblem("changed_at_needed", "A history file needs the column with the time of change.")
        )
    if mapping.record_link:
        parts = urlsplit(mapping.record_link)
        if parts.scheme != "https" or not parts.netloc or "{id}" not in mapping.record_link:
            found.append(MappingProblem("bad_link", "A record link is an https address with {id} in it."))
    return found


def _fields(mapping: ImportMapping, spec: ObjectSpec) -> list[MappingProblem]:
    found = []
    seen: set[str] = set()
    names = tuple(field.name for field in spec.fields)
    for field in (*(column.field for column in mapping.columns), *(field for field, _ in mapping.constants)):
        if field in seen:
            found.append(MappingProblem("field_twice", f"The field {field!r} is filled twice.", field))
        seen.add(field)
        if not field.startswith(CUSTOM) and field not in names:
            near = nearest(field, names)
            hint = f" Did you mean {near!r}?" if near else ""
            found.append(
                MappingProblem("unknown_field", f"{spec.label} has no field {field!r}.{hint}", field)
            )
    found.extend(
        MappingProblem("custom_type_needed", f"Choose the type of {column.field!r}.", column.column)
        for column in mapping.columns
        if column.is_custom and (column.type is None or column.type is FieldType.REFERENCE)
    )
    if mapping.mode is not ImportMode.HISTORY:
        found.extend(
            MappingProblem(
                "missing_field", f"{spec.label} needs {required.label!r}; map a column to it.", required.name
            )
            for required in spec.fields
            if required.required and required.name not in seen and not _speaks_of_parts(mapping)
        )
    return found


def _speaks_of_parts(mapping: ImportMapping) -> bool:
    """Changes may speak of part of a record; a list of whole records may not."""
    return mapping.mode is ImportMode.CHANGES_ONLY and bool(mapping.changed_at or mapping.filters)


def _money(mapping: ImportMapping, spec: ObjectSpec) -> list[MappingProblem]:
    found = []
    for code in {mapping.currency, *(column.currency for column in mapping.columns)} - {""}:
        try:
            currency_code(code)
        except Invalid as unknown:
            found.append(MappingProblem("unknown_currency", unknown.message, code))
    stated = mapping.currency or mapping.currency_column
    for column in mapping.columns:
        if (
            type_of(column, spec) is not FieldType.MONEY
            or stated
            or column.currency
            or column.currency_column
        ):
            continue
        found.append(
            MappingProblem(
                "currency_needed",
                f"Choose the currency of {column.column!r}: a column, or one for the file.",
                column.column,
            )
        )
    return found


def _reading(mapping: ImportMapping) -> list[MappingProblem]:
    found = []
    if mapping.date_order is DateOrder.AMBIGUOUS:
        found.append(
            MappingProblem(
                "date_order_needed", "Dates such as 01/02 fit two readings. Choose day first or month first."
            )
        )
    if mapping.decimal_mark is DecimalMark.AMBIGUOUS:
        found.append(
            MappingProblem(
                "decimal_mark_needed", "Numbers such as 1,234 fit two readings. Choose the decimal mark."
            )
        )
    for column in mapping.columns:
        if column.date_order is DateOrder.AMBIGUOUS:
            found.append(
                MappingProblem(
                    "date_order_needed",
                    f"Choose day first or month first for {column.column!r}.",
                    column.column,
                )
            )
        if column.decimal_mark is DecimalMark.AMBIGUOUS:
            found.append(
                MappingProblem(
                    "decimal_mark_needed", f"Choose the decimal mark of {column.column!r}.", column.column
                )
            )
    if mapping.changed_at_order is DateOrder.AMBIGUOUS:
        found.append(
            MappingProblem(
                "date_order_needed",
                f"Choose day first or month first for {mapping.changed_at!r}.",
                mapping.changed_at,
            )
        )
    try:
        ZoneInfo(mapping.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        found.append(
            MappingProblem(
                "unknown_time_zone", f"{mapping.time_zone!r} is not a time zone.", mapping.time_zone
            )
        )
    return found


def _stages(mapping: ImportMapping) -> list[MappingProblem]:
    found = []
    if mapping.stages and not mapping.pipeline:
        found.append(MappingProblem("pipeline_needed", "Name the pipeline that the stages belong to."))
    spellings: dict[str, str] = {}
    for stage in mapping.stages:
        if stage.outcome not in OUTCOMES:
            found.append(
                MappingProblem(
                    "bad_stage", f"Stage {stage.name!r} must be {', '.join(OUTCOMES)}.", stage.name
                )
            )
        if stage.forecast_category and stage.forecast_category not in FORECAST_CATEGORIES:
            found.append(
                MappingProblem(
                    "bad_stage",
                    f"{stage.name!r} needs a forecast category out of {', '.join(FORECAST_CATEGORIES)}.",
                    stage.name,
                )
            )
        for value in stage.values or (stage.name,):
            other = spellings.setdefault(value.strip().lower(), stage.name)
            if other != stage.name:
                found.append(
                    MappingProblem(
                        "bad_stage", f"{value!r} stands for {other!r} and {stage.name!r}.", stage.name
                    )
                )
    return found


def _columns(mapping: ImportMapping, headers: Sequence[str]) -> list[MappingProblem]:
    found = []
    for column in needed_columns(mapping):
        if column not in headers:
            near = nearest(column, tuple(headers))
            hint = f" Did you mean {near!r}?" if near else ""
            code = "missing_id" if column in mapping.id_columns else "missing_column"
            found.append(MappingProblem(code, f"The file has no column {column!r}.{hint}", column))
    return found


def needed_columns(mapping: ImportMapping) -> tuple[str, ...]:
    """Every column of the file that the mapping reads, once, in a fixed order."""
    named = [
        *mapping.id_columns,
        *(column.column for column in mapping.columns),
        *(column.currency_column for column in mapping.columns),
        *(row_filter.column for row_filter in mapping.filters),
        mapping.changed_at,
        mapping.snapshot_on,
        mapping.deleted,
        mapping.currency_column,
        mapping.pipeline_column,
    ]
    return tuple(dict.fromkeys(name for name in named if name))


def type_of(column: ColumnMap, spec: ObjectSpec) -> FieldType | None:
    """The type of the field a column goes to; None if there is no such field."""
    if column.is_custom:
        return column.type
    return spec.field(column.field).type if spec.has(column.field) else None
