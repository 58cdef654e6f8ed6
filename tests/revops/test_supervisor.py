"""The supervisor with real servers: what is closed, what comes back, and that nothing is left behind."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from revops.services import kernel
from revops.services.supervisor import rotate
from tests.revops.installations import (
    Installation,
    clean_environment,
    command_line,
    free_port,
    installation_in,
    open_place,
    user_of,
    wait_for,
)

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def running() -> Iterator[Installation]:
    """One installation for the tests that only look at it."""
    with open_place() as place, installation_in(place) as installation:
        yield installation.start()


@pytest.fixture
def own() -> Iterator[Installation]:
    """An installation of the test's own, not yet started."""
    with open_place() as place, installation_in(place) as installation:
        yield installation


def test_postgresql_lets_nobody_in_without_the_password(running: Installation) -> None:
    url = running.runtime()["DATABASE_URL"]
    secret = running.secrets()["app_password"]
    assert secret in url

    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(url.replace(secret, "wrong"))
    with pytest.raises(psycopg2.OperationalError, match="no password supplied"):
        psycopg2.connect(url.replace(f":{secret}", ""))
    with pytest.raises(psycopg2.OperationalError, match="no password supplied"):
        psycopg2.connect(host=str(running.home / "sockets"), port=_postgres_port(running), user="postgres")
    psycopg2.connect(url).close()


def test_passwords_are_kept_as_scram_verifiers(running: Installation) -> None:
    with psycopg2.connect(_admin(running)) as link, link.cursor() as cursor:
        cursor.execute("SELECT bool_and(rolpassword LIKE 'SCRAM-SHA-256$%') FROM pg_authid WHERE rolcanlogin")
        assert cursor.fetchone() == (True,)
        cursor.execute("SELECT DISTINCT auth_method FROM pg_hba_file_rules")
        assert cursor.fetchall() == [("scram-sha-256",)]


def test_valkey_lets_nobody_in_without_the_password(running: Installation) -> None:
    with redis.Redis.from_url(running.runtime()["REDIS_URL"]) as client:
        assert client.ping()
    with socket.create_connection(("127.0.0.1", int(running.secrets()["valkey_port"]))) as stranger:
        stranger.sendall(b"PING\r\n")
        assert stranger.recv(100).startswith(b"-NOAUTH")


def test_servers_listen_on_the_loopback_address_only(running: Installation) -> None:
    ports = {_postgres_port(running), int(running.secrets()["valkey_port"]), running.port}
    listening = [line.split()[1] for name in ("tcp", "tcp6") for line in _listening(name)]
    found = [place for place in listening if int(place.split(":")[1], 16) in ports]
    assert sorted(found) == sorted(f"0100007F:{port:04X}" for port in ports)


def test_files_and_folders_are_closed_to_others(running: Installation) -> None:
    assert stat.S_IMODE((running.home / "sockets").stat().st_mode) == 0o700
    assert stat.S_IMODE(running.data.stat().st_mode) == 0o700
    for name in ("secrets.json", "runtime.env", "lock"):
        assert stat.S_IMODE((running.var / name).stat().st_mode) == 0o600, name
    assert list((running.home / "sockets").iterdir()) != []


def test_no_password_stands_on_a_command_line(running: Installation) -> None:
    secrets = [value for name, value in running.secrets().items() if name.endswith(("password", "key"))]
    lines = [command_line(pid) for pid in running.processes()]
    assert len(secrets) == 6
    assert len(lines) > 5
    assert not [line for line in lines for secret in secrets if secret in line]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give up")
def test_started_by_root_the_servers_run_as_nobody_else(running: Installation) -> None:
    users = {user_of(running.service("bin/postgres")), user_of(running.service("valkey-server"))}
    assert len(users) == 1
    assert users.isdisjoint({0, 65534})


