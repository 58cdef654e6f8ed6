"""Every table is declared a tenant's or global, and the database holds what each kind promises."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from core import db

pytestmark = pytest.mark.django_db

# Everything that belongs to no single tenant. A new table is a tenant's unless it is named here, with a
# reason.
GLOBAL_TABLES = {
    "django_migrations": "which migrations ran",
    "django_content_type": "Django's own list of models",
    "django_session": "sign-in sessions of people, who may belong to several tenants",
    "auth_permission": "Django's own, unused",
    "auth_group": "Django's own, unused",
    "auth_group_permissions": "Django's own, unused",
    "account_emailaddress": "addresses of people who sign in",
    "account_emailconfirmation": "links that confirm an address",
    "mfa_authenticator": "second factors of people who sign in",
    "tenants_user": "people who sign in",
    "tenants_tenant": "the companies themselves",
    "tenants_membership": "who belongs where: read before a tenant is in scope",
    "tenants_invitation_token": "hash of a link and its tenant: read before a tenant is in scope",
}
# Functions that run with their owner's rights. Each fixes search_path and filters the tenant itself.
DEFINER_FUNCTIONS: set[str] = set()

POLICY = "(tenant_id = (current_setting('app.tenant_id'::text))::bigint)"

TABLES = """
SELECT c.oid::bigint, c.relname, c.relrowsecurity, c.relforcerowsecurity
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY c.relname
"""
TENANT_COLUMN = """
SELECT format_type(atttypid, NULL), attnotnull FROM pg_attribute
WHERE attrelid = %(oid)s AND attname = 'tenant_id'
"""
POLICIES = """
SELECT polname, polcmd::text, polpermissive, polroles::bigint[],
       pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)
FROM pg_policy WHERE polrelid = %(oid)s
"""
UNIQUES = """
SELECT i.indexrelid::regclass::text, i.indisprimary,
       array(SELECT a.attname::text FROM unnest(i.indkey) k
             JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k)
FROM pg_index i WHERE i.indrelid = %(oid)s AND (i.indisunique OR i.indisexclusion)
"""
REFERENCES = """
SELECT c.conname, f.relname,
       array(SELECT a.attname::text FROM unnest(c.conkey) k
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k)
FROM pg_constraint c JOIN pg_class f ON f.oid = c.confrelid WHERE c.conrelid = %(oid)s AND c.contype = 'f'
"""


def tables() -> list[tuple[int, str, bool, bool]]:
    return [(row[0], row[1], row[2], row[3]) for row in db.fetch_all(TABLES)]


def tenant_tables() -> list[tuple[int, str, bool, bool]]:
    return [row for row in tables() if row[1] not in GLOBAL_TABLES]


def test_the_list_of_global_tables_names_only_tables_that_exist() -> None:
    assert set(GLOBAL_TABLES) <= {name for _, name, _, _ in tables()}


def test_every_other_table_belongs_to_a_tenant_by_a_column_that_is_never_empty() -> None:
    columns = {name: db.fetch_all(TENANT_COLUMN, {"oid": oid}) for oid, name, _, _ in tenant_tables()}

    assert len(columns) >= 8
    assert {name: found for name, found in columns.items() if found != [("bigint", True)]} == {}


def test_row_security_is_on_and_forced_with_exactly_one_policy() -> None:
    for oid, name, enabled, forced in tenant_tables():
        assert (name, enabled, forced) == (name, True, True)
        policies = db.fetch_all(POLICIES, {"oid": oid})
        assert [(name, *policy) for policy in policies] == [
            (name, "tenant_rows", "*", True, [0], POLICY, POLICY)
        ]


def test_every_unique_rule_of_a_tenant_table_contains_the_tenant() -> None:
    loose = [
        index
        for oid, _, _, _ in tenant_tables()
        for index, is_primary, columns in db.fetch_all(UNIQUES, {"oid": oid})
        if "tenant_id" not in columns and not (is_primary and columns == ["id"])
    ]
    assert loose == []


def test_every_tenant_table_can_be_referenced_with_its_tenant() -> None:
    for oid, name, _, _ in tenant_tables():
        keys = [set(columns) for _, _, columns in db.fetch_all(UNIQUES, {"oid": oid})]
        assert {"tenant_id", "id"} in keys, name


def test_no_reference_to_a_tenants_row_leaves_the_tenant_out() -> None:
    """Memberships are global and belong to one tenant, so a reference to them carries the tenant as well."""
    belonging = {name for _, name, _, _ in tenant_tables()} | {"tenants_membership"}
    loose = [
        constraint
        for oid, _, _, _ in tenant_tables()
        for constraint, target, columns in db.fetch_all(REFERENCES, {"oid": oid})
        if target in belonging and "tenant_id" not in columns
    ]
    assert loose == []


def test_views_apply_the_readers_row_security_and_nothing_is_materialized() -> None:
    views = db.fetch_all(
        "SELECT relname, relkind, coalesce(reloptions, '{}') FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')"
    )
    assert [
        name for name, kind, options in views if kind == "m" or "security_invoker=true" not in options
    ] == []


def test_functions_with_their_owners_rights_are_listed_fix_their_path_and_filter_the_tenant() -> None:
    found = db.fetch_all(
        "SELECT p.proname, coalesce(p.proconfig, '{}'), pg_get_functiondef(p.oid) FROM pg_proc p"
        " WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef"
        " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
    )
    assert {name for name, _, _ in found} == DEFINER_FUNCTIONS
    for name, options, text in found:
        assert any(option.startswith("search_path=") for option in options), name
        assert "tenant_id" in text, name


def test_the_app_login_may_read_and_write_rows_and_nothing_else() -> None:
    app = settings.DATABASES["default"]["USER"]
    granted = db.fetch_all(
        "SELECT c.relname, array_agg(a.privilege_type::text ORDER BY a.privilege_type) FROM pg_class c,"
        " aclexplode(c.relacl) a WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
        " AND a.grantee = (SELECT oid FROM pg_roles WHERE rolname = %(app)s) GROUP BY 1",
        {"app": app},
    )
    expected = ["DELETE", "INSERT", "SELECT", "UPDATE"]
    assert {name for name, privileges in granted if privileges != expected} <= {"django_migrations"}
    assert {name for name, _ in granted} >= {name for _, name, _, _ in tenant_tables()}


def test_the_app_login_owns_nothing_and_may_create_nothing_but_temporary_tables() -> None:
    row = db.fetch_one(
        "SELECT has_schema_privilege(current_user, 'public', 'CREATE'),"
        " has_database_privilege(current_user, current_database(), 'CREATE'),"
        " has_database_privilege(current_user, current_database(), 'TEMP'),"
        " EXISTS (SELECT 1 FROM pg_class WHERE relowner = current_user::regrole AND relpersistence <> 't')"
    )
    assert row == (False, False, True, False)


def test_public_has_no_rights_on_tables() -> None:
    assert (
        db.fetch_all(
            "SELECT c.relname FROM pg_class c, aclexplode(c.relacl) a"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.grantee = 0"
        )
        == []
    )


def test_the_login_works_in_utc_and_the_database_in_utf8_with_c_collation() -> None:
    assert db.fetch_value("SELECT current_setting('TimeZone')") == "UTC"
    row = db.fetch_one(
        "SELECT pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database"
        " WHERE datname = current_database()"
    )
    assert row == ("UTF8", "C", "C")


def test_the_policy_in_the_catalog_has_no_fallback() -> None:
    assert not re.search("missing_ok|true|coalesce|nullif", POLICY, re.IGNORECASE)
