"""Asking for work, stopping it, and waking workers for what nobody is doing."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from celery import current_app
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from core import db
from core.errors import Conflict, NotFound
from tenants import sql
from tenants.audit import Actor
from tenants.models import Job
from tenants.scope import current_tenant_id

logger = logging.getLogger(__name__)
WAKE_GRACE = timedelta(seconds=15)


def enqueue(
    kind: str,
    *,
    payload: Mapping[str, object],
    actor: Actor | None = None,
    max_attempts: int = 5,
    run_after: datetime | None = None,
) -> Job:
    """Write the job with the caller's transaction and wake a worker once that has committed.

    With `run_after` (UTC) the job waits; the sweeper wakes a worker within a minute of that instant.
    """
    job = Job.objects.create(
        kind=kind,
        payload=dict(payload),
        asked_by=actor.membership if actor else None,
        max_attempts=max_attempts,
        run_after=run_after or timezone.now(),
    )
    if run_after is None:
        transaction.on_commit(partial(wake, current_tenant_id(), job.pk))
    return job


def wake(tenant_id: int, job_id: int) -> None:
    """Tell a worker about a job. A lost message costs time, not the job: the sweeper repeats it."""
    try:
        current_app.send_task(
            "tenants.run_job", kwargs={"tenant_id": tenant_id, "job_id": job_id}, retry=False
        )
    except OperationalError as error:
        logger.warning("The broker is away, job %s waits for the sweeper: %s", job_id, error)


def stop_job(job_id: int) -> Job:
    """Ask a job to stop at its next safe point; one that has not started stops at once. Resume re-queues
    it."""
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        raise NotFound("There is no such job.")
    if job.status == Job.Status.QUEUED:
        job.status, job.ended_at = Job.Status.STOPPED, timezone.now()
    elif job.status == Job.Status.RUNNING:
        job.stop_asked_at = timezone.now()
    else:
        raise Conflict(f"This job has already {job.get_status_display().lower()}.")
    job.save(update_fields=["status", "ended_at", "stop_asked_at"])
    return job


def resume_job(job_id: int) -> Job:
    """Queue a stopped or failed job again; it goes on after what it has already committed."""
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        raise NotFound("There is no such job.")
    if job.status not in {Job.Status.STOPPED, Job.Status.FAILED}:
        raise Conflict(
            f"Only a stopped or failed job can go on; this one is {job.get_status_display().lower()}."
        )
    job.status, job.attempts, job.error = Job.Status.QUEUED, 0, ""
    job.stop_asked_at = job.ended_at = None
    job.run_after = timezone.now()
    job.save(update_fields=["status", "attempts", "error", "stop_asked_at", "ended_at", "run_after"])
    transaction.on_commit(partial(wake, current_tenant_id(), job.pk))
    return job


def sweep() -> int:
    """Wake workers for due and abandoned jobs of the tenant in scope, and fail those that killed every
    worker."""
    tenant_id = current_tenant_id()
    db.execute(sql.BURY_JOBS, {"tenant_id": tenant_id})
    waiting = db.fetch_all(sql.JOBS_TO_WAKE, {"tenant_id": tenant_id, "grace": WAKE_GRACE, "limit": 100})
    for (job_id,) in waiting:
        transaction.on_commit(partial(wake, tenant_id, job_id))
    return len(waiting)
