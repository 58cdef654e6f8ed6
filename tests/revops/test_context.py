from __future__ import annotations

import pytest
from django.test import Client

from tenants.models import Role
from tests.conftest import Company, make_member


def opened(member_email: str, path: str) -> tuple[int, str]:
    client = Client()
    assert client.login(email=member_email, password="correct horse battery")
    answer = client.get(path)
    return answer.status_code, answer.content.decode()


def test_the_shell_says_where_one_is_and_who_one_is(acme: Company, globex: Company) -> None:
    status, html = opened(acme.admin.user.email, f"/t/{acme.slug}/audit/")

    assert status == 200
    assert f'href="/t/{acme.slug}/audit/" aria-current="page"' in html
    assert acme.admin.user.email in html
    assert "<title>Audit log · Acme ·" in html
    assert "Globex" not in html


def test_navigation_leaves_out_what_a_role_may_not_open(acme: Company) -> None:
    rep = make_member(acme.tenant, role=Role.REP)
    _, html = opened(rep.user.email, "/accounts/password/change/")
    assert "Your account" in html

    _, admins = opened(acme.admin.user.email, f"/t/{acme.slug}/members/")
    status, reps = opened(rep.user.email, f"/t/{acme.slug}/members/")
    assert f'href="/t/{acme.slug}/members/"' in admins
    assert status == 403
    assert f'href="/t/{acme.slug}/members/"' not in reps


@pytest.mark.parametrize(("cookie", "attribute"), [("dark", ' data-theme="dark"'), ("<b>", ""), ("", "")])
def test_the_theme_comes_from_the_cookie_and_only_known_ones_count(
    db: None, cookie: str, attribute: str
) -> None:
    client = Client()
    client.cookies["theme"] = cookie

    assert f'<html lang="en"{attribute}>' in client.get("/accounts/login/").content.decode()


def test_a_strangers_address_looks_like_an_unknown_one_to_the_last_byte(
    acme: Company, globex: Company
) -> None:
    unknown = opened(acme.admin.user.email, "/t/nowhere/kpis/")
    stranger = opened(acme.admin.user.email, f"/t/{globex.slug}/kpis/")

    assert unknown == stranger
    assert unknown[0] == 404
