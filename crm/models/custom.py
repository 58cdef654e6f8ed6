"""Fields of the tenant's own, and their values in typed columns that an index can serve."""

from __future__ import annotations

from django.db import models

from crm.vocab.objects import FieldType
from tenants.models import TenantForeignKey, TenantOwned


class CustomField(TenantOwned):
    """A field the tenant added to an object. Its values live in the `custom` document under `name`.

    While `is_filterable`, the values of current records are also kept typed, in `CustomValue`.
    """

    TYPES = [(kind.value, kind.value) for kind in FieldType if kind is not FieldType.REFERENCE]

    object = models.TextField()
    name = models.TextField()
    label = models.TextField()
    type = models.CharField(max_length=10, choices=TYPES)
    is_filterable = models.BooleanField(default=False)
    is_personal = models.BooleanField(default=False)

    class Meta:
        db_table = "crm_custom_field"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "object", "name"], name="custom_field_once"),
        ]


class CustomValue(TenantOwned):
    """The value that a current record has in a filterable custom field, in the column of the field's type."""

    field = TenantForeignKey(CustomField, on_delete=models.PROTECT, related_name="values", db_index=False)
    record_id = models.BigIntegerField()
    text = models.TextField(null=True)
    number = models.DecimalField(max_digits=28, decimal_places=10, null=True)
    flag = models.BooleanField(null=True)
    day = models.DateField(null=True)
    instant = models.DateTimeField(null=True)

    class Meta:
        db_table = "crm_custom_value"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "field", "record_id"], name="custom_value_once"),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "field", column],
                name=f"custom_value_{column}",
                condition=models.Q(**{f"{column}__isnull": False}),
            )
            for column in ("text", "number", "day", "instant")
        ]
