"""What every tenant table has in common: an owner, row security, references that cannot leave the tenant."""

from __future__ import annotations

import hashlib
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Self,
    TypeVar,
)  # Any: the metaclass receives arbitrary class attributes.

from django.db import models
from django.db.models.base import ModelBase

from tenants.models.protection import SameTenant, TenantRows
from tenants.scope import current_tenant_id

M = TypeVar("M", bound=models.Model)

if TYPE_CHECKING:
    # The stubs' plugin sets both types from the model that a field points to.
    _ForeignKey = models.ForeignKey[Any, Any]
else:
    _ForeignKey = models.ForeignKey


class TenantForeignKey(_ForeignKey):
    """A reference to another row of the same tenant. The database holds it as (tenant_id, field_id)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False  # replaced by the SameTenant constraint
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        return name, path, list(args), kwargs


def constraint_name(table: str, *parts: str) -> str:
    """A stable name within PostgreSQL's 63 bytes."""
    full = "_".join((table, *parts))
    if len(full) <= 60:
        return full
    return f"{full[:51]}_{hashlib.sha256(full.encode()).hexdigest()[:8]}"


class TenantOwnedBase(ModelBase):
    """Adds row security and composite foreign keys to each concrete model, so that nobody has to remember
    them."""

    def __new__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any], **kwargs: Any) -> ModelBase:
        new = super().__new__(cls, name, bases, attrs, **kwargs)
        meta = new._meta  # type: ignore[attr-defined]  # set by ModelBase
        if meta.abstract or meta.proxy:
            return new
        # A Meta of its own does not inherit this one: saving, refreshing and following references are scoped
        # too.
        meta.base_manager_name = "objects"
        # Migration states bring the constraints themselves; adding them twice would double the DDL.
        present = {constraint.name for constraint in meta.constraints}
        wanted: list[models.BaseConstraint] = [TenantRows(name=constraint_name(meta.db_table, "tenant_rows"))]
        wanted += [
            SameTenant(field.name, name=constraint_name(meta.db_table, field.column, "same_tenant"))
            for field in meta.local_fields
            if isinstance(field, TenantForeignKey)
        ]
        meta.constraints = [*meta.constraints, *(c for c in wanted if c.name not in present)]
        meta.original_attrs["constraints"] = meta.constraints
        return new


class TenantQuerySet(models.QuerySet[M]):
    """A queryset that was born inside one tenant."""


class TenantManager(models.Manager[M]):
    """Refuses to start a query outside a tenant, and starts it inside the one in scope."""

    def get_queryset(self) -> models.QuerySet[M]:
        return super().get_queryset().filter(tenant_id=current_tenant_id())


class TenantOwned(models.Model, metaclass=TenantOwnedBase):
    """Base of every table whose rows belong to a tenant."""

    id = models.BigAutoField(primary_key=True)
    # Every unique constraint and index of ours begins with tenant_id; one on it alone would only cost.
    tenant = models.ForeignKey(
        "tenants.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        default=current_tenant_id,
        db_index=False,
    )

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        abstract = True
