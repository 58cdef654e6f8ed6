"""The nightly chain: which jobs each tenant gets, in order, by name. The apps do them; none imports this."""

from __future__ import annotations

from celery import shared_task

from tenants.jobs import enqueue
from tenants.queries import tenant_ids
from tenants.scope import tenant_transaction

STEPS = ("definitions.apply_due_versions", "crm.delete_old_files", "dashboards.answer_home")


@shared_task(name="revops.nightly")
def nightly() -> None:
    """Write the night's jobs for every tenant. One tenant's failure keeps nobody else waiting."""
    for tenant_id in tenant_ids():
        with tenant_transaction(tenant_id):
            for kind in STEPS:
                enqueue(kind, payload={})