def test_the_database_sorts_by_code_point_and_knows_case(running: Installation) -> None:
    with psycopg2.connect(running.runtime()["DATABASE_URL"]) as link, link.cursor() as cursor:
        cursor.execute(
            "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = 'revops'"
        )
        assert cursor.fetchone() == ("UTF8", "C")
        cursor.execute("SELECT array_agg(word ORDER BY word) FROM unnest(ARRAY['a', 'B', 'é', 'Z']) AS word")
        assert cursor.fetchone() == (["B", "Z", "a", "é"],)
        cursor.execute("SELECT lower('É'), current_setting('timezone')")
        assert cursor.fetchone() == ("é", "UTC")


def test_a_second_start_is_refused_and_the_first_keeps_serving(running: Installation) -> None:
    assert running.process is not None
    said = Installation(running.var, free_port()).refused()

    assert said.count("\n") == 1
    assert f"process {running.process.pid}, http://127.0.0.1:{running.port}" in said
    assert running.answers()


def test_a_service_that_dies_is_started_again(running: Installation) -> None:
    before = running.service("valkey-server")
    os.kill(before, signal.SIGKILL)

    def comes_back() -> bool:
        try:
            with redis.Redis.from_url(running.runtime()["REDIS_URL"]) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False

    assert wait_for(comes_back, seconds=60)
    assert running.service("valkey-server") != before


def test_killing_the_guardian_brings_another(running: Installation) -> None:
    before = _guardian(running)
    os.kill(before, signal.SIGKILL)
    assert wait_for(lambda: _guardian(running) not in {0, before}, seconds=30)


def test_kill_9_leaves_no_orphan_and_the_next_start_finds_the_data(own: Installation) -> None:
    own.start()
    assert own.process is not None
    with psycopg2.connect(own.runtime()["DATABASE_OWNER_URL"]) as link, link.cursor() as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    sleepers = [pid for pid in own.processes() if "time.sleep" in command_line(pid)]
    assert len(own.processes()) > 6
    assert len(sleepers) == 3  # the web server's child, its grandchild in another session, the deaf worker

    os.kill(own.process.pid, signal.SIGKILL)
    own.process.communicate()
    assert wait_for(lambda: not own.processes() and not _guardian(own), seconds=60), [
        command_line(pid) for pid in own.processes()
    ]

    # The worst that a dead server can leave: a pid file that names somebody else's process of the same user.
    (own.data / "postmaster.pid").write_text(
        f"{os.getpid()}\n{own.data}\n0\n{_postgres_port(own)}\n\n127.0.0.1\n"
    )
    own.start()
    with psycopg2.connect(own.runtime()["DATABASE_URL"]) as link, link.cursor() as cursor:
        cursor.execute("SELECT answer FROM kept")
        assert cursor.fetchone() == (42,)
    own.stop()


def test_the_next_start_ends_what_a_dead_supervisor_and_guardian_left(own: Installation) -> None:
    own.start()
    assert own.process is not None
    sleepers = [pid for pid in own.processes() if "time.sleep" in command_line(pid)]
    os.kill(_guardian(own), signal.SIGSTOP)  # so that it cannot help
    os.kill(own.process.pid, signal.SIGKILL)
    os.kill(_guardian(own), signal.SIGKILL)
    own.process.communicate()
    orphans = [pid for pid in sleepers if kernel.is_running(pid)]
    assert orphans != []

    own.start()
    assert not [pid for pid in orphans if kernel.is_running(pid)]
    assert "left behind" in own.stop()


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_ends_the_product_before_the_database(own: Installation, sign: signal.Signals) -> None:
    own.start()
    said = own.stop(sign)  # the deaf worker does not hold it up: it is killed after its half second

    assert said.endswith("Stopped.\n")
    assert (own.var / "journal").read_text() == "the database answered while the web server stopped\n"
    assert "database system is shut down" in (own.var / "log" / "postgresql.log").read_text()
    assert not (own.data / "postmaster.pid").exists()
    assert own.processes() == set()


def test_a_taken_port_is_named_before_anything_is_made(own: Installation) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", own.port))
        other.listen()
        said = own.refused()
    assert said == (
        f"Port {own.port} is taken by another program: end it, or choose another port (PORT=8001 make run).\n"
    )
    assert not own.data.exists()


