"""What an import would do with a file, before it does anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from time import monotonic

from core import formatting
from crm.imports import uploads
from crm.imports.drafts import mappings_of
from crm.imports.findings import Finding, Findings, listed
from crm.models import Import
from crm.readers import open_rows
from crm.rules.mapping import CUSTOM, ImportMapping
from crm.rules.outcomes import MappedRow, RejectedRow, SkippedRow
from crm.rules.rows import map_rows
from crm.rules.values import Value
from crm.vocab.objects import OBJECTS

SHOWN_ROWS = 25
CHECKED_ROWS = 50_000
CHECKED_SECONDS = 4.0


@dataclass(frozen=True)
class PreviewRow:
    """One row as it would be taken (`cells` in the order of the columns), or what is wrong with it."""

    number: int
    source_id: str
    cells: tuple[str, ...]
    problems: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class StepPreview:
    """One reading of the file: first rows, and counts over all rows looked at."""

    name: str
    object: str
    mode: str
    columns: tuple[str, ...]
    rows: tuple[PreviewRow, ...]
    checked: int
    taken: int
    rejected: int
    skipped: int
    rejections: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    blanks: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Preview:
    """The whole import. `complete` says that every row was looked at; else the counts are about a part."""

    parent: Import
    steps: tuple[StepPreview, ...]
    checked: int
    complete: bool

    @property
    def is_worth_it(self) -> bool:
        return any(step.taken for step in self.steps)


def preview(parent: Import) -> Preview:
    """Read the beginning of the file (all of it where that is quick) as the import would."""
    mappings = mappings_of(parent)
    with uploads.opened(parent.file) as (path, profile):
        rows = list(islice(open_rows(path, profile), SHOWN_ROWS))
        until = monotonic() + CHECKED_SECONDS
        steps = []
        complete = True
        checked = 0
        for mapping in mappings:
            findings, counts = Findings(), [0, 0, 0]
            looked_at = 0
            outcomes = map_rows(open_rows(path, profile), mapping, snapshot_on=parent.snapshot_on)
            for looked_at, outcome in enumerate(outcomes, start=1):
                if isinstance(outcome, MappedRow):
                    findings.take(outcome)
                    counts[0] += 1
                elif isinstance(outcome, SkippedRow):
                    counts[2] += 1
                else:
                    findings.reject(outcome)
                    counts[1] += 1
                if looked_at >= CHECKED_ROWS or monotonic() > until:
                    complete = False
                    break
            checked = max(checked, looked_at)
            shown = list(map_rows(rows, mapping, snapshot_on=parent.snapshot_on))
            columns = _columns(mapping)
            steps.append(
                StepPreview(
                    name=mapping.name,
                    object=OBJECTS[mapping.object].plural,
                    mode=mapping.mode.value,
                    columns=tuple(label for _, label in columns),
                    rows=tuple(
                        _row(outcome, mapping, columns)
                        for outcome in shown
                        if not isinstance(outcome, SkippedRow)
                    ),
                    checked=looked_at,
                    taken=counts[0],
                    rejected=counts[1],
                    skipped=counts[2],
                    rejections=listed(findings.rejections)[:50],
                    warnings=listed(findings.warnings)[:50],
                    blanks=_blanks(findings, mapping),
                )
            )
    return Preview(parent, tuple(steps), checked, complete)


def blank_label(name: str, object_key: str) -> str:
    """A blank field by its label."""
    for field in OBJECTS[object_key].fields:
        if name in (field.name, field.column):
            return field.label
    return name


def _blanks(findings: Findings, mapping: ImportMapping) -> tuple[tuple[str, int], ...]:
    ordered = sorted(findings.blanks.items(), key=lambda item: (-item[1], item[0]))
    return tuple((blank_label(name, mapping.object), rows) for name, rows in ordered)


def _columns(mapping: ImportMapping) -> list[tuple[str, str]]:
    spec = OBJECTS[mapping.object]
    found = []
    for column in mapping.columns:
        if column.is_custom:
            found.append((column.field, column.label or column.field.removeprefix(CUSTOM)))
        else:
            found.append((column.field, spec.field(column.field).label))
    return found


def _row(
    outcome: MappedRow | RejectedRow, mapping: ImportMapping, columns: list[tuple[str, str]]
) -> PreviewRow:
    if isinstance(outcome, MappedRow):
        return PreviewRow(
            outcome.number,
            outcome.source_id,
            tuple(_cell(outcome, name, mapping) for name, _ in columns),
            (),
            tuple(problem.message for problem in outcome.warnings),
        )
    from_file = {column.field: column.column for column in mapping.columns}
    return PreviewRow(
        outcome.number,
        outcome.source_id,
        tuple(str(outcome.cells.get(from_file[name]) or "") for name, _ in columns),
        tuple(problem.message for problem in outcome.problems),
        (),
    )


def _cell(row: MappedRow, name: str, mapping: ImportMapping) -> str:
    if name.startswith(CUSTOM):
        return shown_value(row.custom.get(name.removeprefix(CUSTOM)))
    field = OBJECTS[mapping.object].field(name)
    if name in row.refs:
        return row.refs[name] or formatting.NO_VALUE
    value = row.values.get(field.column)
    if value is not None and field.currency_column:
        return f"{shown_value(value)} {row.values.get(field.currency_column) or ''}".rstrip()
    return shown_value(value)


def shown_value(value: Value | object) -> str:
    """A typed value as people read it."""
    if value is None:
        return formatting.NO_VALUE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return formatting.instant(value)
    if isinstance(value, date):
        return formatting.day(value)
    if isinstance(value, Decimal):
        plain = value.normalize() if value else Decimal(0)
        exponent = plain.as_tuple().exponent
        return formatting.number(plain, -exponent if isinstance(exponent, int) and exponent < 0 else 0)
    return str(value)
