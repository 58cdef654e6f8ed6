"""The starter metrics against numbers worked out by hand, from kpis.md sections 0 and A."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any  # rows of whatever a statement gives

import psycopg2.extensions
import pytest

from core.periods import Grain
from definitions.compiler import (
    Basis,
    CompileContext,
    MetricQuery,
    Organisation,
    RowsCell,
    compile_history_start,
    compile_rows,
)
from definitions.starter import starter_metrics, starter_terms

from .world import LOADED, NOW, THEIRS, World, ask, at, context, periods, question, run

Cursor = psycopg2.extensions.cursor
YEAR = periods("2026-01-01", "2027-01-01", Grain.YEAR)
QUARTERS = periods("2026-01-01", "2026-07-01")


@pytest.fixture
def cursor(plain_connection: psycopg2.extensions.connection) -> Iterator[Cursor]:
    with plain_connection.cursor() as opened:
        yield opened
    plain_connection.rollback()


def world() -> World:
    made = World()
    made.stages()
    made.put("user", "Ann", LOADED, team="West")
    made.put("user", "Bob", LOADED, team="East")
    made.put("account", "Acme", LOADED, segment="Enterprise")
    return made


def surroundings(**changes: Any) -> CompileContext:
    return context(terms=starter_terms(), metrics=starter_metrics(), **changes)


def answer(cursor: Cursor, metric: str, query: MetricQuery, **changes: Any) -> list[dict[str, Any]]:
    return ask(cursor, starter_metrics()[metric], query, surroundings(**changes))


def figures(rows: list[dict[str, Any]], name: str) -> list[Any]:
    return [row[name] for row in rows]


def rows_behind(cursor: Cursor, metric: str, query: MetricQuery, cell: RowsCell) -> list[dict[str, Any]]:
    return run(cursor, compile_rows(starter_metrics()[metric], query, cell, context=surroundings()))


def test_win_rate_counts_won_and_lost_and_leaves_disqualified_out(cursor: Cursor) -> None:
    made = world()
    for number in range(3):
        made.deal(f"won {number}", {"2026-01-10": "lead", "2026-02-01": "won"}, close_date=date(2026, 2, 1))
    made.deal("big loss", {"2026-01-10": "lead", "2026-03-01": "lost"}, amount=Decimal(900))
    made.deal("junk", {"2026-01-10": "lead", "2026-03-01": "junk"})
    made.deal("open", {"2026-01-10": "lead"}, close_date=date(2026, 3, 1))
    made.fill(cursor)

    assert [(row["num"], row["den"]) for row in answer(cursor, "win_rate", question(QUARTERS))] == [
        (3, 4),
        (0, 0),
    ]
    by_value = answer(cursor, "win_rate_by_value", question(QUARTERS))
    assert [(row["num"], row["den"]) for row in by_value] == [(300, 1200), (0, 0)]
    assert figures(answer(cursor, "disqualified_count", question(QUARTERS)), "n") == [1, 0]


def test_a_period_without_decisions_has_a_zero_denominator_and_is_still_there(cursor: Cursor) -> None:
    world().fill(cursor)

    (only,) = answer(cursor, "win_rate", question(YEAR))
    assert (only["key"], only["num"], only["den"]) == ("FY2026", 0, 0)


def test_a_reopened_win_is_taken_back_in_bookings_and_counts_once_elsewhere(cursor: Cursor) -> None:
    """kpis.md 0.11: bookings +100 then -100; the first period as reported 1 of 1, as restated 0 of 0."""
    made = world()
    made.deal(
        "A",
        {"2026-01-10": "qualified", "2026-02-10": "won", "2026-04-05": "proposal", "2026-05-10": "lost"},
        close_date=date(2026, 2, 10),
    )
    made.fill(cursor)
    then, now = question(QUARTERS, as_of=at("2026-03-31")), question(QUARTERS)

    assert figures(answer(cursor, "bookings", then), "sum") == [100, 0]
    assert figures(answer(cursor, "bookings", now), "sum") == [100, -100]
    assert [(row["num"], row["den"]) for row in answer(cursor, "win_rate", then)] == [(1, 1), (0, 0)]
    assert [(row["num"], row["den"]) for row in answer(cursor, "win_rate", now)] == [(0, 0), (0, 1)]
    lines = rows_behind(cursor, "bookings", now, RowsCell())
    assert [(row["key"], row["weight"], row["status"]) for row in lines] == [
        ("2026-Q1", 1, "counted"),
        ("2026-Q2", -1, "counted"),
    ]


def test_a_deal_won_again_is_booked_again(cursor: Cursor) -> None:
    made = world()
    made.deal(
        "A",
        {"2026-01-10": "lead", "2026-02-10": "won", "2026-03-05": "proposal"},
        close_date=date(2026, 2, 10),
    )
    made.put(
        "opportunity", "A", at("2026-05-20"), stage="won", close_date=date(2026, 5, 20), amount=Decimal(80)
    )
    made.fill(cursor)

    assert figures(answer(cursor, "bookings", question(QUARTERS)), "sum") == [0, 80]
    assert figures(answer(cursor, "won_value", question(QUARTERS)), "sum") == [0, 80]


def test_a_booking_corrected_after_it_was_won_counts_as_corrected(cursor: Cursor) -> None:
    made = world()
    made.deal("A", {"2026-01-10": "lead", "2026-02-10": "won"}, close_date=date(2026, 2, 10))
    made.put("opportunity", "A", at("2026-02-20"), amount=Decimal(120))
    made.put("opportunity", "A", at("2026-04-20"), stage="lost")
    made.fill(cursor)

    assert figures(answer(cursor, "bookings", question(QUARTERS)), "sum") == [120, -120]


def test_lost_is_dated_by_entry_and_by_close_date_where_there_is_no_history(cursor: Cursor) -> None:
    made = world()
    made.deal("with history", {"2026-01-10": "lead", "2026-04-02": "lost"}, close_date=date(2026, 1, 31))
    made.deal("without history", {"2026-04-02": "lost"}, close_date=date(2026, 1, 31))
    made.fill(cursor)

    assert figures(answer(cursor, "lost_count", question(QUARTERS)), "n") == [1, 1]
    found = rows_behind(cursor, "lost_count", question(QUARTERS), RowsCell(key="2026-Q1"))
    assert figures(found, "name") == ["without history"]


def test_lost_value_is_the_amount_at_closure(cursor: Cursor) -> None:
    made = world()
    made.deal("A", {"2026-01-10": "lead", "2026-02-02": "lost"})
    made.put("opportunity", "A", at("2026-02-10"), amount=Decimal(7))
    made.fill(cursor)

    assert figures(answer(cursor, "lost_value", question(QUARTERS)), "sum") == [100, 0]


def test_won_in_the_future_is_an_exception_and_not_a_win(cursor: Cursor) -> None:
    made = world()
    made.deal("A", {"2026-01-10": "lead", "2026-02-10": "won"}, close_date=date(2026, 9, 30))
    made.fill(cursor)

    (year,) = answer(cursor, "won_value", question(YEAR))
    assert (year["n"], year["sum"], year["future_dated"]) == (0, 0, 1)
    (booked,) = answer(cursor, "bookings", question(YEAR))
    assert (booked["n"], booked["sum"], booked["future_dated"]) == (0, 0, 1)
    assert figures(rows_behind(cursor, "won_value", question(YEAR), RowsCell()), "status") == ["future_dated"]


def test_a_deal_without_amount_counts_but_has_no_value(cursor: Cursor) -> None:
    made = world()
    made.deal("A", {"2026-02-10": "won"}, close_date=date(2026, 2, 10), amount=None)
    made.deal("B", {"2026-02-10": "won"}, close_date=date(2026, 2, 10), amount=Decimal(50))
    made.fill(cursor)

    (value,) = answer(cursor, "won_value", question(QUARTERS[:1]))
    assert (value["n"], value["sum"], value["no_amount"]) == (2, 50, 1)
    (size,) = answer(cursor, "average_deal_size", question(QUARTERS[:1]))
    assert (size["sum"], size["n_value"], size["no_amount"]) == (50, 1, 1)


def test_credits_are_in_the_value_and_not_in_the_average(cursor: Cursor) -> None:
    made = world()
    for name, amount in (("A", 100), ("B", 300), ("credit", -60)):
        made.deal(name, {"2026-02-10": "won"}, close_date=date(2026, 2, 10), amount=Decimal(amount))
    made.fill(cursor)

    assert figures(answer(cursor, "won_value", question(QUARTERS[:1])), "sum") == [340]
    (size,) = answer(cursor, "average_deal_size", question(QUARTERS[:1]))
    assert (size["sum"], size["n_value"]) == (400, 2)


def test_renewals_and_unmapped_types_stay_out_of_new_business_and_are_counted(cursor: Cursor) -> None:
    made = world()
    for name, kind in (("A", "new"), ("B", "expansion"), ("C", "renewal"), ("D", None)):
        made.deal(name, {"2026-02-10": "won"}, close_date=date(2026, 2, 10), opportunity_type=kind)
    made.fill(cursor)

    (won,) = answer(cursor, "won_count", question(QUARTERS[:1]))
    assert (won["n"], won["unmapped"]) == (2, 1)
    (renewals,) = answer(cursor, "renewal_win_rate", question(QUARTERS[:1]))
    assert (renewals["num"], renewals["den"]) == (1, 1)


def test_pipeline_is_generated_once_at_the_first_qualified_entry_and_its_value(cursor: Cursor) -> None:
    """kpis.md 0.12 and 0.13: a skipped stage counts when it is passed, a second entry adds nothing."""
    made = world()
    made.deal(
        "A", {"2026-01-10": "lead", "2026-02-01": "qualified", "2026-03-01": "lead", "2026-04-10": "proposal"}
    )
    made.put("opportunity", "A", at("2026-05-01"), amount=Decimal(500))
    made.deal(
        "skipped",
        {"2026-01-15": "lead", "2026-05-03": "won"},
        amount=Decimal(40),
        close_date=date(2026, 5, 3),
    )
    made.deal("never", {"2026-01-15": "lead", "2026-05-03": "lost"})
    made.fill(cursor)

    assert figures(answer(cursor, "pipeline_generated", question(QUARTERS)), "sum") == [100, 40]
    assert figures(answer(cursor, "pipeline_generated_at_current_value", question(QUARTERS)), "sum") == [
        500,
        40,
    ]


def test_cycle_length_is_the_median_from_first_qualified_to_final_close(cursor: Cursor) -> None:
    made = world()
    for name, qualified, closed in (
        ("A", "2026-01-10", "2026-01-20"),  # 10 days
        ("B", "2026-01-10", "2026-01-30"),  # 20
        ("C", "2026-01-10", "2026-02-24"),  # 45
        ("D", "2026-03-02", "2026-03-02"),  # the same day: 0
    ):
        made.deal(name, {"2026-01-05": "lead", qualified: "qualified"}, close_date=date.fromisoformat(closed))
        made.put("opportunity", name, at(closed, 18), stage="won")
    made.deal("open", {"2026-01-05": "lead", "2026-01-06": "qualified"}, close_date=date(2026, 3, 1))
    made.fill(cursor)

    (cycle,) = answer(cursor, "sales_cycle_length", question(QUARTERS[:1]))
    assert (cycle["n"], cycle["median"]) == (4, 15)
    (mean,) = answer(cursor, "mean_sales_cycle_length", question(QUARTERS[:1]))
    assert (mean["sum"], mean["n_value"]) == (75, 4)


def test_a_reopened_deal_runs_from_its_first_qualification_to_its_last_close(cursor: Cursor) -> None:
    made = world()
    made.deal(
        "A", {"2026-01-01": "lead", "2026-01-11": "qualified", "2026-01-21": "won", "2026-02-01": "proposal"}
    )
    made.put("opportunity", "A", at("2026-03-12"), stage="won", close_date=date(2026, 3, 12))
    made.fill(cursor)

    (cycle,) = answer(cursor, "sales_cycle_length", question(QUARTERS[:1]))
    assert cycle["median"] == 60


def test_open_pipeline_stands_in_the_period_of_its_close_date_and_past_due_apart(cursor: Cursor) -> None:
    made = world()
    made.deal("this quarter", {"2026-05-01": "proposal"}, close_date=date(2026, 6, 30))
    made.deal("next quarter", {"2026-05-01": "lead"}, close_date=date(2026, 7, 1), amount=Decimal(30))
    made.deal("past due", {"2026-05-01": "proposal"}, close_date=date(2026, 6, 29), amount=Decimal(5))
    made.deal("no date", {"2026-05-01": "proposal"}, amount=Decimal(3))
    made.deal(
        "omitted", {"2026-05-01": "proposal"}, close_date=date(2026, 6, 30), forecast_category="omitted"
    )
    made.fill(cursor)
    quarters = periods("2026-04-01", "2026-10-01")

    rows = answer(cursor, "open_pipeline", question(quarters))
    assert [(row["sum"], row["past_due"], row["past_due_sum"], row["undated"]) for row in rows] == [
        (100, 1, 5, 1),
        (30, 0, 0, 1),
    ]
    assert figures(answer(cursor, "qualified_pipeline", question(quarters)), "sum") == [100, 0]


def test_pipeline_at_period_end_is_the_state_then_and_now_for_the_running_period(cursor: Cursor) -> None:
    made = world()
    made.deal(
        "A",
        {"2026-01-10": "lead", "2026-02-10": "qualified", "2026-05-10": "won"},
        close_date=date(2026, 5, 10),
    )
    made.deal("B", {"2026-03-31": "qualified"}, amount=Decimal(10))
    made.put("opportunity", "B", at("2026-04-01", -1), amount=Decimal(20))  # 01:00 on 1 April in Berlin
    made.fill(cursor)
    months = periods("2026-01-01", "2026-08-01", Grain.MONTH)

    rows = answer(cursor, "open_pipeline_balance", question(months, as_of=at("2026-06-15")))
    assert figures(rows, "sum") == [100, 100, 110, 120, 20, 20, 0]
    assert figures(answer(cursor, "qualified_pipeline_balance", question(months[:3])), "sum") == [0, 100, 110]


def test_deleted_merged_and_test_records_are_in_no_number(cursor: Cursor) -> None:
    made = world()
    made.deal("kept", {"2026-02-10": "won"}, close_date=date(2026, 2, 10))
    made.deal("test", {"2026-02-10": "won"}, close_date=date(2026, 2, 10), is_test=True)
    made.deal("merged", {"2026-02-10": "won"}, close_date=date(2026, 2, 10), merged_into="kept")
    made.deal("deleted", {"2026-02-10": "won"}, close_date=date(2026, 2, 10))
    made.put("opportunity", "deleted", at("2026-03-10"), deleted=True)
    made.fill(cursor)

    assert figures(answer(cursor, "won_count", question(QUARTERS[:1])), "n") == [1]
    assert figures(answer(cursor, "won_count", question(QUARTERS[:1], as_of=at("2026-03-01"))), "n") == [2]


def test_another_tenants_facts_never_show(cursor: Cursor) -> None:
    made = world()
    made.deal("A", {"2026-02-10": "won"}, close_date=date(2026, 2, 10))
    made.fill(cursor)

    assert figures(answer(cursor, "won_value", question(QUARTERS[:1])), "sum") == [100]
    assert figures(answer(cursor, "won_value", question(QUARTERS[:1]), tenant=THEIRS), "sum") == [100_000]
    assert figures(answer(cursor, "won_value", question(QUARTERS[:1]), tenant=3), "sum") == [0]


def test_a_win_belongs_to_the_team_at_close_or_to_todays(cursor: Cursor) -> None:
    made = world()
    made.deal("A", {"2026-01-10": "lead", "2026-02-10": "won"}, owner="Ann", close_date=date(2026, 2, 10))
    made.put("user", "Ann", at("2026-04-01"), team="North")
    made.put("opportunity", "A", at("2026-05-01"), owner="Bob")
    made.fill(cursor)
    by_team = question(QUARTERS[:1], dimensions=("owner.team",))

    assert figures(answer(cursor, "won_count", by_team), "d0") == ["West"]
    today = question(QUARTERS[:1], dimensions=("owner.team",), organisation=Organisation.AS_IS)
    assert figures(answer(cursor, "won_count", today), "d0") == ["East"]
    west = question(QUARTERS[:1], filters='owner.team = "West"')
    assert figures(answer(cursor, "won_count", west), "n") == [1]
    assert figures(answer(cursor, "bookings", by_team), "d0") == ["West"]


def test_a_change_learnt_later_is_not_in_what_was_known_before(cursor: Cursor) -> None:
    made = world()
    made.deal("A", {"2026-02-10": "won"}, close_date=date(2026, 2, 10))
    made.put("opportunity", "late", at("2026-02-11"), known=at("2026-04-01"), stage="won", amount=Decimal(9),
             currency="USD", opportunity_type="new", close_date=date(2026, 2, 11))  # fmt: skip
    made.fill(cursor)

    assert figures(answer(cursor, "won_value", question(QUARTERS[:1])), "sum") == [109]
    before = question(QUARTERS[:1], known_at=at("2026-03-31"))
    assert figures(answer(cursor, "won_value", before), "sum") == [100]


def test_money_is_converted_at_the_booking_plan_or_latest_rate(cursor: Cursor) -> None:
    made = world()
    made.deal("A", {"2026-02-10": "won"}, close_date=date(2026, 2, 10), currency="EUR")
    made.deal("B", {"2026-02-10": "won"}, close_date=date(2026, 2, 10), amount=Decimal(7))
    for valid_on, rate in (
        ("2026-01-01", "1.10"),
        ("2026-02-10", "1.20"),
        ("2026-02-11", "1.30"),
        ("2026-06-30", "1.40"),
    ):
        made.rate("daily", "EUR", valid_on, rate)
    made.rate("plan_FY2026", "EUR", "2026-01-01", "1.05")
    made.rate("daily", "EUR", "2026-02-10", "1.25", known=at("2026-06-01"))  # a late correction
    made.fill(cursor)

    def total(**changes: Any) -> list[Any]:
        return figures(answer(cursor, "won_value", question(QUARTERS[:1], **changes)), "sum")

    assert total() == [Decimal("132")]
    assert total(known_at=at("2026-05-01")) == [Decimal("127")]
    assert total(basis=Basis.PLAN) == [Decimal("112")]
    assert total(basis=Basis.CURRENT) == [Decimal("147")]
    assert total(basis=Basis.CURRENT, as_of=at("2026-03-01")) == [Decimal("137")]


def test_a_missing_rate_leaves_no_value_and_an_exception(cursor: Cursor) -> None:
    made = world()
    made.deal("A", {"2026-02-10": "won"}, close_date=date(2026, 2, 10), currency="EUR", owner="Ann")
    made.deal("B", {"2026-02-10": "won"}, close_date=date(2026, 2, 10), owner="Bob")
    made.deal("C", {"2026-02-10": "lost"}, close_date=date(2026, 2, 10), owner="Bob")
    made.rate("daily", "EUR", "2026-02-11", "1.3")  # only after the day
    made.fill(cursor)

    (all_in_one,) = answer(cursor, "won_value", question(QUARTERS[:1]))
    assert (all_in_one["n"], all_in_one["sum"], all_in_one["missing_rate"]) == (2, None, 1)
    split = answer(cursor, "won_value", question(QUARTERS[:1], dimensions=("owner.name",)))
    assert [(row["d0"], row["sum"]) for row in split] == [("Ann", None), ("Bob", 100)]
    (rate,) = answer(cursor, "win_rate_by_value", question(QUARTERS[:1]))
    assert (rate["num"], rate["den"], rate["missing_rate"]) == (None, None, 1)


def test_a_reversal_uses_the_rate_of_its_booking(cursor: Cursor) -> None:
    made = world()
    made.deal("A", {"2026-01-10": "lead", "2026-02-10": "won", "2026-04-05": "lost"}, currency="EUR",
              close_date=date(2026, 2, 10))  # fmt: skip
    made.rate("daily", "EUR", "2026-01-01", "1.1")
    made.rate("daily", "EUR", "2026-04-01", "1.5")
    made.fill(cursor)

    assert figures(answer(cursor, "bookings", question(QUARTERS)), "sum") == [110, -110]


def test_rows_come_in_pages_and_by_cell(cursor: Cursor) -> None:
    made = world()
    for number in range(5):
        made.deal(
            f"A{number}", {"2026-02-10": "won"}, close_date=date(2026, 2, 10), owner="Ann" if number else None
        )
    made.fill(cursor)
    query = question(QUARTERS, dimensions=("owner.name",))

    first = rows_behind(cursor, "won_value", query, RowsCell(key="2026-Q1", values=("Ann",), limit=3))
    last = (first[-1]["record_id"], first[-1]["line"])
    second = rows_behind(
        cursor, "won_value", query, RowsCell(key="2026-Q1", values=("Ann",), after=last, limit=3)
    )
    assert figures(first + second, "name") == ["A1", "A2", "A3", "A4"]
    assert first[0]["source_id"] == f"006{first[0]['record_id']}"
    assert figures(rows_behind(cursor, "won_value", query, RowsCell(values=(None,))), "name") == ["A0"]
    assert rows_behind(cursor, "won_value", query, RowsCell(status="missing_rate")) == []


def test_history_starts_with_the_first_known_version(cursor: Cursor) -> None:
    made = world()
    made.deal("A", {"2026-02-10": "won"})
    made.deal("B", {"2026-02-03": "lead"})
    made.fill(cursor)

    compiled = compile_history_start("opportunity", context=surroundings(), query=question(QUARTERS))
    assert run(cursor, compiled) == [{"starts_at": at("2026-02-03")}]


def test_a_day_belongs_to_the_tenants_zone_across_the_change_of_clocks(cursor: Cursor) -> None:
    made = world()
    made.deal("before", {"2026-01-01": "lead"})
    made.put(
        "opportunity", "before", at("2026-03-31") + timedelta(hours=9, minutes=59), stage="lost"
    )  # 23:59 Berlin
    made.deal("after", {"2026-01-01": "lead"})
    made.put(
        "opportunity", "after", at("2026-03-31") + timedelta(hours=10), stage="lost"
    )  # midnight in Berlin
    made.fill(cursor)

    assert figures(answer(cursor, "lost_count", question(QUARTERS)), "n") == [1, 1]


@pytest.mark.parametrize("metric", sorted(starter_metrics()))
def test_every_starter_metric_answers_split_and_filtered_and_its_groups_add_up(
    cursor: Cursor, metric: str
) -> None:
    made = world()
    made.deal("A", {"2026-01-10": "qualified", "2026-02-10": "won"}, owner="Ann", account="Acme",
              close_date=date(2026, 2, 10))  # fmt: skip
    made.deal("B", {"2026-01-10": "lead", "2026-02-11": "lost"}, owner="Bob", opportunity_type="renewal")
    made.deal("C", {"2026-01-10": "proposal"}, owner="Bob", close_date=date(2026, 8, 1), currency="EUR")
    made.rate("daily", "EUR", "2026-01-01", "1.1")
    made.fill(cursor)
    body = starter_metrics()[metric]

    whole = answer(cursor, metric, question(periods("2026-01-01", "2027-01-01")))
    split = answer(
        cursor,
        metric,
        question(periods("2026-01-01", "2027-01-01"), dimensions=("owner.team", "account.segment")),
    )
    if body.is_additive:
        for row in whole:
            for name in ("n", "num", "den", "sum"):
                if name in row:
                    assert row[name] == sum(each[name] for each in split if each["key"] == row["key"])
    narrowed = question(YEAR, filters="close_date within last 900 days and created_at < today", as_of=NOW)
    assert len(answer(cursor, metric, narrowed)) == 1
