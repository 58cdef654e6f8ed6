"""Celery's doors: wake-ups carry a tenant and a job id, nothing else."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from tenants import services
from tenants.jobs import JobContext, job_handler, queue, run
from tenants.queries import tenant_ids
from tenants.scope import tenant_transaction
from tenants.services.membership import APPLY_ROLES


@shared_task(name="tenants.run_job")
def run_job(*, tenant_id: int, job_id: int) -> None:
    run.run_job(tenant_id, job_id)


@shared_task(name="tenants.sweep_jobs")
def sweep_jobs() -> None:
    for tenant_id in tenant_ids():
        with tenant_transaction(tenant_id):
            queue.sweep()


@job_handler(APPLY_ROLES)
def apply_roles(job: JobContext) -> None:
    with job.step():
        services.apply_roles_in_force(int(job.payload["membership_id"]), now=timezone.now())
