"""No tenant in scope, no rows: in Python, in PostgreSQL, on any connection, in tasks and streams."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg2
import pytest
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import (
    DatabaseError,
    IntegrityError,
    ProgrammingError,
    connections,  # noqa: TID251 - the connections themselves are what is tested
    transaction,
)
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, override_settings
from django.urls import path

from core import db
from core.errors import Conflict
from tenants import data_versions
from tenants.audit import Actor, record
from tenants.models import ApiKey, DataVersion, Job, Setting, Tenant
from tenants.principal import TenantRequest
from tenants.scope import NoTenantScope, no_tenant_scope, tenant_scope, tenant_transaction
from tests.conftest import Company

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
COUNT = "SELECT count(*) FROM tenants_data_version"


def make_key_of(company: Company) -> ApiKey:
    with tenant_transaction(company.tenant.pk):
        return ApiKey.objects.create(
            name="k", prefix="aaaaaaaa", key_hash="h", scopes=[], created_by=company.admin
        )


# Without a scope


def test_a_query_without_a_scope_raises_before_it_reaches_the_database(acme: Company) -> None:
    for attempt in (
        lambda: DataVersion.objects.all(),
        lambda: DataVersion.objects.count(),
        lambda: DataVersion.objects.create(number=1, at=NOW, cause="x"),
        lambda: DataVersion(number=1, at=NOW, cause="x"),
        lambda: DataVersion._base_manager.all(),
        lambda: data_versions.open_data_version("x"),
        lambda: record("x", target="x", actor=Actor.system("x")),
    ):
        with pytest.raises(NoTenantScope):
            attempt()


def test_an_object_read_in_a_scope_cannot_be_saved_or_refreshed_outside(acme: Company) -> None:
    key = make_key_of(acme)

    with pytest.raises(NoTenantScope):
        key.save()
    with pytest.raises(NoTenantScope):
        key.refresh_from_db()


@pytest.mark.django_db(transaction=True)
def test_raw_sql_without_a_scope_raises_on_a_fresh_and_on_a_used_connection(acme: Company) -> None:
    db.close_connections()
    with pytest.raises(ProgrammingError, match="unrecognized configuration parameter"):
        db.fetch_value(COUNT)

    with tenant_transaction(acme.tenant.pk):
        assert db.fetch_value(COUNT) == 0
    with pytest.raises(DatabaseError, match="invalid input syntax for type bigint"):
        db.fetch_value(COUNT)
    with pytest.raises(DatabaseError, match="invalid input syntax for type bigint"), transaction.atomic():
        db.fetch_value(COUNT)


@pytest.mark.django_db(transaction=True)
def test_raw_sql_in_a_scope_but_outside_a_transaction_raises(acme: Company) -> None:
    with tenant_scope(acme.tenant.pk), pytest.raises(DatabaseError):
        db.fetch_value(COUNT)


def test_inside_one_transaction_the_server_follows_the_scope(acme: Company, globex: Company) -> None:
    with tenant_transaction(acme.tenant.pk):
        data_versions.open_data_version("x")
        assert db.fetch_value(COUNT) == 1
        with tenant_scope(globex.tenant.pk):
            assert db.fetch_value(COUNT) == 0
        assert db.fetch_value(COUNT) == 1
        with no_tenant_scope(), pytest.raises(DatabaseError), transaction.atomic():
            db.fetch_value(COUNT)
        assert db.fetch_value(COUNT) == 1


@transaction.atomic
def _write_and_fail(company: Company) -> None:
    with tenant_scope(company.tenant.pk):
        data_versions.open_data_version("y")
    raise ZeroDivisionError


def test_a_savepoint_that_rolls_back_leaves_the_server_in_the_right_tenant(
    acme: Company, globex: Company
) -> None:
    with tenant_transaction(acme.tenant.pk):
        data_versions.open_data_version("x")
        with pytest.raises(ZeroDivisionError):
            _write_and_fail(globex)
        assert db.fetch_value(COUNT) == 1
        with tenant_scope(globex.tenant.pk):
            assert db.fetch_value(COUNT) == 0


def test_a_task_outside_a_scope_cannot_read(acme: Company) -> None:
    raised: list[type[BaseException]] = []

    def task() -> None:
        try:
            Job.objects.count()
        except NoTenantScope as error:
            raised.append(type(error))
        finally:
            db.close_connections()

    with tenant_transaction(acme.tenant.pk):
        thread = threading.Thread(target=task)  # a scope does not leak into what is started beside it
        thread.start()
        thread.join()

    assert raised == [NoTenantScope]


# Views


def _lazy_rows(request: TenantRequest, tenant: str) -> StreamingHttpResponse:
    rows = DataVersion.objects.order_by("number")
    return StreamingHttpResponse(str(row.number) for row in rows.iterator())


def _own_transaction(request: TenantRequest, tenant: str) -> StreamingHttpResponse:
    def lines(tenant_id: int) -> Iterator[str]:
        with tenant_transaction(tenant_id):
            yield from (str(row.number) for row in DataVersion.objects.order_by("number").iterator())

    return StreamingHttpResponse(lines(request.tenant.pk))


def _writes_then_fails(request: TenantRequest, tenant: str) -> HttpResponse:
    data_versions.open_data_version("half done")
    record("half.done", target="x", actor=request.principal.actor)
    raise Conflict("Not possible after all.")


def _writes_then_breaks(request: HttpRequest, tenant: str) -> HttpResponse:
    data_versions.open_data_version("half done")
    raise ZeroDivisionError


urlpatterns = [
    path("t/<slug:tenant>/lazy/", _lazy_rows),
    path("t/<slug:tenant>/own/", _own_transaction),
    path("t/<slug:tenant>/fails/", _writes_then_fails),
    path("t/<slug:tenant>/breaks/", _writes_then_breaks),
]


@pytest.fixture
def client_of_acme(acme: Company) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(acme.admin.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.django_db(transaction=True)
@override_settings(ROOT_URLCONF="tests.tenants.test_isolation")
def test_a_stream_that_reads_after_its_view_raises_and_one_with_its_own_transaction_works(
    acme: Company, client_of_acme: Client
) -> None:
    with tenant_transaction(acme.tenant.pk):
        data_versions.open_data_version("x")

    lazy = client_of_acme.get("/t/acme/lazy/")
    assert lazy.streaming
    with pytest.raises((DatabaseError, psycopg2.Error)):
        b"".join(lazy)

    own = client_of_acme.get("/t/acme/own/")
    assert own.streaming
    assert b"".join(own) == b"1"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("page", "status"), [("fails", 409), ("breaks", 500)])
@override_settings(ROOT_URLCONF="tests.tenants.test_isolation")
def test_a_view_that_writes_and_then_fails_leaves_nothing(
    acme: Company, client_of_acme: Client, page: str, status: int
) -> None:
    with override_settings(LOGGING_CONFIG=None):
        assert client_of_acme.get(f"/t/acme/{page}/").status_code == status

    with tenant_transaction(acme.tenant.pk):
        assert db.fetch_value(COUNT) == 0
        assert db.fetch_value("SELECT count(*) FROM tenants_audit_entry") == 0


# Another tenant's rows


def test_a_row_of_another_tenant_cannot_be_referenced(in_acme: Company, globex: Company) -> None:
    key = ApiKey.objects.create(name="k", prefix="p", key_hash="h", scopes=[], created_by=globex.admin)

    with pytest.raises(IntegrityError, match="same_tenant"), transaction.atomic():
        db.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as the commit would

    key.delete()


def test_a_row_of_another_tenant_cannot_be_written_for_it(in_acme: Company, globex: Company) -> None:
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        DataVersion.objects.create(tenant=globex.tenant, number=1, at=NOW, cause="x")
    ApiKey.objects.create(name="k", prefix="p", key_hash="h", scopes=[], created_by=in_acme.admin)
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        db.execute("UPDATE tenants_api_key SET tenant_id = %(other)s", {"other": globex.tenant.pk})


def test_rows_of_another_tenant_cannot_be_seen_changed_deleted_or_probed(
    acme: Company, globex: Company
) -> None:
    theirs = make_key_of(globex)
    with tenant_transaction(acme.tenant.pk):
        assert not ApiKey.objects.filter(pk=theirs.pk).exists()
        assert ApiKey.objects.filter(pk=theirs.pk).update(name="ours") == 0
        assert ApiKey.objects.filter(pk=theirs.pk).delete()[0] == 0
        for statement in (
            "SELECT 1 FROM tenants_api_key WHERE id = %(id)s",
            "UPDATE tenants_api_key SET name = 'ours' WHERE id = %(id)s",
            "DELETE FROM tenants_api_key WHERE id = %(id)s",
        ):
            assert db.execute(statement, {"id": theirs.pk}) == 0
        # The same prefix and hash are free here: a unique constraint says nothing about other tenants.
        ApiKey.objects.create(
            name="k", prefix=theirs.prefix, key_hash=theirs.key_hash, scopes=[], created_by=acme.admin
        )
        with pytest.raises(ApiKey.DoesNotExist):
            ApiKey.objects.get(pk=theirs.pk)
    with tenant_transaction(globex.tenant.pk):
        assert ApiKey.objects.get(pk=theirs.pk).name == "k"


def test_sql_that_divides_by_a_hidden_value_learns_nothing(acme: Company, globex: Company) -> None:
    make_key_of(globex)
    with tenant_transaction(acme.tenant.pk):
        assert db.fetch_all("SELECT 1 / (length(name) - 1) FROM tenants_api_key") == []


# Connections


def test_the_process_refuses_the_owners_login_and_a_superusers(acme: Company) -> None:
    wrapper = connections["default"]
    owner = connections["owner"].settings_dict
    posing = wrapper.copy()
    posing.settings_dict = {**wrapper.settings_dict, "USER": owner["USER"], "PASSWORD": owner["PASSWORD"]}

    with pytest.raises(ImproperlyConfigured, match="bypasses row security"):
        posing.connect()


def test_deployment_checks_say_whether_the_login_may_set_configuration(acme: Company) -> None:
    may = db.fetch_value(
        "SELECT has_function_privilege('pg_catalog.set_config(text, text, boolean)', 'EXECUTE')"
    )
    found = checks.run_checks(
        tags=[checks.Tags.database], include_deployment_checks=True, databases=["default"]
    )
    assert ("tenants.W001" in {message.id for message in found}) == may


def test_tests_themselves_run_as_the_app_login(acme: Company) -> None:
    row = db.fetch_one(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    )
    assert row == (False, False, False, False)
    assert db.fetch_value("SELECT current_setting('TimeZone')") == "UTC"


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE tenants_api_key",
        "ALTER TABLE tenants_api_key DISABLE ROW LEVEL SECURITY",
        "CREATE TABLE loot (id int)",
        "DROP POLICY tenant_rows ON tenants_api_key",
        "SET ROLE revops_owner",
    ],
)
def test_the_app_login_cannot_step_around_row_security(in_acme: Company, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        db.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_two_tenants_taking_turns_on_one_connection_never_mix(acme: Company, globex: Company) -> None:
    """As behind a pooler in transaction mode: a transaction finds a connection that another tenant used."""
    companies = [acme, globex]
    for turn in range(60):
        company = companies[turn % 2]
        with tenant_transaction(company.tenant.pk):
            Setting.objects.create(
                key=f"k{turn}", value=company.slug, effective_from=NOW.date(), known_from=NOW, known_to=NOW
            )
            values = set(Setting.objects.values_list("value", flat=True))
            assert values == {company.slug}
            raw = db.fetch_all("SELECT DISTINCT tenant_id FROM tenants_setting")
            assert raw == [(company.tenant.pk,)]
        if turn % 7 == 0:
            with pytest.raises(DatabaseError):
                db.fetch_all("SELECT 1 FROM tenants_setting")


@pytest.mark.django_db(transaction=True)
def test_threads_of_two_tenants_sharing_two_connections_never_mix(acme: Company, globex: Company) -> None:
    """Eight workers swap two server connections between transactions, as a pooler does."""
    pool: list[psycopg2.extensions.connection] = []
    lock, mixed = threading.Lock(), list[object]()
    wrapper = connections["default"]
    parameters = wrapper.get_connection_params()
    for _ in range(2):
        spare = wrapper.copy()
        spare.connect()
        pool.append(spare.connection)
    ready = threading.Semaphore(2)

    def work(company: Company) -> None:
        mine = connections["default"]
        for turn in range(20):
            with ready:
                with lock:
                    raw = pool.pop()
                mine.connection, mine.in_atomic_block, mine.closed_in_transaction = raw, False, False
                mine.autocommit, mine.needs_rollback, mine.savepoint_ids = True, False, []
                with tenant_transaction(company.tenant.pk):
                    Setting.objects.create(
                        key=f"{threading.get_ident()}-{turn}", value=company.slug, effective_from=NOW.date(),
                        known_from=NOW, known_to=NOW,
                    )  # fmt: skip
                    found = db.fetch_all("SELECT DISTINCT tenant_id, value FROM tenants_setting")
                    if found != [(company.tenant.pk, company.slug)]:
                        mixed.append(found)
                with lock:
                    pool.append(raw)
        mine.connection = None

    threads = [threading.Thread(target=work, args=(company,)) for company in (acme, globex) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for raw in pool:
        raw.close()

    assert parameters
    assert mixed == []
    for company in (acme, globex):
        with tenant_transaction(company.tenant.pk):
            assert Setting.objects.count() == 80
    assert Tenant.objects.count() == 2
