"""Imports as people meet them: upload, columns, preview, run, rejected rows, undo; and who may do what."""

from __future__ import annotations

from pathlib import Path
from typing import Any  # records have the columns of their catalog entry

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

import crm.tasks  # noqa: F401 - registers the handler
from crm.imports.pages import import_by_id
from crm.models import CURRENT, Import, RejectedRow, SavedMapping
from tenants.jobs.run import run_job
from tenants.models import Membership, Role
from tenants.scope import tenant_transaction
from tests.conftest import Company, make_member
from tests.crm.conftest import SignIn
from tests.crm.importing import deal_file, take

commits = pytest.mark.django_db(transaction=True)
"""Jobs see only what is committed; emptying every table afterwards takes its time, so only where needed."""


@pytest.fixture(autouse=True)
def no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are done by the tests themselves."""
    monkeypatch.setattr("tenants.jobs.queue.wake", lambda tenant_id, job_id: None)


DEALS = b"""Opportunity ID,Opportunity Name,Stage,Type,Amount,Close Date
1,Alpha,Prospecting,New Business,1200.50,2026-01-31
2,Beta,Closed Won,Upsell,900,2026-02-28
3,Gamma,Closed Lost,Pilot,oops,2026-02-28
"""
ANSWERS = {
    "object": "opportunity",
    "was_object": "opportunity",
    "name": "Deals",
    "source": "sheet",
    "mode": "changes_only",
    "id_columns": "Opportunity ID",
    "field_1": "name",
    "field_2": "stage",
    "field_3": "opportunity_type",
    "field_4": "amount",
    "field_5": "close_date",
    "currency": "USD",
    "date_order": "iso",
    "decimal_mark": "point",
    "time_zone": "UTC",
    "blanks": "empty",
    "pipeline": "Sales",
}


def url(name: str, company: Company, *parts: object) -> str:
    return reverse(name, args=[company.slug, *parts])


def upload(client: Client, company: Company, content: bytes = DEALS, name: str = "deals.csv") -> Any:
    """Any: the test client's answer."""
    return client.post(url("import-upload", company), {"file": SimpleUploadedFile(name, content)})


def latest(company: Company) -> Import:
    with tenant_transaction(company.tenant.pk):
        return Import.objects.order_by("-pk")[0]


def work(company: Company, import_id: int) -> None:
    with tenant_transaction(company.tenant.pk):
        parent = import_by_id(import_id)
        assert parent.job is not None
        job_id = parent.job.pk
    run_job(company.tenant.pk, job_id)


def stages_shown(page: str) -> dict[str, str]:
    """The stage part of the form, filled as suggested."""
    values = ["Prospecting", "Closed Won", "Closed Lost"]
    assert all(value in page for value in values)
    outcomes = {"Prospecting": "open", "Closed Won": "won", "Closed Lost": "lost"}
    answers: dict[str, str] = {}
    for number, value in enumerate(values):
        answers |= {
            f"stage_value_{number}": value,
            f"stage_name_{number}": value,
            f"stage_position_{number}": str(number + 1),
            f"stage_outcome_{number}": outcomes[value],
        }
    return answers


TYPES = {
    "value_3_0": "New Business",
    "meant_3_0": "new",
    "value_3_1": "Pilot",
    "meant_3_1": "",
    "value_3_2": "Upsell",
    "meant_3_2": "expansion",
}


