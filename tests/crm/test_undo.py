"""A load can be taken back as a whole, without losing what was believed meanwhile."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.errors import Conflict, NotFound
from crm.loader import Change, Op, end_run, load, start_run
from crm.models import CURRENT, VERSION, LoadRun, Source
from crm.queries import record_as_of
from crm.services import undo_run
from tenants.audit import Actor
from tenants.models import AuditEntry, DataVersion
from tests.conftest import Company
from tests.crm.ledger import LOADED, current_row, day, make_source, stored_histories, versions

COLUMNS = ("name", "amount")
FIRST = [
    Change("o1", day(1), values={"name": "One", "amount": Decimal("10")}),
    Change("o2", day(2), values={"name": "Two"}),
]
SECOND = [
    Change("o1", day(5), op=Op.PATCH, values={"amount": Decimal("20")}),
    Change("o3", day(5), values={"name": "Three"}, refs={"account": "a1"}),
]


def run_of(source: Source, changes: list[Change], *, batches: int = 1) -> LoadRun:
    run = start_run(source, "opportunity", mode=LoadRun.Mode.CHANGES, observed_at=LOADED)
    for batch in range(batches):
        load("opportunity", changes[batch::batches], run=run)
    end_run(run, status=LoadRun.Status.COMPLETED, at=LOADED)
    return run


def test_an_undone_run_leaves_what_was_known_before_it(in_acme: Company) -> None:
    source = make_source()
    run_of(source, FIRST)
    before = stored_histories("opportunity", COLUMNS)
    second = run_of(source, SECOND, batches=2)
    believed = DataVersion.objects.latest("number").at

    undo = undo_run(second.pk, Actor.of(in_acme.admin))

    assert stored_histories("opportunity", COLUMNS) == before
    assert undo.changed == 2
    second.refresh_from_db()
    assert (second.status, second.undone_by) == (LoadRun.Status.UNDONE, undo)
    state = record_as_of("opportunity", "o1", source="sheet", as_of=day(6), known_at=believed)
    assert state.values["amount"] == Decimal("20")
    row = current_row("opportunity", "o1")
    assert (row.valid_from, row.amount) == (day(1), Decimal("10"))
    assert AuditEntry.objects.get(action="load.undone").actor == in_acme.admin.user.email


def test_a_record_that_only_the_undone_run_knew_is_a_stub_again(in_acme: Company) -> None:
    source = make_source()
    run_of(source, FIRST)
    second = run_of(source, SECOND)

    undo_run(second.pk, Actor.system("test"))

    row = current_row("opportunity", "o3")
    assert row.is_stub
    assert row.name is None
    assert versions("opportunity").filter(record=row).exclude(known_to__year=9999).count() == 1


def test_undo_is_refused_while_a_later_run_rests_on_the_same_record(in_acme: Company) -> None:
    source = make_source()
    first = run_of(source, FIRST)
    second = run_of(source, SECOND)
    rows, count = VERSION["opportunity"].objects.count(), DataVersion.objects.count()

    with pytest.raises(Conflict) as refusal:
        undo_run(first.pk, Actor.system("test"))

    assert refusal.value.code == "touched_since"
    assert refusal.value.details["records"] == ["o1"]
    assert (VERSION["opportunity"].objects.count(), DataVersion.objects.count()) == (rows, count)

    undo_run(second.pk, Actor.system("test"))
    undo_run(first.pk, Actor.system("test"))
    assert stored_histories("opportunity", COLUMNS) == {}
    assert not CURRENT["opportunity"].objects.filter(is_stub=False).exists()


def test_the_same_file_can_be_loaded_again_after_undo(in_acme: Company) -> None:
    source = make_source()
    first = run_of(source, FIRST)
    before = stored_histories("opportunity", COLUMNS)
    undo_run(first.pk, Actor.system("test"))

    run_of(source, FIRST)

    assert stored_histories("opportunity", COLUMNS) == before


def test_undoing_twice_or_the_unknown_is_refused(in_acme: Company) -> None:
    run = run_of(make_source(), FIRST)
    undo = undo_run(run.pk, Actor.system("test"))

    with pytest.raises(Conflict, match="already"):
        undo_run(run.pk, Actor.system("test"))
    with pytest.raises(Conflict, match="cannot be undone"):
        undo_run(undo.pk, Actor.system("test"))
    with pytest.raises(NotFound):
        undo_run(10**9, Actor.system("test"))
    assert LoadRun.objects.filter(mode=LoadRun.Mode.UNDO).count() == 1
