"""The facts behind one cell, and what became of their records between two known times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from core import db
from definitions.compiler import (
    Aggregate,
    EventMetric,
    MetricBody,
    RatioMetric,
    SnapshotMetric,
)
from definitions.compiler.rows import RowsCell, compile_rows
from definitions.execution import run_part
from metrics import sql
from metrics.history import components
from metrics.rows import group_conditions
from metrics.setting import Setting
from tenants.scope import current_tenant_id

MOST = 200_000
"""Beyond this many facts a difference is not split by record."""

IN_NUMBER = frozenset({"counted", "no_amount", "missing_rate"})


@dataclass(frozen=True, slots=True)
class Fact:
    """One time a record counts in one metric: what it adds, in the reporting currency, and whether it
    does.
    """

    metric: str
    record_id: int
    weight: int
    value: Decimal | None
    amount: Decimal | None
    status: str


def facts_of(setting: Setting, *, period: str, group: tuple[str | None, ...]) -> list[Fact] | None:
    """Every fact of a cell, left-out ones included; None where there are too many to list."""
    found: list[Fact] = []
    for key, body in named_components(setting):
        conditions = group_conditions(setting, group, body.object)
        filters = " and ".join(f"({text})" for text in conditions) or None
        compiled = compile_rows(
            body,
            replace(setting.query, dimensions=(), filters=filters),
            RowsCell(key=period, limit=MOST + 1),
            context=setting.context,
        )
        places = {column.name: place for place, column in enumerate(compiled.columns)}
        rows = run_part(compiled, rows=MOST + 1).rows
        if len(rows) > MOST:
            return None
        names = ("record_id", "weight", "value", "amount", "status")
        record, weight, value, amount, status = (places[name] for name in names)
        found += [
            Fact(key, row[record], int(row[weight]), row[value], row[amount], row[status]) for row in rows
        ]
    return found


def named_components(setting: Setting) -> list[tuple[str, EventMetric | SnapshotMetric]]:
    """The metrics whose facts make up the number, with their keys, each once."""
    body = setting.body
    if not isinstance(body, RatioMetric):
        return [(setting.meaning.key, body)]
    keys = dict.fromkeys([*body.numerator, *body.denominator])
    return [
        (key, part) for key in keys for part in components(setting.meanings.metric(key).body or body, setting)
    ]


def parts_from(setting: Setting, facts: Iterable[Fact]) -> tuple[Mapping[str, Decimal], Mapping[str, int]]:
    """Parts and exceptions of a cell, added up from its facts as the engine's statements do."""
    body = setting.body
    by_metric: dict[str, list[Fact]] = {}
    for fact in facts:
        by_metric.setdefault(fact.metric, []).append(fact)
    excluded: dict[str, int] = {}
    for fact in (fact for group in by_metric.values() for fact in group):
        if fact.status != "counted":
            excluded[fact.status] = excluded.get(fact.status, 0) + 1
    if not isinstance(body, RatioMetric):
        return _parts(body, by_metric.get(setting.meaning.key, [])), excluded
    sides = dict(named_components(setting))
    return {
        name: sum((_figure(sides[key], by_metric.get(key, [])) for key in keys), Decimal(0))
        for name, keys in (("num", body.numerator), ("den", body.denominator))
    }, excluded


def _figure(body: MetricBody, facts: Sequence[Fact]) -> Decimal:
    assert not isinstance(body, RatioMetric)
    return _parts(body, facts)["n" if body.aggregate is Aggregate.COUNT else "sum"]


def _parts(body: EventMetric | SnapshotMetric, facts: Sequence[Fact]) -> dict[str, Decimal]:
    counted = [fact for fact in facts if fact.status == "counted"]
    parts = {"n": Decimal(sum(fact.weight for fact in facts if fact.status in IN_NUMBER))}
    amounts = [fact.weight * fact.amount for fact in counted if fact.amount is not None]
    match body.aggregate:
        case Aggregate.COUNT_DISTINCT:
            parts["n"] = Decimal(len({fact.value for fact in counted}))
        case Aggregate.SUM:
            parts["sum"] = sum(amounts, Decimal(0))
        case Aggregate.MEAN_PARTS:
            parts |= {
                "sum": sum(amounts, Decimal(0)),
                "n_value": Decimal(sum(fact.weight for fact in counted)),
            }
        case Aggregate.MEDIAN if counted:
            parts["median"] = _middle(sorted(fact.amount for fact in counted if fact.amount is not None))
    return parts


def _middle(values: Sequence[Decimal]) -> Decimal:
    lower, upper = values[(len(values) - 1) // 2], values[len(values) // 2]
    return (lower + upper) * Decimal("0.5")


def fates_of(
    setting: Setting, records: Mapping[str, set[int]], *, before: datetime, after: datetime
) -> dict[tuple[str, int], str]:
    """What became of records (by metric) between two known times: arrived, edited, merged or deleted."""
    fates: dict[tuple[str, int], str] = {}
    for key, body in named_components(setting):
        wanted = records.get(key)
        if not wanted:
            continue
        source = setting.context.sources[body.object]
        merged = source.columns.get("merged_into")
        statement = sql.FATES.format(
            table=db.identifier(source.version_table),
            merged=f"v.{db.identifier(merged)}" if merged else "NULL",
        )
        rows = db.fetch_all(
            statement,
            {
                "tenant_id": current_tenant_id(),
                "records": sorted(wanted),
                "before": before,
                "after": after,
                "as_of": setting.pins.as_of,
            },
        )
        fates |= {(key, record): fate for record, fate in rows}
    return fates
