"""A live server on the loopback over the test database, real Chromium, and three small companies.

Acme has every deal of `tests.metrics.small_company`, Globex the first two, Initech the starter definitions
and no data. They are made once for the package; the owner empties the tables afterwards.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Thread
from typing import TypeVar
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections
from django.test import Client, override_settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from psycopg2 import sql
from pytest_django import DjangoDbBlocker

import crm.tasks  # noqa: F401 - registers what imports do
from core import assets
from definitions.services import adopt_starters
from definitions.starter import starter_definitions
from tenants.audit import Actor
from tenants.models import Membership, Role
from tenants.scope import tenant_transaction
from tests.conftest import EMPTY_EVERY_TABLE, Company, _run_as_owner, make_company, make_member
from tests.metrics.small_company import DEALS, fill

Result = TypeVar("Result")

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
MISSING = "Chromium is not installed: apt-get install chromium, or name it in CHROMIUM."
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PASSWORD = "correct horse battery"
WIDE, PHONE = 1440, 390
YEAR = "from=2026-01-01&to=2026-03-01&grain=month&as_of=2026-05-01T00:00:00Z"


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@dataclass(frozen=True)
class Site:
    """The running product, the people in it, and a thread beside the browser's for asking the database."""

    address: str
    acme: Company
    globex: Company
    initech: Company
    rep: Membership
    beside: ThreadPoolExecutor

    def url(self, path: str, company: Company | None = None) -> str:
        return f"{self.address}/t/{(company or self.acme).slug}/{path}"

    def ask(self, question: Callable[[], Result]) -> Result:
        """Runs in the thread beside: Playwright's own thread has a loop, in which Django refuses to work."""
        return self.beside.submit(question).result()

    def session(self, member: Membership) -> str:
        """The session cookie of somebody signed in."""

        def begin() -> str:
            client = Client()
            client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
            return client.cookies[settings.SESSION_COOKIE_NAME].value

        return self.ask(begin)


def _adopt(company: Company) -> None:
    with tenant_transaction(company.tenant.pk):
        adopt_starters([each.key for each in starter_definitions()], actor=Actor.of(company.admin))


@pytest.fixture(scope="package")
def site(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    built = tmp_path_factory.mktemp("assets")
    assets.build_all(built, Path("static"))
    files = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path_factory.mktemp("files")},
    }
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patch,
        ThreadPoolExecutor(1) as beside,
        override_settings(
            STATICFILES_DIRS=[Path("static").resolve(), built],
            STORAGES={**settings.STORAGES, "default": files},
            CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        ),
    ):
        patch.setattr("tenants.jobs.queue.wake", lambda tenant_id, job_id: None)
        patch.setitem(settings.DATABASES["default"], "CONN_MAX_AGE", 0)  # a thread serves one request
        acme, globex = make_company("acme", "Acme"), make_company("globex", "Globex")
        initech = make_company("initech", "Initech")
        fill(acme)
        fill(globex, deals=DEALS[:2])
        _adopt(initech)
        rep = make_member(acme.tenant, role=Role.REP)
        server = make_server("127.0.0.1", 0, StaticFilesHandler(WSGIHandler()), Server, Silent)
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        site = Site(f"http://127.0.0.1:{server.server_port}", acme, globex, initech, rep, beside)
        yield site
        server.shutdown()
        server.server_close()
        thread.join()
        site.ask(close_old_connections)
        _run_as_owner(str(settings.DATABASES["default"]["NAME"]), sql.SQL(EMPTY_EVERY_TABLE))


@pytest.fixture(scope="package")
def browser(site: Site) -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield started
        started.close()


@dataclass
class Visitor:
    """One person at the product: the page, and what the console said that nobody expected."""

    site: Site
    context: BrowserContext
    page: Page
    company: Company
    said: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        answer = self.page.goto(self.site.url(path, self.company), wait_until="load")
        assert answer is not None
        assert answer.status == 200, f"{path} answered {answer.status}"
        return self.page


OpenAs = Callable[..., Visitor]


@pytest.fixture
def open_as(browser: Browser, site: Site) -> Iterator[OpenAs]:
    """`open_as(member)`: a fresh browser with that person signed in; `open_as(None)`: nobody is."""
    visitors: list[Visitor] = []

    def begin(member: Membership | None, *, company: Company | None = None, width: int = WIDE) -> Visitor:
        context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
        context.set_default_timeout(15_000)
        if member is not None:
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": site.session(member), "url": site.address}])
        visitor = Visitor(site, context, context.new_page(), company or site.acme)
        visitor.page.on(
            "console",
            lambda message: (
                visitor.said.append(message.text) if message.type in {"error", "warning"} else None
            ),
        )
        visitor.page.on("pageerror", lambda error: visitor.said.append(str(error)))
        visitors.append(visitor)
        return visitor

    yield begin
    for visitor in visitors:
        visitor.context.close()


@pytest.fixture
def admin(open_as: OpenAs, site: Site) -> Visitor:
    """Acme's admin at a wide screen."""
    return open_as(site.acme.admin)


def draw_charts(page: Page) -> list[str | None]:
    """Scroll to every chart, and say how each one ended."""
    for holder in page.locator(".chart").all():
        holder.scroll_into_view_if_needed()
        page.wait_for_function("chart => chart.dataset.state", arg=holder.element_handle())
    return [holder.get_attribute("data-state") for holder in page.locator(".chart").all()]
