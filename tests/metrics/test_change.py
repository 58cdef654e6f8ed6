"""Why a number changed: every cause by itself, all causes at once, and their effects add up exactly."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core.errors import Invalid
from crm.loader import Change
from definitions import services
from metrics.answer import Answer
from metrics.change import explain_change
from tenants.audit import Actor
from tenants.services.settings import set_setting
from tests.definitions.registry_world import next_version, people_of
from tests.metrics.books import Books, ask, at, deal, delete, edit, figures, learn, person, rate, won


def effects(before: Answer, after: Answer, cell: str = "") -> dict[str, Decimal | None]:
    """The effect of each cause that had one, once they are seen to add up."""
    change = explain_change(before.receipt_id, after.receipt_id, cell=cell)
    found = {step.cause: step.effect for step in change.steps}
    assert len(found) == len(change.steps)
    assert sum(effect for effect in found.values() if effect is not None) == change.difference
    return {cause: effect for cause, effect in found.items() if effect != 0}


def total(metric: str, **changes: object) -> Answer:
    return ask(metric, grain=None, **changes)  # type: ignore[arg-type]  # parts of a question


def test_records_that_arrived_were_edited_merged_or_deleted_are_told_apart(books: Books) -> None:
    learn("opportunity", [
        *won("edited", "2026-02-10"),
        *won("merged", "2026-02-10", amount=Decimal(30)),
        *won("deleted", "2026-02-10", amount=Decimal(7)),
        *won("same", "2026-02-10"),
    ])  # fmt: skip
    before = total("won_value")
    learn("opportunity", [
        *won("arrived", "2026-03-01", amount=Decimal("0.0001")),
        edit("edited", "2026-03-01", amount=Decimal(120)),
        edit("merged", "2026-03-01", refs={"merged_into": "same"}),
        delete("deleted", "2026-03-01"),
    ])  # fmt: skip
    after = total("won_value")

    assert effects(before, after) == {
        "arrived": Decimal("0.0001"),
        "edited": 20,
        "merged": -30,
        "deleted": -7,
    }


def test_a_rate_moves_by_what_became_of_its_records(books: Books) -> None:
    learn("opportunity", [*won("w", "2026-02-10"), *deal("l", {"2026-01-05": "lead", "2026-02-01": "lost"})])
    before = total("win_rate")
    learn("opportunity", [*won("new", "2026-03-01"), *won("new2", "2026-03-01"), delete("l", "2026-03-01")])
    after = total("win_rate")

    assert figures(before.only.value, after.only.value) == (Decimal("0.5"), 1)
    assert effects(before, after) == {"arrived": Decimal("0.25"), "deleted": Decimal("0.25")}


def test_exchange_rates_learnt_in_between_stand_alone(books: Books) -> None:
    learn("opportunity", [*won("eur", "2026-02-10", currency="EUR"), *won("usd", "2026-02-10")])
    learn("fx_rate", [rate("plan_FY2026", "2026-01-01", "1.05")])
    before = total("won_value")
    learn("fx_rate", [rate("plan_FY2026", "2026-01-01", "1.25")])
    learn("opportunity", won("late", "2026-02-11", currency="EUR", amount=Decimal(10)))
    after = total("won_value")

    assert figures(before.only.value, after.only.value) == (205, Decimal("237.5"))
    assert effects(before, after) == {"arrived": Decimal("10.5"), "fx": 22}


def test_people_who_moved_stand_alone(books: Books) -> None:
    learn("opportunity", [*won("a", "2026-02-10"), *won("b", "2026-02-10", owner="bob", amount=Decimal(5))])
    before = total("won_value", where='owner.team = "East"')
    learn("user", [person("ann", "East", company="acme", day="2026-01-01")])
    learn("opportunity", won("c", "2026-03-10", owner="bob", amount=Decimal(2)))
    after = total("won_value", where='owner.team = "East"')

    assert effects(before, after) == {"arrived": 2, "organisation": 100}


def test_a_deal_that_got_another_owner_was_edited(books: Books) -> None:
    learn("opportunity", [*won("a", "2026-02-10"), *won("b", "2026-02-10", owner="bob")])
    before = total("won_count", by=("owner.team",))
    learn("opportunity", [edit("a", "2026-02-10", refs={"owner": "bob"})])
    after = total("won_count", by=("owner.team",))

    assert effects(before, after, "total|East") == {"edited": 1}


def test_another_definition_stands_alone(books: Books) -> None:
    learn("opportunity", [*won("a", "2026-02-10"), *won("b", "2026-02-10", opportunity_type="expansion")])
    before = total("won_value")
    people = people_of(books.company)
    version = next_version(people, "new_business", 'opportunity_type = "new"')
    services.publish_version(version.pk, effective_from=None, actor=people.author)
    learn("opportunity", won("c", "2026-03-10", amount=Decimal(9)))
    after = total("won_value")

    assert figures(before.only.value, after.only.value) == (200, 109)
    assert effects(before, after) == {"arrived": 9, "definition": -100}


def test_the_version_a_question_names_is_a_change_of_definition(books: Books) -> None:
    learn("opportunity", [*won("a", "2026-02-10"), *won("b", "2026-02-10", opportunity_type="renewal")])
    people = people_of(books.company)
    text = (
        "kind: event\nobject: opportunity\naggregate: count\nunit: count\nwhere: meets(closed_won)\n"
        "moment: {field: close_date}\ngood: up\n"
    )
    services.publish_version(
        next_version(people, "won_count", text).pk, effective_from=None, actor=people.author
    )

    assert effects(total("won_count", version=1), total("won_count")) == {"definition": 1}


def test_another_fiscal_calendar_stands_alone(books: Books) -> None:
    learn("opportunity", [*won("a", "2026-01-20"), *won("b", "2026-04-20", amount=Decimal(3))])
    before = ask("won_value", "2026-01-01", "2027-01-01", as_of=at("2026-06-30"))
    actor = Actor.of(books.company.admin)
    calendar = {"kind": "monthly", "start_month": 2, "label_year": "start"}
    set_setting("fiscal_calendar", calendar, effective_from=date(2020, 1, 1), actor=actor)
    learn("opportunity", won("late", "2026-02-20", amount=Decimal(40)))
    after = ask("won_value", "2026-02-01", "2027-02-01", as_of=at("2026-06-30"))

    key = before.cells[0].key
    assert key == after.cells[0].key
    assert effects(before, after, key)["arrived"] == 40
    assert before.cells[0].value == 100
    assert after.cells[0].value == 43


def test_the_reporting_currency_is_a_setting(books: Books) -> None:
    learn("opportunity", won("a", "2026-02-10", currency="EUR"))
    learn("fx_rate", [rate("plan_FY2026", "2026-01-01", "1.05")])
    before = total("won_value")
    actor = Actor.of(books.company.admin)
    set_setting("reporting_currency", "EUR", effective_from=date(2020, 1, 1), actor=actor)
    after = total("won_value")

    assert figures(before.only.value, after.only.value) == (105, 100)
    assert effects(before, after) == {"calendar": -5}


def test_all_causes_at_once_add_up_to_the_last_digit(books: Books) -> None:
    learn("opportunity", [
        *won("a", "2026-02-10", currency="EUR", amount=Decimal("33.3333")),
        *won("b", "2026-02-10", opportunity_type="expansion", amount=Decimal("0.0003")),
        *won("gone", "2026-02-10", amount=Decimal("12.3456")),
        *deal("reopened", {"2026-01-10": "qualified", "2026-02-12": "won"}, closes="2026-02-12"),
    ])  # fmt: skip
    learn("fx_rate", [rate("plan_FY2026", "2026-01-01", "1.0501")])
    where = 'owner.team in ("West", "North")'
    before = total("bookings", where=where, as_of=at("2026-03-31"))
    learn("opportunity", [
        delete("gone", "2026-03-01"),
        edit("a", "2026-03-01", amount=Decimal("44.4444")),
        *won("late", "2026-03-03", amount=Decimal(5), owner="bob"),
        Change(source_id="reopened", at=at("2026-04-20"), refs={"stage": "qualified"}),
    ])  # fmt: skip
    learn("user", [person("bob", "North", company="acme")])
    learn("fx_rate", [rate("plan_FY2026", "2026-01-01", "1.3333")])
    people = people_of(books.company)
    version = next_version(people, "new_business", 'opportunity_type = "new"')
    services.publish_version(version.pk, effective_from=None, actor=people.author)
    actor = Actor.of(books.company.admin)
    set_setting("time_zone", "Asia/Tokyo", effective_from=date(2020, 1, 1), actor=actor)
    after = total("bookings", where=where)

    found = effects(before, after)
    assert found.keys() >= {"edited", "deleted", "organisation", "fx", "time", "definition"}
    assert found["time"] == -100
    assert found["organisation"] == 5
    assert found["definition"] == Decimal("-0.0003")


def test_where_a_side_has_no_value_there_is_no_difference_to_split(books: Books) -> None:
    learn("opportunity", won("a", "2026-02-10", currency="EUR"))
    before = total("won_value")
    learn("fx_rate", [rate("plan_FY2026", "2026-01-01", "1.05")])
    after = total("won_value")

    change = explain_change(before.receipt_id, after.receipt_id, cell="")

    assert figures(change.difference, change.cell_before.reason, change.cell_after.value) == (
        None,
        "missing_rate",
        105,
    )
    assert next(step for step in change.steps if step.cause == "fx").effect is None


def test_receipts_of_two_metrics_and_a_cell_that_is_not_there_are_refused(books: Books) -> None:
    learn("opportunity", won("a", "2026-02-10"))

    with pytest.raises(Invalid):
        explain_change(total("won_value").receipt_id, total("won_count").receipt_id, cell="")
    with pytest.raises(Invalid):
        explain_change(total("won_value").receipt_id, ask("won_value").receipt_id, cell="2031-Q1")
