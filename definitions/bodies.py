"""What a definition's text must be, by kind: parsed, checked against the catalog, in its canonical form."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from definitions.compiler.bodies import RatioMetric
from definitions.language import (
    NO_TERMS,
    Catalog,
    Terms,
    check_condition,
    describe,
    parse,
    text_of,
    to_json,
)
from definitions.language.ast import Meets, walk
from definitions.models import Kind
from definitions.rules.metric_check import Metrics, check_metric
from definitions.rules.metric_text import document_of, read_metric, write_metric
from definitions.rules.metric_words import describe_metric


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a text is read in: the fields there are, the terms and metrics in force, the labels of all."""

    catalog: Catalog
    terms: Terms = field(default_factory=lambda: NO_TERMS)
    metrics: Metrics = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


Document = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class CheckedBody:
    """A text that can be used: canonical `text`, its form as kept in `body`, the terms it names, in words."""

    object: str
    text: str
    body: Document
    references: frozenset[str]
    words: str


def check_body(kind: str, text: str, *, object: str, surroundings: Surroundings) -> CheckedBody:
    """Read a text of a kind. Raises `LanguageError` with line and column of the first thing wrong."""
    if kind == Kind.METRIC:
        return _metric(text, surroundings)
    return _condition(text, object, surroundings)


def _condition(text: str, object: str, around: Surroundings) -> CheckedBody:
    tree = parse(text)
    # Checked as typed, so that positions are those of the text in front of its writer.
    checked = check_condition(text, object=object, catalog=around.catalog, terms=around.terms)
    canonical = text_of(tree)
    return CheckedBody(
        object=object,
        text=canonical,
        body={"kind": "condition", "object": object, "condition": to_json(parse(canonical))},
        references=frozenset(node.term for node, _ in walk(tree) if isinstance(node, Meets)),
        words=describe(checked, catalog=around.catalog, labels=around.labels),
    )


def _metric(text: str, around: Surroundings) -> CheckedBody:
    metric = check_metric(
        read_metric(text), catalog=around.catalog, terms=around.terms, metrics=around.metrics
    )
    return CheckedBody(
        object="" if isinstance(metric.body, RatioMetric) else metric.body.object,
        text=write_metric(metric.body, metric.good),
        body=document_of(metric.body, metric.good),
        references=metric.references,
        words=describe_metric(metric, catalog=around.catalog, labels=around.labels),
    )


def checksum_of(*, object: str, text: str, meaning: str, source: str) -> str:
    """What an approval covers: the words of a version, whatever its number."""
    return hashlib.sha256(json.dumps([object, text, meaning, source]).encode()).hexdigest()
