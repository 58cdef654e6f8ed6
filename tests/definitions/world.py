"""A small CRM with history in temporary tables: two tenants, the second a louder echo of the first."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any  # rows of whatever a statement gives
from zoneinfo import ZoneInfo

import psycopg2.extensions
from psycopg2.extras import execute_values

from core.periods import Grain, MonthlyCalendar
from definitions.compiler import (
    CompileContext,
    CompiledQuery,
    MetricBody,
    MetricQuery,
    PeriodSlice,
    Source,
    compile_metric,
)
from definitions.language import CalendarPeriods, Catalog, Field, ObjectType, Terms, Type
from definitions.language.periods import day_start

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
CALENDAR = MonthlyCalendar(start_month=1)
LOADED = datetime(2026, 1, 5, tzinfo=UTC)
NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
OURS, THEIRS = 1, 2

_KINDS = {
    Type.TEXT: "text",
    Type.NUMBER: "numeric(28,10)",
    Type.MONEY: "numeric(20,4)",
    Type.BOOL: "boolean",
    Type.DATE: "date",
    Type.INSTANT: "timestamptz",
    Type.REFERENCE: "bigint",
}


def _object(key: str, label: str, **fields: Type | str) -> ObjectType:
    made = []
    for name, kind in fields.items():
        title = name.replace("_", " ").capitalize()
        is_link = isinstance(kind, str)
        made.append(
            Field(name, title, Type.REFERENCE if is_link else kind, target=kind if is_link else None)  # type: ignore[arg-type]
        )
    return ObjectType.of(key, label, *made)


CATALOG = Catalog.of(
    _object("user", "User", name=Type.TEXT, team=Type.TEXT, region=Type.TEXT, manager="user"),
    _object("account", "Account", name=Type.TEXT, segment=Type.TEXT, owner="user"),
    _object(
        "stage", "Stage", name=Type.TEXT, position=Type.NUMBER, outcome=Type.TEXT, is_qualified=Type.BOOL
    ),
    _object(
        "opportunity",
        "Opportunity",
        name=Type.TEXT,
        account="account",
        owner="user",
        stage="stage",
        opportunity_type=Type.TEXT,
        amount=Type.MONEY,
        currency=Type.TEXT,
        close_date=Type.DATE,
        created_at=Type.INSTANT,
        forecast_category=Type.TEXT,
        lead_source=Type.TEXT,
        is_test=Type.BOOL,
        merged_into="opportunity",
    ),
    _object(
        "fx_rate",
        "FX rate",
        rate_table=Type.TEXT,
        currency=Type.TEXT,
        to_currency=Type.TEXT,
        rate=Type.NUMBER,
        valid_on=Type.DATE,
    ),
)


def _source(item: ObjectType) -> Source:
    columns = {key: f"{key}_id" if each.type is Type.REFERENCE else key for key, each in item.fields.items()}
    references = {key: each.target for key, each in item.fields.items() if each.target}
    return Source(item.key, f"crm_{item.key}_version", f"crm_{item.key}", columns, references)


SOURCES = {key: _source(item) for key, item in CATALOG.objects.items()}

STAGES = {
    "lead": (1, "open", False),
    "qualified": (2, "open", True),
    "proposal": (3, "open", True),
    "won": (4, "won", True),
    "lost": (5, "lost", False),
    "junk": (6, "disqualified", False),
}


def at(day: str, hour: int = 12) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), tzinfo=UTC) + timedelta(hours=hour)


@dataclass
class World:
    """Versions in memory until `fill` writes them. `put` starts a new state of a record, keeping what it does
    not name; ids are given by name."""

    versions: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    ids: dict[tuple[str, str], int] = field(default_factory=dict)

    def id(self, object: str, name: str) -> int:
        return self.ids.setdefault((object, name), len(self.ids) + 1)

    def put(
        self,
        object: str,
        name: str,
        when: datetime,
        *,
        known: datetime = LOADED,
        deleted: bool = False,
        **values: Any,
    ) -> None:
        record = self.id(object, name)
        mine = [row for row in self.versions[object] if row["record_id"] == record]
        state = dict.fromkeys(SOURCES[object].columns) | ({"name": name} if object != "fx_rate" else {})
        if mine:
            mine[-1]["valid_to"] = when
            state = {key: mine[-1][key] for key in SOURCES[object].columns}
        for key, value in values.items():
            target = SOURCES[object].references.get(key)
            state[key] = self.id(target, value) if target and value is not None else value
        self.versions[object].append(
            {**state, "record_id": record, "seq": len(mine), "is_deleted": deleted, "valid_from": when,
             "valid_to": FOREVER, "known_from": known, "known_to": FOREVER}
        )  # fmt: skip

    def stages(self) -> None:
        for name, (position, outcome, qualified) in STAGES.items():
            self.put("stage", name, LOADED, position=position, outcome=outcome, is_qualified=qualified)

    def deal(self, name: str, steps: Mapping[str, str], **values: Any) -> None:
        """An opportunity that entered stages on days, in USD and new unless said otherwise."""
        given = {"currency": "USD", "opportunity_type": "new", "amount": Decimal(100)} | values
        for number, (day, stage) in enumerate(steps.items()):
            extra: dict[str, Any] = given | {"created_at": at(day)} if number == 0 else {}
            self.put("opportunity", name, at(day), stage=stage, **extra)

    def rate(self, table: str, currency: str, valid_on: str, rate: str, *, known: datetime = LOADED) -> None:
        name = f"{table} {currency} {valid_on} {known}"
        self.put(
            "fx_rate", name, known, known=known, rate_table=table, currency=currency, to_currency="USD",
            rate=Decimal(rate), valid_on=date.fromisoformat(valid_on),
        )  # fmt: skip

    def fill(self, cursor: psycopg2.extensions.cursor) -> None:
        cursor.execute("set timezone to 'UTC'")
        for key, source in SOURCES.items():
            item = CATALOG.objects[key]
            columns = ", ".join(
                f"{source.columns[name]} {_KINDS[each.type]}" for name, each in item.fields.items()
            )
            cursor.execute(
                f"create temp table {source.version_table} (tenant_id bigint, record_id bigint, seq bigint,"
                f" is_deleted boolean, valid_from timestamptz, valid_to timestamptz, known_from timestamptz,"
                f" known_to timestamptz, custom jsonb, {columns})"
            )
            cursor.execute(
                f"create temp table {source.current_table}"
                " (tenant_id bigint, id bigint, source text, source_id text)"
            )
            stored = ["record_id", "seq", "is_deleted", "valid_from", "valid_to", "known_from", "known_to"]
            names = ["tenant_id", *stored, "custom", *source.columns.values()]
            rows = []
            for tenant in (OURS, THEIRS):
                for row in self.versions[key]:
                    loud = {"amount": row["amount"] * 1000} if tenant == THEIRS and row.get("amount") else {}
                    values = {**row, **loud}
                    rows.append(
                        [
                            tenant,
                            *(values[name] for name in stored),
                            json.dumps({}),
                            *(values[name] for name in source.columns),
                        ]
                    )
            if rows:
                execute_values(
                    cursor, f"insert into {source.version_table} ({', '.join(names)}) values %s", rows
                )
                execute_values(
                    cursor,
                    f"insert into {source.current_table} (tenant_id, id, source, source_id) values %s",
                    [
                        (t, record, "crm", f"006{record}")
                        for t in (OURS, THEIRS)
                        for (o, _), record in self.ids.items()
                        if o == key
                    ],
                )


def periods(first: str, after: str, grain: Grain | None = Grain.QUARTER) -> tuple[PeriodSlice, ...]:
    start, end = date.fromisoformat(first), date.fromisoformat(after)
    if grain is None:
        found = [("total", start, end)]
    else:
        found = [(each.key, each.start, each.end) for each in CALENDAR.periods_between(start, end, grain)]
    return tuple(
        PeriodSlice(key, a, b, day_start(a, ZONE), day_start(b, ZONE), plan_table=f"plan_FY{a.year}")
        for key, a, b in found
    )


def context(
    *, terms: Terms, metrics: Mapping[str, MetricBody] | None = None, tenant: int = OURS
) -> CompileContext:
    calendar = CalendarPeriods(NOW, CALENDAR, ZONE)
    return CompileContext(tenant, CATALOG, SOURCES, calendar, terms=terms, metrics=metrics or {})


def question(slices: Sequence[PeriodSlice], **changes: Any) -> MetricQuery:
    asked: dict[str, Any] = {"as_of": NOW, "known_at": NOW, **changes}
    return MetricQuery(periods=tuple(slices), **asked)


def run(cursor: psycopg2.extensions.cursor, query: CompiledQuery) -> list[dict[str, Any]]:
    cursor.execute(query.sql, query.params)
    names = [each.name for each in cursor.description or ()]
    assert names == [spec.name for spec in query.columns]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def ask(
    cursor: psycopg2.extensions.cursor, body: MetricBody, query: MetricQuery, surroundings: CompileContext
) -> list[dict[str, Any]]:
    return run(cursor, compile_metric(body, query, context=surroundings))
