"""The registry's pages: what each shows, what each does, and what it refuses."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from definitions import catalog, services
from definitions.models import DefinitionVersion, Status
from tenants.audit import Actor
from tenants.models import Membership
from tenants.scope import tenant_scope, tenant_transaction
from tests.conftest import Company
from tests.definitions.registry_world import (
    CATALOG,
    People,
    approved,
    draft,
    next_version,
    people_of,
    published,
)


@pytest.fixture(autouse=True)
def small_catalog(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "tenant_catalog", lambda: CATALOG)


@pytest.fixture
def people(acme: Company, globex: Company) -> People:
    with tenant_transaction(acme.tenant.pk):
        return people_of(acme)


def browser(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def page(name: str, **parts: str | int) -> str:
    return reverse(name, kwargs={"tenant": "acme", **parts})


def test_an_empty_registry_offers_the_starter_library(people: People) -> None:
    shown = browser(people.ines).get(page("definition-list"))

    assert shown.status_code == 200
    assert "Nothing is defined yet" in shown.text
    assert page("definition-starters") in shown.text


def test_the_list_finds_terms_by_any_of_their_names(people: People) -> None:
    with tenant_transaction(people.ines.tenant_id):
        published(people, "icp", label="Ideal customer profile")
        published(people, "target_account")
        services.add_alias("icp", "Best fit", actor=people.author)
    client = browser(people.rob)

    assert "v1 in force" in client.get(page("definition-list")).text
    found = client.get(page("definition-list"), {"q": "best-FIT"}).text
    assert "Ideal customer profile" in found
    assert "Target account" not in found
    assert "No term is called that" in client.get(page("definition-list"), {"q": "%_"}).text


def test_the_list_costs_the_same_however_long_it_is(
    people: People, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = browser(people.ines)
    counts = []
    with tenant_transaction(people.ines.tenant_id):
        published(people, "icp")
    for number in range(2):
        with tenant_transaction(people.ines.tenant_id):
            published(people, f"term_{number}", text="is_target and meets(icp)")
        with django_assert_max_num_queries(16) as asked:
            client.get(page("definition-list"))
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_a_term_costs_the_same_however_many_versions_and_users_it_has(
    people: People, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = browser(people.ines)
    counts = []
    with tenant_transaction(people.ines.tenant_id):
        published(people, "icp")
    for number in range(2):
        with tenant_transaction(people.ines.tenant_id):
            published(people, f"term_{number}", text="is_target and meets(icp)")
            waiting = next_version(people, "icp", f"employees >= {number}")
            services.publish_version(waiting.pk, actor=people.author)
        with django_assert_max_num_queries(24) as asked:
            client.get(page("definition-detail", key="icp"))
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_a_term_shows_meaning_words_text_owner_and_neighbours(people: People) -> None:
    with tenant_transaction(people.ines.tenant_id):
        published(people, "icp", text='employees >= 500 and segment in ("Enterprise", "Mid")')
        published(people, "target_account", text="is_target and meets(icp)")
    shown = browser(people.rob).get(page("definition-detail", key="icp")).text

    assert "What icp means." in shown
    assert "The employees is at least 500, and the segment is “Enterprise” or “Mid”." in shown
    assert "employees &gt;= 500" in shown
    assert "and segment in (&quot;Enterprise&quot;, &quot;Mid&quot;)" in shown
    assert page("definition-detail", key="target_account") in shown
    assert "v1 in force" in shown
    assert "Draft a change" not in shown


def test_a_change_goes_from_draft_to_in_force_through_the_pages(people: People) -> None:
    ines, wei = browser(people.ines), browser(people.wei)
    words = {
        "key": "icp",
        "label": "ICP",
        "kind": "qualification",
        "object": "account",
        "text": "employees >= 500",
        "meaning": "Fits us.",
        "tier": "operational",
        "aliases": "best fit, sweet spot",
    }
    made = ines.post(page("definition-new"), words)
    assert made.headers["Location"] == page("definition-draft", key="icp")
    saved = ines.post(
        page("definition-draft", key="icp"),
        {"rev": 1, "object": "account", "text": "employees >= 700", "meaning": "Fits us.", "act": "submit"},
    )
    assert saved.headers["Location"] == page("definition-review", key="icp")
    assert "waits for your answer" in wei.get(page("definition-list")).text
    answered = wei.post(page("definition-review", key="icp"), {"rev": 2, "decision": "approve"})
    assert answered.status_code == 302
    done = ines.post(page("definition-publish", key="icp"), {"effective_on": ""})
    assert done.headers["Location"] == page("definition-version", key="icp", number=1)
    shown = ines.get(page("definition-detail", key="icp")).text
    assert "v1 in force" in shown
    assert "sweet spot" in shown


def test_the_check_reads_the_text_without_saving_it(people: People) -> None:
    with tenant_transaction(people.ines.tenant_id):
        draft(people)
    client = browser(people.ines)
    asked = {"rev": 1, "object": "account", "meaning": "Fits.", "act": "check"}

    good = client.post(page("definition-draft", key="icp"), {**asked, "text": "is_target"})
    bad = client.post(page("definition-draft", key="icp"), {**asked, "text": "employees >=\r\n employes"})

    assert "The target account is yes." in good.text
    assert bad.status_code == 422
    assert "Line 2, column 2" in bad.text
    assert "Did you mean employees?" in bad.text
    with tenant_scope(people.ines.tenant_id):
        assert DefinitionVersion.objects.get().text == "employees >= 500"


def test_a_stale_save_shows_both_texts_and_can_be_saved_on_top(people: People) -> None:
    with tenant_transaction(people.ines.tenant_id):
        version = draft(people)
        services.edit_draft(
            version.pk, rev=1, text="employees >= 700", meaning="Theirs.", actor=Actor.of(people.wei)
        )
    client = browser(people.ines)
    mine = {"object": "account", "text": "employees >= 900", "meaning": "Mine.", "act": "save"}

    stale = client.post(page("definition-draft", key="icp"), {**mine, "rev": 1})

    assert stale.status_code == 409
    assert "employees &gt;= 700" in stale.text
    assert "employees &gt;= 900" in stale.text
    assert 'name="rev" value="2"' in stale.text
    assert client.post(page("definition-draft", key="icp"), {**mine, "rev": 2}).status_code == 302


def test_nobody_approves_their_own_change_on_the_page(people: People) -> None:
    with tenant_transaction(people.ines.tenant_id):
        version = services.submit_for_review(draft(people).pk, actor=people.author)

    refused = browser(people.ines).post(
        page("definition-review", key="icp"), {"rev": version.rev, "decision": "approve"}
    )

    assert refused.status_code == 403
    assert "Nobody approves their own change" in refused.text
    with tenant_scope(people.ines.tenant_id):
        assert DefinitionVersion.objects.get().status == Status.IN_REVIEW


@pytest.mark.parametrize("who", ["sam", "rob"])
def test_managers_and_reps_are_told_who_publishes(people: People, who: str) -> None:
    with tenant_transaction(people.ines.tenant_id):
        approved(people, draft(people))

    refused = browser(getattr(people, who)).post(page("definition-publish", key="icp"), {"effective_on": ""})

    assert refused.status_code == 403
    assert "Only RevOps admins publish definitions." in refused.text
    with tenant_scope(people.ines.tenant_id):
        assert DefinitionVersion.objects.get().status == Status.APPROVED


def test_two_versions_can_be_compared(people: People) -> None:
    with tenant_transaction(people.ines.tenant_id):
        published(people, text="employees >= 500")
        version = services.start_draft("icp", actor=people.author)
        services.edit_draft(
            version.pk, rev=1, text="employees >= 500 and is_target", meaning="Narrower.", actor=people.author
        )

    shown = browser(people.rob).get(page("definition-compare", key="icp", first=1, second=2)).text

    assert '<div data-op="add"><span class="ln">2</span>' in shown
    assert "and is_target" in shown


def test_a_version_is_withdrawn_with_a_reason(people: People) -> None:
    with tenant_transaction(people.ines.tenant_id):
        published(people)
    client = browser(people.ines)

    assert client.get(page("definition-withdraw", key="icp", number=1)).status_code == 200
    done = client.post(page("definition-withdraw", key="icp", number=1), {"reason": "Nobody uses it."})

    assert done.status_code == 302
    assert "v1 withdrawn" in client.get(page("definition-detail", key="icp")).text


def test_names_are_added_and_a_taken_one_is_explained(people: People) -> None:
    with tenant_transaction(people.ines.tenant_id):
        draft(people, "icp")
        draft(people, "fit")
    client = browser(people.ines)

    assert client.post(page("definition-names", key="icp"), {"name": "Sweet spot"}).status_code == 302
    taken = client.post(page("definition-names", key="fit"), {"name": "sweet-spot"})

    assert taken.status_code == 422
    assert "already names Icp" in taken.text


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("definition-list", {}),
        ("definition-starters", {}),
        ("definition-new", {}),
        ("definition-detail", {"key": "icp"}),
        ("definition-version", {"key": "icp", "number": 1}),
        ("definition-draft", {"key": "icp"}),
        ("definition-review", {"key": "icp"}),
        ("definition-publish", {"key": "icp"}),
        ("definition-names", {"key": "icp"}),
        ("definition-compare", {"key": "icp", "first": 1, "second": 1}),
        ("definition-withdraw", {"key": "icp", "number": 1}),
        ("definition-roll-back", {"key": "icp", "number": 1}),
    ],
)
def test_a_stranger_gets_404_on_every_page(
    people: People, globex: Company, name: str, parts: dict[str, str | int]
) -> None:
    with tenant_transaction(people.ines.tenant_id):
        draft(people)
    stranger = browser(globex.admin)

    assert stranger.get(page(name, **parts)).status_code == 404
    assert stranger.post(page(name, **parts)).status_code == 404
    assert browser(people.ines).get(page(name, **parts)).status_code in (200, 404, 409)


@pytest.mark.parametrize(("name", "number"), [("nothing", 1), ("icp", 9)])
def test_an_unknown_term_or_version_is_not_found(people: People, name: str, number: int) -> None:
    with tenant_transaction(people.ines.tenant_id):
        published(people)
    client = browser(people.ines)

    assert client.get(page("definition-version", key=name, number=number)).status_code == 404
    assert client.get(page("definition-draft", key=name)).status_code == 404
