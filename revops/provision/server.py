"""Asks a server what may be done there, and makes database and logins on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg2
from psycopg2 import errors, extensions

from revops.provision.logins import Logins, Names, Passwords, at, database_of, logins_for
from revops.provision.statements import (
    create_database_statement,
    database_statements,
    quoted,
    rights_statements,
    role_statements,
    setting_statements,
    sql,
)

OLDEST, NEWEST = 15, 18


class CannotProvision(Exception):
    """The server will not let us; `script` is what its administrator can run instead, where SQL can help."""

    def __init__(self, sentence: str, *, script: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.script = script


def works(logins: Logins) -> bool:
    """Whether all three logins connect."""
    return all(_connects(url) for url in (logins.app, logins.owner, logins.maint))


def prepare(admin_url: str, *, database: str, passwords: Passwords, for_tests: bool = False) -> Logins:
    """Make logins and database, or bring those we made up to date; safe to repeat.

    `for_tests` lets the owner make further databases. Raises `CannotProvision` when the server is too old or
    too new, when the login may not do it, when a login of that name has a password that is not ours, or when
    the database is in use by something else.
    """
    names = Names.of(database)
    logins = logins_for(admin_url, names, passwords)
    with connected(admin_url) as cursor:
        server = _server(cursor)
        refuse_version(server.version)
        existing = _existing_roles(cursor, names)
        _refuse_strange_logins(existing, names, logins, admin_url)
        if missing := server.missing_rights():
            raise CannotProvision(
                f"The login {server.user} cannot make the database and its logins: {missing}. "
                "Let an administrator run this SQL with psql, then start again.",
                script=sql(names, passwords, version=server.version, ctype=server.ctype, for_tests=for_tests),
            )
        for statement in role_statements(names, passwords, existing=existing, for_tests=for_tests):
            cursor.execute(statement)
        _make_database(cursor, names, server, admin_url)
        for statement in database_statements(names):
            cursor.execute(statement)
    with connected(logins.owner) as cursor:
        for statement in rights_statements(names):
            cursor.execute(statement)
    if server.superuser:
        with connected(at(admin_url, database=database)) as cursor:
            for statement in setting_statements(names):
                cursor.execute(statement)
    return logins


# Databases of their own for tests


def create_database_like(logins: Logins, database: str) -> Logins:
    """An empty database with the rights of the one that `logins` name; made by the owner, who must have
    CREATEDB.

    Where theirs is still empty it is copied, so that what only a superuser could set is set in the copy too.
    """
    base = Names.used_by(logins)
    names = Names(database, base.app, base.owner, base.maint)
    with connected(logins.owner) as cursor:
        cursor.execute("SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = 'public'")
        copied = _value(cursor) == 0
        source = quoted(base.database) if copied else "template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
        try:
            cursor.execute(
                f"CREATE DATABASE {quoted(database)} OWNER {quoted(names.owner)} TEMPLATE {source}"
            )
        except errors.InsufficientPrivilege as error:
            raise CannotProvision(
                f"The login {names.owner} cannot make a database for the tests: let an administrator run "
                f"this SQL.",
                script=f"ALTER ROLE {quoted(names.owner)} CREATEDB;",
            ) from error
        for statement in database_statements(names):
            cursor.execute(statement)
    made = logins.on(database)
    with connected(made.owner) as cursor:
        for statement in rights_statements(names):
            cursor.execute(statement)
    return made


def drop_database(logins: Logins, *, through: Logins) -> None:
    """Remove the database that `logins` name, whoever is connected to it; `through` names another one to
    stand in.
    """
    with connected(through.owner) as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {quoted(database_of(logins.owner))} WITH (FORCE)")


@dataclass(frozen=True)
class _Server:
    version: int
    user: str
    superuser: bool
    creates_roles: bool
    creates_databases: bool
    bypasses: bool
    ctype: str

    def missing_rights(self) -> str:
        """What keeps this login from making ours; empty when nothing does."""
        if self.superuser:
            return ""
        if self.version < 16:
            return (
                f"on PostgreSQL {self.version} only a superuser can make a login that bypasses row security"
            )
        rights = {
            "CREATEROLE": self.creates_roles,
            "CREATEDB": self.creates_databases,
            "BYPASSRLS": self.bypasses,
        }
        lacking = [name for name, had in rights.items() if not had]
        return f"it lacks {' and '.join(lacking)}" if lacking else ""


def refuse_version(version: int) -> None:
    """Raises `CannotProvision` for a major version that the product was not tried on."""
    if not OLDEST <= version <= NEWEST:
        raise CannotProvision(
            f"The server is PostgreSQL {version}; the product runs on PostgreSQL {OLDEST} to {NEWEST}."
        )


@contextmanager
def connected(url: str) -> Iterator[extensions.cursor]:
    """A cursor on which every statement stands alone, as CREATE DATABASE demands.

    Raises `CannotProvision`.
    """
    try:
        link = psycopg2.connect(url, connect_timeout=10, application_name="revops-provision")
    except psycopg2.OperationalError as error:
        raise CannotProvision(f"The database server does not let us in: {str(error).strip()}") from error
    try:
        link.autocommit = True
        with link.cursor() as cursor:
            yield cursor
    finally:
        link.close()


def _connects(url: str) -> bool:
    try:
        with connected(url):
            return True
    except CannotProvision:
        return False


def _server(cursor: extensions.cursor) -> _Server:
    cursor.execute(
        "SELECT current_setting('server_version_num')::int / 10000, rolname, rolsuper, rolcreaterole, "
        "rolcreatedb, "
        "rolbypassrls, coalesce((SELECT min(collcollate) FROM pg_catalog.pg_collation WHERE collname = "
        "'C.utf8'), 'C') "
        "FROM pg_catalog.pg_roles WHERE rolname = current_user"
    )
    row = cursor.fetchone()
    if row is None:
        raise CannotProvision("The server does not list the login of DATABASE_URL among its roles.")
    return _Server(*row)


def _existing_roles(cursor: extensions.cursor, names: Names) -> set[str]:
    cursor.execute(
        "SELECT rolname FROM pg_catalog.pg_roles WHERE rolname = ANY(%s)",
        [[names.app, names.owner, names.maint]],
    )
    return {str(row[0]) for row in cursor.fetchall()}


def _refuse_strange_logins(existing: set[str], names: Names, logins: Logins, admin_url: str) -> None:
    """A login of ours lets us in, into its database or (before that was made) into the administrator's."""
    ours = {names.app: logins.app, names.owner: logins.owner, names.maint: logins.maint}
    strange = [
        name
        for name in sorted(existing)
        if not _connects(ours[name]) and not _connects(at(ours[name], database=database_of(admin_url)))
    ]
    if strange:
        raise CannotProvision(
            f"The logins {', '.join(strange)} exist already and their passwords are not known here: give "
            f"DATABASE_URL, "
            "DATABASE_OWNER_URL and DATABASE_MAINT_URL of that installation, or name another database in "
            "DATABASE_URL."
        )


