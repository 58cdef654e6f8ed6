"""The SQL that makes database and logins. Names are quoted here; passwords travel as SCRAM verifiers."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from revops.provision.logins import Names, Passwords

_ITERATIONS = 4096


def sql(
    names: Names, passwords: Passwords, *, version: int, ctype: str = "C", for_tests: bool = False
) -> str:
    """A psql script that does what `prepare` does, for a superuser of a server without these logins."""
    statements = [
        *role_statements(names, passwords, existing=set(), for_tests=for_tests),
        create_database_statement(names, version, ctype=ctype),
        *database_statements(names),
        "",
        *rights_statements(names),
        *setting_statements(names),
    ]
    return "\n".join(f"{line};" if line else f"\\connect {quoted(names.database)}" for line in statements)


def role_statements(
    names: Names, passwords: Passwords, *, existing: set[str], for_tests: bool = False
) -> list[str]:
    """Make the logins; those that exist keep their password."""
    wanted = [
        (
            names.owner,
            passwords.owner,
            f"LOGIN BYPASSRLS {'CREATEDB' if for_tests else 'NOCREATEDB'} NOCREATEROLE",
        ),
        (names.app, passwords.app, "LOGIN NOBYPASSRLS NOCREATEDB NOCREATEROLE"),
        (names.maint, passwords.maint, "LOGIN BYPASSRLS NOCREATEDB NOCREATEROLE"),
    ]
    statements = []
    for name, password, rights in wanted:
        if name in existing:
            statements.append(f"ALTER ROLE {quoted(name)} {rights}")
        else:
            statements.append(f"CREATE ROLE {quoted(name)} {rights} PASSWORD '{scram_verifier(password)}'")
        statements.append(f"ALTER ROLE {quoted(name)} SET timezone = 'UTC'")
    return statements


def create_database_statement(names: Names, version: int, *, ctype: str = "C") -> str:
    """UTF8, sorted by code point (C) on every version.

    Upper and lower case beyond ASCII: from 17 on the built-in provider knows it, before that `ctype` (a
    locale of the server's machine).
    """
    if version >= 17:
        locale = "LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
    else:
        locale = f"LC_COLLATE 'C' LC_CTYPE '{ctype}'"
    owner = quoted(names.owner)
    return (
        f"CREATE DATABASE {quoted(names.database)} OWNER {owner} TEMPLATE template0 ENCODING 'UTF8' {locale}"
    )


def database_statements(names: Names) -> list[str]:
    """Who may connect and make temporary tables."""
    database = quoted(names.database)
    return [
        f"REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {quoted(names.app)}, {quoted(names.maint)}",
    ]


def rights_statements(names: Names) -> list[str]:
    """Rows of every table the owner will make, and nothing that could change a table."""
    owner = f"ALTER DEFAULT PRIVILEGES FOR ROLE {quoted(names.owner)}"
    both = f"{quoted(names.app)}, {quoted(names.maint)}"
    return [
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {both}",
        f"{owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {both}",
        f"{owner} GRANT USAGE, SELECT ON SEQUENCES TO {both}",
        f"{owner} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
        f"{owner} GRANT EXECUTE ON FUNCTIONS TO {both}",
    ]


def setting_statements(names: Names) -> list[str]:
    """`app` must not change settings from inside a query. Only a superuser can see to that; it is depth, not
    the barrier.
    """
    function = "FUNCTION pg_catalog.set_config(text, text, boolean)"
    return [
        f"REVOKE EXECUTE ON {function} FROM PUBLIC",
        f"GRANT EXECUTE ON {function} TO {quoted(names.owner)}, {quoted(names.maint)}",
    ]


def scram_verifier(password: str, *, salt: bytes | None = None) -> str:
    """What PostgreSQL stores for a password (RFC 5802 and 7677).

    ASCII passwords only: no SASLprep is done.
    """
    salt = secrets.token_bytes(16) if salt is None else salt
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, _ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    salt_text, stored_text, server_text = (base64.b64encode(part).decode() for part in (salt, stored, server))
    return f"SCRAM-SHA-256${_ITERATIONS}:{salt_text}${stored_text}:{server_text}"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
