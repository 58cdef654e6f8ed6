"""The form that puts a question on a KPI page: period length, range and split, as plain query parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.periods import Grain
from metrics.question import Question


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Kept:
    """A parameter of the question that the form does not show and must not lose."""

    name: str
    value: str


@dataclass(frozen=True)
class Controls:
    action: str
    grains: Sequence[Choice]
    dimensions: Sequence[Choice]
    start: str
    end: str
    kept: Sequence[Kept]


GRAIN_LABELS: Mapping[Grain | None, str] = {
    Grain.DAY: "By day",
    Grain.WEEK: "By week",
    Grain.MONTH: "By month",
    Grain.QUARTER: "By quarter",
    Grain.YEAR: "By fiscal year",
    None: "Whole period",
}
SHOWN = frozenset({"grain", "from", "to", "by", "metric"})


def controls_for(
    question: Question, *, start: date, end: date, action: str, dimensions: Sequence[tuple[str, str]]
) -> Controls:
    """The form as the question fills it; `start` and `end` (exclusive) are what the answer covers,
    `dimensions` are (path, label) pairs.
    """
    facts = question.to_json()
    return Controls(
        action=action,
        grains=[
            Choice(grain.value if grain else "total", label, question.grain is grain)
            for grain, label in GRAIN_LABELS.items()
        ],
        dimensions=[Choice(path, label, path in question.by) for path, label in dimensions],
        start=start.isoformat(),
        end=end.isoformat(),
        kept=[
            Kept(name, str(value))
            for name, value in facts.items()
            if name not in SHOWN and not (name == "org" and value == "as_was")
        ],
    )
