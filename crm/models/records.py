"""The current and the version model of every canonical object, made from the catalog."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeAlias, cast  # Any: what a field takes and gives differs from column to column

from django.db import models

from core.instants import FOREVER
from crm.models.base import LedgerReference, Record, RecordVersion
from crm.vocab.objects import OBJECTS, FieldSpec, FieldType, ObjectSpec, TextFormat
from crm.vocab.specs import MONEY_DIGITS, MONEY_PLACES, NUMBER_DIGITS, NUMBER_PLACES
from tenants.models import TenantForeignKey
from tenants.models.owned import TenantOwnedBase

AnyField: TypeAlias = "models.Field[Any, Any]"
Reference: TypeAlias = type[TenantForeignKey] | type[LedgerReference]
KNOWN_OPEN = models.Q(known_to=FOREVER)


def class_name(key: str) -> str:
    """`opportunity_contact_role` is the model `OpportunityContactRole`."""
    return "".join(part.capitalize() for part in key.split("_"))


def current_table(key: str) -> str:
    return f"crm_{key}"


def version_table(key: str) -> str:
    return f"crm_{key}_version"


def _short(key: str) -> str:
    """A key as it fits into the name of an index: `opportunity_contact_role` is `ocr`."""
    parts = key.split("_")
    return key if len(parts) == 1 else "".join(part[0] for part in parts)


def _known(name: str) -> models.Q:
    return models.Q(**{f"{name}__isnull": False})


def _value_field(spec: FieldSpec, *, reference: Reference) -> AnyField:
    match spec.type:
        case FieldType.TEXT if spec.format is TextFormat.CURRENCY:
            return models.CharField(max_length=3, null=True)
        case FieldType.TEXT:
            return models.TextField(null=True)
        case FieldType.NUMBER if spec.whole:
            return models.BigIntegerField(null=True)
        case FieldType.NUMBER:
            return _decimal(NUMBER_DIGITS, NUMBER_PLACES)
        case FieldType.MONEY:
            return _decimal(MONEY_DIGITS, MONEY_PLACES)
        case FieldType.BOOL:
            return models.BooleanField(null=True)
        case FieldType.DATE:
            return models.DateField(null=True)
        case FieldType.INSTANT:
            return models.DateTimeField(null=True)
        case FieldType.REFERENCE:
            target = f"crm.{class_name(spec.target or '')}"
            return reference(target, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)


def _decimal(digits: int, places: int) -> AnyField:
    return models.DecimalField(max_digits=digits, decimal_places=places, null=True)


def _value_fields(spec: ObjectSpec, *, reference: Reference) -> dict[str, AnyField]:
    """The model fields of the catalog's fields, companion currencies of money included."""
    fields: dict[str, AnyField] = {}
    for one in spec.fields:
        fields[one.name] = _value_field(one, reference=reference)
        if one.type is FieldType.MONEY and not one.currency_field:
            fields[f"{one.name}_currency"] = models.CharField(max_length=3, null=True)
    return fields


def _current_model(spec: ObjectSpec) -> type[Record]:
    key = spec.key
    references = [field.name for field in spec.fields if field.type is FieldType.REFERENCE]

    class Meta:
        db_table = current_table(key)
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "source", "source_id"], name=f"{key}_source_id_once"),
        ]
        indexes = [
            models.Index(fields=["tenant", name], name=f"crm_{_short(key)}_{name}", condition=_known(name))
            for name in references
        ]

    attributes = {
        "__module__": __name__,
        "__qualname__": class_name(key),
        "__doc__": spec.help or f"{spec.label}: the latest state.",
        "Meta": Meta,
        **_value_fields(spec, reference=TenantForeignKey),
    }
    return cast("type[Record]", TenantOwnedBase(class_name(key), (Record,), attributes))


def _version_model(spec: ObjectSpec, current: type[Record]) -> type[RecordVersion]:
    key = spec.key

    class Meta:
        db_table = version_table(key)
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "record", "valid_from", "seq"],
                name=f"{key}_change_known_once",
                condition=KNOWN_OPEN,
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from__lte=models.F("valid_to"))
                & models.Q(known_from__lt=models.F("known_to")),
                name=f"{key}_times_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "record", "valid_from"], name=f"crm_{_short(key)}_history"),
            models.Index(
                fields=["tenant", "valid_to", "valid_from"],
                name=f"crm_{_short(key)}_as_of",
                condition=KNOWN_OPEN,
            ),
            models.Index(fields=["tenant", "known_from"], name=f"crm_{_short(key)}_known"),
        ]

    attributes = {
        "__module__": __name__,
        "__qualname__": f"{class_name(key)}Version",
        "__doc__": f"{spec.label}: every state it had, and when we knew.",
        "Meta": Meta,
        "record": LedgerReference(current, on_delete=models.PROTECT, related_name="versions"),
        **_value_fields(spec, reference=LedgerReference),
    }
    return cast(
        "type[RecordVersion]", TenantOwnedBase(f"{class_name(key)}Version", (RecordVersion,), attributes)
    )


CURRENT: Mapping[str, type[Record]] = MappingProxyType(
    {key: _current_model(spec) for key, spec in OBJECTS.items()}
)
VERSION: Mapping[str, type[RecordVersion]] = MappingProxyType(
    {key: _version_model(spec, CURRENT[key]) for key, spec in OBJECTS.items()}
)
