"""Taking a file into records, chunk by chunk, so that a killed reading goes on where it had committed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from core.errors import Conflict, Invalid
from crm.imports import uploads
from crm.imports.changes import LOAD_MODES, change_of, stage_changes
from crm.imports.findings import Findings
from crm.imports.references import references_to_nothing
from crm.loader import Change, end_run, load, start_run
from crm.models import CURRENT, CustomField, Import, ImportStep, LoadRun, RejectedRow, Source
from crm.readers import FileProfile, RawRow, count_rows, open_rows
from crm.rules.mapping import ImportMapping, ImportMode
from crm.rules.mapping_json import mapping_from_dict
from crm.rules.rows import MappedRow, SkippedRow, map_row, map_rows
from crm.rules.rows import RejectedRow as Rejection
from crm.rules.values import to_text
from crm.vocab.specs import FieldType

CHUNK_ROWS = 20_000
CHUNK_CHARACTERS = 64_000_000
MOST_REJECTED = 100_000
NEWS_EVERY = 2_000

WHOLE = frozenset({ImportMode.FULL_LIST, ImportMode.DATED_SNAPSHOTS})
"""Modes in which absence speaks: such a list is compared as a whole, in one transaction."""


class Runner(Protocol):
    """Who carries an import out: a job's context, or a program that runs it in place."""

    def step(self) -> AbstractContextManager[None]:
        """One transaction in the tenant's scope."""

    def progress(self, done: int | None = None, total: int | None = None, note: str | None = None) -> None:
        """Tell how far it is; raises to stop at a safe point."""


def run_import(import_id: int, runner: Runner) -> None:
    """Read every step of the import to its end. Safe to call again after whatever stopped it.

    Raises `DomainError` for a file or mapping that cannot be taken; what was committed before stays and is
    not taken twice.
    """
    with runner.step():
        parent = Import.objects.select_related("file").get(pk=import_id)
        steps = list(parent.steps.order_by("number"))
        Import.objects.filter(pk=import_id).update(
            state=Import.State.RUNNING, error="", error_code="", question=None, ended_at=None,
            started_at=parent.started_at or timezone.now(),
        )  # fmt: skip
    with ExitStack() as stack:
        path, profile = stack.enter_context(uploads.opened(parent.file))
        if parent.total is None:
            # Reading to the end first: what would spoil the file midway spoils it before anything is taken.
            runner.progress(0, None, "Counting rows")
            parent.total = count_rows(path, profile)
            with runner.step():
                Import.objects.filter(pk=import_id).update(total=parent.total)
        for step in steps:
            if not step.is_done:
                _Reading(parent, step, len(steps), path, profile, runner).read()
    with runner.step():
        Import.objects.filter(pk=import_id).update(state=Import.State.COMPLETED, ended_at=timezone.now())


@dataclass
class _Chunk:
    """Consecutive outcomes of one transaction, and the row after them."""

    changes: list[Change]
    rejected: list[Rejection]
    rows: int = 0
    next_row: int = 0