def test_data_of_another_major_version_is_refused_and_left_alone(own: Installation) -> None:
    own.start()
    own.stop()
    marker = own.data / "PG_VERSION"
    marker.write_text("15\n")
    before = _contents(own.data)

    said = own.refused()
    assert said.startswith(
        f"{own.data} was made by PostgreSQL 15, and this is PostgreSQL 18: nothing was changed."
    )
    assert _contents(own.data) == before
    assert own.processes() == set()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    said = Installation(tmp_path / "file" / "var", free_port()).refused()
    assert said.startswith(f"The folder {tmp_path}/file/var cannot be written (Not a directory)")
    assert said.count("\n") == 1


def test_lost_passwords_are_named_and_no_new_ones_are_made(own: Installation) -> None:
    own.var.mkdir()
    (own.var / "servers").mkdir()
    said = own.refused()
    assert said.startswith(f"{own.var}/secrets.json is missing")
    assert not (own.var / "secrets.json").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_a_normal_user_runs_the_servers_as_themselves() -> None:
    python = shutil.which("python3", path="/usr/local/bin:/usr/bin")
    assert python is not None, "no Python that everybody can run"
    site = next(path for path in sys.path if path.endswith("site-packages"))
    user = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", python)
    with open_place() as place, installation_in(place) as installation:
        os.chown(place, 65534, 65534)
        installation.launch, installation.env = user, {"PYTHONPATH": site, "HOME": "/nonexistent"}
        installation.start()
        assert user_of(installation.service("bin/postgres")) == 65534
        assert stat.S_IMODE(installation.var.stat().st_mode) == 0o700
        installation.stop()
        assert installation.processes() == set()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's folders are closed to the servers' account")
def test_data_moves_out_of_a_folder_that_the_servers_cannot_reach(own: Installation) -> None:
    own.var.parent.chmod(0o700)
    own.start()
    assert own.home == Path("/var/lib/revops") / own.secrets()["instance"]
    assert stat.S_IMODE(own.var.parent.stat().st_mode) == 0o700  # nobody's door was opened
    own.stop()


def test_test_env_runs_a_command_on_servers_that_vanish_with_it() -> None:
    script = (
        "import os; print(os.environ['DATABASE_OWNER_URL'], os.environ['REVOPS_VAR']); raise SystemExit(7)"
    )
    done = subprocess.run(
        [sys.executable, "-m", "revops.services", "test-env", "--", sys.executable, "-c", script],
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    owner, var = done.stdout.splitlines()[-1].split()
    assert done.returncode == 7
    assert not Path(var).exists()
    with pytest.raises(psycopg2.OperationalError, match="refused"):
        psycopg2.connect(owner)


def test_logs_are_bounded(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    with log.open("ab", buffering=0) as writer:
        for number in range(5):
            writer.write(b"%d" % number * 200)
            rotate(log, limit=100, kept=3)
        writer.write(b"after")
    assert log.read_bytes() == b"after"
    assert [(tmp_path / f"web.log.{number}").read_bytes()[:1] for number in (1, 2, 3)] == [b"4", b"3", b"2"]
    assert not (tmp_path / "web.log.4").exists()


def _admin(installation: Installation) -> str:
    secrets = installation.secrets()
    return (
        f"postgresql://postgres:{secrets['postgres_password']}@127.0.0.1:{secrets['postgres_port']}/postgres"
    )


def _postgres_port(installation: Installation) -> int:
    return int(installation.secrets()["postgres_port"])


def _listening(name: str) -> list[str]:
    lines = Path(f"/proc/net/{name}").read_text().splitlines()[1:]
    return [line for line in lines if line.split()[3] == "0A"]


def _guardian(installation: Installation) -> int:
    mark = f"REVOPS_INSTANCE={installation.secrets()['instance']}"
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            line = command_line(int(entry.name))
            if "revops.services.guardian" in line and mark in line and kernel.is_running(int(entry.name)):
                return int(entry.name)
    return 0


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