@commits
def test_from_a_file_to_records_in_five_pages(acme: Company, sign_in: SignIn) -> None:
    client = sign_in(acme.admin)
    answer = upload(client, acme)
    parent = latest(acme)
    assert answer["Location"] == url("import-map", acme, parent.pk)

    page = client.get(answer["Location"]).content.decode()
    assert 'value="name" selected' in page
    shown = client.post(answer["Location"], ANSWERS)
    assert "One more look" in shown.content.decode()
    assert latest(acme).state == Import.State.DRAFT

    answers = {**ANSWERS, **stages_shown(shown.content.decode()), **TYPES, "save_as": "Weekly"}
    mapped = client.post(answer["Location"], answers)
    assert mapped["Location"] == url("import-preview", acme, parent.pk)
    preview = client.get(mapped["Location"]).content.decode()
    assert "All 3\u00a0rows were looked at" in preview
    assert "&#x27;oops&#x27; is not a number." in preview

    started = client.post(mapped["Location"], {"start": ""})
    assert started["Location"] == url("import-run", acme, parent.pk)
    waiting = client.get(started["Location"]).content.decode()
    assert "You can leave this page" in waiting
    work(acme, parent.pk)

    fragment = client.get(started["Location"], headers={"HX-Request": "true"})
    assert fragment["HX-Refresh"] == "true"
    result = client.get(started["Location"]).content.decode()
    assert "1\u00a0row rejected." in result
    with tenant_transaction(acme.tenant.pk):
        rows: Any = CURRENT["opportunity"].objects
        assert set(rows.values_list("source_id", flat=True)) == {"1", "2"}
        assert SavedMapping.objects.get().name == "Weekly"
    again = upload(client, acme)
    assert "A mapping is ready" in client.get(again["Location"]).content.decode()


@commits
def test_a_rejected_row_is_downloaded_corrected_and_taken(acme: Company, sign_in: SignIn) -> None:
    client = sign_in(acme.admin)
    parent = imported(client, acme)
    download = client.get(url("import-rejected-export", acme, parent.pk))
    text = b"".join(download.streaming_content).decode()  # type: ignore[attr-defined]  # a streaming answer
    assert text.splitlines()[1] == "3,Gamma,Closed Lost,Pilot,oops,2026-02-28,4,'oops' is not a number."

    with tenant_transaction(acme.tenant.pk):
        row = RejectedRow.objects.get()
    address = url("import-row", acme, parent.pk, row.pk)
    wrong = client.post(address, {"cell_4": "still wrong"})
    assert wrong.status_code == 422
    assert "still wrong" in wrong.content.decode()
    taken = client.post(address, {"cell_4": "12"})

    assert taken["Location"] == url("import-rejected", acme, parent.pk)
    with tenant_transaction(acme.tenant.pk):
        rows: Any = CURRENT["opportunity"].objects
        assert rows.get(source_id="3").amount == 12


@commits
def test_an_import_is_undone_in_the_page(acme: Company, sign_in: SignIn) -> None:
    client = sign_in(acme.admin)
    parent = imported(client, acme)
    assert "no longer count" in client.get(url("import-undo", acme, parent.pk)).content.decode()

    client.post(url("import-undo", acme, parent.pk))

    assert latest(acme).state == Import.State.UNDONE
    with tenant_transaction(acme.tenant.pk):
        assert not CURRENT["opportunity"].objects.filter(is_stub=False, is_deleted=False).exists()


@commits
def test_a_stopped_import_can_go_on(acme: Company, sign_in: SignIn) -> None:
    client = sign_in(acme.admin)
    parent = imported(client, acme, run=False)
    client.post(url("import-stop", acme, parent.pk))
    assert latest(acme).state == Import.State.STOPPED

    client.post(url("import-resume", acme, parent.pk))
    work(acme, parent.pk)

    assert latest(acme).state == Import.State.COMPLETED


@commits
def test_what_would_end_is_asked_in_the_page(acme: Company, sign_in: SignIn, tmp_path: Path) -> None:
    client = sign_in(acme.admin)
    imported(client, acme)
    one = DEALS.splitlines(keepends=True)[:2]
    parent = imported(client, acme, content=b"".join(one), mode="full_list")
    page = client.get(url("import-run", acme, parent.pk)).content.decode()
    assert "End 1\u00a0record" in page
    assert latest(acme).state == Import.State.ASKING

    client.post(url("import-confirm", acme, parent.pk))
    work(acme, parent.pk)

    with tenant_transaction(acme.tenant.pk):
        living: Any = CURRENT["opportunity"].objects.filter(is_deleted=False, is_stub=False)
        assert set(living.values_list("source_id", flat=True)) == {"1"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty."),
        (b"%PDF-1.7", "This is a PDF."),
        (b"a,a\n1,2\n", "Column names must differ"),
        (b"id,name\n", "no row under them"),
    ],
)
def test_a_bad_upload_says_what_to_do(acme: Company, sign_in: SignIn, content: bytes, says: str) -> None:
    answer = upload(sign_in(acme.admin), acme, content)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    with tenant_transaction(acme.tenant.pk):
        assert not Import.objects.exists()


