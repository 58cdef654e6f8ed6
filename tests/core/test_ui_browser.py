"""The components in a real browser, under the real content security policy and the full Plotly bundle."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from core import assets

pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
)
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
WIDE, PHONE = 1440, 390


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    built = tmp_path_factory.mktemp("assets")
    assets.build_all(built, Path("static"))
    with override_settings(
        ROOT_URLCONF="tests.core.ui_gallery", STATICFILES_DIRS=[Path("static").resolve(), built]
    ):
        server = make_server("127.0.0.1", 0, StaticFilesHandler(WSGIHandler()), Server, Silent)
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: apt-get install chromium, or name it in CHROMIUM.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": WIDE, "height": 900})
    opened.set_default_timeout(10_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Page:
    opened = context.new_page()
    opened.goto(address, wait_until="networkidle")
    return opened


def draw_all_charts(page: Page) -> list[str | None]:
    for holder in page.locator(".chart").all():
        holder.scroll_into_view_if_needed()
        page.wait_for_function("chart => chart.dataset.state", arg=holder.element_handle())
    return [holder.get_attribute("data-state") for holder in page.locator(".chart").all()]


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nobody_is_shut_out_and_the_console_is_silent(
    browser: Browser, address: str, theme: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_cookies([{"name": "theme", "value": theme, "url": address}])
    page, said = context.new_page(), list[str]()
    page.on(
        "console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address, wait_until="networkidle")

    assert page.locator("html").get_attribute("data-theme") == theme
    assert draw_all_charts(page) == ["ready", "ready"]
    page.locator(".num").first.click()
    page.wait_for_selector("#prov .kv")
    found = (
        Axe().run(page, options={"runOnly": {"type": "tag", "values": list(RULES)}}).response["violations"]
    )
    context.close()

    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []
    assert said == []


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1920])
def test_no_page_scrolls_sideways(browser: Browser, address: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(address, wait_until="networkidle")
    beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    shown = page.locator(".kpi").count()
    page.close()

    assert shown == 3
    assert beyond == 0


def test_a_number_opens_and_closes_by_keyboard_and_asks_once(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/prov/" in request.url else None)
    number = page.locator(".num").first
    number.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#prov .kv")
    page.keyboard.press("Tab")

    assert page.evaluate("document.getElementById('prov').contains(document.activeElement)")
    assert number.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert not page.locator("#prov").is_visible()
    assert page.evaluate("document.activeElement === document.querySelector('.num')")
    assert len(asked) == 1


def test_another_number_moves_the_popover_instead_of_closing_it(page: Page) -> None:
    first, second = page.locator(".num").nth(0), page.locator(".num").nth(1)
    first.click()
    page.wait_for_selector("#prov .kv")
    second.click()
    page.wait_for_selector("#prov .kv")

    assert second.get_attribute("aria-expanded") == "true"
    assert first.get_attribute("aria-expanded") == "false"
    second.click()
    assert not page.locator("#prov").is_visible()


def test_the_theme_is_remembered_where_the_server_can_read_it(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.get_by_role("button", name="Switch between light and dark").click()
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"

    page.locator("[popovertarget=account]").click()
    page.get_by_role("button", name="System", exact=True).click()
    page.reload()
    assert page.locator("html").get_attribute("data-theme") is None


def test_the_command_menu_reaches_a_page_by_typing(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("mem")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?members")


def test_a_failed_request_says_so_and_keeps_what_was_typed(page: Page) -> None:
    page.fill("#typed", "half a thought")
    page.click("#ask-500")
    banner = page.locator("#alerts .banner")

    assert "nothing was changed" in banner.inner_text()
    assert "Reference req_" in banner.inner_text()
    page.context.set_offline(True)
    banner.get_by_role("button", name="Try again").click()
    page.locator("#alerts").get_by_text("No answer from the server").wait_for()
    assert page.input_value("#typed") == "half a thought"


def test_a_session_that_ended_keeps_the_page_and_offers_to_sign_in(page: Page) -> None:
    page.fill("#typed", "half a thought")
    page.click("#ask-401")
    dialog = page.get_by_role("dialog", name="Your session has ended")
    dialog.wait_for()

    assert dialog.get_by_role("link", name="Sign in").get_attribute("target") == "_blank"
    assert page.input_value("#typed") == "half a thought"


def test_a_job_stops_asking_when_it_is_over(page: Page) -> None:
    asked: list[str] = []
    page.locator("#jobs").get_by_text("46 of 46").wait_for()
    page.on("request", lambda request: asked.append(request.url) if "/job/" in request.url else None)
    page.wait_for_timeout(1500)

    assert asked == []


def test_without_plotly_the_tables_open(context: BrowserContext, address: str) -> None:
    context.route("**/plotly*.js", lambda route: route.abort())
    page = context.new_page()
    page.goto(address, wait_until="networkidle")

    assert draw_all_charts(page) == ["error", "error"]
    assert page.locator("details.data-table[open]").count() == 2
    assert page.locator("details.data-table").get_by_text("24.9%").is_visible()


def test_without_javascript_every_number_can_be_read(browser: Browser, address: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(address)
    page.locator("details.data-table summary").first.click()

    assert page.get_by_text("68 days").first.is_visible()
    assert page.locator("details.data-table").get_by_text("24.9%").is_visible()
    assert not page.locator(".chart").first.is_visible()
    page.close()


def test_print_is_light_and_without_the_navigation(page: Page) -> None:
    page.emulate_media(media="print", color_scheme="dark")

    assert not page.locator(".side").is_visible()
    assert not page.locator(".top").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
