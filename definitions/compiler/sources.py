"""What the compiler may read: for each object, its tables and the column of each field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Source:
    """An object with history. `columns` maps field keys to columns (a REFERENCE to its id column); a custom
    field that is not listed is read from the document column `custom`.

    The version table has tenant_id, `id_column`, seq, is_deleted, valid_from, valid_to, known_from,
    known_to; the current table has tenant_id, id, source, source_id. Fields called `is_test` and
    `merged_into`, where an object has them, keep a record out of every number (kpis.md 0.10).
    """

    object: str
    version_table: str
    current_table: str
    columns: Mapping[str, str]
    references: Mapping[str, str] = field(default_factory=dict)
    id_column: str = "record_id"
    name_field: str = "name"
    custom_column: str = "custom"


Sources = Mapping[str, Source]