def _make_database(cursor: extensions.cursor, names: Names, server: _Server, admin_url: str) -> None:
    cursor.execute(
        "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding) FROM pg_catalog.pg_database WHERE "
        "datname = %s",
        [names.database],
    )
    found = cursor.fetchone()
    if found is not None and found[0] == names.owner:
        return
    if found is not None:
        _refuse_used_database(names, str(found[1]), admin_url)
    if not server.superuser:  # only somebody who can become the owner may hand a database over
        cursor.execute(f"GRANT {quoted(names.owner)} TO CURRENT_USER")
    if found is None:
        cursor.execute(create_database_statement(names, server.version, ctype=server.ctype))
    else:
        cursor.execute(f"ALTER DATABASE {quoted(names.database)} OWNER TO {quoted(names.owner)}")
    if not server.superuser:
        cursor.execute(f"REVOKE {quoted(names.owner)} FROM CURRENT_USER")


def _refuse_used_database(names: Names, encoding: str, admin_url: str) -> None:
    if encoding != "UTF8":
        raise CannotProvision(
            f"The database {names.database} is encoded in {encoding}: name one that does not exist, it is "
            f"made in UTF8."
        )
    with connected(at(admin_url, database=names.database)) as cursor:
        cursor.execute("SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = 'public'")
        if _value(cursor) != 0:
            raise CannotProvision(
                f"The database {names.database} holds somebody's tables: name one in DATABASE_URL that is "
                f"empty or "
                "does not exist."
            )


def _value(cursor: extensions.cursor) -> object:
    row = cursor.fetchone()
    return row[0] if row else None
