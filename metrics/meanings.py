"""The published meanings a number rests on: metric bodies, the terms they name, and where they stand in the
registry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.errors import NotFound
from definitions import queries
from definitions.compiler import EventMetric, MetricBody, OnField, RatioMetric, from_json
from definitions.language import Term, Terms, parse
from definitions.language.ast import Meets, walk
from definitions.models import DefinitionVersion, Kind
from metrics.answer import Used


@dataclass(frozen=True)
class Meaning:
    """One definition version, ready to be used: a metric has a `body`, everything else is a `term`."""

    key: str
    label: str
    kind: str
    version: int
    version_id: int
    checksum: str
    state: str
    meaning: str
    text: str
    owner: str
    good: str
    body: MetricBody | None
    term: Term | None

    def used(self) -> Used:
        return Used(
            key=self.key,
            label=self.label,
            number=self.version,
            state=self.state,
            checksum=self.checksum,
            version_id=self.version_id,
        )

    def conditions(self) -> Iterable[str]:
        """The texts of ours that may name other terms."""
        match self.body:
            case None:
                yield self.text
            case RatioMetric():
                return
            case body:
                yield body.where
                if body.value is not None:
                    yield body.value
                if isinstance(body, EventMetric):
                    for moment in (body.moment, body.since):
                        if moment is not None and not isinstance(moment, OnField):
                            yield moment.to


@dataclass(frozen=True)
class Meanings:
    """A consistent set of meanings: what one answer is computed from."""

    by_key: Mapping[str, Meaning]

    def __getitem__(self, key: str) -> Meaning:
        found = self.by_key.get(key)
        if found is None:
            raise NotFound(f"No definition called {key} is in force.", code="unknown_metric", param="metric")
        return found

    def metric(self, key: str) -> Meaning:
        """The metric of that key. Raises `NotFound` for a term that is not one."""
        found = self[key]
        if found.body is None:
            raise NotFound(
                f"{found.label} is a {found.kind}, not a KPI.", code="not_a_metric", param="metric"
            )
        return found

    @property
    def terms(self) -> Terms:
        return {key: item.term for key, item in self.by_key.items() if item.term is not None}

    @property
    def bodies(self) -> Mapping[str, MetricBody]:
        return {key: item.body for key, item in self.by_key.items() if item.body is not None}

    def reached_from(self, key: str) -> tuple[Meaning, ...]:
        """The metric and everything it rests on, the metric first, the rest by key."""
        seen: dict[str, Meaning] = {}
        waiting = [key]
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            item = seen[name] = self[name]
            if isinstance(item.body, RatioMetric):
                waiting += [*item.body.numerator, *item.body.denominator]
            for text in item.conditions():
                waiting += _terms_named_in(text)
        first = seen.pop(key)
        return (first, *sorted(seen.values(), key=lambda item: item.key))


def _terms_named_in(text: str) -> list[str]:
    return [node.term for node, _ in walk(parse(text)) if isinstance(node, Meets)]


def meanings_in_force(at: datetime) -> Meanings:
    """Every meaning in force at an instant, in one consistent set."""
    return Meanings({item.key: item for item in map(_meaning, queries.versions_in_force(at))})


def meanings_with_version(at: datetime, key: str, number: int) -> Meanings:
    """The same with one term in another version, e.g. to see a number under the previous definition."""
    chosen = _meaning(queries.numbered_version(key, number))
    return Meanings({**meanings_in_force(at).by_key, key: chosen})


def pinned_meanings(uses: Sequence[Used]) -> Meanings:
    """Exactly the versions a receipt names, whatever is in force now."""
    found = DefinitionVersion.objects.select_related("definition__owner__user").filter(
        pk__in=[used.version_id for used in uses]
    )
    meanings = {item.key: item for item in map(_meaning, found)}
    for used in uses:
        if used.key not in meanings or meanings[used.key].checksum != used.checksum:
            raise NotFound(
                f"Version {used.number} of {used.label} can no longer be read.", code="version_lost"
            )
    return Meanings(meanings)


def metrics_in_force(at: datetime, *, keys: Sequence[str] | None = None) -> dict[str, Meaning]:
    """The metrics in force, by key."""
    found = queries.versions_in_force(at, keys=keys)
    return {
        version.definition.key: _meaning(version)
        for version in found
        if version.definition.kind == Kind.METRIC
    }


def _meaning(version: DefinitionVersion) -> Meaning:
    definition = version.definition
    is_metric = definition.kind == Kind.METRIC
    starter = version.starter_unchanged and version.agreed_at is None
    return Meaning(
        key=definition.key,
        label=definition.label,
        kind=definition.kind,
        version=version.number,
        version_id=version.pk,
        checksum=version.checksum,
        state="starter" if starter else version.status,
        meaning=version.meaning,
        text=version.text,
        owner=definition.owner.user.get_full_name(),
        good=str(version.body.get("good", "up")) if is_metric else "none",
        body=from_json({k: v for k, v in version.body.items() if k != "good"}) if is_metric else None,
        term=None if is_metric else Term(object=version.object, text=version.text),
    )
