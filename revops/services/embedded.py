"""The two embedded servers of an installation, ready to be started by a supervisor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from revops.services import accounts, installation
from revops.services.binaries import find_binaries
from revops.services.folders import Folders
from revops.services.installation import Secrets
from revops.services.postgres import Postgres
from revops.services.valkey import Valkey


@dataclass(frozen=True)
class Embedded:
    """Servers that belong to this installation alone."""

    postgres: Postgres
    valkey: Valkey

    @property
    def folders(self) -> list[Path]:
        """The data folders, in which only these servers ever stand."""
        return [self.postgres.data, self.valkey.data]


def embedded_servers(folders: Folders, known: Secrets, *, options: Mapping[str, str]) -> Embedded:
    """Find programs, account, folders and ports. Nothing is started, and no data folder is changed."""
    account = accounts.server_account()
    home = installation.servers_home(folders, known, account)
    binaries = find_binaries(home, account)
    known = installation.with_free_ports(folders, known)
    postgres = Postgres(
        binaries,
        home,
        account,
        known.postgres_port,
        known.postgres_password,
        installation.sockets_folder(home, account),
        options,
    )
    postgres.refuse_other_major()
    return Embedded(postgres, Valkey(binaries, home, account, known.valkey_port, known.valkey_password))
