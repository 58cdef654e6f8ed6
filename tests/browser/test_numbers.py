"""One number in the browser: in words, drawn, in a table, split, explained, replayed, down to its rows."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, YEAR, OpenAs, Site, Visitor, draw_charts

pytestmark = pytest.mark.browser

BOOKINGS = f"kpis/bookings/?{YEAR}"


def open_popover(page: Page) -> None:
    page.locator(".num").first.click()
    page.wait_for_selector("#prov .kv")


def test_a_kpi_is_said_drawn_listed_and_exported(admin: Visitor) -> None:
    page = admin.open(BOOKINGS.replace("to=2026-03-01", "to=2026-02-01"))

    expect(page.locator(".statement")).to_contain_text("$3,000")
    assert draw_charts(page) == ["ready"]
    assert page.locator(".chart svg.main-svg").count() > 0
    page.locator("details.data-table summary").click()
    table = page.locator("details.data-table table")
    expect(table).to_contain_text("Jan 2026")
    expect(table.locator("[data-receipt]").last).to_have_attribute("title", "3000.3 USD")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export CSV").click()
    text = download.value.path().read_text(encoding="utf-8")

    assert "3000.3" in text
    assert admin.said == []


def test_the_chart_is_drawn_under_the_strict_policy(admin: Visitor) -> None:
    page = admin.page
    answer = page.goto(admin.site.url(BOOKINGS))
    assert answer is not None
    policy = answer.headers["content-security-policy"]

    assert draw_charts(page) == ["ready"]
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert admin.said == []


def test_a_kpi_is_split_by_a_choice_on_its_page(admin: Visitor) -> None:
    page = admin.open(BOOKINGS.replace("to=2026-03-01", "to=2026-02-01"))
    page.get_by_label("Split by").select_option("owner.team")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**by=owner.team**")

    split = page.locator("section[aria-labelledby=h-split]")
    expect(split.get_by_role("row").filter(has_text="North")).to_contain_text("$1,000")
    expect(split.get_by_role("row").filter(has_text="South")).to_contain_text("$2,000")


def test_a_number_says_where_it_comes_from(admin: Visitor) -> None:
    page = admin.open(BOOKINGS)
    number = page.locator(".num").first
    open_popover(page)
    pop = page.locator("#prov")

    expect(number).to_have_attribute("aria-expanded", "true")
    expect(pop.get_by_role("heading")).to_have_text("Bookings")
    for fact in ("As of", "Freshness", "Owner", "Organisation"):
        expect(pop.locator("dt", has_text=re.compile(f"^{fact}$"))).to_have_count(1)
    for link in ("Open definition", "See the rows", "Receipt"):
        expect(pop.get_by_role("link", name=link)).to_be_visible()
    expect(pop).to_contain_text("data version")
    expect(pop).to_contain_text("starter")
    box, around = number.bounding_box(), pop.bounding_box()
    assert box is not None
    assert around is not None
    assert (
        abs(around["y"] - (box["y"] + box["height"])) < 40 or around["y"] + around["height"] <= box["y"] + 40
    )

    page.keyboard.press("Escape")
    expect(pop).to_be_hidden()
    expect(number).to_be_focused()
    assert admin.said == []


def test_on_a_phone_the_popover_is_a_sheet_at_the_bottom(open_as: OpenAs, site: Site) -> None:
    visitor = open_as(site.acme.admin, width=PHONE)
    page = visitor.open(BOOKINGS)
    open_popover(page)
    box = page.locator("#prov").bounding_box()

    assert box is not None
    assert (round(box["width"]), round(box["y"] + box["height"])) == (PHONE, 900)


def test_the_rows_behind_a_number_add_up_to_it(admin: Visitor) -> None:
    page = admin.open(BOOKINGS.replace("to=2026-03-01", "to=2026-02-01"))
    open_popover(page)
    page.locator("#prov").get_by_role("link", name="See the rows").click()
    page.wait_for_url("**/rows/**")

    rows = page.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(page.locator("tbody")).to_contain_text("$1,000.10")
    expect(page.locator("tbody")).to_contain_text("$2,000.20")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export CSV").click()
    assert len(download.value.path().read_text(encoding="utf-8").splitlines()) == 3
    page.get_by_role("link", name="Deal o1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Deal o1")
    assert admin.said == []


def test_a_receipt_shows_every_digit_and_replays_to_the_same(admin: Visitor) -> None:
    page = admin.open(BOOKINGS)
    open_popover(page)
    page.locator("#prov").get_by_role("link", name="Receipt", exact=True).click()
    page.wait_for_url("**/receipts/**")
    answer = page.locator("section[aria-labelledby=h-cells]")
    expect(answer).to_contain_text("3000.3")
    expect(answer).to_contain_text("0.0003")
    page.get_by_text("bookings", exact=True).first.click()
    expect(page.locator("section[aria-labelledby=h-sql] pre").first).to_contain_text("SELECT")

    page.get_by_role("button", name="Replay now").click()

    expect(page.get_by_role("status").filter(has_text="Replayed")).to_contain_text(
        "the same to the last digit"
    )
    assert admin.said == []


def test_a_definition_is_found_and_read(admin: Visitor) -> None:
    page = admin.open("definitions/")
    page.get_by_role("main").get_by_role("searchbox").or_(
        page.get_by_placeholder("Name or a part of it")
    ).fill("win rate")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Win rate", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Win rate")
    for heading in ("In plain words", "Text, v1", "Versions"):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    assert admin.said == []
