"""The registry over REST: lists by cursor, one version in force, drafts within the key's scopes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from definitions import catalog, services
from definitions.models import DefinitionVersion
from tenants.audit import Actor
from tenants.models import Membership
from tenants.scope import tenant_scope, tenant_transaction
from tenants.services import make_api_key
from tests.conftest import Company
from tests.definitions.registry_world import CATALOG, People, draft, next_version, people_of, published

ROOT = "/api/v1/t/acme/definitions/"


@pytest.fixture(autouse=True)
def small_catalog(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "tenant_catalog", lambda: CATALOG)


@pytest.fixture
def people(acme: Company, globex: Company) -> People:
    with tenant_transaction(acme.tenant.pk):
        return people_of(acme)


def client_of(member: Membership, *scopes: str) -> Client:
    with tenant_transaction(member.tenant_id):
        made = make_api_key(
            "test", scopes=scopes, expires_at=None, actor=Actor.of(member), now=timezone.now()
        )
    return Client(headers={"Authorization": f"Bearer {made.text}"})


@pytest.fixture
def reader(people: People) -> Client:
    return client_of(people.ines, "definitions:read")


@pytest.fixture
def writer(people: People) -> Client:
    return client_of(people.ines, "definitions:read", "definitions:write")


def test_terms_are_listed_page_by_page(people: People, reader: Client) -> None:
    with tenant_transaction(people.ines.tenant_id):
        published(people, "icp")
        for key in ("b_term", "a_term"):
            draft(people, key)

    first = reader.get(ROOT, {"limit": 2}).json()
    second = reader.get(ROOT, {"limit": 2, "cursor": first["next_cursor"]}).json()

    assert [each["key"] for each in first["data"] + second["data"]] == ["a_term", "b_term", "icp"]
    assert (first["has_more"], second["has_more"], second["next_cursor"]) == (True, False, None)
    assert second["data"][0]["version_in_force"] == 1
    assert first["data"][0]["version_in_force"] is None
    assert reader.get(ROOT, {"kind": "metric"}).json()["data"] == []


def test_one_term_and_its_versions(people: People, reader: Client) -> None:
    with tenant_transaction(people.ines.tenant_id):
        published(people)
        services.publish_version(next_version(people, "icp", "employees >= 900").pk, actor=people.author)

    assert reader.get(f"{ROOT}icp/").json()["version_in_force"] == 2
    versions = reader.get(f"{ROOT}icp/versions/").json()["data"]
    assert [(each["number"], each["status"]) for each in versions] == [(2, "in_force"), (1, "replaced")]
    one = reader.get(f"{ROOT}icp/versions/1/").json()
    assert (one["text"], one["object"], one["effective_to"]) == (
        "employees >= 500",
        "account",
        versions[0]["effective_from"],
    )


def test_the_version_in_force_at_an_instant(people: People, reader: Client) -> None:
    later = timezone.now() + timedelta(days=30)
    with tenant_transaction(people.ines.tenant_id):
        published(people)
        waiting = next_version(people, "icp", "employees >= 900")
        services.publish_version(waiting.pk, effective_from=later, actor=people.author)

    assert reader.get(f"{ROOT}icp/in-force/").json()["number"] == 1
    assert reader.get(f"{ROOT}icp/in-force/", {"at": later.isoformat()}).json()["number"] == 2
    assert reader.get(f"{ROOT}icp/in-force/", {"at": "2020-01-01"}).status_code == 404
    assert reader.get(f"{ROOT}icp/in-force/", {"at": "yesterday"}).json()["error"]["param"] == "at"


def test_a_draft_is_written_edited_and_submitted(people: People, writer: Client) -> None:
    term = {
        "key": "icp",
        "kind": "qualification",
        "label": "ICP",
        "object": "account",
        "text": "employees>=500",
        "meaning": "Fits us.",
    }
    made = writer.post(ROOT, term, content_type="application/json")
    assert (made.status_code, made.json()["text"]) == (201, "employees >= 500")
    edited = writer.put(
        f"{ROOT}icp/versions/1/",
        {"rev": 1, "text": "employees >= 700", "meaning": "Fits us."},
        content_type="application/json",
    )
    assert edited.json()["rev"] == 2
    submitted = writer.post(f"{ROOT}icp/versions/1/submit/", content_type="application/json")
    assert submitted.json()["status"] == "in_review"
    again = writer.post(f"{ROOT}icp/versions/", {}, content_type="application/json")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "change_open")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"text": "employes >= 1"}, (422, "text_refused", "text")),
        ({"key": "Not a key"}, (422, "invalid", "key")),
        ({"kind": "poem"}, (400, "invalid_choice", "kind")),
        ({"meaning": ""}, (400, "blank", "meaning")),
        ({"label": "Ideal"}, (409, "name_taken", "label")),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    people: People, writer: Client, change: dict[str, str], told: tuple[int, str, str]
) -> None:
    with tenant_transaction(people.ines.tenant_id):
        draft(people, "ideal")
    term = {
        "key": "icp",
        "kind": "qualification",
        "label": "ICP",
        "object": "account",
        "text": "is_target",
        "meaning": "Fits us.",
    }

    refused = writer.post(ROOT, {**term, **change}, content_type="application/json")

    error = refused.json()["error"]
    assert (refused.status_code, error["code"], error["param"]) == told
    with tenant_scope(people.ines.tenant_id):
        assert DefinitionVersion.objects.count() == 1


def test_a_stale_edit_is_a_conflict(people: People, writer: Client) -> None:
    with tenant_transaction(people.ines.tenant_id):
        draft(people)
    words = {"rev": 7, "text": "is_target", "meaning": "Fits us."}

    stale = writer.put(f"{ROOT}icp/versions/1/", words, content_type="application/json")

    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "stale_rev")


def test_a_key_does_only_what_its_scopes_allow(people: People, reader: Client) -> None:
    refused = reader.post(ROOT, {}, content_type="application/json")
    other = client_of(people.ines, "metrics:read")

    assert refused.status_code == 403
    assert other.get(ROOT).status_code == 403


def test_a_strangers_key_finds_nothing(people: People, globex: Company) -> None:
    with tenant_transaction(people.ines.tenant_id):
        published(people)
    stranger = client_of(globex.admin, "definitions:read", "definitions:write")

    for path in ("", "icp/", "icp/versions/", "icp/versions/1/", "icp/in-force/"):
        assert stranger.get(ROOT + path).status_code == 404
    assert stranger.get("/api/v1/t/globex/definitions/icp/").status_code == 404
    assert Client().get(ROOT).status_code == 401


def test_lists_cost_the_same_however_long(
    people: People, reader: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with tenant_transaction(people.ines.tenant_id):
        published(people)
    reader.get(ROOT)
    with django_assert_max_num_queries(12) as short:
        reader.get(ROOT)
    with tenant_transaction(people.ines.tenant_id):
        for number in range(3):
            published(people, f"term_{number}", text="meets(icp)")

    with django_assert_max_num_queries(len(short)) as long:
        reader.get(ROOT)
    assert len(long) == len(short)
