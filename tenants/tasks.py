"""Celery's doors: wake-ups carry a tenant and a job id, nothing else."""

from __future__ import annotations

from celery import shared_task

from tenants.jobs import queue, run
from tenants.queries import tenant_ids
from tenants.scope import tenant_transaction


@shared_task(name="tenants.run_job")
def run_job(*, tenant_id: int, job_id: int) -> None:
    run.run_job(tenant_id, job_id)


@shared_task(name="tenants.sweep_jobs")
def sweep_jobs() -> None:
    for tenant_id in tenant_ids():
        with tenant_transaction(tenant_id):
            queue.sweep()
