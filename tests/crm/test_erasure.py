"""After an erasure nothing in the whole database names the person, and no number has changed."""

from __future__ import annotations

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from core import db
from core.db import identifier
from core.errors import Invalid, NotFound
from crm.loader import Change, Op
from crm.models import CustomField, ErasureCertificate, LoadRun, RejectedRow
from crm.queries import records_of_person
from crm.services import erase_person, is_named_in
from crm.vocab.personal import identity, pattern_of
from tenants.audit import Actor, first_broken_entry, record
from tenants.models import Job
from tests.conftest import Company
from tests.crm.ledger import current_row, day, make_source, take, versions

VALUES = {
    "first_name": "Zoë",
    "last_name": "Quackenbush",
    "name": "Zoë Quackenbush",
    "email": "zoe.quackenbush@example.org",
    "phone": "+49 30 5550123",
}
OLD = "zoe.old@example.org"
SEARCHED = [*VALUES.values(), OLD, "Nom-de-plume-7"]
STRANGER = {"name": "Mallory Keeper", "email": "mallory@example.org"}

EVERY_TEXT = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = 'public' AND data_type IN ('text', 'character varying', 'jsonb', 'ARRAY')
"""


def places_naming(values: list[str]) -> list[str]:
    """Every table and column of the whole database in which one of the values stands, in any case."""
    found = []
    tables = db.fetch_all(EVERY_TEXT)
    for table, column in tables:
        text = f"lower({identifier(column)}::text)"
        statement = f"SELECT count(*) FROM {identifier(table)} WHERE position(lower(%(value)s) in {text}) > 0"
        found += [f"{table}.{column}: {v}" for v in values if db.fetch_value(statement, {"value": v})]
    return found


def fill() -> list[tuple[str, int]]:
    """A person as contact and lead, mentioned wherever texts are kept; and a stranger who is to stay."""
    source = make_source()
    CustomField.objects.create(
        object="contact", name="pen", label="Pen name", type="text", is_personal=True, is_filterable=True
    )
    contact = [
        Change("c1", day(1), values={**VALUES, "email": OLD}, custom={"pen": "Nom-de-plume-7"}),
        Change("c1", day(3), op=Op.PATCH, values={"email": VALUES["email"]}),
        Change("c2", day(1), values=STRANGER),
    ]
    take(source, contact, object="contact")
    take(source, [Change(VALUES["email"], day(2), values=VALUES)], object="lead")
    deal = {"name": "Deal with ZOË Quackenbush", "amount": Decimal("100")}
    take(source, [Change("o1", day(2), values=deal, custom={"note": f"ask {VALUES['email'].upper()} first"})])
    run = LoadRun.objects.latest("pk")
    halves: dict[str, object] = {"First": "Zoë", "Last": "Quackenbush", "amount": 5}
    rejected: list[dict[str, object]] = [{**VALUES}, halves, {**STRANGER}]
    for number, raw in enumerate(rejected):
        RejectedRow.objects.create(run=run, row_number=number, raw=raw, problems=[f"bad: {raw.get('email')}"])
    record("record.seen", target="x", actor=Actor.system("test"), after={"who": VALUES["email"]})
    record("record.seen", target="x", actor=Actor.system("test"), after={"who": STRANGER["email"]})
    Job.objects.create(kind="crm.test", payload={"mail": VALUES["email"], VALUES["phone"]: 1})
    return records_of_person(VALUES["email"])


def test_nothing_in_the_database_names_the_person_afterwards(in_acme: Company) -> None:
    records = fill()
    assert [object for object, _ in records] == ["contact", "lead"]
    rows_before = versions("contact").count(), versions("opportunity").count()

    certificate = erase_person(records, reason="Request of 3 March", actor=Actor.of(in_acme.admin))

    assert places_naming(SEARCHED) == []
    assert (versions("contact").count(), versions("opportunity").count()) == rows_before
    assert current_row("opportunity", "o1").amount == Decimal("100")
    assert current_row("contact", "c2").name == STRANGER["name"]
    assert first_broken_entry() is None
    assert all(is_named_in(certificate, value) for value in VALUES.values())
    assert not is_named_in(certificate, STRANGER["email"])
    states = list(RejectedRow.objects.order_by("row_number").values_list("state", flat=True))
    assert states == ["erased", "erased", "open"]
    assert RejectedRow.objects.get(row_number=1).raw["amount"] == 5


def test_the_search_of_the_test_finds_what_is_there(in_acme: Company) -> None:
    fill()

    assert len(places_naming([VALUES["email"]])) > 6


def test_a_refused_erasure_changes_nothing(in_acme: Company) -> None:
    records = fill()
    before = places_naming(SEARCHED)

    with pytest.raises(NotFound):
        erase_person([("contact", 10**9)], reason="x", actor=Actor.system("test"))
    with pytest.raises(Invalid):
        erase_person([("account", 1)], reason="x", actor=Actor.system("test"))
    with pytest.raises(Invalid):
        erase_person(records, reason=" ", actor=Actor.system("test"))

    assert places_naming(SEARCHED) == before
    assert not ErasureCertificate.objects.exists()


def test_the_command_says_what_would_go_and_then_erases(in_acme: Company) -> None:
    fill()
    said = StringIO()
    asked = {"tenant": in_acme.slug, "email": "ZOE.old@example.org", "reason": "asked"}

    call_command("erase_person", stdout=said, **asked)
    assert not ErasureCertificate.objects.exists()
    call_command("erase_person", "--yes", stdout=said, **asked)

    assert ErasureCertificate.objects.count() == 1
    assert places_naming([VALUES["phone"]]) == []


def test_a_first_name_alone_does_not_identify() -> None:
    who = identity([("name", "Jo"), ("first_name", "Ann"), ("last_name", "Lee"), ("email", "a@b.example")])

    assert who.telling == {"a@b.example"}
    assert who.partial == {"Jo", "Ann", "Lee"}
    assert who.erased_from("Ann asked A@B.example") == "Ann asked [erased]"
    assert who.erased_from({"a": ["Ann", 3, None]}, partial=True) == {"a": ["[erased]", 3, None]}


def test_values_are_found_whole_and_in_any_case() -> None:
    who = identity([("name", "Zoë  (Z.) Öz"), ("phone", "5550123")])

    assert who.erased_from("x zoË (z.) öZ x") == "x [erased] x"
    assert who.erased_from({"n": 5550123, "m": 15550123}) == {"n": None, "m": 15550123}
    assert pattern_of(["a.b"]).count("\\.") == 1
