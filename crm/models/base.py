"""What every mirrored record and every version of one has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any  # Any: a reference's value is a record of any object

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tenants.models import TenantOwned
from tenants.scope import current_tenant_id

if TYPE_CHECKING:
    # The stubs' plugin sets both types from the model that a field points to.
    _ForeignKey = models.ForeignKey[Any, Any]
else:
    _ForeignKey = models.ForeignKey


class LedgerReference(_ForeignKey):
    """A reference of a version row, held to its tenant by the table's statement trigger.

    A foreign key is checked row by row, which would be most of the cost of a load; versions arrive by the
    hundred thousand, and the trigger `crm_references_exist` checks each statement's rows as one set.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"db_constraint": False, "db_index": False}
        super().__init__(*args, **kwargs)


class Record(TenantOwned):
    """The latest state of one record of a source. Its value columns are those of the catalog.

    `is_stub`: only its id is known so far, because another record referred to it. `is_deleted`: its source
    deleted it, or a full list no longer named it. `valid_from` is when this state began, `known_from` when we
    learned it.
    """

    source = models.TextField()
    source_id = models.TextField()
    custom = models.JSONField(default=dict)
    is_stub = models.BooleanField(default=False)
    is_deleted = models.BooleanField(default=False)
    valid_from = models.DateTimeField()
    known_from = models.DateTimeField()

    class Meta:
        abstract = True
        base_manager_name = "objects"


class AssertionShape(TenantOwned):
    """A set of columns that changes say something about; `custom.<name>` for a field of the tenant's own.

    Thousands of changes of one file share a shape, so a version row carries its number instead of the list.
    """

    object = models.TextField()
    columns = ArrayField(models.TextField())

    class Meta:
        db_table = "crm_assertion_shape"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "object", "columns"], name="assertion_shape_once"),
        ]


class RecordVersion(TenantOwned):
    """One change of a record as we know it: when it was so, what it said, and the whole state it led to.

    The state held from `valid_from` until `valid_to`, and we believed that from `known_from` until `known_to`
    (both half-open, `FOREVER` for no end yet). Changes at one instant are ordered by `seq`; all but the last
    of them have an empty valid range. `asserted` names the columns the change itself said something about,
    `run` the load that brought it; `reconstructed` marks history learnt afterwards.
    """

    seq = models.BigIntegerField(default=0)
    custom = models.JSONField(default=dict)
    is_deleted = models.BooleanField(default=False)
    # The run's tenant is this one's, so a key to the tenant table would only be checked once more.
    tenant = models.ForeignKey(
        "tenants.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        default=current_tenant_id,
        db_index=False,
        db_constraint=False,
    )
    asserted = LedgerReference(AssertionShape, on_delete=models.PROTECT, related_name="+")
    run = LedgerReference("crm.LoadRun", on_delete=models.PROTECT, related_name="+")
    reconstructed = models.BooleanField(default=False)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    known_from = models.DateTimeField()
    known_to = models.DateTimeField()

    record_id: int  # each concrete version refers to its own current table

    class Meta:
        abstract = True
        base_manager_name = "objects"
