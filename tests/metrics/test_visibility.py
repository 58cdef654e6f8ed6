"""Totals are the same for everybody; the rows behind them follow the chain, and pages and API say so."""

from __future__ import annotations

import re

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.test import Client

from core.api import throttling
from metrics.visibility import row_scope
from tenants.models import Function, Membership, Role
from tests.conftest import make_member
from tests.metrics.books import Books, ask, learn, person, won
from tests.metrics.small_company import api_of

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ASKED = {"from": "2026-01-01", "to": "2026-07-01", "as_of": "2026-06-30T20:00:00Z"}
NARROWED = "You see the rows that you and your team own; the number counts the whole company."


@pytest.fixture
def deals(books: Books, monkeypatch: pytest.MonkeyPatch) -> Books:
    counters = LocMemCache("metrics-visibility-tests", {})
    counters.clear()
    monkeypatch.setattr(throttling, "cache", counters)
    learn("user", [person("zoe", "Far", company=books.company.slug)])
    learn("opportunity", [
        *won("anns", "2026-02-10"),
        *won("bobs", "2026-02-11", owner="bob"),
        *won("zoes", "2026-02-12", owner="zoe"),
    ])  # fmt: skip
    return books


def member(books: Books, role: Role, *, crm: str = "") -> Membership:
    made = make_member(books.company.tenant, role=role, function=Function.SALES)
    if crm:
        Membership.objects.filter(pk=made.pk).update(crm_email=f"{crm}@{books.company.slug}.example")
        made.refresh_from_db()
    return made


def seen(books: Books, who: Membership) -> tuple[list[str], str, str]:
    """What a member reads on the page of rows: names, the number's text, the receipt."""
    client = Client()
    client.force_login(who.user, backend=BACKEND)
    receipt = ask("won_count", grain=None).receipt_id
    page = client.get(f"/t/{books.company.slug}/receipts/{receipt}/rows/", {"cell": "total"}).content.decode()
    shown = re.search(r'data-receipt="(\w+)"[^>]*>([^<]*)<', page)
    assert shown is not None
    assert (NARROWED in page) == bool(row_scope(who).emails)
    names = re.findall(r'<th scope="row">(?:<a [^>]*>)?(\w+)', page)
    return sorted(names), shown[2], shown[1]


def test_everybody_sees_the_same_total_and_the_rows_of_their_own_chain(deals: Books) -> None:
    found = {
        name: seen(deals, who)
        for name, who in {
            "admin": deals.company.admin,
            "executive": member(deals, Role.EXECUTIVE),
            "ann": member(deals, Role.REP, crm="ann"),
            "maud": member(deals, Role.MANAGER, crm="maud"),
            "nobody": member(deals, Role.REP),
        }.items()
    }

    assert {name: names for name, (names, _, _) in found.items()} == {
        "admin": ["anns", "bobs", "zoes"],
        "executive": ["anns", "bobs", "zoes"],
        "ann": ["anns"],
        "maud": ["anns", "bobs"],
        "nobody": [],
    }
    assert {(text, receipt) for _, text, receipt in found.values()} == {
        ("3", ask("won_count", grain=None).receipt_id)
    }


def test_the_api_gives_the_same_total_and_narrows_rows_alike(deals: Books) -> None:
    everything = api_of(deals.company)
    anns = api_of(deals.company, member=member(deals, Role.REP, crm="ann"))
    whole, own = (api.json("metrics/won_count/values", ASKED) for api in (everything, anns))

    assert whole["values"] == own["values"]
    assert whole["receipt"] == own["receipt"]
    pages = [api.json(f"receipts/{whole['receipt']}/rows") for api in (everything, anns)]
    assert [sorted(row["name"] for row in page["data"]) for page in pages] == [
        ["anns", "bobs", "zoes"],
        ["anns"],
    ]
    assert [page["narrowed"] for page in pages] == [None, NARROWED]


def test_the_export_of_rows_is_narrowed_as_the_page_is(deals: Books) -> None:
    ann = member(deals, Role.REP, crm="ann")
    client = Client()
    client.force_login(ann.user, backend=BACKEND)
    receipt = ask("won_count", grain=None).receipt_id

    lines = client.get(
        f"/t/{deals.company.slug}/receipts/{receipt}/rows.csv", {"cell": "total"}
    ).content.decode()

    assert [line.split(",")[4] for line in lines.splitlines()[1:]] == ["anns"]


def test_who_left_a_team_no_longer_has_its_rows(deals: Books) -> None:
    maud = member(deals, Role.MANAGER, crm="maud")
    assert len(seen(deals, maud)[0]) == 2
    learn("user", [person("bob", "East", company=deals.company.slug, manager="zoe", day="2026-03-01")])

    assert seen(deals, maud)[0] == ["anns"]


@pytest.mark.parametrize("role", [Role.CSM, Role.MARKETER])
def test_a_role_outside_the_chain_sees_totals_and_is_told_why_no_rows(deals: Books, role: Role) -> None:
    scope = row_scope(member(deals, role))

    assert scope.emails == frozenset()
    assert "You see the total" in scope.label
