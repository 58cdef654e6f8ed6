"""A file becomes a number: upload, columns as suggested, preview, run, result, KPI."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from crm.imports.pages import import_by_id
from tenants.jobs.run import run_job
from tenants.scope import tenant_transaction
from tests.browser.conftest import OpenAs, Site, Visitor

pytestmark = pytest.mark.browser

DEALS = """Opportunity ID,Opportunity Name,Stage,Type,Amount,Close Date
1,Alpha,Prospecting,New Business,1200.50,2026-01-31
2,Beta,Closed Won,New Business,900,2026-02-28
3,Gamma,Closed Lost,New Business,oops,2026-02-28
"""


def do_the_work(site: Site, import_id: int) -> None:
    """What a worker does once the broker wakes it."""

    def work() -> None:
        tenant_id = site.initech.tenant.pk
        with tenant_transaction(tenant_id):
            job = import_by_id(import_id).job
        assert job is not None
        run_job(tenant_id, job.pk)

    site.ask(work)


def upload(visitor: Visitor, file: Path) -> Page:
    page = visitor.open("imports/new/")
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Upload the file").click()
    page.wait_for_url("**/columns/")
    return page


def test_from_a_file_to_a_number(open_as: OpenAs, site: Site, tmp_path: Path) -> None:
    file = tmp_path / "deals.csv"
    file.write_text(DEALS, encoding="utf-8")
    visitor = open_as(site.initech.admin, company=site.initech)
    page = upload(visitor, file)

    expect(page.get_by_label("It holds")).to_have_value("opportunity")
    expect(page.get_by_label("Field for Opportunity Name", exact=True)).to_have_value("name")
    page.get_by_label("Field for Amount", exact=True).select_option("amount")  # a third of it is no number
    expect(page.get_by_label("Outcome of Closed Won")).to_have_value("won")
    page.get_by_label("From the system").fill("sheet")
    page.get_by_label("Currency of the file").fill("USD")
    page.get_by_label("Pipeline", exact=True).fill("Sales")
    page.get_by_role("button", name="Continue to the preview").click()

    page.wait_for_url("**/preview/")
    expect(page.get_by_text("'oops' is not a number.").first).to_be_visible()
    page.get_by_role("button", name="Start the import").click()
    page.wait_for_url(lambda url: url.rstrip("/").split("/")[-1].isdigit())
    expect(page.get_by_text("You can leave this page")).to_be_visible()

    do_the_work(site, int(page.url.rstrip("/").split("/")[-1]))
    expect(page.get_by_text("Completed", exact=True)).to_be_visible()  # the page finds out by itself
    counts = {
        cell.locator("dt").inner_text(): cell.locator("dd").inner_text()
        for cell in page.locator(".stat-cell").all()
    }
    assert (counts["Changed"], counts["Rejected"]) == ("2", "1")

    page = visitor.open("kpis/bookings/?grain=month&from=2026-02-01&to=2026-03-01")
    expect(page.locator(".statement")).to_contain_text("$900")
    assert visitor.said == []


def test_a_file_that_is_no_table_is_refused_in_words(open_as: OpenAs, site: Site, tmp_path: Path) -> None:
    file = tmp_path / "report.csv"
    file.write_bytes(b"%PDF-1.7")
    visitor = open_as(site.initech.admin, company=site.initech)
    page = visitor.open("imports/new/")
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Upload the file").click()

    expect(page.get_by_text("This is a PDF.").first).to_be_visible()
