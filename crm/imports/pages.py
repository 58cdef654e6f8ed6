"""What the pages of imports show once a file is on its way: lists, progress, results, rejected rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from core import formatting
from core.components import Action, JobProgress, JobState, Pager
from core.errors import NotFound
from crm.imports.findings import Finding, Findings, listed
from crm.imports.preview import blank_label
from crm.imports.references import DanglingReference
from crm.models import CURRENT, Import, ImportStep, LoadRun, RejectedRow
from crm.vocab.objects import OBJECTS
from tenants.models import Job

PAGE = 50
State = Import.State

TONES = {
    State.DRAFT: "",
    State.QUEUED: "accent",
    State.RUNNING: "accent",
    State.ASKING: "warn",
    State.STOPPED: "warn",
    State.FAILED: "neg",
    State.COMPLETED: "pos",
    State.UNDONE: "line",
}
JOB_STATES: dict[str, JobState] = {
    State.QUEUED: "waiting",
    State.RUNNING: "running",
    State.ASKING: "stopped",
    State.STOPPED: "stopped",
    State.FAILED: "failed",
    State.COMPLETED: "done",
    State.UNDONE: "done",
}


@dataclass(frozen=True)
class ImportRow:
    """One import in the list."""

    parent: Import
    href: str
    objects: str
    tone: str
    rows: int
    changed: int
    rejected: int


@dataclass(frozen=True)
class StepResult:
    """What one reading of the file did."""

    name: str
    object: str
    object_key: str
    run: LoadRun | None
    skipped: int
    warnings: tuple[Finding, ...]
    rejections: tuple[Finding, ...]
    blanks: tuple[tuple[str, int], ...]
    references: tuple[DanglingReference, ...]


@dataclass(frozen=True)
class RunPage:
    """An import on its way, or what became of it."""

    parent: Import
    progress: JobProgress
    steps: tuple[StepResult, ...]
    open_rejected: int
    tone: str

    @property
    def over(self) -> bool:
        return self.progress.over


def imports_page(slug: str, *, before: int | None) -> tuple[Sequence[ImportRow], Pager]:
    """Imports, newest first."""
    found = Import.objects.select_related("file", "created_by__user").order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    parents = list(found[: PAGE + 1])
    shown = parents[:PAGE]
    steps: dict[int, list[ImportStep]] = {}
    for step in ImportStep.objects.select_related("run").filter(parent__in=[parent.pk for parent in shown]):
        steps.setdefault(step.parent_id, []).append(step)
    rows = [_import_row(slug, parent, steps.get(parent.pk, [])) for parent in shown]
    older = f"?before={shown[-1].pk}" if len(parents) > PAGE else ""
    return rows, Pager(formatting.counted(len(rows), "import"), next_href=older)


def import_by_id(import_id: int) -> Import:
    """The import. `NotFound` where there is none."""
    parent = Import.objects.select_related("file", "job", "created_by__user").filter(pk=import_id).first()
    if parent is None:
        raise NotFound("There is no such import.")
    return parent


def run_page(slug: str, import_id: int) -> RunPage:
    """Progress and, as far as there is one, the result."""
    parent = import_by_id(import_id)
    steps = list(parent.steps.select_related("run").order_by("number"))
    results = tuple(_result(step) for step in steps)
    open_rejected = RejectedRow.objects.filter(
        run__in=[step.run_id for step in steps if step.run_id], state=RejectedRow.State.OPEN
    ).count()
    return RunPage(parent, _progress(slug, parent, steps), results, open_rejected, TONES[State(parent.state)])


def rejected_rows(import_id: int, *, after: int = 0, state: str = "") -> tuple[list[RejectedRow], int | None]:
    """Rejected rows in file order, and where the next page starts."""
    runs = ImportStep.objects.filter(parent=import_id, run__isnull=False).values("run")
    found = RejectedRow.objects.filter(run__in=runs, pk__gt=after).order_by("pk")
    if state:
        found = found.filter(state=state)
    rows = list(found[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None


def rejected_row(import_id: int, row_id: int) -> RejectedRow:
    """One rejected row of the import."""
    runs = ImportStep.objects.filter(parent=import_id, run__isnull=False).values("run")
    row = RejectedRow.objects.filter(Q(pk=row_id), run__in=runs).first()
    if row is None:
        raise NotFound("There is no such row.")
    return row


def _import_row(slug: str, parent: Import, steps: list[ImportStep]) -> ImportRow:
    runs = [step.run for step in steps if step.run is not None]
    names = dict.fromkeys(OBJECTS[step.mapping["object"]].plural for step in steps)
    url = "import-map" if parent.state == State.DRAFT else "import-run"
    return ImportRow(
        parent,
        reverse(url, args=[slug, parent.pk]),
        ", ".join(names) or formatting.NO_VALUE,
        TONES[State(parent.state)],
        parent.total or 0,
        sum(run.changed for run in runs),
        sum(run.rejected for run in runs),
    )


def _progress(slug: str, parent: Import, steps: list[ImportStep]) -> JobProgress:
    job = parent.job
    state = JOB_STATES.get(parent.state, "waiting")
    note = ""
    done = sum(step.rows_seen for step in steps)
    total = parent.total * len(steps) if parent.total is not None else None
    if job is not None and state in ("waiting", "running"):
        state, note, done, total = _job_state(job, state, done, total)
    actions = []
    if state in ("stopped", "failed") and parent.state in (State.STOPPED, State.FAILED):
        actions.append(
            Action("Go on", reverse("import-resume", args=[slug, parent.pk]), kind="primary", method="post")
        )
    return JobProgress(
        title=f"Importing {parent.file.name}",
        state=state,
        done=done,
        total=total,
        noun="row",
        note=note or parent.error,
        poll_href=reverse("import-run", args=[slug, parent.pk]),
        stop_href=reverse("import-stop", args=[slug, parent.pk]),
        actions=actions,
    )


def _job_state(
    job: Job, state: JobState, done: int, total: int | None
) -> tuple[JobState, str, int, int | None]:
    if job.status == Job.Status.FAILED:
        return "failed", job.error, done, total
    if job.status == Job.Status.STOPPED:
        return "stopped", "", done, total
    if job.status == Job.Status.RUNNING:
        shown: JobState = "stopping" if job.stop_asked_at else "running"
        return shown, job.note, max(done, job.done), job.total or total
    return state, job.error, done, total


def _result(step: ImportStep) -> StepResult:
    findings = Findings.from_dict(step.findings)
    key = step.mapping["object"]
    blanks = sorted(findings.blanks.items(), key=lambda item: (-item[1], item[0]))
    return StepResult(
        name=step.mapping["name"],
        object=OBJECTS[key].plural,
        object_key=key,
        run=step.run,
        skipped=findings.skipped,
        warnings=listed(findings.warnings),
        rejections=listed(findings.rejections),
        blanks=tuple((blank_label(name, key), rows) for name, rows in blanks),
        references=_still_unknown(step),
    )


def _still_unknown(step: ImportStep) -> tuple[DanglingReference, ...]:
    """References that pointed at nothing when the import ended and still do."""
    kept = [DanglingReference(*item) for item in step.findings.get("references", ())]
    if not kept or step.run is None:
        return ()
    unknown: set[tuple[str, str]] = set()
    for target in {reference.target for reference in kept}:
        ids = [reference.source_id for reference in kept if reference.target == target]
        stubs = CURRENT[target].objects.filter(source=step.mapping["source"], source_id__in=ids, is_stub=True)
        unknown |= {(target, source_id) for source_id in stubs.values_list("source_id", flat=True)}
    return tuple(reference for reference in kept if (reference.target, reference.source_id) in unknown)
