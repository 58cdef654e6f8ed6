"""Every page for everybody: light and dark, wide and narrow, nothing said on the console, nobody shut out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, TimeoutError

from tests.browser.conftest import PHONE, WIDE, YEAR, OpenAs, Site, Visitor, draw_charts

pytestmark = pytest.mark.browser

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
SEE_COLOUR = ("color-contrast", "link-in-text-block")  # what a change of theme alone can break
PAGES = (
    "",
    "kpis/",
    f"kpis/bookings/?{YEAR}",
    f"kpis/bookings/?{YEAR}&by=owner.team",
    f"kpis/win_rate/?{YEAR}",
    "definitions/",
    "definitions/win_rate/",
    "definitions/new/",
    "definitions/starters/",
    "setup/",
    "members/",
    "members/invite/",
    "developers/keys/",
    "developers/docs/",
    "audit/",
    "settings/",
    "settings/time_zone/",
    "imports/",
    "imports/new/",
    "records/opportunity/",
    "planning/plans/",
    "planning/fx/",
)
LINKED = (  # a page, and the link on it to follow
    (f"kpis/bookings/?{YEAR}", r"/receipts/[^/]+/$"),
    ("audit/", r"/audit/\d+/$"),
    ("members/", r"/members/\d+/$"),
    ("records/opportunity/", r"/records/opportunity/\d+/$"),
)


def violations(page: Page, *, colours_only: bool = False) -> list[tuple[str, Sequence[str]]]:
    kind, values = ("rule", SEE_COLOUR) if colours_only else ("tag", RULES)
    options = {"runOnly": {"type": kind, "values": list(values)}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [(rule["id"], [node["html"] for node in rule["nodes"]][:3]) for rule in found]


def beyond(page: Page) -> int:
    """Pixels by which the page is wider than the window, once charts have taken its new width."""
    fits = "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    with suppress(TimeoutError):
        page.wait_for_function(fits, timeout=2_000)
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def look_closely(visitor: Visitor) -> None:
    """The page that is open: charts, both themes, both widths, four sizes, the console."""
    page = visitor.page
    assert set(draw_charts(page)) <= {"ready"}
    found: dict[str, object] = {}
    for width in (WIDE, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        for theme in ("light", "dark"):
            page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
            if broken := violations(page, colours_only=theme == "dark"):
                found[f"{theme} at {width}"] = broken
    for width in (320, PHONE, 768, WIDE):
        page.set_viewport_size({"width": width, "height": 900})
        if by := beyond(page):
            found[f"sideways at {width}"] = by

    assert page.locator("h1").count() == 1
    assert found == {}
    assert visitor.said == []


@pytest.mark.parametrize("path", PAGES)
def test_nobody_is_shut_out_of(path: str, admin: Visitor) -> None:
    admin.open(path)
    look_closely(admin)


@pytest.mark.parametrize(("path", "link"), LINKED)
def test_nobody_is_shut_out_of_what_is_linked(path: str, link: str, admin: Visitor) -> None:
    page = admin.open(path)
    hrefs = [anchor.get_attribute("href") or "" for anchor in page.locator("main a").all()]
    page.goto(admin.site.address + next(href for href in hrefs if re.search(link, href)))
    look_closely(admin)


@pytest.mark.parametrize("path", ["accounts/login/", "accounts/password/reset/", "nothing/here/"])
def test_nobody_is_shut_out_at_the_door(path: str, open_as: OpenAs, site: Site) -> None:
    visitor = open_as(None)
    visitor.page.goto(f"{site.address}/{path}")
    visitor.said[:] = [line for line in visitor.said if "404" not in line]
    look_closely(visitor)


@pytest.mark.parametrize("path", ["", "kpis/bookings/", "imports/", "records/opportunity/"])
def test_a_company_without_data_sees_what_to_do_next(path: str, open_as: OpenAs, site: Site) -> None:
    visitor = open_as(site.initech.admin, company=site.initech)
    visitor.open(path)
    look_closely(visitor)
