"""Background work: a row in PostgreSQL, written with the change that asks for it; the broker only wakes
workers."""

from __future__ import annotations

from tenants.jobs.queue import enqueue, stop_job
from tenants.jobs.run import JobContext, JobStopped, LeaseLost, job_handler

__all__ = ["JobContext", "JobStopped", "LeaseLost", "enqueue", "job_handler", "stop_job"]
