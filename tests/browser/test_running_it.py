"""Keys, members, settings and the audit log, as an admin meets them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenAs, Site, Visitor

pytestmark = pytest.mark.browser


def test_a_key_is_shown_once_works_and_is_revoked(admin: Visitor, open_as: OpenAs) -> None:
    page = admin.open("developers/keys/")
    page.get_by_label("Name").fill("Board deck")
    page.get_by_role("button", name="Make the key").click()
    shown = page.locator("#new-key")
    key = shown.inner_text()
    address = f"{admin.site.address}/api/v1/t/acme/definitions"

    program = open_as(None).context.request

    def status() -> int:
        return program.get(address, headers={"Authorization": f"Bearer {key}"}).status

    assert key.startswith("rk_")
    page = admin.open("developers/keys/")
    expect(shown).to_have_count(0)
    assert key not in page.content()
    before = status()
    page.get_by_role("button", name="Revoke Board deck").click()
    expect(page.get_by_text("revoked", exact=True)).to_be_visible()

    assert before in {200, 403}
    assert status() == 401
    assert admin.said == []


def test_an_invitation_is_a_link_to_copy(admin: Visitor) -> None:
    page = admin.open("members/")
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("E-mail", exact=False).first.fill("new.person@acme.example")
    page.get_by_role("main").get_by_role("button").first.click()

    expect(page.get_by_role("main")).to_contain_text("/invitations/")
    assert admin.said == []


def test_a_decision_is_written_to_the_audit_log(admin: Visitor) -> None:
    page = admin.open("settings/")
    page.get_by_role("link", name="Time zone").click()
    page.get_by_role("main").locator("[name=value]").select_option("Europe/Berlin")
    page.locator("[name=effective_from]").fill("2030-01-01")
    page.get_by_role("button", name="Decide").click()

    page = admin.open("audit/")
    expect(page.get_by_role("table")).to_contain_text("setting")
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Before and after")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Berlin")
    assert admin.said == []


@pytest.mark.parametrize("path", ["audit/", "settings/", "members/invite/", "imports/new/"])
def test_a_rep_is_told_what_is_not_open_to_them(path: str, open_as: OpenAs, site: Site) -> None:
    visitor = open_as(site.rep)
    answer = visitor.page.goto(site.url(path))

    assert answer is not None
    if answer.status == 200:  # open to read, closed to change
        expect(visitor.page.get_by_role("button", name="Save")).to_have_count(0)
    else:
        assert answer.status == 403
        expect(visitor.page.get_by_role("heading", level=1)).to_have_text("This is not open to you")