class _Reading:
    """One step of an import."""

    def __init__(
        self,
        parent: Import,
        step: ImportStep,
        steps: int,
        path: Path,
        profile: FileProfile,
        runner: Runner,
    ) -> None:
        self.parent, self.step, self.path, self.profile, self.runner = parent, step, path, profile, runner
        self.mapping = mapping_from_dict(step.mapping)
        self.findings = Findings.from_dict(step.findings)
        self.rows_in_all = (parent.total or 0) * steps
        self.rows_before = (parent.total or 0) * (step.number - 1)

    def read(self) -> None:
        self._prepare()
        if self.mapping.mode in WHOLE:
            if not self.step.is_checked:
                self._check_whole()
            self._load_whole()
        else:
            for chunk in self._chunks():
                self._load_chunk(chunk)
        self._finish()

    @property
    def run(self) -> LoadRun:
        run: LoadRun | None = self.step.run
        if run is None:
            raise RuntimeError("A step is prepared before it is read.")
        return run

    def _prepare(self) -> None:
        """The source, the run, the tenant's own fields and the stages: once per step."""
        if self.step.run_id is not None:
            with self.runner.step():
                LoadRun.objects.filter(pk=self.step.run_id).update(status=LoadRun.Status.RUNNING)
                self.step.run = LoadRun.objects.select_related("source").get(pk=self.step.run_id)
            return
        with self.runner.step():
            source = source_of(self.mapping)
            keep_custom_fields(self.mapping)
            stages = stage_changes(self.mapping)
            if stages:
                self.step.stage_run = self._start(source, "stage", LoadRun.Mode.CHANGES)
                load("stage", stages, run=self.step.stage_run)
                end_run(self.step.stage_run, status=LoadRun.Status.COMPLETED, at=timezone.now())
            self.step.run = self._start(source, self.mapping.object, LOAD_MODES[self.mapping.mode])
            self.step.save(update_fields=["run", "stage_run"])

    def _start(self, source: Source, object: str, mode: LoadRun.Mode) -> LoadRun:
        run = start_run(
            source,
            object,
            mode=mode,
            observed_at=self.parent.observed_at,
            file_name=self.parent.file.name,
            file_digest=self.parent.file.digest,
        )
        LoadRun.objects.filter(pk=run.pk).update(started_at=timezone.now())
        return run

    # Changes and histories: chunk by chunk

    def _chunks(self) -> Iterator[_Chunk]:
        start = self.step.next_row
        # A history numbers the changes of one instant in file order, so it is read again from its beginning.
        skip_to = 0 if self.mapping.mode is ImportMode.HISTORY else start
        outcomes = map_rows(
            self._weighed(open_rows(self.path, self.profile, skip_to=skip_to)), self.mapping, start_at=start
        )
        chunk = _Chunk([], [])
        most = getattr(settings, "REVOPS_IMPORT_CHUNK", CHUNK_ROWS)
        self._weight = 0
        for outcome in outcomes:
            chunk.rows += 1
            chunk.next_row = outcome.number + 1
            if isinstance(outcome, MappedRow):
                self.findings.take(outcome)
                chunk.changes.append(change_of(outcome, mode=self.mapping.mode))
            elif isinstance(outcome, SkippedRow):
                self.findings.skipped += 1
            else:
                self.findings.reject(outcome)
                chunk.rejected.append(outcome)
            if chunk.rows % NEWS_EVERY == 0:
                self._tell(chunk.rows)
            if chunk.rows >= most or self._weight > CHUNK_CHARACTERS:
                yield chunk
                chunk = _Chunk([], [])
                self._weight = 0
        if chunk.rows:
            yield chunk

    def _weighed(self, rows: Iterable[RawRow]) -> Iterator[RawRow]:
        """Rows as they are; their text is added up, so that huge cells make a chunk short."""
        for row in rows:
            self._weight += sum(len(cell) for cell in row.values.values() if isinstance(cell, str))
            yield row

    def _load_chunk(self, chunk: _Chunk) -> None:
        with self.runner.step():
            self._keep_rejected(chunk.rejected)
            if chunk.changes:
                load(self.mapping.object, chunk.changes, run=self.run)
            self.step.next_row = chunk.next_row
            self.step.rows_seen += chunk.rows
            self._keep_position()
        self._tell(0)

    # Full lists and snapshots: looked through first, then taken as a whole

    def _check_whole(self) -> None:
        """Keep the rejected rows and the findings, so that taking the list needs no second thought."""
        self.findings = Findings()
        rejected: list[Rejection] = []
        taken = 0
        for number, outcome in enumerate(self._outcomes(), start=1):
            if isinstance(outcome, MappedRow):
                self.findings.take(outcome)
                taken += 1
            elif isinstance(outcome, SkippedRow):
                self.findings.skipped += 1
            else:
                self.findings.reject(outcome)
                rejected.append(outcome)
                if len(rejected) > MOST_REJECTED:
                    raise _too_many()
            if number % NEWS_EVERY == 0:
                self._tell(number // 2, "Checking rows")
        if not taken:
            raise Invalid(
                "No row of this list could be taken, so nothing was changed. Look at the rejected rows of the"
                " preview.",
                code="nothing_taken",
            )
        with self.runner.step():
            self._keep_rejected(rejected)
            self.step.is_checked = True
            self._keep_position()

    def _load_whole(self) -> None:
        if self.findings.unidentified and self.mapping.mode is ImportMode.FULL_LIST:
            self._require_confirmed_unidentified()
        with self.runner.step():
            present = self._rejected_but_present()
            load(
                self.mapping.object,
                self._whole_changes(present),
                run=self.run,
                confirm_ending=self.parent.ending_confirmed,
            )
            self.step.rows_seen = self.parent.total or 0
            self._keep_position()
        self._tell(0)

    def _require_confirmed_unidentified(self) -> None:
        if self.parent.ending_confirmed:
            return
        raise Conflict(
            f"{self.findings.unidentified} rows of this full list have no id that can be read. If they stand"
            " for known records, those would end. Confirm that, or fix the rows and upload the list again.",
            code="many_ending",
            unidentified=self.findings.unidentified,
        )

    def _outcomes(self) -> Iterator[MappedRow | Rejection | SkippedRow]:
        rows = open_rows(self.path, self.profile)
        return map_rows(rows, self.mapping, snapshot_on=self.parent.snapshot_on)

    def _whole_changes(self, known: frozenset[str]) -> Iterator[Change]:
        """The list as changes. A rejected row still says that its record exists, where the record is
        known.
        """
        mode = self.mapping.mode
        bare = replace(self.mapping, columns=(), constants=())
        absent: list[Change] = []
        taken: set[str] = set()

        def accepted() -> Iterator[Change]:
            rejected_ids = self._rejected_ids
            for number, outcome in enumerate(self._outcomes(), start=1):
                if isinstance(outcome, MappedRow):
                    if outcome.source_id in rejected_ids:
                        taken.add(outcome.source_id)
                    yield change_of(outcome, mode=mode)
                elif isinstance(outcome, Rejection) and outcome.source_id:
                    said = map_row(
                        RawRow(outcome.number, outcome.cells), bare, snapshot_on=self.parent.snapshot_on
                    )
                    if isinstance(said, MappedRow):
                        absent.append(change_of(said, mode=mode))
                if number % NEWS_EVERY == 0:
                    self._tell(number // 2 + (self.parent.total or 0) // 2, "Comparing with what is known")

        def present() -> Iterator[Change]:
            yield from (change for change in absent if change.source_id in known | taken)

        return chain(accepted(), present())

    def _rejected_but_present(self) -> frozenset[str]:
        """Ids of rejected rows whose records are known: being rejected does not end them."""
        rows = RejectedRow.objects.filter(run=self.run).values_list("raw", flat=True)
        bare = replace(self.mapping, columns=(), constants=(), mode=ImportMode.CHANGES_ONLY, changed_at="")
        said = (map_row(RawRow(0, raw), bare) for raw in rows.iterator(chunk_size=2_000))
        self._rejected_ids = frozenset(row.source_id for row in said if isinstance(row, MappedRow))
        if not self._rejected_ids:
            return frozenset()
        known = CURRENT[self.mapping.object].objects.filter(
            source=self.mapping.source, source_id__in=self._rejected_ids, is_stub=False
        )
        return frozenset(known.values_list("source_id", flat=True))

    # What every mode keeps

    def _keep_rejected(self, rejected: list[Rejection]) -> None:
        RejectedRow.objects.bulk_create(
            [
                RejectedRow(
                    run=self.run,
                    row_number=row.number,
                    raw={name: to_text(cell) for name, cell in row.cells.items()},
                    problems=[problem.to_dict() for problem in row.problems],
                )
                for row in rejected
            ],
            batch_size=1_000,
            ignore_conflicts=True,
        )
        if rejected:
            LoadRun.objects.filter(pk=self.run.pk).update(rejected=F("rejected") + len(rejected))
            if LoadRun.objects.filter(pk=self.run.pk, rejected__gt=MOST_REJECTED).exists():
                raise _too_many()

    def _keep_position(self) -> None:
        ImportStep.objects.filter(pk=self.step.pk).update(
            next_row=self.step.next_row,
            rows_seen=self.step.rows_seen,
            is_checked=self.step.is_checked,
            findings=self.findings.to_dict(),
        )

    def _finish(self) -> None:
        with self.runner.step():
            found = references_to_nothing(self.mapping)
            kept = self.findings.to_dict() | {"references": [reference.to_list() for reference in found]}
            ImportStep.objects.filter(pk=self.step.pk).update(is_done=True, findings=kept)
            end_run(self.run, status=LoadRun.Status.COMPLETED, at=timezone.now())

    def _tell(self, ahead: int, note: str | None = None) -> None:
        self.runner.progress(self.rows_before + self.step.rows_seen + ahead, self.rows_in_all, note)


def source_of(mapping: ImportMapping) -> Source:
    """The source that the mapping names, made on first use; a link to its records is kept."""
    source, _ = Source.objects.get_or_create(
        key=mapping.source, defaults={"label": mapping.source.replace("_", " ").capitalize()}
    )
    if mapping.record_link and source.link_template != mapping.record_link:
        source.link_template = mapping.record_link
        source.save(update_fields=["link_template"])
    return source


def keep_custom_fields(mapping: ImportMapping) -> None:
    """The tenant's own fields that the mapping fills, made on first use. `Conflict` for another type."""
    for column in mapping.columns:
        if not column.is_custom or column.type is None:
            continue
        name = column.field.split(".", 1)[1]
        field, _ = CustomField.objects.get_or_create(
            object=mapping.object,
            name=name,
            defaults={
                "label": column.label or name.replace("_", " ").capitalize(),
                "type": column.type.value,
            },
        )
        if field.type != column.type.value:
            raise Conflict(
                f"Your field {field.label!r} holds {field.type}, not {FieldType(column.type).value}. Choose"
                " another name or the same type.",
                code="custom_type_differs",
                param=column.column,
            )


def started_at(parent: Import) -> datetime:
    return parent.started_at or parent.created_at


def _too_many() -> Invalid:
    return Invalid(
        f"More than {MOST_REJECTED:,} rows were rejected: the mapping does not fit this file. Correct it and"
        " import again; undo this import to take back what it had loaded.",
        code="too_many_rejected",
    )
