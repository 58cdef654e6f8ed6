"""The tables are what the catalog says, and hold their rules in the database."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any  # model arguments come from the catalog

import pytest
from django.conf import settings
from django.db import DataError, IntegrityError, transaction

from core import db
from core.instants import FOREVER
from crm import sources
from crm.loader import Change
from crm.models import CURRENT, VERSION, LoadRun
from crm.vocab.objects import OBJECTS
from tenants.scope import tenant_scope
from tests.conftest import Company
from tests.crm.ledger import current_row, day, make_source, take, versions

COLUMNS = """
SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'
"""
COMMON = {"id", "tenant_id", "custom", "is_deleted", "valid_from", "known_from"}
OF_CURRENT = COMMON | {"source", "source_id", "is_stub"}
OF_VERSION = COMMON | {"record_id", "seq", "asserted_id", "run_id", "reconstructed", "valid_to", "known_to"}


def table_columns() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for table, column in db.fetch_all(COLUMNS):
        found.setdefault(table, set()).add(column)
    return found


def test_every_object_has_the_columns_of_the_catalog_twice(in_acme: Company) -> None:
    tables = table_columns()
    for key, spec in OBJECTS.items():
        assert tables[CURRENT[key]._meta.db_table] == OF_CURRENT | set(spec.columns)
        assert tables[VERSION[key]._meta.db_table] == OF_VERSION | set(spec.columns)


def test_what_the_compiler_may_read_exists(in_acme: Company) -> None:
    tables = table_columns()
    assert "crm.sources" in settings.REVOPS_SOURCES
    assert {source.object for source in sources.SOURCES} == set(OBJECTS)
    for source, kind in zip(sources.SOURCES, sources.OBJECT_TYPES, strict=True):
        assert source.object == kind.key
        assert set(source.columns) == set(kind.fields)
        assert set(source.columns.values()) <= tables[source.version_table] & tables[source.current_table]
        assert set(source.references.values()) <= set(OBJECTS)
        for field in kind.fields.values():
            assert field.type.value != "money" or field.currency in source.columns


def version_like(source_id: str, **changed: Any) -> dict[str, Any]:
    row = versions("opportunity").get(record__source_id=source_id, seq=0)
    kept = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.local_concrete_fields
        if field.name != "id"
    }
    return {**kept, "seq": 99, **changed}


def refused(**values: Any) -> bool:
    try:
        with transaction.atomic():
            VERSION["opportunity"].objects.create(**values)
    except IntegrityError:
        return True
    return False


def test_a_version_refers_only_to_records_of_its_tenant(in_acme: Company, globex: Company) -> None:
    take(make_source(), [Change("o1", day(1), refs={"account": "a1"})])
    with tenant_scope(globex.tenant.pk), transaction.atomic():
        take(make_source(), [Change("o9", day(1), refs={"account": "a9"})])
        foreign = current_row("account", "a9").pk, current_row("opportunity", "o9").pk
        foreign_run = LoadRun.objects.get().pk

    assert not refused(**version_like("o1"))
    assert refused(**version_like("o1", seq=98, account_id=foreign[0]))
    assert refused(**version_like("o1", seq=97, record_id=foreign[1]))
    assert refused(**version_like("o1", seq=96, run_id=foreign_run))
    assert refused(**version_like("o1", seq=95, asserted_id=10**9))
    row = versions("opportunity").filter(seq=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.update(account_id=foreign[0])


def test_one_change_is_known_once_and_times_are_in_order(in_acme: Company) -> None:
    take(make_source(), [Change("o1", day(1), refs={"account": "a1"})])

    assert refused(**version_like("o1", seq=0))
    assert refused(**version_like("o1", valid_to=day(1) - timedelta(days=1)))
    assert refused(**version_like("o1", known_from=FOREVER))
    assert versions("opportunity").count() == 1


def test_records_are_never_deleted(in_acme: Company) -> None:
    take(make_source(), [Change("o1", day(1), refs={"account": "a1"})])

    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        CURRENT["account"].objects.filter(source_id="a1")._raw_delete("default")
    assert current_row("account", "a1").is_stub


def test_money_is_exact_and_what_does_not_fit_is_refused(in_acme: Company) -> None:
    source = make_source()
    exact = Decimal("9999999999999999.9999")
    take(source, [Change("o1", day(1), values={"amount": exact, "currency": "EUR"})])
    assert current_row("opportunity", "o1").amount == exact
    with pytest.raises(DataError), transaction.atomic():
        take(source, [Change("o2", day(1), values={"amount": exact * 10})])
    with pytest.raises(DataError), transaction.atomic():
        take(source, [Change("o2", day(1), values={"currency": "EURO"})])
    assert not CURRENT["opportunity"].objects.filter(source_id="o2").exists()
