"""References of imported rows that point at nothing known. They are reported, never redirected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from crm.rules.outcomes import MappedRow
from crm.rules.problems import nearest
from crm.vocab.objects import OBJECTS


@dataclass(frozen=True, slots=True)
class UnknownReference:
    """A record that rows speak of and nobody has imported: how many rows, and the known one most like it
    ("").
    """

    field: str
    target: str
    source_id: str
    rows: int
    resembles: str


def unknown_references(
    rows: Iterable[MappedRow], known: Mapping[str, Collection[str]]
) -> tuple[UnknownReference, ...]:
    """Which references point at no record of `known` (source ids by object), most frequent first.

    Objects that `known` does not name are not checked.
    """
    counts: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        spec = OBJECTS[row.object]
        for field, source_id in row.refs.items():
            target = spec.field(field).target or ""
            if source_id is not None and target in known and source_id not in known[target]:
                counts[field, target, source_id] += 1
    names = {target: tuple(sorted(ids)) for target, ids in known.items()}
    return tuple(
        UnknownReference(field, target, source_id, count, nearest(source_id, names[target]))
        for (field, target, source_id), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )
