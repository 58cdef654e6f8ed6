"""The starter library: definitions a tenant can adopt as they are, kept as text beside this module.

Owns: their words, sources and bodies. Pure: reads its own files, knows no tenant and no database.
Never: computes; every one is an ordinary definition that goes through the language and the compiler.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from definitions.compiler.bodies import MetricBody, RatioMetric, from_json
from definitions.language import Term


@dataclass(frozen=True, slots=True)
class StarterDefinition:
    """A definition as shipped. A `qualification` has a `text` (a condition over `object`), a `metric` a
    `body`.

    `good` is the direction that is good news. `variants` are related definitions under names of their own;
    `source` is the section of kpis.md it follows; `decision` the switch of kpis.md 0.17 it locks.
    """

    key: str
    label: str
    aliases: tuple[str, ...]
    kind: Literal["qualification", "metric"]
    object: str
    meaning: str
    source: str
    decision: str
    text: str | None = None
    body: MetricBody | None = None
    document: Mapping[str, Any] = field(default_factory=dict, compare=False)  # `body` as JSON, to be stored
    unit: str | None = None
    good: Literal["up", "down"] | None = None
    variants: tuple[str, ...] = ()


@cache
def starter_definitions() -> tuple[StarterDefinition, ...]:
    """All of them, each after those it leans on."""
    return (*_qualifications(), *_metrics())


@cache
def starter_terms() -> Mapping[str, Term]:
    """The qualifications as terms for `meets(...)`."""
    return {each.key: Term(each.object, each.text) for each in starter_definitions() if each.text is not None}


@cache
def starter_metrics() -> Mapping[str, MetricBody]:
    return {each.key: each.body for each in starter_definitions() if each.body is not None}


def _qualifications() -> list[StarterDefinition]:
    return [
        StarterDefinition(
            key=each["key"],
            label=each["label"],
            aliases=tuple(each["aliases"]),
            kind="qualification",
            object=each["object"],
            meaning=each["meaning"],
            source=each["source"],
            decision=each["decision"],
            text=each["text"],
        )
        for each in _read("qualifications.yaml")
    ]


def _metrics() -> list[StarterDefinition]:
    made = []
    for each in _read("metrics.yaml"):
        body = from_json(each["body"])
        made.append(
            StarterDefinition(
                key=each["key"],
                label=each["label"],
                aliases=tuple(each["aliases"]),
                kind="metric",
                object="opportunity" if isinstance(body, RatioMetric) else body.object,
                meaning=each["meaning"],
                source=each["source"],
                decision=each["decision"],
                body=body,
                document=each["body"],
                unit=body.unit.value,
                good=each["good"],
                variants=tuple(each["variants"]),
            )
        )
    return made


def _read(name: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name(name).read_text())
    return entries