def test_ambiguous_dates_are_asked_and_nothing_typed_is_lost(acme: Company, sign_in: SignIn) -> None:
    client = sign_in(acme.admin)
    content = DEALS.replace(b"2026-01-31", b"01/02/2026").replace(b"2026-02-28", b"03/04/2026")
    address = upload(client, acme, content)["Location"]
    assert "Is the day first, or the month?" in client.get(address).content.decode()

    refused = client.post(address, {**ANSWERS, "date_order": "", "record_link": "https://crm.example/{id}"})

    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Choose day first or month first" in page
    assert "https://crm.example/{id}" in page


def test_others_look_but_do_not_import(acme: Company, sign_in: SignIn) -> None:
    parent = imported(sign_in(acme.admin), acme, run=False)
    analyst = sign_in(member(acme, Role.ANALYST))
    rep = sign_in(member(acme, Role.REP))

    assert analyst.get(url("import-run", acme, parent.pk)).status_code == 200
    assert analyst.post(url("import-undo", acme, parent.pk)).status_code == 403
    assert upload(analyst, acme).status_code == 403
    assert rep.get(url("import-run", acme, parent.pk)).status_code == 403
    assert rep.get(url("import-rejected-export", acme, parent.pk)).status_code == 403
    assert latest(acme).state == Import.State.QUEUED


@commits
def test_a_record_shows_its_history_and_opens_in_its_source(acme: Company, sign_in: SignIn) -> None:
    client = sign_in(acme.admin)
    imported(client, acme, record_link="https://crm.example/r/{id}")
    with tenant_transaction(acme.tenant.pk):
        pk = CURRENT["opportunity"].objects.get(source_id="1").pk

    page = client.get(url("record-detail", acme, "opportunity", pk)).content.decode()

    assert 'href="https://crm.example/r/1" rel="noreferrer"' in page
    assert "$1,200.50" in page
    assert client.get(url("record-detail", acme, "nothing", pk)).status_code == 404
    assert client.get(url("record-list", acme, "opportunity")).status_code == 200


def test_a_rep_sees_the_rows_of_the_own_team_only(acme: Company, sign_in: SignIn, tmp_path: Path) -> None:
    rep = member(acme, Role.REP)
    with tenant_transaction(acme.tenant.pk):
        take(deal_file(tmp_path / "a.csv", [1]))
        pk = CURRENT["opportunity"].objects.get(source_id="1").pk

    assert sign_in(rep).get(url("record-detail", acme, "opportunity", pk)).status_code == 404
    assert sign_in(acme.admin).get(url("record-detail", acme, "opportunity", pk)).status_code == 200


@pytest.mark.parametrize("name", ["plan-list", "quota-list", "cost-list", "fx-rate-list", "import-list"])
def test_empty_lists_say_what_to_do(acme: Company, sign_in: SignIn, name: str) -> None:
    page = sign_in(acme.admin).get(url(name, acme)).content.decode()

    assert "Import a file" in page


@pytest.mark.parametrize("object", ["plan", "quota", "cost", "fx_rate"])
def test_a_filled_template_is_mapped_by_itself(acme: Company, sign_in: SignIn, object: str) -> None:
    client = sign_in(acme.admin)
    template = client.get(url("import-template", acme, object)).content
    answer = client.post(
        url("import-upload", acme),
        {"file": SimpleUploadedFile(f"{object}.csv", template), "object": object},
    )

    page = client.get(answer["Location"]).content.decode()

    assert f'value="{object}" selected' in page
    assert "To answer" not in page


def imported(
    client: Client, company: Company, *, content: bytes = DEALS, run: bool = True, **changes: str
) -> Import:
    """A file taken through the pages."""
    address = upload(client, company, content)["Location"]
    shown = {**ANSWERS, **TYPES, **stages_shown(DEALS.decode()), **changes}
    mapped = client.post(address, shown)
    assert mapped.status_code == 302, mapped.content.decode()
    client.post(mapped["Location"], {"start": ""})
    parent = latest(company)
    if run:
        work(company, parent.pk)
    return parent


def member(company: Company, role: Role) -> Membership:
    return make_member(company.tenant, role=role)
