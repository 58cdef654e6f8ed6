"""Loads that race each other and a reader: each commits whole, and what a reader pinned does not move."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal
from threading import Barrier
from typing import Any  # the columns of a version come from the catalog

import pytest

from core import db
from crm.loader import Change, Op
from crm.models import VERSION, RunVersion, Source
from crm.queries import versions_at
from tenants import data_versions
from tenants.scope import tenant_transaction
from tests.conftest import Company
from tests.crm.ledger import day, histories, make_source, stored_histories, take

RECORDS, ROUNDS = 20, 4


def changes_of(load: int) -> list[Change]:
    """Each load speaks of every record, on a day and about a field of its own."""
    field = ("name", "next_step", "loss_reason", "type_raw")[load % 4]
    return [
        Change(
            f"o{number}",
            day(2 + load),
            op=Op.PATCH,
            values={field: f"{load}"},
            refs={"account": f"a{number}"},
        )
        for number in range(RECORDS)
    ]


def answer_at(known_at: datetime) -> list[tuple[object, ...]]:
    """Any record's state on 30 January as known then: what a receipt would rest on."""
    rows: Any = versions_at("opportunity", as_of=day(30), known_at=known_at)
    columns = ("record_id", "name", "next_step", "amount", "account_id", "valid_from")
    return list(rows.order_by("record_id").values_list(*columns))


@pytest.mark.django_db(transaction=True)
def test_racing_loads_commit_in_known_order_and_a_pinned_reader_sees_no_change(
    acme: Company, globex: Company
) -> None:
    tenant = acme.tenant.pk
    with tenant_transaction(tenant):
        source = make_source()
        first = [Change(f"o{n}", day(1), values={"amount": Decimal(n)}) for n in range(RECORDS)]
        take(source, first)
        pinned = data_versions.latest()
        assert pinned is not None
        receipt = answer_at(pinned.at)
    start = Barrier(3)

    def load(worker: int) -> None:
        start.wait()
        for step in range(ROUNDS):
            with tenant_transaction(tenant):
                take(Source.objects.get(), changes_of(worker * ROUNDS + step))
        db.close_connections()

    def replay(_: int) -> list[bool]:
        start.wait()
        same = []
        for _ in range(12):
            with tenant_transaction(tenant):
                newest = data_versions.latest()
                assert newest is not None
                mine = answer_at(newest.at)
            with tenant_transaction(tenant):
                same.append(answer_at(pinned.at) == receipt and answer_at(newest.at) == mine)
        db.close_connections()
        return same

    with ThreadPoolExecutor(3) as pool:
        loads = [pool.submit(load, worker) for worker in range(2)]
        replays = pool.submit(replay, 0)
        for each in loads:
            each.result(timeout=120)
        assert all(replays.result(timeout=120))

    with tenant_transaction(tenant):
        assert answer_at(pinned.at) == receipt
        instants = list(RunVersion.objects.order_by("number").values_list("at", flat=True))
        assert len(instants) == 1 + 2 * ROUNDS
        assert instants == sorted(set(instants))
        everything = [*first, *(change for number in range(2 * ROUNDS) for change in changes_of(number))]
        columns = ("name", "next_step", "loss_reason", "type_raw", "amount")
        assert stored_histories("opportunity", columns) == histories(everything)


@pytest.mark.django_db(transaction=True)
def test_a_load_that_fails_leaves_nothing_behind(acme: Company, globex: Company) -> None:
    with tenant_transaction(acme.tenant.pk):
        make_source()

    def broken() -> None:
        with tenant_transaction(acme.tenant.pk):
            take(Source.objects.get(), changes_of(1))
            raise RuntimeError("the worker dies before the commit")

    with pytest.raises(RuntimeError):
        broken()
    with tenant_transaction(acme.tenant.pk):
        assert not VERSION["opportunity"].objects.exists()
        assert data_versions.latest() is None
        assert take(Source.objects.get(), changes_of(1)).changed == RECORDS
    with tenant_transaction(globex.tenant.pk):
        assert not VERSION["opportunity"].objects.exists()
