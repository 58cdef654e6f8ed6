"""Whatever rule can be written: PostgreSQL and Python give the same answer for the same records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from types import SimpleNamespace
from typing import cast

import psycopg2.extensions
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2.extras import execute_values
from sqlglot import exp

from definitions.compiler import sql
from definitions.compiler.expression import ExpressionCompiler, FixedTiming
from definitions.compiler.query import Asked
from definitions.compiler.sql import Params, Sql
from definitions.language import Money, check_condition, check_text, parse, text_of, value_of
from definitions.language.catalog import Type
from definitions.language.typed import FieldValue

from .samples import CATALOG, NEW_YORK, TERMS

RULES_PER_TRIP = 8
TRIPS = 300

TEXTS = [
    "",
    "new",
    "won",
    'say "hi"',
    "100%",
    "%(p0)s",
    "back\\slash",
    "Zürich",
    "a'b",
    "Enterprise",
    "new%s",
]
NUMBERS = ["0", "1", "-1", "0.5", "3", "7", "-0.0001", "12345.6789", "999999999999999", "500"]
DAYS = [date(2026, 5, day) for day in (18, 19, 20, 21)] + [
    date(2026, 2, 1),
    date(2025, 12, 31),
    date(9999, 12, 30),
]
INSTANTS = [
    datetime(2026, 5, 20, 3, 59, 59, 999999, tzinfo=UTC),
    datetime(2026, 5, 20, 4, tzinfo=UTC),
    datetime(2026, 5, 21, 4, tzinfo=UTC),
    datetime(2026, 3, 8, 7, 30, tzinfo=UTC),
    datetime(2025, 11, 2, 5, 30, tzinfo=UTC),
    datetime(2026, 5, 20, 15, tzinfo=UTC),
]
OPPORTUNITY_COLUMNS = "name opportunity_type amount currency probability close_date created_at is_test custom"
ACCOUNT_COLUMNS = "name segment employees is_target annual_revenue annual_revenue_currency custom"
COLUMNS = {"opportunity": OPPORTUNITY_COLUMNS.split(), "account": ACCOUNT_COLUMNS.split()}

numbers = st.sampled_from(NUMBERS)
texts = st.sampled_from(TEXTS).map(lambda value: '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"')
days = st.sampled_from(
    ["2026-05-20", "2026-05-19", "2026-02-01", "today", "today - 1 day", "today + 2 weeks"]
)
currencies = st.sampled_from(["USD", "EUR"])


def _money_rules(money: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    number = st.sampled_from(["probability", "account.employees", "2", "0", "0.3"])
    return st.one_of(
        st.tuples(money, st.sampled_from("+-"), money).map(lambda it: f"({' '.join(it)})"),
        st.tuples(money, st.sampled_from("*/"), number).map(lambda it: f"({' '.join(it)})"),
        money.map(lambda it: f"-({it})"),
    )


amounts = st.recursive(
    st.one_of(
        st.sampled_from(["amount", "account.annual_revenue"]),
        st.tuples(numbers, currencies).map(lambda it: f"{it[0]} {it[1]}"),
    ),
    _money_rules,
    max_leaves=4,
)
scalars = st.recursive(
    st.one_of(numbers, st.sampled_from(["probability", "account.employees", "custom.score"])),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda it: f"({' '.join(it)})"),
        inner.map(lambda it: f"-({it})"),
        st.tuples(amounts, amounts).map(lambda it: f"({it[0]} / {it[1]})"),
        st.sampled_from(["(close_date - 2026-05-01)", "(created_at - close_date)", "(now - created_at)"]),
    ),
    max_leaves=6,
)
words = st.sampled_from(["name", "account.segment", "custom.last", "account.name", "account.custom.tier"])
moments = st.sampled_from(
    ["close_date", "created_at", "close_date + 30 days", "created_at - 3 days", "close_date + 2 days", "now"]
)
orders = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
periods = st.sampled_from(
    ["in this quarter", "in last 30 days", "within last 30 days", "in next month", "not in this week",
     "in last 2 quarters", "within next 2 weeks", "not within last 1 day", "in this year", "in last year"]
)  # fmt: skip
maybe_not = st.sampled_from(["", "not "])


def _with_operator(values: st.SearchStrategy[str], others: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(values, orders, others).map(" ".join)


leaves = st.one_of(
    _with_operator(scalars, scalars),
    _with_operator(amounts, amounts),
    _with_operator(amounts, st.just("0")),
    st.tuples(words, st.sampled_from(["=", "!="]), st.one_of(texts, words)).map(" ".join),
    st.tuples(words, st.sampled_from(["starts with", "contains"]), texts).map(" ".join),
    st.tuples(words, maybe_not, st.lists(texts, min_size=1, max_size=3)).map(
        lambda it: f"{it[0]} {it[1]}in ({', '.join(it[2])})"
    ),
    st.tuples(
        st.sampled_from(["probability", "account.employees"]), maybe_not, st.lists(numbers, min_size=1)
    ).map(lambda it: f"{it[0]} {it[1]}in ({', '.join(it[2])})"),
    st.tuples(maybe_not, st.lists(st.tuples(numbers, currencies).map(" ".join), min_size=1, max_size=3)).map(
        lambda it: f"amount {it[0]}in ({', '.join(it[1])})"
    ),
    st.tuples(scalars, maybe_not, scalars, scalars).map(
        lambda it: f"{it[0]} {it[1]}between {it[2]} and {it[3]}"
    ),
    _with_operator(moments, st.one_of(days, moments)),
    _with_operator(days, moments),
    st.tuples(moments, days, days).map(lambda it: f"{it[0]} between {it[1]} and {it[2]}"),
    st.sampled_from(["created_at in (2026-05-20, 2026-03-08)", "close_date not in (2026-05-20, 2026-05-19)"]),
    st.tuples(moments, periods).map(" ".join),
    st.tuples(st.one_of(words, scalars, amounts, moments), st.sampled_from(["is known", "is unknown"])).map(
        " ".join
    ),
    st.sampled_from(
        [
            "is_test",
            "account.is_target",
            "account meets(icp)",
            "account is known",
            "account.is_target = is_test",
        ]
    ),
)
rules = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda it: f"({it[0]} and {it[1]})"),
        st.tuples(inner, inner).map(lambda it: f"({it[0]} or {it[1]})"),
        inner.map(lambda it: f"not ({it})"),
        st.tuples(
            inner, st.sampled_from(["is true", "is false", "is not true", "is not false", "is known"])
        ).map(lambda it: f"({it[0]}) {it[1]}"),
    ),
    max_leaves=5,
)


class Flat:
    """The records' two tables, joined once as `o` and `a`."""

    def value(self, field: FieldValue) -> Sql:
        alias = "a" if field.steps else "o"
        if field.type is Type.REFERENCE:
            return sql.column(alias, f"{field.field.key}_id")
        if field.field.key.startswith("custom."):
            key = exp.Literal.string(field.field.key.removeprefix("custom."))
            text = sql.call("JSONB_EXTRACT_PATH_TEXT", sql.column(alias, "custom"), key)
            return text if field.type is Type.TEXT else sql.as_type(text, "numeric")
        return sql.column(alias, field.field.key)

    def currency(self, field: FieldValue) -> Sql:
        return sql.column("a" if field.steps else "o", field.field.currency)


