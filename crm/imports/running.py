"""Starting, stopping and undoing imports, and the job that does the work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from core.errors import Conflict, DomainError, NotFound
from crm import services
from crm.imports import uploads
from crm.imports.drafts import mappings_of, needs_date
from crm.imports.execution import run_import
from crm.loader import end_run
from crm.models import Import, ImportFile, ImportStep, LoadRun, RejectedRow, Replay
from tenants import audit
from tenants.audit import Actor
from tenants.jobs import JobContext, JobStopped, enqueue, job_handler
from tenants.jobs.queue import resume_job, stop_job
from tenants.models import Job

KIND = "crm.run_import"
KEPT_FOR = timedelta(days=90)
"""Files of finished imports are deleted after this time; until then rejected rows can be traced to them."""

State = Import.State
OVER = frozenset({State.COMPLETED, State.UNDONE})


@transaction.atomic
def start_import(import_id: int, *, actor: Actor) -> Import:
    """Queue the work. `Conflict` where it was started already or something is still to be answered."""
    parent = _locked(import_id)
    if parent.state != State.DRAFT:
        raise Conflict("This import was started already.", code="already_started")
    if not mappings_of(parent):
        raise Conflict("Say first how the columns are read.", code="no_mapping")
    if needs_date(parent):
        raise Conflict("Choose the date of this list.", code="missing_snapshot_date", param="snapshot_on")
    audit.record(
        "import.started",
        target=parent,
        actor=actor,
        after={"file": parent.file.name, "digest": parent.file.digest, "objects": _objects(parent)},
    )
    return _queue(parent, actor)


@transaction.atomic
def stop_import(import_id: int, *, actor: Actor) -> Import:
    """Ask the work to stop after what it is committing now."""
    parent = _locked(import_id)
    if parent.job_id is None or parent.state not in {State.QUEUED, State.RUNNING}:
        raise Conflict("This import is not running.")
    job = stop_job(parent.job_id)
    if job.status == Job.Status.STOPPED:
        Import.objects.filter(pk=parent.pk).update(state=State.STOPPED)
    audit.record("import.stopped", target=parent, actor=actor)
    return parent


@transaction.atomic
def resume_import(import_id: int, *, actor: Actor) -> Import:
    """Go on after what was committed."""
    parent = _locked(import_id)
    if parent.job_id is None or parent.state not in {State.STOPPED, State.FAILED}:
        raise Conflict("Only an import that was stopped or failed can go on.")
    resume_job(parent.job_id)
    Import.objects.filter(pk=parent.pk).update(state=State.QUEUED, error="", error_code="")
    audit.record("import.resumed", target=parent, actor=actor)
    return parent


@transaction.atomic
def confirm_ending(import_id: int, *, actor: Actor) -> Import:
    """Agree that the records missing from a full list end, and go on."""
    parent = _locked(import_id)
    if parent.state != State.ASKING:
        raise Conflict("This import asks for nothing.")
    audit.record("import.ending_confirmed", target=parent, actor=actor, after=parent.question)
    Import.objects.filter(pk=parent.pk).update(ending_confirmed=True, question=None)
    return _queue(parent, actor)


@transaction.atomic
def undo_import(import_id: int, *, actor: Actor, now: datetime) -> Import:
    """Take back everything the import brought, as a new data version, and delete its file.

    `Conflict` with the reasons where later runs touched the same records; nothing is undone then.
    """
    parent = _locked(import_id)
    if parent.state not in {State.COMPLETED, State.STOPPED, State.FAILED, State.ASKING}:
        raise Conflict("Only an import that has ended can be undone; stop it first.")
    undone = 0
    for step in parent.steps.select_related("run", "stage_run").order_by("-number"):
        replays = Replay.objects.filter(row__run=step.run).order_by("-pk") if step.run_id else ()
        runs = [*(replay.run for replay in replays), step.run, step.stage_run]
        for run in runs:
            if run is not None and run.data_version is not None and run.status != LoadRun.Status.UNDONE:
                if run.status in {LoadRun.Status.RUNNING, LoadRun.Status.STOPPED, LoadRun.Status.FAILED}:
                    end_run(run, status=LoadRun.Status.COMPLETED, at=now)
                services.undo_run(run.pk, actor)
                undone += 1
    RejectedRow.objects.filter(run__in=[step.run_id for step in parent.steps.all() if step.run_id]).update(
        state=RejectedRow.State.DISMISSED
    )
    Import.objects.filter(pk=parent.pk).update(state=State.UNDONE, ended_at=now, question=None)
    uploads.delete(parent.file, now=now)
    audit.record("import.undone", target=parent, actor=actor, after={"runs": undone})
    return parent


@transaction.atomic
def delete_file(import_id: int, *, actor: Actor, now: datetime) -> None:
    """Delete the stored file of an import that is over. Records, counts and rejected rows stay."""
    parent = _locked(import_id)
    if parent.state not in OVER:
        raise Conflict("The file is still needed: finish the import, or discard it.")
    uploads.delete(parent.file, now=now)
    audit.record("import.file_deleted", target=parent, actor=actor, before={"file": parent.file.name})


def delete_old_files(*, now: datetime) -> int:
    """Delete the files of imports that were over long ago; how many."""
    old = ImportFile.objects.filter(
        deleted_at=None, imports__state__in=OVER, imports__ended_at__lt=now - KEPT_FOR
    ).distinct()
    for file in old:
        uploads.delete(file, now=now)
    return len(old)


@job_handler(KIND)
def run_import_job(context: JobContext) -> Mapping[str, object]:
    """Read the file; how it ended stands on the import as well as on the job."""
    import_id = int(context.payload["import_id"])
    try:
        run_import(import_id, context)
    except JobStopped:
        with context.step():
            _end(import_id, State.STOPPED)
        raise
    except DomainError as refusal:
        with context.step():
            if refuse_or_ask(import_id, refusal):
                return {"asking": True}
        raise
    return {"import_id": import_id}


def refuse_or_ask(import_id: int, refusal: DomainError) -> bool:
    """Keep a refusal with the import; True where it only asks for a person's word."""
    if refusal.code == "many_ending":
        question = {"message": refusal.message, **refusal.details}
        Import.objects.filter(pk=import_id).update(question=question)
        _end(import_id, State.ASKING)
        return True
    Import.objects.filter(pk=import_id).update(error=refusal.message, error_code=refusal.code)
    _end(import_id, State.FAILED)
    return False


def _end(import_id: int, state: Import.State) -> None:
    now = timezone.now()
    status = LoadRun.Status.FAILED if state == State.FAILED else LoadRun.Status.STOPPED
    Import.objects.filter(pk=import_id).update(state=state, ended_at=now)
    open_runs = ImportStep.objects.filter(parent=import_id, is_done=False, run__isnull=False)
    LoadRun.objects.filter(pk__in=open_runs.values("run")).update(status=status, ended_at=now)


def _queue(parent: Import, actor: Actor) -> Import:
    parent.job = enqueue(KIND, payload={"import_id": parent.pk}, actor=actor)
    parent.state, parent.ended_at, parent.question = State.QUEUED, None, None
    parent.save(update_fields=["job", "state", "ended_at", "question"])
    return parent


def _locked(import_id: int) -> Import:
    parent = (
        Import.objects.select_for_update(of=("self",)).select_related("file").filter(pk=import_id).first()
    )
    if parent is None:
        raise NotFound("There is no such import.")
    return parent


def _objects(parent: Import) -> list[str]:
    return [mapping.object for mapping in mappings_of(parent)]
