"""Two small companies, filled once a module: a test takes its own changes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.core.cache.backends.locmem import LocMemCache
from psycopg2 import sql
from pytest_django import DjangoDbBlocker

from core.api import throttling
from tenants.scope import tenant_transaction
from tests.conftest import EMPTY_EVERY_TABLE, Company, _run_as_owner, make_company
from tests.metrics.books import Books, open_books
from tests.metrics.small_company import DEALS, Api, api_of, fill


@dataclass(frozen=True)
class Companies:
    acme: Company
    globex: Company


@pytest.fixture(scope="module")
def companies(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Companies]:
    """Acme with every deal, Globex with the first two. Committed, and emptied by the owner afterwards."""
    with django_db_blocker.unblock():
        made = Companies(acme=make_company("acme", "Acme"), globex=make_company("globex", "Globex"))
        fill(made.acme)
        fill(made.globex, deals=DEALS[:2])
    yield made
    _run_as_owner(str(settings.DATABASES["default"]["NAME"]), sql.SQL(EMPTY_EVERY_TABLE))


@pytest.fixture
def api(companies: Companies, db: None, monkeypatch: pytest.MonkeyPatch) -> Api:
    """Acme's API, its requests counted apart from those of other tests."""
    counters = LocMemCache("metrics-api-tests", {})
    counters.clear()
    monkeypatch.setattr(throttling, "cache", counters)
    return api_of(companies.acme)


@pytest.fixture(scope="module")
def both_books(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Books]:
    """Acme and Globex without deals. Committed, and emptied by the owner afterwards."""
    with django_db_blocker.unblock():
        made = Books(company=make_company("acme", "Acme"), other=make_company("globex", "Globex"))
        for company in (made.company, made.other):
            with tenant_transaction(company.tenant.pk):
                open_books(company)
    yield made
    _run_as_owner(str(settings.DATABASES["default"]["NAME"]), sql.SQL(EMPTY_EVERY_TABLE))


@pytest.fixture
def books(both_books: Books, db: None) -> Iterator[Books]:
    """In Acme's scope; what a test adds is taken back."""
    with tenant_transaction(both_books.company.tenant.pk):
        yield both_books
