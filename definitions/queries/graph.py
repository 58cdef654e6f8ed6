"""Which term leans on which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q

from definitions.models import Reference


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A term beside another in the graph."""

    key: str
    label: str
    kind: str


def reference_graph(at: datetime) -> dict[str, set[str]]:
    """Term to the terms it leans on, over every version that is in force at `at` or will be."""
    graph: dict[str, set[str]] = {}
    rows = Reference.objects.filter(_counts(at)).values_list("version__definition__key", "target__key")
    for source, target in rows:
        graph.setdefault(source, set()).add(target)
    return graph


def used_by(key: str, *, at: datetime) -> tuple[Neighbour, ...]:
    """The terms whose words name this one, now or from a scheduled day on, by label."""
    rows = Reference.objects.filter(_counts(at), target__key=key).values_list(
        "version__definition__key", "version__definition__label", "version__definition__kind"
    )
    return tuple(sorted({Neighbour(*row) for row in rows}, key=lambda each: each.label.casefold()))


def _counts(at: datetime) -> Q:
    """References of versions in force or scheduled; one withdrawn before it began has an empty range."""
    return Q(version__effective_to__gt=at) & Q(version__effective_to__gt=F("version__effective_from"))


def leans_on(version_id: int) -> tuple[Neighbour, ...]:
    """The terms that a version's words name, by label."""
    rows = Reference.objects.filter(version_id=version_id).values_list(
        "target__key", "target__label", "target__kind"
    )
    return tuple(sorted((Neighbour(*row) for row in rows), key=lambda each: each.label.casefold()))
