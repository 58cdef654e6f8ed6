"""Numbers worked out by hand (kpis.md 0 and A), through the loader, the starter library and the engine."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core.errors import Invalid, NotFound
from core.periods import Grain
from crm.imports import import_folder
from crm.mappings import saved_mappings
from definitions.compiler import Basis, Organisation
from definitions.services import adopt_starters
from definitions.starter import starter_definitions
from metrics.replay import replay
from metrics.rows import rows_behind
from metrics.visibility import RowScope
from tenants.audit import Actor
from tenants.scope import tenant_transaction
from tests.conftest import make_company
from tests.metrics.books import (
    Books,
    ask,
    at,
    deal,
    edit,
    figures,
    learn,
    one,
    parts,
    person,
    rate,
    values,
    won,
)
from tests.shared_data import shared_data

EVERY_ROW = RowScope(emails=None)


def statuses(receipt: str, cell: str = "total", part: str = "") -> dict[str, str]:
    page = rows_behind(receipt, cell=cell, part=part, after="", scope=EVERY_ROW)
    return {row.source_id: row.status for row in page.rows}


def test_win_rate_divides_won_by_won_and_lost_and_leaves_disqualified_out(books: Books) -> None:
    learn("opportunity", [
        *won("w1", "2026-01-20"),
        *won("w2", "2026-02-20", amount=Decimal(300)),
        *deal("l1", {"2026-01-05": "lead", "2026-03-01": "lost"}, amount=Decimal(600)),
        *deal("junk", {"2026-01-05": "lead", "2026-03-01": "junk"}),
        *deal("open", {"2026-01-05": "lead"}, closes="2026-03-01"),
    ])  # fmt: skip

    by_count, by_value = ask("win_rate"), ask("win_rate_by_value")

    assert parts(by_count, "num", "den") == [(2, 3), (0, 0)]
    first, second = by_count.cells
    assert first.value is not None
    assert first.value.quantize(Decimal("0.0001")) == Decimal("0.6667")
    assert (second.value, second.reason) == (None, "no_denominator")
    assert values(by_value) == [Decimal("0.4"), None]
    assert parts(by_value, "num", "den") == [(400, 1000), (0, 0)]
    assert values(ask("disqualified_count")) == [1, 0]


def test_an_interval_stands_beside_a_rate_and_holds_it(books: Books) -> None:
    learn("opportunity", [*won("w", "2026-01-20"), *deal("l", {"2026-01-05": "lead", "2026-01-09": "lost"})])

    cell = one("win_rate")

    assert cell.low is not None
    assert cell.high is not None
    assert cell.low < Decimal("0.5") < cell.high
    assert cell.low.quantize(Decimal("0.0001")) == Decimal("0.0945")  # Wilson, 1 of 2, z = 1.96
    assert one("win_rate_by_value").low is None


def test_a_zero_numerator_is_a_rate_of_zero(books: Books) -> None:
    learn("opportunity", deal("l", {"2026-01-05": "lead", "2026-01-09": "lost"}))

    assert figures(one("win_rate").value, one("win_rate").reason) == (0, None)


def test_a_reopening_is_taken_back_in_bookings_and_restates_the_win_rate(books: Books) -> None:
    """kpis.md 0.11: bookings +100 then -100; the first period 1 of 1 as reported, 0 of 0 as restated."""
    learn("opportunity", deal("a", {"2026-01-10": "qualified", "2026-02-10": "won"}, closes="2026-02-10"))
    reported = ask("win_rate", as_of=at("2026-03-31"))
    learn("opportunity", deal("a", {"2026-04-05": "qualified", "2026-05-10": "lost"}, closes="2026-02-10"))

    restated = ask("win_rate")

    assert values(ask("bookings")) == [100, -100]
    assert parts(reported, "num", "den")[0] == (1, 1)
    assert parts(restated, "num", "den") == [(0, 0), (0, 1)]
    assert reported.receipt_id != restated.receipt_id
    assert parts(ask("win_rate", as_of=at("2026-03-31")), "num", "den")[0] == (1, 1)


def test_open_pipeline_holds_what_closes_in_the_period_and_past_due_stands_apart(books: Books) -> None:
    learn("opportunity", [
        *deal("now", {"2026-05-01": "qualified"}, closes="2026-06-30"),
        *deal("next", {"2026-05-01": "lead"}, closes="2026-07-01", amount=Decimal(30)),
        *deal("late", {"2026-05-01": "qualified"}, closes="2026-06-29", amount=Decimal(5)),
        *deal("undated", {"2026-05-01": "qualified"}, amount=Decimal(3)),
    ])  # fmt: skip

    found = ask("open_pipeline", "2026-04-01", "2026-10-01")

    assert values(found) == [100, 30]
    assert [cell.excluded.get("past_due", 0) for cell in found.cells] == [1, 0]
    assert found.cells[0].parts["past_due_sum"] == 5
    assert values(ask("qualified_pipeline", "2026-04-01", "2026-10-01")) == [100, 0]
    assert statuses(found.receipt_id, found.cells[0].key) == {
        "now": "counted",
        "late": "past_due",
        "undated": "undated",
    }


def test_money_is_converted_on_the_plan_by_default_as_booked_and_at_the_current_rate(books: Books) -> None:
    learn(
        "opportunity",
        [*won("eur", "2026-02-10", currency="EUR"), *won("usd", "2026-02-10", amount=Decimal(7))],
    )
    learn("fx_rate", [
        rate("plan_FY2026", "2026-01-01", "1.05"),
        rate("daily", "2026-01-01", "1.10"),
        rate("daily", "2026-02-10", "1.25"),
        rate("daily", "2026-06-30", "1.40"),
    ])  # fmt: skip

    assert one("won_value").value == 112
    assert one("won_value", basis=Basis.PLAN).value == 112
    assert one("won_value", basis=Basis.AS_BOOKED).value == 132
    assert one("won_value", basis=Basis.CURRENT).value == 147
    assert one("won_value", basis=Basis.CURRENT, as_of=at("2026-03-01")).value == 132


def test_a_missing_rate_gives_no_value_a_reason_and_a_row(books: Books) -> None:
    learn("opportunity", [*won("eur", "2026-02-10", currency="EUR"), *won("usd", "2026-02-11")])

    found = ask("won_value", grain=None)

    assert (found.only.value, found.only.reason) == (None, "missing_rate")
    assert found.only.excluded == {"missing_rate": 1}
    assert statuses(found.receipt_id) == {"eur": "missing_rate", "usd": "counted"}
    rate_by_value = one("win_rate_by_value")
    assert (rate_by_value.value, rate_by_value.reason) == (None, "missing_rate")
    assert one("win_rate").value == 1
    assert [(cell.group, cell.value) for cell in ask("won_value", grain=None, by=("currency",)).cells] == [
        (("EUR",), None),
        (("USD",), 100),
    ]


def test_no_amount_is_counted_and_not_valued(books: Books) -> None:
    learn("opportunity", [*won("a", "2026-02-10"), *won("b", "2026-02-11", amount=None)])

    assert figures(one("won_count").value, one("won_value").value) == (2, 100)
    assert one("won_value").excluded == {"no_amount": 1}
    assert figures(one("average_deal_size").value, one("average_deal_size").excluded) == (
        100,
        {"no_amount": 1},
    )
    learn("opportunity", [edit("a", "2026-02-12", amount=None)])
    assert (one("won_value").value, one("won_value").reason) == (None, "no_amount")


def test_average_deal_size_leaves_credits_out_and_value_holds_them(books: Books) -> None:
    learn("opportunity", [
        *won("a", "2026-02-10"),
        *won("b", "2026-02-10", amount=Decimal(300)),
        *won("credit", "2026-02-10", amount=Decimal(-60)),
    ])  # fmt: skip

    assert one("won_value").value == 340
    assert one("average_deal_size").value == 200


def test_pipeline_is_generated_once_when_first_qualified_at_the_value_of_that_day(books: Books) -> None:
    learn("opportunity", [
        *deal("a", {"2026-01-10": "lead", "2026-02-01": "qualified"}),
        edit("a", "2026-03-01", refs={"stage": "lead"}),
        edit("a", "2026-04-10", refs={"stage": "qualified"}),
        edit("a", "2026-05-01", amount=Decimal(500)),
        *deal("skips", {"2026-01-15": "lead", "2026-05-03": "won"}, amount=Decimal(40), closes="2026-05-03"),
    ])  # fmt: skip

    assert values(ask("pipeline_generated")) == [100, 40]
    assert values(ask("pipeline_generated_at_current_value")) == [500, 40]


def test_cycle_length_is_a_median_and_the_mean_has_its_own_name(books: Books) -> None:
    learn("opportunity", [
        change
        for name, qualified, closed in (
            ("a", "2026-01-10", "2026-01-20"),  # 10 days
            ("b", "2026-01-10", "2026-01-30"),  # 20
            ("c", "2026-01-10", "2026-02-24"),  # 45
            ("d", "2026-03-01", "2026-03-02"),  # 1
        )
        for change in deal(name, {"2026-01-02": "lead", qualified: "qualified", closed: "won"}, closes=closed)
    ])  # fmt: skip

    assert one("sales_cycle_length").value == 15
    assert one("mean_sales_cycle_length").value == 19
    nothing = ask("sales_cycle_length").cells[1]
    assert (nothing.value, nothing.reason) == (None, "no_rows")


def test_closed_and_dated_in_the_future_is_an_exception(books: Books) -> None:
    learn(
        "opportunity", [*won("a", "2026-02-10"), *deal("ahead", {"2026-02-10": "won"}, closes="2026-09-01")]
    )

    found = ask("won_count", "2026-01-01", "2027-01-01", grain=None)

    assert figures(found.only.value, found.only.excluded) == (1, {"future_dated": 1})
    assert statuses(found.receipt_id) == {"a": "counted", "ahead": "future_dated"}


def test_unmapped_types_are_counted_and_renewals_have_their_own_numbers(books: Books) -> None:
    learn("opportunity", [
        *won("new", "2026-02-10"),
        *won("more", "2026-02-10", opportunity_type="expansion"),
        *won("again", "2026-02-10", opportunity_type="renewal"),
        *won("what", "2026-02-10", opportunity_type=None),
    ])  # fmt: skip

    assert figures(one("won_count").value, one("won_count").excluded) == (2, {"unmapped": 1})
    assert one("bookings").value == 200
    assert figures(one("renewal_won_count").value, one("renewal_bookings").value) == (1, 100)
    assert one("renewal_win_rate").value == 1


def test_merged_test_and_deleted_records_are_in_no_number(books: Books) -> None:
    learn("opportunity", [
        *won("kept", "2026-02-10"),
        *won("test", "2026-02-10", is_test=True),
        *won("twin", "2026-02-10"),
        edit("twin", "2026-02-20", refs={"merged_into": "kept"}),
    ])  # fmt: skip

    assert one("won_count").value == 1
    assert one("won_count", as_of=at("2026-02-15")).value == 2


def test_a_win_counts_for_the_team_at_the_time_or_for_todays(books: Books) -> None:
    learn("opportunity", [*won("a", "2026-02-10"), edit("a", "2026-05-01", refs={"owner": "bob"})])
    learn("user", [person("ann", "North", company="acme", day="2026-04-01")])

    then, today = (
        ask("won_count", grain=None, by=("owner.team",), organisation=kind)
        for kind in (Organisation.AS_WAS, Organisation.AS_IS)
    )

    assert [cell.group for cell in then.cells] == [("West",)]
    assert [cell.group for cell in today.cells] == [("East",)]
    assert then.receipt_id != today.receipt_id


def test_another_tenant_has_its_own_numbers_and_receipts(books: Books) -> None:
    learn("opportunity", won("a", "2026-02-10"))
    ours = ask("won_value", grain=None)
    with tenant_transaction(books.other.tenant.pk):
        learn("opportunity", won("a", "2026-02-10", amount=Decimal(9)))
        theirs = ask("won_value", grain=None)
        with pytest.raises(NotFound):
            rows_behind(ours.receipt_id, cell="total", part="", after="", scope=EVERY_ROW)

    assert figures(ours.only.value, theirs.only.value) == (100, 9)
    assert ours.receipt_id != theirs.receipt_id


def test_groups_add_up_to_the_whole_and_a_filter_takes_one_of_them(books: Books) -> None:
    learn("opportunity", [
        *won("a", "2026-02-10"),
        *won("b", "2026-02-10", owner="bob", amount=Decimal("0.0001")),
        *won("c", "2026-02-10", owner="bob", lead_source='Say "hi" \\ and 100%'),
    ])  # fmt: skip

    split = ask("won_value", grain=None, by=("owner.team",))

    assert [(cell.group, cell.value) for cell in split.cells] == [
        (("East",), Decimal("100.0001")),
        (("West",), 100),
    ]
    assert one("won_value").value == Decimal("200.0001")
    assert one("won_value", where='owner.team = "East"').value == Decimal("100.0001")
    quoted = ask("won_value", grain=None, by=("lead_source",))
    for cell in quoted.cells:
        page = rows_behind(quoted.receipt_id, cell=cell.key, part="", after="", scope=EVERY_ROW)
        assert len(page.rows) == cell.parts["n"], cell.group


@pytest.mark.parametrize("grain", list(Grain))
def test_every_grain_adds_up_to_the_same_total(books: Books, grain: Grain) -> None:
    learn("opportunity", [*won("a", "2026-01-01"), *won("b", "2026-03-31"), *won("c", "2026-06-30")])

    found = ask("won_value", grain=grain)

    assert sum(value for value in values(found) if value) == 300
    assert found.slices[0].start <= date(2026, 1, 1)


def test_the_hardware_maker_s_export_has_the_win_rate_it_is_known_for(db: None) -> None:
    """8,800 real opportunities, imported as they are: 4,238 won and 2,473 lost (shared data's README)."""
    folder = shared_data("maven_crm")
    company = make_company("maven", "Maven")
    with tenant_transaction(company.tenant.pk):
        adopt_starters([each.key for each in starter_definitions()], actor=Actor.of(company.admin))
        import_folder(folder, saved_mappings("maven_crm"), actor=Actor.of(company.admin))

        found = ask("win_rate", "2016-01-01", "2019-01-01", grain=None, as_of=at("2018-12-31"))
        by_agent = ask(
            "win_rate", "2016-01-01", "2019-01-01", grain=None, as_of=at("2018-12-31"), by=("owner.name",)
        )

        assert parts(found, "num", "den") == [(4238, 6711)]
        assert found.only.value is not None
        assert found.only.value.quantize(Decimal("0.0001")) == Decimal("0.6315")
        assert len(by_agent.cells) == 30
        assert sum(cell.parts["den"] for cell in by_agent.cells) == 6711
        assert replay(found.receipt_id).is_same


def test_a_question_that_cannot_be_asked_is_refused_by_name(books: Books) -> None:
    for change, param in (
        ({"by": ("owner.shoe_size",)}, "by"),
        ({"where": "amount is"}, "where"),
        ({"version": 7}, None),
    ):
        with pytest.raises((Invalid, NotFound)) as refused:
            ask("won_count", **change)
        assert param is None or refused.value.param == param
