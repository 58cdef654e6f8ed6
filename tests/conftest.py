"""Fixtures for every test: a database made by the owner, served to the app login, and two tenants in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

import hypothesis
import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase, override_settings
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT
from pytest_django import DjangoDbBlocker

from revops.provision import Logins, create_database_like, drop_database
from revops.services.runtime import LOGIN_NAMES
from tenants.models import Function, Membership, Role, Tenant, User
from tenants.scope import tenant_scope, tenant_transaction

# A fixed sample for every run; `make soak` asks for the full figures with a seed of its own.
hypothesis.settings.register_profile("sample", derandomize=True, deadline=None, print_blob=True)
hypothesis.settings.register_profile("soak", deadline=None, print_blob=True, max_examples=2_000)
hypothesis.settings.load_profile(os.environ.get("REVOPS_PROFILE", "sample"))


def _run_as_owner(database: str, *statements: sql.Composable) -> None:
    owner = settings.DATABASES["owner"]
    connection = psycopg2.connect(
        dbname=database,
        user=owner["USER"],
        password=owner["PASSWORD"],
        host=owner["HOST"],
        port=owner["PORT"] or None,
    )
    connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connection.close()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A fresh database, owned and migrated by the owner login; tests then connect as the app login."""
    given = Logins(*(settings.ENV[name] for name in LOGIN_NAMES))
    name = os.environ.get("REVOPS_TEST_DB", f"test_{settings.DATABASES['default']['NAME']}")
    with django_db_blocker.unblock():
        drop_database(given.on(name), through=given)
        create_database_like(given, name)
        for alias in settings.DATABASES:
            settings.DATABASES[alias]["NAME"] = connections[alias].settings_dict["NAME"] = name
        call_command("migrate", database="owner", verbosity=0)
        connections["owner"].close()
        yield
        connections.close_all()


EMPTY_EVERY_TABLE = """
DO $$ BEGIN
    EXECUTE (SELECT 'TRUNCATE ' || string_agg(quote_ident(tablename), ', ') FROM pg_tables
             WHERE schemaname = 'public'
               AND tablename NOT IN ('django_migrations', 'django_content_type', 'auth_permission'));
END $$
"""


@pytest.fixture(autouse=True, scope="session")
def owner_empties_tables() -> Iterator[None]:
    """Tests that commit (`django_db(transaction=True)`) are cleaned up by the owner: the app login may not
    TRUNCATE."""

    def empty(case: TransactionTestCase) -> None:
        _run_as_owner(str(settings.DATABASES["default"]["NAME"]), sql.SQL(EMPTY_EVERY_TABLE))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty)
        yield


@pytest.fixture(autouse=True, scope="session")
def light_settings() -> Iterator[None]:
    """Slow password hashes would be most of the run, and pages need no built static files to be looked at."""
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES={
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        WHITENOISE_AUTOREFRESH=True,
        ALLOWED_HOSTS=["testserver", "127.0.0.1", "localhost"],
    ):
        yield


@dataclass(frozen=True)
class Company:
    """A tenant with one admin, as tests address it."""

    tenant: Tenant
    admin: Membership

    @property
    def slug(self) -> str:
        return self.tenant.slug


def make_member(
    tenant: Tenant, *, role: Role = Role.ADMIN, function: Function = Function.REVOPS
) -> Membership:
    number = User.objects.count()
    user = User.objects.create_user(f"{role}{number}@{tenant.slug}.example", "correct horse battery")
    return Membership.objects.create(tenant=tenant, user=user, role=role, function=function)


def make_company(slug: str, name: str) -> Company:
    tenant = Tenant.objects.create(slug=slug, name=name)
    return Company(tenant=tenant, admin=make_member(tenant))


@pytest.fixture
def acme(db: None) -> Company:
    return make_company("acme", "Acme")


@pytest.fixture
def globex(db: None) -> Company:
    return make_company("globex", "Globex")


@pytest.fixture
def in_acme(acme: Company, globex: Company) -> Iterator[Company]:
    """Inside Acme's scope, with Globex beside it."""
    with tenant_transaction(acme.tenant.pk):
        yield acme


@pytest.fixture
def scope_of_globex(globex: Company) -> Iterator[Company]:
    with tenant_scope(globex.tenant.pk):
        yield globex
