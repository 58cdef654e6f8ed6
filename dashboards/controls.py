"""The form that puts a question on a KPI page: period length, range and split, as plain query parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


GRAIN_LABELS = {
    Grain.DAY: "By day",
    Grain.WEEK: "By week",
    Grain.MONTH: "By month",
    Grain.QUARTER: "By quarter",
    Grain.YEAR: "By fiscal year",
}
SHOWN = frozenset({"grain", "from", "to", "by", "metric"})


def controls_for(question: Question, *, action: str, dimensions: Sequence[tuple[str, str]]) -> Controls:
    """The form as the question fills it; `dimensions` are (path, label) pairs."""
    facts = question.to_json()
    return Controls(
        action=action,
        grains=[Choice(grain.value, label, question.grain is grain) for grain, label in GRAIN_LABELS.items()],
        dimensions=[Choice(path, label, path in question.by) for path, label in dimensions],
        start=str(facts.get("from", "")),
        end=str(facts.get("to", "")),
        kept=[
            Kept(name, str(value))
            for name, value in facts.items()
            if name not in SHOWN and not (name == "org" and value == "as_was")
        ],
    )
