"""Signing in, getting about by keyboard, and meeting a closed door."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, OpenAs, Site, Visitor

pytestmark = pytest.mark.browser


def test_a_wrong_password_says_so_and_the_right_one_opens_home(open_as: OpenAs, site: Site) -> None:
    visitor = open_as(None)
    page = visitor.page
    page.goto(site.url("kpis/"))
    assert "/accounts/login/" in page.url

    page.get_by_label("Email").or_(page.get_by_label("E-mail")).fill(site.acme.admin.user.email)
    page.get_by_label("Password").fill("not the one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("not correct")

    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/t/acme/**")
    page.goto(site.address)

    expect(page.get_by_role("heading", level=1)).to_have_text("Home")
    assert page.url == site.url("")
    assert visitor.said == []


def test_signing_out_closes_the_product(admin: Visitor) -> None:
    page = admin.open("")
    page.locator("[popovertarget=account]").click()
    page.locator("#account").get_by_role("button", name="Sign out").click()
    page.wait_for_load_state()

    page.goto(admin.site.url(""))
    assert "/accounts/login/" in page.url


def test_the_first_tab_stop_skips_to_the_content(admin: Visitor) -> None:
    page = admin.open("definitions/")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.getElementById('main').contains(document.activeElement)")


def test_ctrl_k_opens_a_page_by_typing_its_name(admin: Visitor) -> None:
    page = admin.open("")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Search or jump to")).to_be_visible()
    page.keyboard.type("audit")
    page.keyboard.press("Enter")

    page.wait_for_url("**/t/acme/audit/")
    assert admin.said == []


@pytest.mark.parametrize(
    "path",
    ["", "kpis/", "definitions/win_rate/", "members/", "audit/", "imports/", "audit/export.csv", "no/such/"],
)
def test_a_stranger_finds_nothing(path: str, open_as: OpenAs, site: Site) -> None:
    visitor = open_as(site.globex.admin)
    here, nowhere = site.url(path), f"{site.address}/t/nobody/{path}"

    for headers in ({}, {"HX-Request": "true"}):
        found = visitor.context.request.get(here, headers=headers)
        unknown = visitor.context.request.get(nowhere, headers=headers)
        assert (found.status, unknown.status) == (404, 404)
        assert found.body() == unknown.body()

    visitor.page.goto(here)
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("There is nothing at this address")


def test_a_number_and_its_downloads_stay_with_their_company(open_as: OpenAs, site: Site) -> None:
    owner = open_as(site.acme.admin)
    page = owner.open("kpis/bookings/?grain=month&from=2026-01-01&to=2026-03-01")
    receipt = page.locator("[data-receipt]").first.get_attribute("data-receipt")
    mine = owner.context.request.get(site.url(f"receipts/{receipt}/rows.csv?cell=0"))
    assert mine.status in {200, 404}
    assert owner.context.request.get(site.url(f"receipts/{receipt}/")).status == 200

    stranger = open_as(site.globex.admin).context.request
    for company in (site.acme, site.globex):
        for path in (f"n/{receipt}/", f"receipts/{receipt}/", f"receipts/{receipt}/rows.csv"):
            assert stranger.get(site.url(path, company), headers={"HX-Request": "true"}).status == 404
