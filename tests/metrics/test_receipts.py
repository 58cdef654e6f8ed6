"""What fixes an answer: equal questions on equal versions have equal receipts, and a replay never differs."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.errors import Conflict
from core.periods import Grain
from crm.loader import Change
from definitions import services
from definitions.compiler import Basis, Organisation
from metrics.answer import Answer
from metrics.models import Receipt
from metrics.pins import Pins
from metrics.receipts import digest_of
from metrics.replay import replay
from tenants import data_versions
from tenants.audit import Actor
from tenants.services.settings import set_setting
from tests.definitions.registry_world import next_version, people_of
from tests.metrics.books import (
    AS_OF,
    Books,
    ask,
    at,
    deal,
    delete,
    edit,
    figures,
    learn,
    one,
    person,
    rate,
    values,
    won,
)

MORE_CHANGES = 1_000


@dataclass(frozen=True)
class Asked:
    """A metric and how it is asked."""

    metric: str
    changes: dict[str, object]


QUESTIONS: Sequence[Asked] = (
    Asked("win_rate", {"by": ("owner.team",)}),
    Asked("win_rate_by_value", {"by": ("owner.team",), "organisation": Organisation.AS_IS}),
    Asked("bookings", {"grain": Grain.MONTH}),
    Asked("bookings", {"basis": Basis.AS_BOOKED, "by": ("currency",)}),
    Asked("open_pipeline", {"by": ("account.segment", "stage.name")}),
    Asked("qualified_pipeline_balance", {"grain": Grain.WEEK}),
    Asked("pipeline_generated", {"where": 'owner.team = "East"'}),
    Asked("sales_cycle_length", {"grain": None}),
)


def many_deals(count: int) -> list[Change]:
    chance = random.Random(7)
    changes: list[Change] = []
    for number in range(count):
        opened = date(2026, 1, 1) + timedelta(days=chance.randrange(90))
        ended = opened + timedelta(days=chance.randrange(80))
        last = chance.choice(["won", "lost", "qualified", "junk"])
        steps = {opened.isoformat(): "lead", (opened + timedelta(days=1)).isoformat(): "qualified"}
        steps[max(ended, opened + timedelta(days=2)).isoformat()] = last
        changes += deal(
            f"d{number}",
            steps,
            owner=chance.choice(["ann", "bob"]),
            closes=ended.isoformat(),
            amount=Decimal(chance.randrange(1, 10**8)) / 10_000,
            currency=chance.choice(["USD", "EUR"]),
            opportunity_type=chance.choice(["new", "expansion", "renewal", None]),
        )
    return changes


def more_changes(count: int, deals: int) -> list[Change]:
    """Edits, deletes, merges, changes of owner and late arrivals, over the whole of the past."""
    chance = random.Random(8)
    found: list[Change] = []
    for number in range(count):
        name = f"d{chance.randrange(deals)}"
        day = (date(2026, 1, 2) + timedelta(days=chance.randrange(170))).isoformat()
        match number % 5:
            case 0:
                found.append(edit(name, day, amount=Decimal(chance.randrange(10**6)) / 100))
            case 1:
                found.append(edit(name, day, refs={"owner": chance.choice(["ann", "bob", "cy"])}))
            case 2:
                found.append(edit(name, day, refs={"stage": chance.choice(["won", "lost", "lead"])}))
            case 3:
                found += won(f"late{number}", day, amount=Decimal(number))
            case 4 if number % 3:
                found.append(edit(name, day, refs={"merged_into": f"d{chance.randrange(deals)}"}))
            case _:
                found.append(delete(name, day))
    return found


def test_the_same_question_twice_is_one_receipt_and_one_value(books: Books) -> None:
    learn("opportunity", won("a", "2026-02-10"))

    first, again = ask("won_value"), ask("won_value")
    spaced = ask("won_value", where='owner.team  =   "West" ')

    assert first == again
    assert spaced.receipt_id == ask("won_value", where='owner.team = "West"').receipt_id
    assert spaced.receipt_id != first.receipt_id
    assert Receipt.objects.count() == 2


@pytest.mark.parametrize(
    "change",
    [
        {"organisation": Organisation.AS_IS},
        {"basis": Basis.CURRENT},
        {"currency": "EUR"},
        {"grain": Grain.MONTH},
        {"by": ("owner.team",)},
        {"as_of": at("2026-06-29")},
    ],
)
def test_another_question_is_another_receipt(books: Books, change: dict[str, object]) -> None:
    learn("opportunity", won("a", "2026-02-10"))

    assert ask("won_count").receipt_id != ask("won_count", **change).receipt_id  # type: ignore[arg-type]


def test_new_data_make_a_new_receipt_and_leave_the_old_one_alone(books: Books) -> None:
    learn("opportunity", won("a", "2026-02-10"))
    before = ask("won_value", grain=None)
    learn("opportunity", won("b", "2026-02-11"))
    after = ask("won_value", grain=None)

    assert figures(before.only.value, after.only.value) == (100, 200)
    assert after.data_version == before.data_version + 1
    assert replay(before.receipt_id).is_same
    assert replay(before.receipt_id).fresh.only.value == 100


def test_a_replay_after_a_thousand_further_changes_gives_the_same_digits(books: Books) -> None:
    deals = 60
    learn("fx_rate", [rate("plan_FY2026", "2026-01-01", "1.05"), rate("daily", "2026-01-01", "1.1")])
    learn("opportunity", many_deals(deals))
    kept: list[Answer] = [ask(each.metric, **each.changes) for each in QUESTIONS]  # type: ignore[arg-type]

    changes = more_changes(MORE_CHANGES, deals)
    assert len(changes) >= MORE_CHANGES
    for start in range(0, len(changes), 250):
        learn("opportunity", changes[start : start + 250])
    learn("fx_rate", [rate("plan_FY2026", "2026-01-01", "2"), rate("daily", "2026-01-15", "3")])
    learn(
        "user",
        [person("ann", "North", company="acme"), person("bob", "South", company="acme", day="2026-02-01")],
    )
    learn("account", [Change(source_id="acme", at=at("2025-02-01"), values={"segment": "SMB"})])
    learn("stage", [Change(source_id="junk", at=at("2025-02-01"), values={"outcome": "lost"})])
    actor = Actor.of(books.company.admin)
    set_setting("time_zone", "America/New_York", effective_from=date(2020, 1, 1), actor=actor)
    set_setting("reporting_currency", "EUR", effective_from=date(2020, 1, 1), actor=actor)
    people = people_of(books.company)
    services.publish_version(
        next_version(people, "new_business", 'opportunity_type = "new"').pk,
        effective_from=None,
        actor=people.author,
    )

    for asked, answer in zip(QUESTIONS, kept, strict=True):
        again = replay(answer.receipt_id)
        assert again.is_same, asked
        assert digest_of(again.fresh) == digest_of(answer)
        assert ask(asked.metric, **asked.changes).receipt_id != answer.receipt_id  # type: ignore[arg-type]
    assert any(
        digest_of(ask(asked.metric, **asked.changes)) != digest_of(answer)  # type: ignore[arg-type]
        for asked, answer in zip(QUESTIONS[:1], kept, strict=False)
    )


def test_what_was_known_then_is_answered_now(books: Books) -> None:
    learn("opportunity", won("a", "2026-02-10"))
    then = data_versions.latest()
    assert then is not None
    learn("opportunity", [*won("late", "2026-02-11"), edit("a", "2026-02-12", amount=Decimal(70))])

    assert one("won_value").value == 170
    assert one("won_value", known_at=then.at).value == 100
    assert (
        one("won_value", as_of=at("2026-02-11", 23), known_at=then.at + timedelta(microseconds=1)).value
        == 100
    )
    assert one("won_value", as_of=at("2026-02-11", 23)).value == 200


def test_known_before_the_first_load_is_answered_from_the_sources_own_times_and_says_so(books: Books) -> None:
    learn("opportunity", [*won("a", "2019-02-10"), *won("b", "2019-05-10"), *won("c", "2019-09-10")])

    found = ask("won_count", "2019-01-01", "2020-01-01", grain=None, as_of=None, known_at=at("2019-06-30"))

    assert found.only.value == 2
    assert found.as_of == at("2019-06-30")
    assert any("Nothing had been loaded here by then" in note for note in found.notes)
    assert replay(found.receipt_id).is_same
    learn("opportunity", won("d", "2019-03-10"))
    assert replay(found.receipt_id).is_same
    kept = Receipt.objects.get(receipt_id=found.receipt_id)
    assert Pins.from_json(kept.pins).known_of


def test_a_state_before_history_has_no_value_and_says_when_history_begins(books: Books) -> None:
    learn("opportunity", deal("a", {"2026-01-10": "qualified"}))

    found = ask("open_pipeline_balance", "2025-10-01", "2026-07-01")

    assert [(cell.value, cell.reason) for cell in found.cells] == [
        (None, "no_history"),
        (100, None),
        (100, None),
    ]
    assert found.notes == ("History begins on 10 Jan 2026; before it, no value.",)
    early = one("won_count", as_of=at("2026-01-09"))
    assert (early.value, early.reason) == (None, "no_history")


def test_a_metric_is_answered_under_another_of_its_versions(books: Books) -> None:
    learn("opportunity", [*won("a", "2026-02-10"), *won("b", "2026-02-10", opportunity_type="renewal")])
    before = ask("won_count", grain=None)
    people = people_of(books.company)
    text = (
        "kind: event\nobject: opportunity\naggregate: count\nunit: count\nwhere: meets(closed_won)\n"
        "moment: {field: close_date}\ngood: up\n"
    )
    services.publish_version(
        next_version(people, "won_count", text).pk, effective_from=None, actor=people.author
    )
    after = ask("won_count", grain=None)
    old = ask("won_count", grain=None, version=1)

    assert [found.only.value for found in (before, after, old)] == [1, 2, 1]
    assert [found.definition.number for found in (before, after, old)] == [1, 2, 1]
    assert replay(before.receipt_id).is_same
    assert one("win_rate").parts["num"] == 2


def test_every_definition_it_rests_on_is_in_the_receipt(books: Books) -> None:
    learn("opportunity", won("a", "2026-02-10"))

    found = ask("win_rate")

    assert found.uses[0] == found.definition
    assert {used.key for used in found.uses} >= {
        "win_rate",
        "won_count",
        "lost_count",
        "closed_won",
        "new_business",
    }
    kept = Receipt.objects.get(receipt_id=found.receipt_id)
    assert kept.answer_digest == digest_of(found)
    assert kept.data_version == found.data_version
    assert all(str(books.company.tenant.pk) == item["params"]["tenant_id"] for item in kept.statements)


def test_settings_that_no_longer_read_alike_are_refused_and_not_replayed_wrongly(books: Books) -> None:
    learn("opportunity", won("a", "2026-02-10"))
    found = ask("won_count")
    Receipt.objects.filter(receipt_id=found.receipt_id).update(
        pins={**Receipt.objects.get(receipt_id=found.receipt_id).pins, "settings": "another"}
    )

    with pytest.raises(Conflict):
        replay(found.receipt_id)


def test_the_answer_does_not_depend_on_who_asked_first(books: Books) -> None:
    learn("opportunity", [*won("a", "2026-02-10"), *won("b", "2026-02-10", owner="bob")])

    found = ask("won_value", by=("owner.name",), as_of=AS_OF)

    assert values(found) == [100, 100]
    assert replay(found.receipt_id).fresh.cells == found.cells
