"""Short names for tests of imports: files on disk, mappings, and what they do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any  # records have the columns of their catalog entry

from crm.imports import ImportResult, import_file
from crm.models import CURRENT, LoadRun, RejectedRow
from crm.rules.mapping import ColumnMap, ImportMapping, ImportMode, StageMap
from tenants.audit import Actor
from tenants.models import Membership
from tenants.scope import tenant_transaction

STAGES = (
    StageMap("Open", "open", 1),
    StageMap("Won", "won", 2, is_qualified=True),
    StageMap("Lost", "lost", 3),
)
ACTOR = Actor.system("test")


def deals(mode: ImportMode = ImportMode.CHANGES_ONLY, **changes: Any) -> ImportMapping:  # Any: any part
    """Opportunities with id, name, stage and amount in dollars."""
    parts: dict[str, Any] = {
        "name": "Deals",
        "source": "sheet",
        "object": "opportunity",
        "mode": mode,
        "id_columns": ("id",),
        "columns": (ColumnMap("name", "name"), ColumnMap("stage", "stage"), ColumnMap("amount", "amount")),
        "currency": "USD",
        "pipeline": "Sales",
        "stages": STAGES,
    }
    return ImportMapping(**{**parts, **changes})


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def deal_file(path: Path, numbers: Iterable[int], *, amount: int = 100, stage: str = "Open") -> Path:
    rows = (f"{number},Deal {number},{stage},{amount + number}" for number in numbers)
    return write(path, "id,name,stage,amount", *rows)


def take(
    path: Path, *mappings: ImportMapping, **options: Any
) -> tuple[ImportResult, ...]:  # Any: its options
    return import_file(path, mappings or (deals(),), actor=ACTOR, **options)


def stored(object: str = "opportunity") -> dict[str, tuple[object, ...]]:
    """Living records by source id: name, amount, stage."""
    rows: Any = CURRENT[object].objects.filter(is_stub=False, is_deleted=False)
    return {row.source_id: (row.name, row.amount, row.stage_id) for row in rows}


def rejected(run: LoadRun | None = None) -> Sequence[RejectedRow]:
    rows = RejectedRow.objects.order_by("pk")
    return list(rows if run is None else rows.filter(run=run))


def codes(row: RejectedRow) -> list[str]:
    return [problem["code"] for problem in row.problems]


@contextmanager
def inside(member: Membership) -> Iterator[None]:
    with tenant_transaction(member.tenant_id):
        yield
