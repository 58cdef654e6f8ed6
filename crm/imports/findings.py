"""What an import took and people should still know: odd values, blanks, references to nothing known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any  # findings are kept as JSON

from crm.rules.problems import RowProblem
from crm.rules.rows import MappedRow, RejectedRow

MOST_DISTINCT = 500
"""Different values that are listed one by one; beyond, rows are still counted under their problem."""

Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Finding:
    """A problem with one value of one column: how many rows, and one message that explains it."""

    code: str
    column: str
    value: str
    message: str
    rows: int


@dataclass
class Findings:
    """Counts that grow row by row and are kept with each committed chunk."""

    warnings: Counter[Key] = field(default_factory=Counter)
    rejections: Counter[Key] = field(default_factory=Counter)
    blanks: Counter[str] = field(default_factory=Counter)
    skipped: int = 0
    unidentified: int = 0

    def take(self, row: MappedRow) -> None:
        for name, value in (*row.values.items(), *row.refs.items()):
            if value is None:
                self.blanks[name] += 1
        for problem in row.warnings:
            _count(self.warnings, problem)

    def reject(self, row: RejectedRow) -> None:
        if not row.source_id:
            self.unidentified += 1
        for problem in row.problems:
            _count(self.rejections, problem)

    def to_dict(self) -> dict[str, object]:
        return {
            "warnings": [[*key, rows] for key, rows in self.warnings.items()],
            "rejections": [[*key, rows] for key, rows in self.rejections.items()],
            "blanks": dict(self.blanks),
            "skipped": self.skipped,
            "unidentified": self.unidentified,
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Findings:  # Any: JSON of our own making
        return cls(
            Counter({_key(item): item[4] for item in kept.get("warnings", ())}),
            Counter({_key(item): item[4] for item in kept.get("rejections", ())}),
            Counter(kept.get("blanks", {})),
            kept.get("skipped", 0),
            kept.get("unidentified", 0),
        )


def listed(counts: Counter[Key]) -> tuple[Finding, ...]:
    """Findings, most frequent first."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Finding(*key, rows) for key, rows in ordered)


def _count(counts: Counter[Key], problem: RowProblem) -> None:
    key = (problem.code, problem.column, problem.value, problem.message)
    if key not in counts and len(counts) >= MOST_DISTINCT:
        key = (problem.code, problem.column, "", "Further values with the same problem.")
    counts[key] += 1


def _key(item: list[str]) -> Key:
    return (item[0], item[1], item[2], item[3])
