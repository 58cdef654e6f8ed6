"""The loader's temporary tables: made for one load, gone with its transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from core import db
from core.db import identifier
from core.errors import Invalid
from crm.loader.changes import Change, Op
from crm.loader.layout import CUSTOM_PREFIX, IS_DELETED, META, Layout

TABLES = (
    "load_stage", "load_stage_shape", "load_key", "load_ref", "load_shape", "load_union", "load_event",
    "load_merged", "load_fold", "load_row", "load_touched",
)  # fmt: skip

Shape = tuple[str, ...]


def prepare() -> None:
    """Clear what an earlier load of the same transaction left, and give this one room to sort in memory."""
    names = ", ".join(f"pg_temp.{identifier(name)}" for name in TABLES)
    db.execute("SET LOCAL client_min_messages = 'warning'")
    db.execute(f"DROP TABLE IF EXISTS {names}")
    db.execute("SET LOCAL work_mem = '64MB'")
    db.execute("SET LOCAL jit = off")


def drop(*tables: str) -> None:
    db.execute("DROP TABLE IF EXISTS " + ", ".join(f"pg_temp.{identifier(name)}" for name in tables))


def analyze(table: str, *columns: str) -> None:
    """Tell the planner what the table holds; only in the columns that decide about plans, where they are
    named."""
    named = f" ({', '.join(map(identifier, columns))})" if columns else ""
    db.execute(f"ANALYZE pg_temp.{identifier(table)}{named}")


class Stage:
    """Changes on their way into `load_stage`: counted, each reduced to values and the shape it asserts."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._by_keys: dict[tuple[object, ...], int] = {}
        self._plain = frozenset(layout.plain)
        self._references = {column.field: column for column in layout.references}
        self.shapes: dict[Shape, int] = {}
        self.used_references: set[str] = set()
        self.read = 0

    def fill(self, changes: Iterable[Change]) -> None:
        """COPY the changes. Raises `Invalid` for text or numbers that PostgreSQL cannot hold."""
        layout = self._layout
        definitions = [
            "_n bigint", "source_id text NOT NULL", "_at timestamptz", "_seq bigint", "_shape integer",
            "custom jsonb", "is_deleted boolean",
            *(f"{identifier(c.staged)} {'text' if c.target else c.sql_type}" for c in layout.columns),
        ]  # fmt: skip
        db.execute(f"CREATE TEMP TABLE load_stage ({', '.join(definitions)}) ON COMMIT DROP")
        names = ["_n", "source_id", "_at", "_seq", "_shape", "custom", "is_deleted"]
        names += [*layout.plain, *(column.staged for column in layout.references)]
        db.copy_in("load_stage", names, self._rows(changes))

    def _rows(self, changes: Iterable[Change]) -> Iterator[Sequence[object]]:
        plain, references = self._layout.plain, tuple(self._references)
        by_keys = self._by_keys
        for number, change in enumerate(changes, start=1):
            self.read = number
            values, refs, custom = change.values, change.refs, change.custom
            keys = (change.op, *values, None, *refs, None, *custom)
            shape = by_keys.get(keys)
            if shape is None:
                shape = by_keys[keys] = self._new_shape(change)
            yield (
                number,
                change.source_id,
                change.at,
                change.seq,
                shape,
                dict(custom) if custom else None,
                change.op is Op.DELETE,
                *map(values.get, plain),
                *map(refs.get, references),
            )

    def _new_shape(self, change: Change) -> int:
        if not self._plain.issuperset(change.values):
            raise ValueError(f"{self._layout.key} has no columns {sorted(set(change.values) - self._plain)}.")
        if not self._references.keys() >= set(change.refs):
            unknown = sorted(set(change.refs) - self._references.keys())
            raise ValueError(f"{self._layout.key} has no references {unknown}.")
        self.used_references.update(change.refs)
        asserted = {*change.values, *(self._references[name].name for name in change.refs)}
        asserted |= {CUSTOM_PREFIX + name for name in change.custom}
        if change.op is not Op.PATCH:
            asserted.add(IS_DELETED)
        if not asserted:
            raise Invalid(f"A change of {change.source_id!r} says nothing.", code="empty_change")
        return self.shapes.setdefault(tuple(sorted(asserted)), len(self.shapes))


def make_shape_table(layout: Layout) -> None:
    has = ", ".join(f"{identifier('has_' + name)} boolean" for name in layout.asserted)
    db.execute(
        "CREATE TEMP TABLE load_shape"
        f" (id bigint PRIMARY KEY, columns text[], others text[], custom_names text[], {has}) ON COMMIT DROP"
    )
    db.execute("CREATE TEMP TABLE load_union (shapes bigint[] PRIMARY KEY, id bigint) ON COMMIT DROP")
    db.execute("CREATE TEMP TABLE load_stage_shape (ordinal integer PRIMARY KEY, id bigint) ON COMMIT DROP")


def describe_shapes(layout: Layout, shapes: Iterable[tuple[int, Shape]]) -> None:
    """Say of each shape what it asserts, as the set-based statements read it."""
    everything = frozenset((*META, *layout.asserted))
    names = ["id", "columns", "others", "custom_names", *(f"has_{name}" for name in layout.asserted)]
    db.copy_in("load_shape", names, (_described(layout, everything, *shape) for shape in shapes))


def _described(layout: Layout, everything: frozenset[str], shape_id: int, columns: Shape) -> Sequence[object]:
    asserted = frozenset(columns)
    custom = tuple(name.removeprefix(CUSTOM_PREFIX) for name in columns if name.startswith(CUSTOM_PREFIX))
    has = (name in asserted for name in layout.asserted)
    return (shape_id, columns, tuple(sorted(everything - asserted)), custom, *has)
