"""Rejected rows: corrected by hand and taken after all, or set aside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from core.errors import Conflict, Invalid, NotFound
from crm.imports.changes import LOAD_MODES, change_of
from crm.loader import end_run, load, start_run
from crm.models import Import, ImportStep, LoadRun, RejectedRow, Replay
from crm.readers import RawRow
from crm.rules.mapping import ImportMapping, ImportMode
from crm.rules.mapping_json import mapping_from_dict
from crm.rules.rows import MappedRow, SkippedRow, map_row
from tenants import audit
from tenants.audit import Actor

_REPLAYED_AS = {
    # One row of a list says nothing about the others.
    LoadRun.Mode.FULL_LIST: LoadRun.Mode.CHANGES,
    LoadRun.Mode.SNAPSHOTS: LoadRun.Mode.HISTORY,
}


class StillRejected(Invalid):
    """The corrected row still has problems; `details["problems"]` lists them."""

    default_code = "still_rejected"


@transaction.atomic
def replay_row(row_id: int, cells: Mapping[str, str], *, actor: Actor, now: datetime) -> Replay:
    """Take a rejected row with corrected cells, as of the time of its import. `StillRejected` says what is
    wrong yet; nothing is taken then.
    """
    row = _open_row(row_id)
    step = _step_of(row)
    parent: Import = step.parent
    if parent.state == Import.State.UNDONE:
        raise Conflict("The import of this row was undone.")
    mapping = mapping_from_dict(step.mapping)
    corrected = {name: cells.get(name, cell) for name, cell in row.raw.items()}
    outcome = map_row(RawRow(row.row_number, corrected), mapping, snapshot_on=parent.snapshot_on)
    if isinstance(outcome, SkippedRow):
        raise Invalid("The mapping leaves this row out.", code="row_left_out")
    if not isinstance(outcome, MappedRow):
        problems = [problem.to_dict() for problem in outcome.problems]
        raise StillRejected(outcome.problems[0].message, problems=problems)
    run = _start(row.run, mapping, parent)
    load(mapping.object, [change_of(outcome, mode=mapping.mode)], run=run)
    end_run(run, status=LoadRun.Status.COMPLETED, at=now)
    replay = Replay.objects.create(row=row, run=run, raw=corrected, at=now)
    RejectedRow.objects.filter(pk=row.pk).update(state=RejectedRow.State.FIXED)
    audit.record(
        "import.row_fixed", target=row, actor=actor, after={"row": row.row_number, "import": parent.pk}
    )
    return replay


@transaction.atomic
def dismiss_row(row_id: int, *, actor: Actor) -> None:
    """Set a rejected row aside: it stays in the ledger and is not counted as open."""
    row = _open_row(row_id)
    RejectedRow.objects.filter(pk=row.pk).update(state=RejectedRow.State.DISMISSED)
    audit.record("import.row_dismissed", target=row, actor=actor, after={"row": row.row_number})


def _open_row(row_id: int) -> RejectedRow:
    row = (
        RejectedRow.objects.select_for_update(of=("self",))
        .select_related("run", "run__source")
        .filter(pk=row_id)
        .first()
    )
    if row is None:
        raise NotFound("There is no such row.")
    if row.state != RejectedRow.State.OPEN:
        raise Conflict(f"This row is {row.get_state_display().lower()} already.")
    return row


def _step_of(row: RejectedRow) -> ImportStep:
    step = ImportStep.objects.select_related("parent", "parent__file").filter(run=row.run).first()
    if step is None:
        raise NotFound("This row does not come from a file.")
    return step


def _start(first: LoadRun, mapping: ImportMapping, parent: Import) -> LoadRun:
    mode = LOAD_MODES[mapping.mode]
    run = start_run(
        first.source,
        mapping.object,
        mode=_REPLAYED_AS.get(mode, mode),
        observed_at=parent.observed_at,
        file_name=parent.file.name,
        file_digest=parent.file.digest,
    )
    if mapping.mode is ImportMode.DATED_SNAPSHOTS or run.reconstructed != first.reconstructed:
        LoadRun.objects.filter(pk=run.pk).update(reconstructed=first.reconstructed)
        run.reconstructed = first.reconstructed
    return run
