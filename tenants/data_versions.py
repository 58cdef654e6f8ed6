"""The tenant's data version: a counter with an instant, taken under a lock so that commit order is known
order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core import db
from tenants import sql
from tenants.models import DataVersion as DataVersionRow
from tenants.scope import current_tenant_id


@dataclass(frozen=True)
class DataVersion:
    """`number` counts up from 1 per tenant; `at` (UTC) rises with it and is the known time of what it
    brought."""

    number: int
    at: datetime


def open_data_version(cause: str) -> DataVersion:
    """Take the next data version for the rows about to be written.

    Call it just before those writes: it holds the tenant's lock until the transaction ends, so a reader that
    sees version N sees every version before it, and no version is ever committed behind a receipt's back.
    """
    tenant_id = current_tenant_id()
    db.advisory_xact_lock("data-version", tenant_id)
    [(number, at)] = db.fetch_all(sql.NEXT_DATA_VERSION, {"tenant_id": tenant_id, "cause": cause[:200]})
    return DataVersion(number=number, at=at)


def latest() -> DataVersion | None:
    """The newest version this transaction can see; None before the first load."""
    row = DataVersionRow.objects.order_by("-number").values_list("number", "at").first()
    return DataVersion(*row) if row else None


def first() -> DataVersion | None:
    """The oldest version; None before the first load."""
    row = DataVersionRow.objects.order_by("number").values_list("number", "at").first()
    return DataVersion(*row) if row else None


def known_by(instant: datetime) -> DataVersion | None:
    """The newest version known at an instant; None when it lies before the first."""
    row = (
        DataVersionRow.objects.filter(at__lte=instant).order_by("-number").values_list("number", "at").first()
    )
    return DataVersion(*row) if row else None
