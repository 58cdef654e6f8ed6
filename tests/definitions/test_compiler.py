"""What every compiled statement has in common, and what is refused."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any  # JSON of any shape

import psycopg2.extensions
import pytest

from definitions.compiler import (
    Aggregate,
    Basis,
    BodyError,
    CompileContext,
    CompileError,
    EventMetric,
    FirstEntry,
    MetricQuery,
    OnField,
    Organisation,
    RatioMetric,
    RowsCell,
    Segmentation,
    SnapshotMetric,
    Unit,
    compile_metric,
    compile_rows,
    from_json,
    prepare_metric,
    to_json,
)
from definitions.language import LanguageError, Term, check_condition, evaluate
from definitions.starter import starter_metrics, starter_terms

from .world import CATALOG, LOADED, SOURCES, World, ask, at, context, periods, question

QUARTERS = periods("2026-01-01", "2026-07-01")
GOLDEN = Path(__file__).parent / "golden"
SHAPES: dict[str, MetricQuery] = {
    "plain": question(QUARTERS),
    "split": question(QUARTERS, dimensions=("owner.team", "account.segment", "stage.name", "lead_source")),
    "as_is": question(
        QUARTERS,
        dimensions=("owner.manager.name",),
        organisation=Organisation.AS_IS,
        segmentation=Segmentation.CURRENT,
        basis=Basis.PLAN,
        filters='account.segment = "Enterprise" and close_date in this year',
    ),
}


def surroundings(**changes: Any) -> CompileContext:
    return context(terms=starter_terms(), metrics=starter_metrics(), **changes)


@pytest.fixture
def cursor(plain_connection: psycopg2.extensions.connection) -> Iterator[psycopg2.extensions.cursor]:
    with plain_connection.cursor() as opened:
        yield opened
    plain_connection.rollback()


def statements() -> Iterator[tuple[str, str, dict[str, object]]]:
    for key, body in starter_metrics().items():
        for shape, query in SHAPES.items():
            compiled = compile_metric(body, query, context=surroundings())
            yield f"{key} {shape}", compiled.sql, dict(compiled.params)
            if not isinstance(body, RatioMetric):
                rows = compile_rows(
                    body, query, RowsCell(key="2026-Q1", after=(1, 1)), context=surroundings()
                )
                yield f"{key} {shape} rows", rows.sql, dict(rows.params)


def test_every_table_read_is_narrowed_to_the_tenant_and_joined_on_it() -> None:
    tables = {source.version_table for source in SOURCES.values()} | {
        source.current_table for source in SOURCES.values()
    }
    seen = 0
    for name, sql, _ in statements():
        for join, table, alias in re.findall(r"(FROM|JOIN) (crm_\w+) AS (\w+)", sql):
            assert table in tables
            assert f"{alias}.tenant_id = CAST(%(tenant_id)s AS BIGINT)" in sql, (name, alias)
            if join == "JOIN" and alias not in ("s", "c"):  # these two join rows of the tenant's own steps
                assert re.search(rf"{alias}\.tenant_id = \w+\.tenant_id", sql), (name, alias)
            if table.endswith("_version"):
                assert f"{alias}.known_from <= CAST(%(known_at)s AS TIMESTAMPTZ)" in sql, (name, alias)
            seen += 1
        assert not re.search(r"(FROM|JOIN) crm_\w+(?! AS)\b(?! AS)", re.sub(r"crm_\w+ AS \w+", "", sql)), name
    assert seen > 500


def test_values_are_parameters_and_percent_signs_only_theirs() -> None:
    for name, sql, params in statements():
        used = set(re.findall(r"%\((\w+)\)s", sql))
        assert used == set(params), name
        assert "%" not in re.sub(r"%\(\w+\)s", "", sql), name
        assert "Enterprise" not in sql, name


def test_a_shape_is_compiled_once_and_questions_differ_in_parameters_only() -> None:
    kept = surroundings()
    body = starter_metrics()["win_rate"]
    first = compile_metric(body, SHAPES["split"], context=kept)
    months = replace(SHAPES["split"], periods=periods("2025-01-01", "2027-01-01"), as_of=at("2026-01-01"))
    second = compile_metric(body, months, context=kept)

    assert first.sql is second.sql
    assert first.params != second.params
    assert len(kept.prepared) == 1
    assert replace(kept, terms={}).prepared == {}
    assert prepare_metric(body, months.shape, context=kept).sql is first.sql


def test_an_object_can_have_a_known_time_of_its_own() -> None:
    kept = surroundings()
    body = starter_metrics()["won_value"]
    plain = SHAPES["split"]
    apart = replace(plain, known_of=(("fx_rate", at("2026-01-05")), ("user", at("2026-01-06"))))
    earlier = replace(plain, known_of=(("user", at("2026-02-06")), ("fx_rate", at("2026-02-05"))))
    whole, split, other = (compile_metric(body, query, context=kept) for query in (plain, apart, earlier))

    assert split.sql is other.sql
    assert split.sql != whole.sql
    assert len(kept.prepared) == 2
    assert split.params["known_at_user"] == at("2026-01-06")
    assert other.params["known_at_fx_rate"] == at("2026-02-05")
    assert "known_at_user" not in whole.params
    read = re.findall(r"(?:FROM|JOIN) crm_(\w+)_version AS (\w+)", split.sql)
    assert {"opportunity", "user", "fx_rate"} <= {object for object, _ in read}
    for object, alias in read:
        name = f"known_at_{object}" if object in ("user", "fx_rate") else "known_at"
        for bound in ("known_from <=", "known_to >"):
            assert f"{alias}.{bound} CAST(%({name})s AS TIMESTAMPTZ)" in split.sql, (object, alias)


@pytest.mark.parametrize(
    "metric",
    [
        "won_value",
        "lost_count",
        "bookings",
        "sales_cycle_length",
        "open_pipeline",
        "open_pipeline_balance",
        "win_rate",
    ],
)
def test_the_statement_of_a_metric_is_the_reviewed_one(metric: str) -> None:
    """Rewrite with REWRITE_GOLDEN=1 and review the difference."""
    sql = compile_metric(starter_metrics()[metric], SHAPES["plain"], context=surroundings()).sql + "\n"
    kept = GOLDEN / f"{metric}.sql"
    if os.environ.get("REWRITE_GOLDEN"):
        kept.write_text(sql)
    assert kept.read_text() == sql


@pytest.mark.parametrize("key", sorted(starter_metrics()))
def test_a_body_survives_storage(key: str) -> None:
    body = starter_metrics()[key]
    assert from_json(to_json(body)) == body


EVENT: dict[str, Any] = {
    "kind": "event", "object": "opportunity", "aggregate": "sum", "unit": "money", "value": "amount",
    "moment": {"field": "close_date"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ([], "body"),
        ({**EVENT, "kind": "tally"}, "kind"),
        ({**EVENT, "aggregate": "average"}, "aggregate"),
        ({**EVENT, "value": None}, "value"),
        ({**EVENT, "aggregate": "count"}, "value"),
        ({**EVENT, "moment": {}}, "moment"),
        ({**EVENT, "moment": {"field": "close_date", "else": "created_at"}}, "moment.else"),
        ({**EVENT, "moment": {"net_entries_to": "true"}}, "moment.on"),
        ({**EVENT, "extra": 1}, "extra"),
        ({**EVENT, "where": 3}, "where"),
        ({**EVENT, "governed": [1]}, "governed"),
        ({**EVENT, "value": None, "since": {"net_entries_to": "true", "on": "close_date"}}, "since"),
        ({"kind": "ratio", "numerator": [], "denominator": ["a"]}, "numerator"),
        ({"kind": "snapshot", "object": "opportunity", "aggregate": "sum", "unit": "miles"}, "unit"),
    ],
)
def test_a_broken_body_is_refused_with_the_path_of_the_mistake(document: Any, path: str) -> None:
    with pytest.raises(BodyError) as caught:
        from_json(document)
    assert caught.value.path == path


def test_a_question_that_makes_no_sense_is_refused() -> None:
    won = EventMetric("opportunity", Aggregate.COUNT, OnField("close_date"), Unit.COUNT)
    unnamed = RatioMetric(("won_count",), ("nothing",))
    of_medians = RatioMetric(("sales_cycle_length",), ("won_count",))
    plain = question(QUARTERS)
    for body, query, error in (
        (won, question(()), CompileError),
        (won, question(QUARTERS, dimensions=("owner.teem",)), LanguageError),
        (won, question(QUARTERS, filters="amount"), LanguageError),
        (replace(won, moment=OnField("amount")), plain, CompileError),
        (replace(won, moment=FirstEntry("amount")), plain, LanguageError),
        (replace(won, object="contract"), plain, CompileError),
        (unnamed, plain, CompileError),
        (of_medians, plain, CompileError),
    ):
        with pytest.raises(error):
            compile_metric(body, query, context=surroundings())
    with pytest.raises(CompileError):
        compile_rows(starter_metrics()["win_rate"], plain, RowsCell(), context=surroundings())


def test_stages_learnt_of_later_still_stand_for_what_was_before(cursor: psycopg2.extensions.cursor) -> None:
    made = World()
    made.stages()  # known and valid from LOADED on
    made.deal("A", {"2025-06-01": "lead", "2025-07-01": "qualified"})
    made.fill(cursor)
    body = SnapshotMetric("opportunity", Aggregate.COUNT, Unit.COUNT, where="meets(qualified_opportunity)")
    before = periods("2025-04-01", "2025-10-01")

    assert before[-1].end_at < LOADED
    assert [row["n"] for row in ask(cursor, body, question(before), surroundings())] == [0, 1]


def test_a_snapshot_reads_today_as_the_day_of_each_snapshot(cursor: psycopg2.extensions.cursor) -> None:
    made = World()
    made.stages()
    made.deal("A", {"2026-01-10": "lead"}, close_date=date(2026, 3, 15))
    made.fill(cursor)
    body = SnapshotMetric("opportunity", Aggregate.COUNT, Unit.COUNT, where="close_date >= today")
    quarterly = replace(body, where="close_date in this quarter")
    split = question(QUARTERS, filters="created_at in this quarter", dimensions=("close_date < today",))

    months = periods("2026-01-01", "2026-05-01", None)
    assert [row["n"] for row in ask(cursor, body, question(QUARTERS), surroundings())] == [0, 0]
    assert [row["n"] for row in ask(cursor, quarterly, question(QUARTERS), surroundings())] == [1, 0]
    assert [
        row["n"] for row in ask(cursor, body, question(months, as_of=at("2026-03-01")), surroundings())
    ] == [1]
    assert [(row["d0"], row["n"]) for row in ask(cursor, quarterly, split, surroundings())] == [
        (True, 1),
        (None, 0),
    ]


def test_custom_fields_and_hostile_values_travel_as_parameters(cursor: psycopg2.extensions.cursor) -> None:
    made = World()
    made.stages()
    made.deal('100% "sure" %(p0)s', {"2026-01-10": "won"}, close_date=date(2026, 1, 20))
    made.fill(cursor)
    body = EventMetric(
        "opportunity",
        Aggregate.COUNT,
        OnField("close_date"),
        Unit.COUNT,
        where='name = "100% \\"sure\\" %(p0)s"',
    )

    assert [row["n"] for row in ask(cursor, body, question(QUARTERS), surroundings())] == [1, 0]


def test_count_distinct_and_since_a_field(cursor: psycopg2.extensions.cursor) -> None:
    made = World()
    made.stages()
    for number, source in enumerate(["web", "web", "event", None]):
        made.deal(
            f"A{number}", {"2026-01-10": "won"}, close_date=date(2026, 1, 12 + number), lead_source=source
        )
    made.fill(cursor)
    sources = EventMetric(
        "opportunity", Aggregate.COUNT_DISTINCT, OnField("close_date"), Unit.COUNT, value="lead_source"
    )
    days = EventMetric(
        "opportunity", Aggregate.MEDIAN, OnField("close_date"), Unit.DAYS, since=OnField("created_at")
    )

    (first, _) = ask(cursor, sources, question(QUARTERS), surroundings())
    assert (first["n"], first["no_amount"]) == (2, 1)
    assert ask(cursor, days, question(QUARTERS), surroundings())[0]["median"] == Decimal("3.5")


def test_the_deepest_rule_allowed_still_compiles_and_runs(cursor: psycopg2.extensions.cursor) -> None:
    made = World()
    made.stages()
    made.deal("A", {"2026-01-10": "won"}, close_date=date(2026, 1, 20))
    made.fill(cursor)
    terms = {"t0": Term("opportunity", "amount > 0 or amount is unknown")}
    for number in range(1, 19):
        terms[f"t{number}"] = Term("opportunity", f"not (is_test is true or meets(t{number - 1}))")
    body = EventMetric("opportunity", Aggregate.COUNT, OnField("close_date"), Unit.COUNT, where="meets(t18)")
    text = "not " * 62 + "is_test"

    found = ask(cursor, body, question(QUARTERS), context(terms=terms))
    assert [row["n"] for row in found] == [1, 0]
    deep = ask(cursor, replace(body, where=f"({text}) is unknown"), question(QUARTERS), surroundings())
    assert [row["n"] for row in deep] == [1, 0]
    checked = check_condition(text, object="opportunity", catalog=CATALOG)
    assert evaluate(checked, {"is_test": True}, periods=surroundings().periods).value is True


def test_periods_not_begun_have_no_snapshot(cursor: psycopg2.extensions.cursor) -> None:
    made = World()
    made.stages()
    made.deal("A", {"2026-01-10": "lead"})
    made.fill(cursor)
    body = starter_metrics()["open_pipeline_balance"]
    ahead = question(periods("2026-04-01", "2027-01-01"))

    assert [row["n"] for row in ask(cursor, body, ahead, surroundings())] == [1, 0, 0]
