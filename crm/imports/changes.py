"""What a mapped row says, as the loader takes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache

from core.money import Money
from crm.loader import Change, Op
from crm.models import LoadRun
from crm.rules.mapping import ImportMapping, ImportMode
from crm.rules.rows import MappedRow, stage_rows
from crm.rules.values import Value
from crm.vocab.objects import OBJECTS
from crm.vocab.specs import FieldType

ALWAYS = datetime(1900, 1, 1, tzinfo=UTC)
"""From when a stage means what a mapping says: it explains every change of the source, the oldest too."""

LOAD_MODES = {
    ImportMode.CHANGES_ONLY: LoadRun.Mode.CHANGES,
    ImportMode.FULL_LIST: LoadRun.Mode.FULL_LIST,
    ImportMode.DATED_SNAPSHOTS: LoadRun.Mode.SNAPSHOTS,
    ImportMode.HISTORY: LoadRun.Mode.HISTORY,
}


def change_of(row: MappedRow, *, mode: ImportMode) -> Change:
    """The change a row makes. A history row says nothing about whether the record exists, unless it does."""
    whole = _whole_columns(row.object)
    values: Mapping[str, object] = row.values
    if not whole.isdisjoint(values):
        values = {
            name: int(value) if name in whole and isinstance(value, Decimal) else value
            for name, value in values.items()
        }
    return Change(
        source_id=row.source_id,
        at=row.at,
        seq=row.seq,
        op=_op(row, mode),
        values=values,
        refs=row.refs,
        custom=_plain(row.custom) if row.custom else row.custom,
    )


def stage_changes(mapping: ImportMapping) -> list[Change]:
    """The stages that a mapping declares."""
    changes = [change_of(row, mode=ImportMode.CHANGES_ONLY) for row in stage_rows(mapping)]
    return [
        Change(source_id=change.source_id, at=ALWAYS, values=change.values, refs=change.refs)
        for change in changes
    ]


def _op(row: MappedRow, mode: ImportMode) -> Op:
    if row.is_deleted:
        return Op.DELETE
    return Op.PATCH if row.is_deleted is None and mode is ImportMode.HISTORY else Op.UPSERT


def _plain(custom: Mapping[str, Value]) -> dict[str, object]:
    """Custom values as the document keeps them: money is its amount, the currency stands beside it."""
    plain: dict[str, object] = {}
    for name, value in custom.items():
        if isinstance(value, Money):
            plain[name], plain[f"{name}_currency"] = value.amount, value.currency
        else:
            plain[name] = value
    return plain


@cache
def _whole_columns(object: str) -> frozenset[str]:
    fields = OBJECTS[object].fields
    return frozenset(field.column for field in fields if field.type is FieldType.NUMBER and field.whole)
