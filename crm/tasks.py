"""Background work of crm."""

from __future__ import annotations

from django.utils import timezone

from crm.imports.running import delete_old_files, run_import_job
from tenants.jobs import JobContext, job_handler


@job_handler("crm.delete_old_files")
def delete_files_nobody_needs(context: JobContext) -> dict[str, object]:
    """Uploaded files are kept for a while after their import, then only the records remain."""
    with context.step():
        return {"deleted": delete_old_files(now=timezone.now())}


__all__ = ["delete_files_nobody_needs", "run_import_job"]
