"""What definitions may read of crm: every canonical object, its typed fields, and the tenant's own fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crm.models import CustomField
from crm.models.records import current_table, version_table
from crm.vocab.objects import OBJECTS, FieldSpec, FieldType, ObjectSpec
from definitions.compiler.sources import Source
from definitions.language import Field, ObjectType, Type

CURRENCY_LABEL = "{} currency"


def _fields(spec: ObjectSpec) -> list[Field]:
    return [field for one in spec.fields for field in _with_currency(one)]


def _with_currency(spec: FieldSpec) -> list[Field]:
    money = spec.type is FieldType.MONEY
    field = Field(
        key=spec.name,
        label=spec.label,
        type=Type(spec.type.value),
        target=spec.target,
        choices=spec.choices,
        currency=(spec.currency_column or "currency") if money else "currency",
    )
    companions = [
        Field(key=column, label=CURRENCY_LABEL.format(spec.label), type=Type.TEXT)
        for column in spec.columns
        if column != spec.column
    ]
    return [field, *companions]


def _source(spec: ObjectSpec) -> Source:
    columns = {one.name: one.column for one in spec.fields}
    columns |= {column: column for one in spec.fields for column in one.columns if column != one.column}
    return Source(
        object=spec.key,
        version_table=version_table(spec.key),
        current_table=current_table(spec.key),
        columns=columns,
        references={one.name: one.target for one in spec.fields if one.target is not None},
    )


SOURCES: Sequence[Source] = tuple(_source(spec) for spec in OBJECTS.values())
OBJECT_TYPES: Sequence[ObjectType] = tuple(
    ObjectType.of(spec.key, spec.label, *_fields(spec)) for spec in OBJECTS.values()
)


def custom_fields() -> Mapping[str, Sequence[Field]]:
    """The fields the tenant in scope added, by object, under `custom.<name>`."""
    found: dict[str, list[Field]] = {}
    for one in CustomField.objects.order_by("object", "name"):
        field = Field(key=f"custom.{one.name}", label=one.label, type=Type(one.type))
        found.setdefault(one.object, []).append(field)
    return found
