"""Imports without a worker: the same work, in place, for commands and set-up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from fnmatch import fnmatch
from pathlib import Path

from django.core.files.base import File
from django.utils import timezone

from core.errors import Conflict, DomainError, Invalid
from crm.imports.drafts import create_import, set_mappings
from crm.imports.execution import run_import
from crm.imports.running import refuse_or_ask
from crm.models import Import, ImportStep
from crm.rules.mapping import ImportMapping, MappingSet
from tenants import audit
from tenants.audit import Actor
from tenants.scope import current_tenant_id, tenant_transaction

Told = Callable[[int, int | None], None]


@dataclass(frozen=True)
class ImportResult:
    """What one reading of a file with one mapping did, in changes and records."""

    import_id: int
    file: str
    mapping: str
    object: str
    rows: int
    skipped: int
    read: int
    changed: int
    unchanged: int
    rejected: int
    ended: int
    stubs: int


def import_file(
    path: Path,
    mappings: Sequence[ImportMapping],
    *,
    actor: Actor,
    name: str = "",
    confirm_ending: bool = False,
    snapshot_on: date | None = None,
    observed_at: datetime | None = None,
    told: Told | None = None,
) -> tuple[ImportResult, ...]:
    """Import a file in place, once per mapping, for the tenant in scope; each chunk commits by itself.

    Raises `DomainError` as a person importing the file would see it (`UnreadableFile`, `UnusableMapping`,
    `Conflict` with code `many_ending` unless confirmed). What was refused before the first chunk left
    nothing.
    """
    tenant_id = current_tenant_id()
    with tenant_transaction(tenant_id), path.open("rb") as content:
        parent = create_import(
            File(content),
            name=name or path.name,
            actor=actor,
            now=timezone.now(),
            observed_at=observed_at,
        )
        set_mappings(parent.pk, mappings, actor=actor)
        Import.objects.filter(pk=parent.pk).update(snapshot_on=snapshot_on, ending_confirmed=confirm_ending)
        audit.record(
            "import.started",
            target=parent,
            actor=actor,
            after={"file": parent.file.name, "digest": parent.file.digest},
        )
    try:
        run_import(parent.pk, InPlace(tenant_id, told))
    except DomainError as refusal:
        with tenant_transaction(tenant_id):
            refuse_or_ask(parent.pk, refusal)
        raise
    with tenant_transaction(tenant_id):
        return results_of(parent.pk)


def import_folder(
    folder: Path,
    ready: MappingSet,
    *,
    actor: Actor,
    confirm_ending: bool = False,
    told: Told | None = None,
    observed_at: datetime | None = None,
) -> tuple[ImportResult, ...]:
    """Import the files of an export with a set of mappings, in the order of the set.

    `Invalid` naming the pattern if a file of the set is missing; nothing is imported then.
    """
    names = sorted(path.name for path in folder.iterdir() if path.is_file())
    planned: list[tuple[Path, ImportMapping]] = []
    for entry in ready.entries:
        fitting = [name for name in names if fnmatch(name, entry.files)]
        if not fitting:
            raise Invalid(f"{folder.name} has no file {entry.files}.", code="missing_file", param=entry.files)
        planned += [(folder / name, entry.mapping) for name in fitting]
    done: list[ImportResult] = []
    for path, mappings in _together(planned):
        done += import_file(
            path, mappings, actor=actor, confirm_ending=confirm_ending, told=told, observed_at=observed_at
        )
    return tuple(done)


class InPlace:
    """Runs the steps of an import in the calling process."""

    def __init__(self, tenant_id: int, told: Told | None = None) -> None:
        self._tenant_id, self._told = tenant_id, told

    @contextmanager
    def step(self) -> Iterator[None]:
        with tenant_transaction(self._tenant_id):
            yield

    def progress(self, done: int | None = None, total: int | None = None, note: str | None = None) -> None:
        if self._told is not None and done is not None:
            self._told(done, total)


def results_of(import_id: int) -> tuple[ImportResult, ...]:
    """The counts of every step, in order."""
    steps = ImportStep.objects.select_related("parent__file", "run").filter(parent=import_id)
    return tuple(_result(step) for step in steps.order_by("number"))


def _result(step: ImportStep) -> ImportResult:
    run = step.run
    if run is None:
        raise Conflict("This import has not been read yet.")
    return ImportResult(
        import_id=step.parent_id,
        file=step.parent.file.name,
        mapping=step.mapping["name"],
        object=run.object,
        rows=step.rows_seen,
        skipped=step.findings.get("skipped", 0),
        read=run.read,
        changed=run.changed,
        unchanged=run.unchanged,
        rejected=run.rejected,
        ended=run.ended,
        stubs=run.stubs,
    )


def _together(planned: Sequence[tuple[Path, ImportMapping]]) -> Iterator[tuple[Path, list[ImportMapping]]]:
    """Neighbouring mappings of one file are steps of one import."""
    current: Path | None = None
    mappings: list[ImportMapping] = []
    for path, mapping in planned:
        if path != current and current is not None:
            yield current, mappings
            mappings = []
        current = path
        mappings.append(mapping)
    if current is not None:
        yield current, mappings