def _record(random: Random, columns: list[str]) -> dict[str, object]:
    def maybe(value: object) -> object:
        return None if random.random() < 0.4 else value

    made: dict[str, object] = {}
    for column in columns:
        match column:
            case "custom":
                score = maybe(Decimal(random.choice(NUMBERS)))
                made[column] = {
                    "score": score,
                    "last": maybe(random.choice(TEXTS)),
                    "tier": maybe(random.choice(TEXTS)),
                }
            case "amount" | "annual_revenue" | "probability":
                made[column] = maybe(Decimal(random.choice(NUMBERS)))
            case "currency" | "annual_revenue_currency":
                made[column] = maybe(random.choice(["USD", "EUR"]))
            case "employees":
                made[column] = maybe(random.choice([0, 1, 3, 499, 500, 2_000_000_000]))
            case "close_date":
                made[column] = maybe(random.choice(DAYS))
            case "created_at":
                made[column] = maybe(random.choice(INSTANTS))
            case "is_test" | "is_target":
                made[column] = maybe(random.random() < 0.5)
            case _:
                made[column] = maybe(random.choice(TEXTS))
    return made


def make_records(count: int) -> list[dict[str, object]]:
    random = Random(20260520)
    records = []
    for number in range(count):
        record = {"id": number, **_record(random, COLUMNS["opportunity"])}
        has_account = random.random() < 0.75
        record["account"] = {"id": number, **_record(random, COLUMNS["account"])} if has_account else None
        records.append(record)
    return records


