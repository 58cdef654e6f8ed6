"""The embedded PostgreSQL: makes its data folder once, and says how to run it."""

from __future__ import annotations

import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from revops.services import accounts, kernel
from revops.services.accounts import Account
from revops.services.binaries import Binaries
from revops.services.supervisor import Service
from revops.services.terminal import Refusal

SUPERUSER = "postgres"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
_ACCESS = """\
# Passwords everywhere, and only from this machine.
local all all scram-sha-256
host  all all 127.0.0.1/32 scram-sha-256
"""


@dataclass(frozen=True)
class Postgres:
    """One data folder and the server on it. `options` are server settings beside ours."""

    binaries: Binaries
    home: Path
    account: Account | None
    port: int
    password: str
    sockets: Path | None
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.home / "postgres"

    @property
    def admin_url(self) -> str:
        return f"postgresql://{SUPERUSER}:{self.password}@127.0.0.1:{self.port}/postgres"

    def refuse_other_major(self) -> None:
        """Raises `Refusal` when the data folder was made by another major version; reads one file, changes
        nothing.
        """
        marker = self.data / "PG_VERSION"
        if not self.data.exists():
            return
        found = marker.read_text(encoding="utf-8").strip() if marker.exists() else "an unknown version"
        if found != str(self.binaries.postgres_major):
            raise Refusal(
                f"{self.data} was made by PostgreSQL {found}, and this is PostgreSQL "
                f"{self.binaries.postgres_major}: "
                "nothing was changed. Move it with pg_dump and pg_restore, or set REVOPS_VAR to another "
                "folder."
            )

    def prepare(self) -> bool:
        """Make the data folder if there is none, whole or not at all; whether it was made."""
        self.refuse_other_major()
        if self.data.exists():
            accounts.own_folder(self.data, self.account)
            return False
        maker = accounts.named_account() if self.account else None
        with tempfile.TemporaryDirectory(dir=self.home, prefix="initdb-") as made:
            work = Path(made)
            password = work / "password"
            password.write_text(self.password, encoding="utf-8")
            password.chmod(0o600)
            accounts.give(work, maker)
            self._initdb(work / "data", password, maker)
            (work / "data" / "pg_hba.conf").write_text(_ACCESS, encoding="utf-8")
            accounts.give(work / "data", self.account)
            (work / "data").rename(self.data)
        return True

    def service(self) -> Service:
        settings = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.sockets or ""),
            "unix_socket_permissions": "0700",
            "password_encryption": "scram-sha-256",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "logging_collector": "off",
            "log_line_prefix": "%m [%p] %u@%d ",
            "shared_buffers": "256MB",
            "max_connections": "100",
            "jit": "off",
            **self.options,
        }
        arguments = [item for name, value in settings.items() for item in ("-c", f"{name}={value}")]
        return Service(
            "PostgreSQL",
            [str(self.binaries.postgres), "-D", str(self.data), *arguments],
            ENVIRONMENT,
            ready=self._is_ready,
            before=self._clear_stale_pid,
            account=self.account,
            stop_signal=signal.SIGINT,  # fast shutdown: ends sessions, writes a checkpoint
            patience=20.0,
        )

    def _is_ready(self) -> bool:
        lines = self._pid_lines()
        return len(lines) >= 8 and lines[7].strip() == "ready"

    def _pid_lines(self) -> list[str]:
        path = self.data / "postmaster.pid"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def _clear_stale_pid(self) -> None:
        """A server that was killed leaves its pid file; the pid may belong to any program by now.

        We hold the installation's lock and nothing stands in the data folder, so the file tells nothing.
        """
        kernel.wait_until(lambda: not kernel.processes_in([self.data]), seconds=5.0)
        if not kernel.processes_in([self.data]):
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _initdb(self, data: Path, password: Path, maker: Account | None) -> None:
        ids = {"user": maker.uid, "group": maker.gid, "extra_groups": []} if maker else {}
        command = [
            self.binaries.initdb,
            f"--pgdata={data}",
            f"--username={SUPERUSER}",
            f"--pwfile={password}",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            # sorts by code point as C does, and knows upper and lower case of every script
            "--builtin-locale=C.UTF-8",
            "--auth=scram-sha-256",
            "--no-instructions",
        ]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            cwd="/",
            env=ENVIRONMENT,
            umask=0o077,
            check=False,
            **ids,  # type: ignore[call-overload]
        )
        if done.returncode != 0:
            reason = "\n".join(f"  {line}" for line in f"{done.stdout}{done.stderr}".splitlines()[-10:])
            raise Refusal(f"PostgreSQL could not make its data folder in {self.home}.\n{reason}")
