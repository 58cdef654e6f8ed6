"""How fast records load, against plain COPY of the same rows into an unlogged table in the same run.

    python benchmarks/load_history.py [--rows 200000]

Prints rows per second and the ratio for a first load, a second load with a tenth of the rows changed, and a
load of history (five changes a record). Works in a tenant of its own and takes everything back at the end.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "revops.settings")
django.setup()

from core import db  # noqa: E402  # after django.setup
from crm.loader import Change, Op, load, start_run  # noqa: E402
from crm.loader.layout import layout_of  # noqa: E402
from crm.models import LoadRun, Source  # noqa: E402
from tenants.models import Tenant  # noqa: E402
from tenants.scope import tenant_transaction  # noqa: E402

START = datetime(2024, 1, 1, tzinfo=UTC)
STAGES = [f"stage-{number}" for number in range(8)]


class _TakeBack(Exception):
    """Ends the transaction without keeping anything."""


def opportunities(rows: int, *, changed_every: int = 0) -> Iterator[Change]:
    for number in range(rows):
        moved = bool(changed_every) and number % changed_every == 0
        yield Change(
            f"006{number:015d}",
            None if changed_every else START + timedelta(seconds=number),
            values={
                "name": f"Opportunity {number} for a customer",
                "opportunity_type": "new" if number % 3 else "expansion",
                "amount": Decimal(number % 90_000) + (Decimal(1) if moved else Decimal("0.5")),
                "currency": "EUR",
                "close_date": date(2026, 1 + number % 12, 1 + number % 28),
                "created_at": START + timedelta(seconds=number),
                "lead_source": "Inbound",
                "forecast_category": "commit",
                "next_step": "Send the proposal and call on Monday",
                "is_test": False,
            },
            refs={
                "account": f"001{number % max(1, rows // 5):015d}",
                "owner": f"005{number % 200:015d}",
                "stage": STAGES[number % 8],
            },
        )


def history(rows: int) -> Iterator[Change]:
    """Each record is created and then changes four times."""
    for number in range(rows // 5):
        key = f"h06{number:015d}"
        at = START + timedelta(seconds=number)
        yield Change(key, at, 0, Op.UPSERT, {"name": f"Opportunity {number}", "amount": Decimal(number)})
        for step in range(1, 5):
            yield Change(
                key,
                at + timedelta(days=step),
                0,
                Op.PATCH,
                {"amount": Decimal(number + step)} if step % 2 else {},
                {"stage": STAGES[step + number % 3]},
            )


def plain_copy(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """COPY of the values into an unlogged table without keys: what the loader is measured against."""
    layout = layout_of("opportunity")
    types = {column.staged: "text" if column.target else column.sql_type for column in layout.columns}
    types |= {"source_id": "text", "at": "timestamptz"}
    listed = ", ".join(f"{name} {types[name]}" for name in columns)
    db.execute("DROP TABLE IF EXISTS crm_benchmark_copy", using="owner")  # of a run that was stopped
    db.execute(f"CREATE UNLOGGED TABLE crm_benchmark_copy ({listed})", using="owner")
    count = db.copy_in("crm_benchmark_copy", columns, rows, using="owner")
    db.execute("DROP TABLE crm_benchmark_copy", using="owner")
    return count


def copied_columns() -> list[str]:
    layout = layout_of("opportunity")
    return ["source_id", "at", *layout.plain, *(column.staged for column in layout.references)]


def copied_rows(changes: Iterable[Change]) -> Iterator[Sequence[object]]:
    layout = layout_of("opportunity")
    fields = [column.field for column in layout.references]
    for change in changes:
        values = map(change.values.get, layout.plain)
        yield (change.source_id, change.at, *values, *map(change.refs.get, fields))


def timed(label: str, rows: int, run: Callable[[], object], baseline: float = 0.0) -> float:
    began = perf_counter()
    run()
    speed = rows / (perf_counter() - began)
    ratio = f"  {speed / baseline:.2f} of plain COPY just before" if baseline else ""
    sys.stdout.write(f"{label:<34}{speed:>12,.0f} rows/s{ratio}\n")
    return speed


def measure(rows: int) -> None:
    """Each load stands beside a plain COPY of its own rows a moment earlier: other work slows both."""
    source = Source.objects.create(key="benchmark", label="Benchmark")
    now = datetime.now(tz=UTC)
    columns = copied_columns()

    def beside_copy(label: str, changes: Callable[[], Iterable[Change]], mode: LoadRun.Mode) -> None:
        def take() -> None:
            load("opportunity", changes(), run=start_run(source, "opportunity", mode=mode, observed_at=now))
            db.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what a commit would check
            db.execute("SET CONSTRAINTS ALL DEFERRED")

        baseline = timed("plain COPY", rows, lambda: plain_copy(columns, copied_rows(changes())))
        timed(label, rows, take, baseline)

    mode = LoadRun.Mode
    beside_copy("first load", lambda: opportunities(rows), mode.CHANGES)
    beside_copy("again, a tenth changed", lambda: opportunities(rows, changed_every=10), mode.CHANGES)
    beside_copy("history, five changes a record", lambda: history(rows), mode.HISTORY)
    peak = getrusage(RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(f"{'memory of this process, at most':<34}{peak:>12,} MB\n")


def main() -> None:
    parser = argparse.ArgumentParser(description="Rows per second of loads beside plain COPY.")
    parser.add_argument("--rows", type=int, default=200_000)
    rows = parser.parse_args().rows
    tenant, _ = Tenant.objects.get_or_create(slug="benchmark", defaults={"name": "Benchmark"})
    try:
        with tenant_transaction(tenant.pk):
            measure(rows)
            raise _TakeBack
    except _TakeBack:
        sys.stdout.write("Everything was taken back.\n")


if __name__ == "__main__":
    main()
