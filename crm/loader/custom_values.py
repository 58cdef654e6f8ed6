"""Filterable custom fields of current records, in typed columns."""

from __future__ import annotations

from core import db
from core.db import identifier
from crm.loader.layout import Layout
from crm.models import CustomField
from crm.models.records import current_table
from crm.sql import custom
from tenants.scope import current_tenant_id

TOUCHED = "SELECT record_id FROM load_touched"
NEW = "SELECT _record FROM load_event WHERE _fast"


def refresh_custom_values(layout: Layout, *, new_records: bool) -> None:
    """After a load: the values of the records it touched, and of those it added."""
    if not CustomField.objects.filter(object=layout.key, is_filterable=True).exists():
        return
    replace_custom_values(layout.key, TOUCHED)
    if new_records:
        replace_custom_values(layout.key, NEW)


def replace_custom_values(key: str, records: str) -> None:
    """Keep the values of the records that the query `records` names (a constant of ours) as they are now."""
    params = {"tenant_id": current_tenant_id(), "object": key}
    names = {"records": records, "current": identifier(current_table(key))}
    db.execute(custom.FORGET_VALUES.format(**names), params)
    db.execute(custom.KEEP_VALUES.format(**names), params)
