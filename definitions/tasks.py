"""Celery's door to the registry: versions whose time has come."""

from __future__ import annotations

from collections.abc import Mapping

from definitions import services
from definitions.services.publishing import APPLY_DUE
from tenants.audit import Actor
from tenants.jobs import JobContext, job_handler


@job_handler(APPLY_DUE)
def apply_due_versions(job: JobContext) -> Mapping[str, object]:
    with job.step():
        due = services.apply_due_versions(actor=Actor.system(APPLY_DUE))
    return {"took_effect": due.took_effect, "replaced": due.replaced}
