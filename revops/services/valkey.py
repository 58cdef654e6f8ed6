"""The embedded Valkey: broker and cache.

What is in it can be lost at any time, so nothing is written to disk.
"""

from __future__ import annotations

import signal
import socket
from dataclasses import dataclass
from pathlib import Path

from revops.services import accounts
from revops.services.accounts import Account
from revops.services.binaries import Binaries
from revops.services.folders import write_private
from revops.services.postgres import ENVIRONMENT
from revops.services.supervisor import Service

_CONFIGURATION = """\
bind 127.0.0.1
port {port}
protected-mode yes
requirepass {password}
dir "{data}"
daemonize no
logfile ""
save ""
appendonly no
maxmemory 256mb
maxmemory-policy volatile-lru
"""


@dataclass(frozen=True)
class Valkey:
    """The server on one port; its password is in a private file, never on a command line."""

    binaries: Binaries
    home: Path
    account: Account | None
    port: int
    password: str

    @property
    def data(self) -> Path:
        return self.home / "valkey"

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def prepare(self) -> None:
        accounts.own_folder(self.data, self.account)
        text = _CONFIGURATION.format(port=self.port, password=self.password, data=self.data)
        write_private(self.data / "valkey.conf", text)
        accounts.give(self.data, self.account)

    def service(self) -> Service:
        return Service(
            "Valkey",
            [str(self.binaries.valkey), str(self.data / "valkey.conf")],
            ENVIRONMENT,
            ready=self._is_ready,
            account=self.account,
            stop_signal=signal.SIGTERM,
            patience=5.0,
            stage=1,
        )

    def _is_ready(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1.0) as link:
                link.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                with link.makefile("rb") as answers:
                    return answers.readline() == b"+OK\r\n" and answers.readline() == b"+PONG\r\n"
        except OSError:
            return False
