"""A plain reading of what the loader promises, to hold the SQL against; short names for tests of loads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any  # values of records are of every kind

from core.instants import FOREVER
from crm.loader import Change, LoadResult, Op, load, start_run
from crm.models import CURRENT, VERSION, LoadRun, Source

State = dict[str, Any]
LOADED = datetime(2026, 6, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    """Days of January 2026."""
    return datetime(2026, 1, number, tzinfo=UTC)


def make_source(key: str = "sheet") -> Source:
    return Source.objects.create(key=key, label=key.title())


def take(
    source: Source,
    changes: Iterable[Change],
    *,
    object: str = "opportunity",
    mode: LoadRun.Mode = LoadRun.Mode.CHANGES,
    observed_at: datetime = LOADED,
    confirm_ending: bool = False,
) -> LoadResult:
    run = start_run(source, object, mode=mode, observed_at=observed_at)
    return load(object, changes, run=run, confirm_ending=confirm_ending)


@dataclass(frozen=True)
class Told:
    """One event of a record and the state it led to."""

    at: datetime
    seq: int
    valid_to: datetime
    asserted: frozenset[str]
    state: tuple[tuple[str, Any], ...]


def assertions(change: Change) -> State:
    said: State = {**change.values, **{f"ref.{k}": v for k, v in change.refs.items()}}
    said |= {f"custom.{k}": v for k, v in change.custom.items()}
    if change.op is not Op.PATCH:
        said["is_deleted"] = change.op is Op.DELETE
    return said


def histories(changes: Iterable[Change]) -> dict[str, list[Told]]:
    """What is known after these changes, whatever their order: per record its events with folded states."""
    records: dict[str, dict[tuple[datetime, int], State]] = {}
    for change in changes:
        assert change.at is not None
        events = records.setdefault(change.source_id, {})
        events.setdefault((change.at, change.seq), {}).update(assertions(change))
    told: dict[str, list[Told]] = {}
    for source_id, events in records.items():
        state: State = {"is_deleted": False}
        order = sorted(events)
        rows = []
        for place, (at, seq) in enumerate(order):
            state = state | events[at, seq]
            valid_to = order[place + 1][0] if place + 1 < len(order) else FOREVER
            plain = {k: v for k, v in state.items() if v is not None}
            asserted = frozenset(k.replace("ref.account", "account_id") for k in events[at, seq])
            rows.append(Told(at, seq, valid_to, asserted, tuple(sorted(plain.items()))))
        told[source_id] = rows
    return told


def state_at(changes: Iterable[Change], as_of: datetime) -> dict[str, tuple[tuple[str, Any], ...]]:
    """Living records and their states at an instant."""
    found = {}
    for source_id, rows in histories(changes).items():
        for row in rows:
            if row.at <= as_of < row.valid_to and not dict(row.state)["is_deleted"]:
                found[source_id] = row.state
    return found


def versions(object: str) -> Any:
    """Versions with their records. Any: a queryset of a model whose columns come from the catalog."""
    rows: Any = VERSION[object].objects
    return rows.select_related("record", "asserted")


def current_row(object: str, source_id: str) -> Any:
    """Any: its columns come from the catalog."""
    return CURRENT[object].objects.get(source_id=source_id)


def stored_histories(object: str, columns: Iterable[str]) -> dict[str, list[Told]]:
    """What the version table holds as known now, in the oracle's terms."""
    accounts = dict(CURRENT["account"].objects.values_list("pk", "source_id"))
    told: dict[str, list[Told]] = {}
    for row in versions(object).filter(known_to=FOREVER).order_by("valid_from", "seq"):
        told.setdefault(row.record.source_id, []).append(
            Told(
                row.valid_from,
                row.seq,
                row.valid_to,
                frozenset(row.asserted.columns),
                stored_state(row, columns, accounts),
            )
        )
    return told


def stored_state(row: Any, columns: Iterable[str], accounts: dict[int, str]) -> tuple[tuple[str, Any], ...]:
    """Any: a current row or a version row, whose value columns come from the catalog."""
    state: State = {"is_deleted": row.is_deleted, **{name: getattr(row, name) for name in columns}}
    state["ref.account"] = accounts.get(row.account_id)
    state |= {f"custom.{k}": v for k, v in row.custom.items()}
    return tuple(sorted((k, v) for k, v in state.items() if v is not None))


def hours(number: int) -> timedelta:
    return timedelta(hours=number)
