"""The starter library as a tenant sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from definitions.bodies import CheckedBody, check_body
from definitions.language import LanguageError, Term
from definitions.models import DefinitionVersion, Kind
from definitions.queries.versions import surroundings_at
from definitions.rules.metric_text import write_metric
from definitions.starter import StarterDefinition, starter_definitions


@dataclass(frozen=True, slots=True)
class StarterRow:
    """A starter in the registry: `state` is empty where it is not in it, `broken` says why it cannot be."""

    key: str
    label: str
    meaning: str
    source: str
    references: tuple[str, ...]
    state: str
    broken: str


@dataclass(frozen=True, slots=True)
class StarterGroup:
    label: str
    starters: tuple[StarterRow, ...]


def text_of_starter(starter: StarterDefinition) -> str:
    """Its text as people would write it."""
    if starter.body is None:
        return starter.text or ""
    return write_metric(starter.body, starter.good or "none")


@dataclass(frozen=True, slots=True)
class CheckedStarters:
    """What each starter comes to in this tenant; `broken` says why one cannot be used here."""

    usable: Mapping[str, CheckedBody]
    broken: Mapping[str, str]


def check_starters(*, at: datetime) -> CheckedStarters:
    """Every starter read in the tenant's catalog, each with those before it in place.

    Where the tenant has a term of the same key in force, the others are read with that one.
    """
    around = surroundings_at(at)
    usable: dict[str, CheckedBody] = {}
    broken: dict[str, str] = {}
    for starter in starter_definitions():
        text = text_of_starter(starter)
        try:
            body = check_body(starter.kind, text, object=starter.object, surroundings=around)
        except LanguageError as error:
            broken[starter.key] = str(error)
            continue
        usable[starter.key] = body
        if starter.key in around.metrics or starter.key in around.terms:
            continue
        if starter.body is not None:
            around = replace(around, metrics={**around.metrics, starter.key: starter.body})
        else:
            around = replace(around, terms={**around.terms, starter.key: Term(starter.object, body.text)})
    return CheckedStarters(usable, broken)


def starter_groups(*, at: datetime) -> tuple[StarterGroup, ...]:
    """The library by kind, with what each leans on and whether it is in the registry."""
    checked = check_starters(at=at)
    states: dict[str, str] = {}
    versions = DefinitionVersion.objects.select_related("definition").filter(
        definition__key__in=[each.key for each in starter_definitions()]
    )
    for version in versions.order_by("number"):
        if version.definition.key not in states or version.is_in_force_at(at):
            states[version.definition.key] = f"v{version.number} {version.status_at(at).label.lower()}"
    groups: dict[str, list[StarterRow]] = {}
    for starter in starter_definitions():
        body = checked.usable.get(starter.key)
        row = StarterRow(
            key=starter.key,
            label=starter.label,
            meaning=starter.meaning,
            source=starter.source,
            references=tuple(sorted(body.references)) if body is not None else (),
            state=states.get(starter.key, ""),
            broken=checked.broken.get(starter.key, ""),
        )
        groups.setdefault(Kind(starter.kind).label, []).append(row)
    return tuple(StarterGroup(label, tuple(rows)) for label, rows in groups.items())
