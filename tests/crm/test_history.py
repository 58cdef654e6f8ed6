"""Records as they were, as we believed them, and where their history starts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from core.errors import Invalid, NotFound
from crm.loader import Change, Op
from crm.models import CustomField, Source
from crm.queries import (
    history_of,
    history_starts,
    last_loads,
    link_to_source,
    page_of_records,
    record_as_of,
    records_of_person,
    safe_link,
    team_of,
    versions_at,
)
from tests.conftest import Company
from tests.crm.ledger import current_row, day, make_source, take

LONG_AGO = day(1) - timedelta(days=3000)


def amount(on: int, value: int) -> Change:
    return Change("o1", day(on), op=Op.PATCH, values={"amount": Decimal(value)})


def test_a_record_reads_as_it_was_and_as_we_believed(in_acme: Company) -> None:
    source = make_source()
    first = take(source, [Change("o1", day(1), values={"amount": Decimal(10)})]).data_version
    second = take(source, [amount(5, 20)]).data_version
    assert first
    assert second

    def believed(on: int, known_at: object) -> object:
        at = first.at if known_at == "first" else second.at
        state = record_as_of("opportunity", "o1", source="sheet", as_of=day(on), known_at=at)
        return state.values["amount"]

    assert (believed(3, "first"), believed(7, "first")) == (10, 10)
    assert (believed(3, "second"), believed(7, "second")) == (10, 20)
    with pytest.raises(NotFound):
        record_as_of(
            "opportunity", "o1", source="sheet", as_of=day(1) - timedelta(days=1), known_at=second.at
        )
    with pytest.raises(NotFound):
        record_as_of("opportunity", "o1", source="other", as_of=day(3), known_at=second.at)


def test_before_the_first_load_the_sources_own_change_times_answer_and_say_so(in_acme: Company) -> None:
    take(make_source(), [Change("o1", day(1), values={"amount": Decimal(10)}), amount(5, 20)])
    late = take(make_source("later"), [Change("o1", day(2), values={"amount": Decimal(7)})]).data_version
    assert late

    early = record_as_of("opportunity", "o1", source="sheet", as_of=day(3), known_at=LONG_AGO)
    now = record_as_of("opportunity", "o1", source="sheet", as_of=day(3), known_at=late.at)

    assert (early.values["amount"], early.before_first_load) == (10, True)
    assert (now.values["amount"], now.before_first_load, now.is_reconstructed) == (10, False, True)
    assert versions_at("opportunity", as_of=day(3), known_at=LONG_AGO).count() == 2
    between = late.at - timedelta(microseconds=1)
    assert versions_at("opportunity", as_of=day(3), known_at=between).count() == 2


def test_a_history_tells_what_each_change_said(in_acme: Company) -> None:
    source = make_source()
    take(source, [Change("o1", day(1), values={"amount": Decimal(10), "name": "A"}, custom={"x": 1})])
    take(source, [amount(5, 20)])

    entries = history_of("opportunity", current_row("opportunity", "o1").pk)

    believed = [entry for entry in entries if entry.is_believed]
    assert len(entries) == 3
    assert [entry.asserted for entry in believed] == [
        ("amount", "custom.x", "is_deleted", "name"),
        ("amount",),
    ]
    assert believed[1].values["name"] == "A"
    assert history_starts("opportunity") == {
        "amount": day(1), "custom.x": day(1), "is_deleted": day(1), "name": day(1),
    }  # fmt: skip
    assert history_starts("lead") == {}


def test_history_of_a_field_starts_when_it_was_first_told(in_acme: Company) -> None:
    take(make_source(), [Change("o1", day(1), values={"name": "A"}), amount(9, 1), amount(4, 1)])

    starts = history_starts("opportunity")
    assert (starts["name"], starts["amount"]) == (day(1), day(4))
    assert "close_date" not in starts


def test_pages_of_current_records_follow_filters(in_acme: Company) -> None:
    source = make_source()
    CustomField.objects.create(
        object="opportunity", name="tier", label="Tier", type="text", is_filterable=True
    )
    CustomField.objects.create(object="opportunity", name="mood", label="Mood", type="text")
    rows = [
        Change(f"o{n}", day(1), values={"name": f"N{n % 2}"}, custom={"tier": "gold" if n < 2 else "tin"})
        for n in range(5)
    ]
    take(source, [*rows, Change("o4", day(2), op=Op.DELETE)])

    first = page_of_records("opportunity", size=3)
    rest = page_of_records("opportunity", size=3, after=first.next_after)
    assert sorted(row.source_id for row in (*first.records, *rest.records)) == ["o0", "o1", "o2", "o3"]
    assert rest.next_after is None
    named = page_of_records("opportunity", filters={"name": "N1", "source": "sheet"})
    assert {row.source_id for row in named.records} == {"o1", "o3"}
    gold = page_of_records("opportunity", filters={"custom.tier": "gold"})
    assert {row.source_id for row in gold.records} == {"o0", "o1"}
    assert len(page_of_records("opportunity", prefix=("name", "N")).records) == 4
    for wrong in ({"nmae": 1}, {"custom.mood": "x"}, {"custom.none": "x"}, {"tenant_id": 1}):
        with pytest.raises(Invalid):
            page_of_records("opportunity", filters=wrong)
    with pytest.raises(NotFound):
        page_of_records("deal")


def test_a_record_links_into_its_source_only_by_https(in_acme: Company) -> None:
    source = make_source()
    take(source, [Change("00 6/x", day(1))])
    row = current_row("opportunity", "00 6/x")
    assert link_to_source(row, "opportunity") is None

    Source.objects.update(link_template="https://crm.example/{object}/{id}")
    assert link_to_source(row, "opportunity") == "https://crm.example/opportunity/00%206%2Fx"
    for unsafe in (
        "javascript:alert('{id}')",
        "http://crm.example/{id}",
        "https://{id}/x",
        "//x/{id}",
        "https://a@b/{id}",
    ):
        assert safe_link(unsafe, object="lead", source_id="evil.example") is None


def test_a_team_is_everybody_below(in_acme: Company) -> None:
    people = [("u1", None), ("u2", "u1"), ("u3", "u2"), ("u4", None), ("u1x", "u3")]
    take(
        make_source(),
        [Change(u, day(1), values={"email": f"{u}@Acme.example"}, refs={"manager": m}) for u, m in people],
        object="user",
    )
    ids = {u: current_row("user", u).pk for u, _ in people}

    assert team_of("U1@acme.example") == {ids[u] for u in ("u1", "u2", "u3", "u1x")}
    assert team_of("u4@acme.example") == {ids["u4"]}
    assert team_of("nobody@acme.example") == team_of("") == frozenset()
    assert records_of_person("u4@ACME.example") == [("user", ids["u4"])]


def test_the_last_load_of_each_object_is_known(in_acme: Company) -> None:
    source = make_source()
    take(source, [amount(1, 1)])
    newest = take(source, [amount(2, 1)]).data_version
    assert newest

    loads = last_loads()
    assert [(each.source, each.object, each.data_version, each.at) for each in loads] == [
        ("sheet", "opportunity", newest.number, newest.at)
    ]
