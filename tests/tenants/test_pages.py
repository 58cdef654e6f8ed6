"""Signing in and out of companies: start page, chooser, joining, members, keys, set-up."""

from __future__ import annotations

import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from tenants import queries
from tenants.authentication import authenticate_key
from tenants.models import ApiKey, AuditEntry, Invitation, Membership, Role, Tenant, User
from tenants.scope import tenant_transaction
from tests.conftest import Company, make_member
from tests.tenants.conftest import SignIn

PASSWORD = "a sentence is easy to remember"


# Start


def test_who_is_not_signed_in_is_sent_to_the_sign_in_page(db: None) -> None:
    assert Client().get("/")["Location"] == "/accounts/login/?next=/"


def test_the_only_company_opens_by_itself(acme: Company, sign_in: SignIn) -> None:
    assert sign_in(acme.admin).get("/")["Location"] == "/t/acme/"


def test_several_companies_are_offered_by_name(acme: Company, globex: Company, sign_in: SignIn) -> None:
    Membership.objects.create(tenant=globex.tenant, user=acme.admin.user, role=Role.REP, function="sales")
    client = sign_in(acme.admin)

    assert client.get("/")["Location"] == "/tenants/"
    names = [membership.tenant.name for membership in client.get("/tenants/").context["memberships"]]
    assert names == ["Acme", "Globex"]


