"""Which columns changes assert: known shapes by number, new ones added, meeting ones united."""

from __future__ import annotations

from collections.abc import Iterable

from core import db
from crm.loader import scratch
from crm.loader.layout import IS_DELETED, Layout
from crm.loader.scratch import Shape
from crm.sql import loading
from tenants.scope import current_tenant_id

ENDED: Shape = (IS_DELETED,)


class Shapes:
    """The shapes of one object of the tenant, during one load."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        scratch.make_shape_table(layout)
        known = db.fetch_all(loading.SHAPES, {"tenant_id": current_tenant_id(), "object": layout.key})
        self._ids: dict[Shape, int] = {tuple(columns): number for number, columns in known}
        scratch.describe_shapes(layout, ((number, shape) for shape, number in self._ids.items()))
        self._united: set[tuple[int, ...]] = set()

    def number(self, shape: Shape) -> int:
        """The number of a shape (sorted column names), added where it is new."""
        if shape not in self._ids:
            self._add([shape])
        return self._ids[shape]

    def stage(self, ordinals: dict[Shape, int]) -> None:
        """Translate the ordinals that staged changes carry."""
        self._add(shape for shape in ordinals if shape not in self._ids)
        rows = [(ordinal, self._ids[shape]) for shape, ordinal in ordinals.items()]
        db.copy_in("load_stage_shape", ["ordinal", "id"], rows)

    def unite(self, sets: Iterable[list[int]]) -> None:
        """Know the union of each set of shapes that meets in one event. A set may meet again later on."""
        columns = {number: shape for shape, number in self._ids.items()}
        rows: list[tuple[tuple[int, ...], int]] = []
        for numbers in sets:
            if tuple(numbers) in self._united:
                continue
            self._united.add(tuple(numbers))
            union = tuple(sorted({name for number in numbers for name in columns[number]}))
            rows.append((tuple(numbers), self.number(union)))
        if rows:
            db.copy_in("load_union", ["shapes", "id"], rows)

    def _add(self, shapes: Iterable[Shape]) -> None:
        added: list[tuple[int, Shape]] = []
        for shape in shapes:
            number = db.fetch_value(
                loading.ADD_SHAPE,
                {"tenant_id": current_tenant_id(), "object": self._layout.key, "columns": list(shape)},
            )
            self._ids[shape] = number
            added.append((number, shape))
        if added:
            scratch.describe_shapes(self._layout, added)