RECORDS = make_records(60)


SCHEMA = """
create temp table rule_opportunity (
    id bigint, account_id bigint, name text, opportunity_type text, amount numeric(20,4), currency char(3),
    probability numeric, close_date date, created_at timestamptz, is_test boolean, custom jsonb
);
create temp table rule_account (
    id bigint, name text, segment text, employees int, is_target boolean,
    annual_revenue numeric(20,4), annual_revenue_currency char(3), custom jsonb
);
"""


@pytest.fixture(scope="module")
def tables(plain_connection: psycopg2.extensions.connection) -> Iterator[psycopg2.extensions.cursor]:
    with plain_connection.cursor() as cursor:
        cursor.execute("set timezone to 'UTC'")
        cursor.execute(SCHEMA)
        for name in ("opportunity", "account"):
            columns = ["id", *COLUMNS[name], *(["account_id"] if name == "opportunity" else [])]
            rows = []
            for record in RECORDS:
                place = record if name == "opportunity" else record["account"]
                if isinstance(place, dict):
                    rows.append([_stored(place, column) for column in columns])
            execute_values(cursor, f"insert into rule_{name} ({', '.join(columns)}) values %s", rows)
        yield cursor
    plain_connection.rollback()


def _stored(place: dict[str, object], column: str) -> object:
    if column == "account_id":
        account = place["account"]
        return account["id"] if isinstance(account, dict) else None
    value = place[column]
    return json.dumps(value, default=str) if column == "custom" else value


def answers_in_sql(cursor: psycopg2.extensions.cursor, texts_: list[str]) -> list[tuple[object, ...]]:
    params = Params()
    compiler = ExpressionCompiler(Flat(), FixedTiming(params), params)
    select = exp.Select(expressions=[sql.column("o", "id")])
    for number, text in enumerate(texts_):
        checked = check_text(text, object="opportunity", catalog=CATALOG, terms=TERMS)
        select.append("expressions", sql.named(compiler.compile(checked.root), f"r{number}"))
    select = select.from_(sql.table("rule_opportunity", "o"), copy=False)
    on = sql.equal(sql.column("a", "id"), sql.column("o", "account_id"))
    select = select.join(sql.table("rule_account", "a"), on=on, join_type="left", copy=False)
    statement = sql.text_of(select, pretty=False) + " ORDER BY o.id"
    asked = SimpleNamespace(periods=NEW_YORK)  # the one part of a question that an expression looks at
    values = {name: ask(cast(Asked, asked)) for name, ask in params.asked.items()}
    cursor.execute(statement, {**params.constants, **values})
    return [row[1:] for row in cursor.fetchall()]


@settings(max_examples=TRIPS, deadline=None, suppress_health_check=list(HealthCheck))
@given(batch=st.lists(rules, min_size=RULES_PER_TRIP, max_size=RULES_PER_TRIP))
def test_python_and_postgres_agree_on_every_rule_and_record(
    tables: psycopg2.extensions.cursor, batch: list[str]
) -> None:
    found = answers_in_sql(tables, batch)
    for number, text in enumerate(batch):
        checked = check_condition(text, object="opportunity", catalog=CATALOG, terms=TERMS)
        for record, row in zip(RECORDS, found, strict=True):
            assert value_of(checked, record, periods=NEW_YORK) is row[number], (text, record)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(batch=st.lists(st.one_of(scalars, amounts), min_size=8, max_size=8))
def test_python_and_postgres_agree_on_every_calculation_to_the_last_digit(
    tables: psycopg2.extensions.cursor, batch: list[str]
) -> None:
    found = answers_in_sql(tables, batch)
    for number, text in enumerate(batch):
        checked = check_text(text, object="opportunity", catalog=CATALOG, terms=TERMS)
        for record, row in zip(RECORDS, found, strict=True):
            value = value_of(checked, record, periods=NEW_YORK)
            assert (value.amount if isinstance(value, Money) else value) == row[number], (text, record)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=rules)
def test_a_rule_written_out_again_is_the_same_rule(text: str) -> None:
    tree = parse(text)
    written = text_of(tree)
    assert parse(written) == tree
    assert text_of(parse(written)) == written


def test_the_generated_rules_cover_two_thousand() -> None:
    assert RULES_PER_TRIP * TRIPS >= 2_000
