"""Installations as tests need them: started as real processes, looked at from outside, taken away again."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from revops.services import kernel
from revops.services.folders import PROJECT

GIVEN = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "DATABASE_MAINT_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "REVOPS_INSTANCE",
)


@dataclass
class Installation:
    """One `var` folder and the run on it."""

    var: Path
    port: int
    launch: Sequence[str] = (sys.executable,)
    env: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None

    def start(self) -> Installation:
        self.process = self.open()
        wait_for(lambda: self.answers() or self.ended(), seconds=90)
        assert self.answers(), self.process.communicate()[0]
        return self

    def open(self) -> subprocess.Popen[str]:
        """Another run on the same folder; its output is for the asker to read."""
        return subprocess.Popen(
            [*self.launch, "-m", "tests.revops.stand_in", "run"],
            cwd=PROJECT,
            env={**clean_environment(), "REVOPS_VAR": str(self.var), "PORT": str(self.port), **self.env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def refused(self) -> str:
        """What a run says that ends by itself at once."""
        run = self.open()
        output, _ = run.communicate(timeout=60)
        assert run.returncode == 1, output
        return output

    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5) as page:
                return bool(page.read() == b"served")
        except OSError:
            return False

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> str:
        """Ask the run to stop; what it said."""
        assert self.process is not None
        self.process.send_signal(sign)
        output, _ = self.process.communicate(timeout=60)
        return output

    def secrets(self) -> dict[str, str]:
        return dict(json.loads((self.var / "secrets.json").read_text()))

    def runtime(self) -> dict[str, str]:
        lines = (self.var / "runtime.env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    @property
    def home(self) -> Path:
        pointer = self.var / "servers-home"
        return Path(pointer.read_text().strip()) if pointer.exists() else self.var / "servers"

    @property
    def data(self) -> Path:
        return self.home / "postgres"

    def processes(self) -> set[int]:
        """Everything that belongs to this installation, whatever the supervisor knows of it."""
        mark = f"REVOPS_INSTANCE={self.secrets()['instance']}"
        return {*kernel.processes_marked(mark), *kernel.processes_in([self.data, self.home / "valkey"])}

    def service(self, program: str) -> int:
        """The process that the supervisor started for a program."""
        found = [pid for pid in self.processes() if program in command_line(pid)]
        return min(found)

    def remove(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.communicate()
        wait_for(lambda: not self.processes(), seconds=60)
        if not self.home.is_relative_to(self.var):
            shutil.rmtree(self.home)


@contextmanager
def open_place() -> Iterator[Path]:
    """A folder that other users may walk through, as a clone of the project usually is."""
    with tempfile.TemporaryDirectory(prefix="revops-place-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@contextmanager
def installation_in(place: Path) -> Iterator[Installation]:
    """An installation, not yet started, that leaves nothing behind."""
    installation = Installation(place / "var", free_port())
    yield installation
    if (installation.var / "secrets.json").exists():
        installation.remove()


def clean_environment() -> dict[str, str]:
    """Ours, without the servers that the tests themselves were given."""
    return {name: value for name, value in os.environ.items() if name not in GIVEN}


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def user_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def wait_for(condition: Callable[[], object], *, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
