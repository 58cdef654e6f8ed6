"""What people do with whole loads: undo one."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.errors import Conflict, NotFound
from crm.loader.undo import take_back
from crm.models import LoadRun, RunVersion, Snapshot
from tenants.audit import Actor, record

Status = LoadRun.Status


@transaction.atomic
def undo_run(run_id: int, actor: Actor) -> LoadRun:
    """Withdraw everything a run brought, as a new data version; returns the run that did it.

    What was believed while the run counted stays readable by `known_at`. Records that only this run knew
    become stubs. Raises `NotFound`; `Conflict` (`still_running`, `already_undone`, `not_undoable`) and,
    naming the records, `touched_since` where a later run that still counts touched the same ones.
    """
    run = LoadRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None:
        raise NotFound("There is no such load.")
    if run.status == Status.UNDONE:
        raise Conflict("This load is undone already.", code="already_undone")
    if run.status == Status.RUNNING:
        raise Conflict("This load is still running. Stop it first.", code="still_running")
    if run.mode == LoadRun.Mode.UNDO:
        raise Conflict("An undo cannot be undone. Load the file again instead.", code="not_undoable")
    own = list(RunVersion.objects.filter(run=run).order_by("number").values_list("at", flat=True))
    undo = LoadRun.objects.create(
        source_id=run.source_id,
        object=run.object,
        mode=LoadRun.Mode.UNDO,
        observed_at=timezone.now(),
        file_name=run.file_name,
    )
    if own:
        gone = Q(run=run) | Q(run__status=Status.UNDONE) | Q(run__mode=LoadRun.Mode.UNDO)
        neutral = list(RunVersion.objects.filter(gone).values_list("at", flat=True))
        undo.changed, version = take_back(run, own=own, neutral=neutral)
        undo.data_version = version.number
        RunVersion.objects.create(run=undo, number=version.number, at=version.at)
        Snapshot.objects.filter(run=run).delete()
    undo.status, undo.ended_at = Status.COMPLETED, timezone.now()
    undo.save(update_fields=["changed", "data_version", "status", "ended_at"])
    before = run.status
    run.status, run.undone_by = Status.UNDONE, undo
    run.save(update_fields=["status", "undone_by"])
    record(
        "load.undone",
        target=run,
        actor=actor,
        before={"status": before},
        after={"status": run.status, "records": undo.changed, "data_version": undo.data_version},
    )
    return undo