def test_who_belongs_nowhere_is_told_what_to_do(db: None) -> None:
    client = Client()
    client.force_login(
        User.objects.create_user("new@example.com", PASSWORD),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    assert client.get("/")["Location"] == "/tenants/"
    assert b"you belong to no workspace yet" in client.get("/tenants/").content


def test_a_company_is_made_on_its_page_and_set_up_next(acme: Company, sign_in: SignIn) -> None:
    client = sign_in(acme.admin)
    assert client.get("/tenants/new/").status_code == 200

    assert client.post("/tenants/new/", {"name": "Initech", "slug": "acme"}).status_code == 422
    answer = client.post("/tenants/new/", {"name": "Initech", "slug": "initech"})

    assert answer["Location"] == "/t/initech/setup/"
    page = client.get("/t/initech/setup/")
    assert [item.key for item in page.context["items"]] == [
        "settings",
        "source",
        "people",
        "starters",
        "plan",
    ]
    assert not any(item.done for item in page.context["items"])


def test_the_checklist_ticks_what_is_done_and_is_a_fragment_for_htmx(acme: Company, sign_in: SignIn) -> None:
    make_member(acme.tenant, role=Role.REP)
    answer = sign_in(acme.admin).get("/t/acme/setup/", headers={"HX-Request": "true"})

    assert {item.key: item.done for item in answer.context["items"]}["people"]
    assert b"<html" not in answer.content
    assert "HX-Request" in answer["Vary"]
    assert sign_in(make_member(acme.tenant, role=Role.REP)).get("/t/acme/setup/").status_code == 403


def test_a_company_is_made_by_command(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_tenant", "initech", "--name", "Initech", "--admin", "Ada@Initech.example")

    printed = capsys.readouterr().out
    assert "http://127.0.0.1:8000/t/initech/" in printed
    link = re.search(r"http://127\.0\.0\.1:8000(/accounts/password/reset/key/\S+)", printed)
    assert link is not None
    client = Client()
    form = client.get(link[1], follow=True)
    assert form.status_code == 200
    client.post(form.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})
    ada = queries.user_by_email("ada@initech.example")
    assert ada is not None
    assert ada.check_password(PASSWORD)
    assert client.post("/accounts/login/", {"login": ada.email, "password": PASSWORD}).status_code == 302
    assert client.get("/")["Location"] == "/t/initech/"
    with pytest.raises(CommandError, match="taken"):
        call_command("create_tenant", "initech", "--name", "Initech", "--admin", "Ada@Initech.example")


# Members and invitations


def test_an_invitation_travels_by_a_link_that_is_shown_once(acme: Company, sign_in: SignIn) -> None:
    admin, guest = sign_in(acme.admin), Client()

    shown = admin.post(
        "/t/acme/members/invite/", {"email": "bo@example.com", "role": "analyst", "function": "finance"}
    )
    link = re.search(r"http://testserver(/invitations/[\w-]{43}/)", shown.content.decode())
    assert link is not None
    assert link[1] not in admin.get("/t/acme/members/").content.decode()

    page = guest.get(link[1])
    assert (page.status_code, b"Join Acme" in page.content) == (200, True)
    weak = guest.post(link[1], {"name": "Bo", "password": "password"})
    assert weak.status_code == 422
    joined = guest.post(link[1], {"name": "Bo", "password": PASSWORD})
    assert joined["Location"] == "/t/acme/"
    assert guest.get("/t/acme/members/").status_code == 403
    assert guest.get(link[1]).status_code == 404
    members = [str(member.user) for member in admin.get("/t/acme/members/").context["members"]]
    assert members == ["admin0@acme.example", "Bo"]


def test_somebody_with_an_account_signs_in_before_joining(
    acme: Company, globex: Company, sign_in: SignIn
) -> None:
    shown = sign_in(acme.admin).post(
        "/t/acme/members/invite/", {"email": globex.admin.user.email, "role": "rep", "function": "sales"}
    )
    found = re.search(r"/invitations/[\w-]{43}/", shown.content.decode())
    assert found is not None

    assert Client().get(found[0])["Location"] == f"/accounts/login/?next={found[0]}"
    wrong = sign_in(acme.admin).post(found[0])
    assert wrong.status_code == 422
    assert b"This invitation is for" in wrong.content
    assert sign_in(globex.admin).post(found[0])["Location"] == "/t/acme/"


def test_with_a_mail_server_the_link_is_sent_and_not_shown(
    acme: Company, sign_in: SignIn, mailoutbox: list[object]
) -> None:
    with override_settings(EMAIL_HOST="mail.example"):
        answer = sign_in(acme.admin).post(
            "/t/acme/members/invite/", {"email": "bo@example.com", "role": "rep", "function": "sales"}
        )
    assert answer["Location"] == "/t/acme/members/"
    assert len(mailoutbox) == 1


def test_an_invitation_is_withdrawn_on_the_members_page(acme: Company, sign_in: SignIn) -> None:
    client = sign_in(acme.admin)
    client.post("/t/acme/members/invite/", {"email": "bo@example.com", "role": "rep", "function": "sales"})
    [invitation] = client.get("/t/acme/members/").context["invitations"]

    client.post(f"/t/acme/members/invitations/{invitation.pk}/revoke/")

    assert client.get("/t/acme/members/").context["invitations"] == []
    with tenant_transaction(acme.tenant.pk):
        assert Invitation.objects.get().revoked_at is not None


def test_a_member_is_edited_promoted_reset_and_removed(acme: Company, sign_in: SignIn) -> None:
    client, rep = sign_in(acme.admin), make_member(acme.tenant, role=Role.REP)
    page = f"/t/acme/members/{rep.pk}/"
    assert client.get(page).status_code == 200

    assert client.post(page, {"title": "AE", "crm_email": "Ae@crm.example"}).status_code == 302
    assert client.post(f"{page}role/", {"role": "manager", "function": "sales"}).status_code == 302
    rep.refresh_from_db()
    assert (rep.title, rep.crm_email, rep.role) == ("AE", "ae@crm.example", "manager")

    past = client.post(f"{page}role/", {"role": "rep", "function": "sales", "effective_from": "2020-01-01"})
    assert past.status_code == 422
    later = client.post(f"{page}role/", {"role": "rep", "function": "sales", "effective_from": "2099-01-01"})
    assert later.status_code == 302
    rep.refresh_from_db()
    assert rep.role == "manager"

    reset = client.post(f"{page}reset/")
    assert b"/accounts/password/reset/key/" in reset.content
    assert client.post(f"{page}leave/").status_code == 302
    assert sign_in(rep).get("/t/acme/").status_code == 404
    assert client.post(f"{page}leave/").status_code == 409


def test_the_last_admin_is_told_why_they_cannot_leave(acme: Company, sign_in: SignIn) -> None:
    client = sign_in(acme.admin)
    page = f"/t/acme/members/{acme.admin.pk}/"

    leave = client.post(f"{page}leave/")
    demote = client.post(f"{page}role/", {"role": "rep", "function": "sales"})

    assert (leave.status_code, demote.status_code) == (409, 422)
    assert b"This is the last RevOps admin" in leave.content
    assert b"This is the last RevOps admin" in demote.content


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_nobody_but_an_admin_manages_people_or_keys(acme: Company, sign_in: SignIn, role: Role) -> None:
    member = make_member(acme.tenant, role=role)
    client = sign_in(member)
    for address in (
        "/t/acme/members/invite/",
        f"/t/acme/members/{member.pk}/",
        f"/t/acme/members/{member.pk}/role/",
        f"/t/acme/members/{acme.admin.pk}/leave/",
        f"/t/acme/members/{acme.admin.pk}/reset/",
        "/t/acme/developers/keys/",
        "/t/acme/developers/keys/1/revoke/",
    ):
        answer = client.post(
            address, {"role": "admin", "function": "revops", "name": "x", "scopes": "audit:read"}
        )
        assert answer.status_code == 403, address
        assert b"RevOps admin" in answer.content
    with tenant_transaction(acme.tenant.pk):
        assert not AuditEntry.objects.exists()
        assert not ApiKey.objects.exists()


# Keys


def test_a_key_is_made_shown_once_and_revoked_at_once(acme: Company, sign_in: SignIn) -> None:
    client = sign_in(acme.admin)

    made = client.post(
        "/t/acme/developers/keys/", {"name": "Board deck", "scopes": ["metrics:read", "audit:read"]}
    )
    found = re.search(r"rk_\d+_[0-9a-f]{8}_[\w-]{43}", made.content.decode())
    assert found is not None
    header = {"Authorization": f"Bearer {found[0]}"}
    assert found[0] not in client.get("/t/acme/developers/keys/").content.decode()
    assert Client().get("/api/v1/t/acme/audit/", headers=header).status_code == 200

    [key] = client.get("/t/acme/developers/keys/").context["keys"]
    assert client.post(f"/t/acme/developers/keys/{key.pk}/revoke/").status_code == 302
    assert Client().get("/api/v1/t/acme/audit/", headers=header).status_code == 401
    assert authenticate_key(header["Authorization"]) is None


def test_a_key_without_scopes_or_with_a_past_end_is_refused(acme: Company, sign_in: SignIn) -> None:
    client = sign_in(acme.admin)
    for asked in ({"name": "x"}, {"name": "x", "scopes": "audit:read", "expires_on": "2020-01-01"}):
        assert client.post("/t/acme/developers/keys/", asked).status_code == 422
    with tenant_transaction(acme.tenant.pk):
        assert not ApiKey.objects.exists()


def test_the_audit_log_is_read_over_the_api_page_by_page(acme: Company, sign_in: SignIn) -> None:
    client = sign_in(acme.admin)
    made = client.post("/t/acme/developers/keys/", {"name": "a", "scopes": ["audit:read"]})
    for name in "bcd":
        client.post("/t/acme/developers/keys/", {"name": name, "scopes": ["audit:read"]})
    found = re.search(r"rk_\d+_[0-9a-f]{8}_[\w-]{43}", made.content.decode())
    assert found is not None
    header = {"Authorization": f"Bearer {found[0]}"}

    first = Client().get("/api/v1/t/acme/audit/?limit=3", headers=header).json()
    second = (
        Client()
        .get("/api/v1/t/acme/audit/", {"limit": 3, "cursor": first["next_cursor"]}, headers=header)
        .json()
    )

    assert [entry["number"] for entry in first["data"] + second["data"]] == [4, 3, 2, 1]
    assert (first["has_more"], second["has_more"], second["next_cursor"]) == (True, False, None)
    assert first["data"][0]["after"]["name"] == "d"
    refused = Client().get("/api/v1/t/acme/audit/?limit=0", headers=header)
    assert (refused.status_code, refused.json()["error"]["param"]) == (422, "limit")


# Signing in


def test_signing_in_is_by_e_mail_and_password(acme: Company) -> None:
    client = Client()
    wrong = client.post("/accounts/login/", {"login": acme.admin.user.email, "password": "wrong"})
    assert wrong.status_code == 200
    right = client.post(
        "/accounts/login/", {"login": acme.admin.user.email.upper(), "password": "correct horse battery"}
    )
    assert (right.status_code, right["Location"]) == (302, "/")


def test_nobody_signs_up_from_the_sign_in_page(db: None) -> None:
    page = Client().get("/accounts/signup/")
    posted = Client().post(
        "/accounts/signup/", {"email": "x@example.com", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert {page.status_code, posted.status_code} <= {200, 403}
    assert not User.objects.exists()


def test_guessing_a_password_is_slowed_down(acme: Company) -> None:
    with override_settings(
        CACHES={
            "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "guesses"}
        }
    ):
        client = Client()
        asked = {"login": acme.admin.user.email, "password": "wrong"}
        for _ in range(5):
            client.post("/accounts/login/", asked)
        answer = client.post("/accounts/login/", {**asked, "password": "correct horse battery"})
    assert answer.status_code != 302
    assert not answer.wsgi_request.user.is_authenticated


def test_a_second_factor_can_be_set_up(acme: Company) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": acme.admin.user.email, "password": "correct horse battery"})
    assert client.get("/accounts/2fa/").status_code == 200
    asked_again = client.get("/accounts/2fa/totp/activate/", follow=True)
    assert asked_again.redirect_chain[0][0].startswith("/accounts/reauthenticate/")
    form = client.post(asked_again.redirect_chain[0][0], {"password": "correct horse battery"}, follow=True)
    assert (form.status_code, form.request["PATH_INFO"]) == (200, "/accounts/2fa/totp/activate/")
    assert b"totp" in form.content.lower()


def test_health_says_yes_and_nothing_else(db: None) -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert Tenant.objects.count() == 0
