"""Which records a source's rows refer to that nobody has imported."""

from __future__ import annotations

from dataclasses import dataclass

from core import db
from core.db import identifier
from crm.models import CURRENT
from crm.models.records import current_table
from crm.rules.mapping import ImportMapping
from crm.rules.problems import nearest
from crm.sql import importing
from crm.vocab.objects import OBJECTS
from crm.vocab.specs import FieldType
from tenants.scope import current_tenant_id

MOST_LISTED = 50
MOST_NAMES = 5_000


@dataclass(frozen=True)
class DanglingReference:
    """An id that records refer to and that only exists because they do; the known one most like it."""

    field: str
    target: str
    source_id: str
    rows: int
    resembles: str

    def to_list(self) -> list[str | int]:
        return [self.field, self.target, self.source_id, self.rows, self.resembles]


def references_to_nothing(mapping: ImportMapping) -> tuple[DanglingReference, ...]:
    """References of the object's current records, through fields the mapping fills, that point at stubs."""
    spec = OBJECTS[mapping.object]
    found: list[DanglingReference] = []
    for column in mapping.columns:
        if column.is_custom or spec.field(column.field).type is not FieldType.REFERENCE:
            continue
        field = spec.field(column.field)
        target = field.target or ""
        rows = db.fetch_all(
            importing.DANGLING.format(
                current=identifier(current_table(mapping.object)),
                target=identifier(current_table(target)),
                column=identifier(field.column),
            ),
            {"tenant_id": current_tenant_id(), "source": mapping.source, "limit": MOST_LISTED},
        )
        if rows:
            known = CURRENT[target].objects.filter(source=mapping.source, is_stub=False)
            names = tuple(known.order_by("source_id").values_list("source_id", flat=True)[:MOST_NAMES])
            found += [
                DanglingReference(field.name, target, source_id, count, nearest(source_id, names))
                for source_id, count in rows
            ]
    return tuple(found)
