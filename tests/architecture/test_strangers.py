"""Every route of a tenant, tried by a member of another one, by nobody, and by a member: made from the URL
table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.db import connection  # noqa: TID251 - counting queries is what is tested
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import get_converters
from django.utils import timezone

from core import db
from tenants.authentication import make_key
from tenants.models import ApiKey
from tenants.principal import SCOPES
from tenants.scope import tenant_transaction
from tests.architecture.test_catalog import GLOBAL_TABLES, tables
from tests.conftest import Company

PAGES, API = "t/<slug:tenant>/", "api/v1/t/<slug:tenant>/"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
UNKNOWN = "nobody-is-called-this"
SAMPLES = {
    "int": "1",
    "slug": "some-thing",
    "str": "some-thing",
    "path": "some/thing",
    "uuid": str(UUID(int=1)),
}
CONVERTER = re.compile(r"<(?:(?P<kind>\w+):)?\w+>")
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")


@dataclass(frozen=True)
class Route:
    """An address below a tenant's, with samples for its arguments."""

    template: str
    takes_arguments: bool

    def at(self, slug: str) -> str:
        return "/" + self.template.replace("<slug:tenant>", slug, 1)


def _routes(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route


def routes(under: str) -> list[Route]:
    found = []
    for route in sorted(set(_routes(get_resolver("revops.urls").url_patterns, ""))):
        if not route.startswith(under):
            continue
        rest = route.removeprefix(under)
        filled = CONVERTER.sub(lambda match: SAMPLES.get(match["kind"] or "str", "some-thing"), rest)
        found.append(Route(under + filled, takes_arguments=filled != rest))
    return found


PAGE_ROUTES, API_ROUTES = routes(PAGES), routes(API)


@pytest.fixture
def stranger(acme: Company, globex: Company) -> Client:
    """Signed in, a member of Globex only."""
    client = Client()
    client.force_login(globex.admin.user, backend=BACKEND)
    return client


@pytest.fixture
def member(acme: Company, globex: Company) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(acme.admin.user, backend=BACKEND)
    return client


def key_of(company: Company) -> dict[str, str]:
    """The header of a key that may do everything; used a moment ago, so that using it again notes nothing."""
    new = make_key(company.tenant.pk)
    with tenant_transaction(company.tenant.pk):
        ApiKey.objects.create(
            name="all",
            prefix=new.prefix,
            key_hash=new.key_hash,
            scopes=sorted(SCOPES),
            created_by=company.admin,
            last_used_at=timezone.now(),
        )
    return {"Authorization": f"Bearer {new.text}"}


def contents(*companies: Company) -> dict[str, object]:
    """A checksum of every table, as each company sees it."""
    found: dict[str, object] = {}
    for company in companies:
        with tenant_transaction(company.tenant.pk):
            for _, name, _, _ in tables():
                if name in {"django_migrations", "django_session"}:
                    continue
                owner = "" if name in GLOBAL_TABLES else company.slug
                found[f"{owner}:{name}"] = db.fetch_one(
                    "SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text))"
                    f" FROM {db.identifier(name)} t"
                )
    return found


def told(answer: HttpResponse, path: str) -> tuple[int, str]:
    """Status and body, without what differs from one answer to the next whoever asks."""
    body = answer.content.decode()
    body = re.sub(r'(X-CSRFToken": "|csrfmiddlewaretoken" value=")\w+', r"\1…", body)
    return answer.status_code, re.sub(r'"request_id": ?"[^"]*"', "", body).replace(path, "…")


def ask(client: Client, method: str, path: str, headers: dict[str, str]) -> tuple[tuple[int, str], int]:
    with CaptureQueriesContext(connection) as queries:
        answer = getattr(client, method)(path, headers=headers)
    return told(answer, path), len(queries)


def test_there_are_routes_to_try() -> None:
    assert len(PAGE_ROUTES) >= 15
    assert API_ROUTES
    assert set(
        re.findall(r"<(\w+):", " ".join(_routes(get_resolver("revops.urls").url_patterns, "")))
    ) <= set(get_converters())


def test_a_stranger_finds_nothing_behind_any_page_and_changes_nothing(
    acme: Company, globex: Company, stranger: Client
) -> None:
    before = contents(acme, globex)
    expected, queries = ask(stranger, "get", f"/t/{UNKNOWN}/", {})
    assert expected[0] == 404

    for method, headers in [*((method, {}) for method in METHODS), ("get", {"HX-Request": "true"})]:
        nowhere = ask(stranger, method, f"/t/{UNKNOWN}/", headers)
        for route in PAGE_ROUTES:
            there = ask(stranger, method, route.at("acme"), headers)
            assert (route, method, there) == (route, method, nowhere)
            assert (there[0][0], there[1]) == (404, queries)

    assert contents(acme, globex) == before


def test_a_strangers_key_finds_nothing_behind_any_route_of_the_api_and_changes_nothing(
    acme: Company, globex: Company
) -> None:
    headers, client = key_of(globex), Client()
    before = contents(acme, globex)

    for method in METHODS:
        nowhere = ask(client, method, f"/api/v1/t/{UNKNOWN}/", headers)
        for route in API_ROUTES:
            there = ask(client, method, route.at("acme"), headers)
            assert (route, method, there) == (route, method, nowhere)
            assert there[0][0] == 404

    assert contents(acme, globex) == before


@pytest.mark.parametrize("method", METHODS)
def test_who_is_not_signed_in_is_told_the_same_for_known_and_unknown_companies(
    acme: Company, globex: Company, method: str
) -> None:
    before = contents(acme, globex)
    client = Client()

    for route in PAGE_ROUTES:
        answers = [getattr(client, method)(route.at(slug)) for slug in ("acme", UNKNOWN)]
        assert [answer.status_code for answer in answers] == [302, 302]
        assert answers[0]["Location"].replace("acme", UNKNOWN) == answers[1]["Location"]
    for route in API_ROUTES:
        there, nowhere = (ask(client, method, route.at(slug), {}) for slug in ("acme", UNKNOWN))
        assert there == nowhere
        assert there[0][0] == 401

    assert contents(acme, globex) == before


def test_a_session_is_no_key(acme: Company, member: Client) -> None:
    for route in API_ROUTES:
        assert member.get(route.at("acme")).status_code == 401


@pytest.mark.parametrize(
    "route", [route for route in PAGE_ROUTES if not route.takes_arguments], ids=lambda route: route.template
)
def test_a_member_does_find_the_pages(acme: Company, member: Client, route: Route) -> None:
    answer = member.get(route.at("acme"))
    if answer.status_code == 405:  # a form's address
        answer = member.post(route.at("acme"))
    assert answer.status_code in {200, 302, 422}


@pytest.mark.parametrize(
    "route", [route for route in API_ROUTES if not route.takes_arguments], ids=lambda route: route.template
)
def test_a_members_key_does_find_the_api(acme: Company, route: Route) -> None:
    answer = Client().get(route.at("acme"), headers=key_of(acme))
    assert answer.status_code in {200, 405, 422}


def test_a_member_finds_no_route_that_does_not_exist(acme: Company, member: Client) -> None:
    assert member.get("/t/acme/no-such-page/").status_code == 404
    answer = Client().get("/api/v1/t/acme/no-such-thing/", headers=key_of(acme))
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_a_key_without_the_scope_is_refused(acme: Company) -> None:
    headers = key_of(acme)
    with tenant_transaction(acme.tenant.pk):
        ApiKey.objects.update(scopes=["imports:write"])
    for route in API_ROUTES:
        if not route.takes_arguments:
            assert Client().get(route.at("acme"), headers=headers).status_code in {403, 405}
