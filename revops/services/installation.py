"""One installation: its folders, its passwords and ports, and the lock that lets it run once."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import socket
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from revops.services import kernel
from revops.services.accounts import Account, can_reach, own_folder
from revops.services.folders import Folders, open_folders, read_document, write_document, write_private
from revops.services.terminal import Refusal, say

_EARLIER_RUN_SECONDS = 25.0


@dataclass(frozen=True)
class Secrets:
    """Made once, at random, and kept in `var/secrets.json`. Hex, so that no URL or file needs quoting."""

    instance: str
    secret_key: str
    postgres_password: str
    app_password: str
    owner_password: str
    maint_password: str
    valkey_password: str
    postgres_port: int = 0
    valkey_port: int = 0


def open_installation(var: Path) -> tuple[Folders, Secrets]:
    """The folders and secrets of `var`, made on the first start."""
    folders = open_folders(var)
    kept = read_document(folders.secrets)
    if not kept and any(place.exists() for place in (folders.servers, folders.pointer)):
        raise Refusal(
            f"{folders.secrets} is missing, and without its passwords the data beside it cannot be opened: "
            "restore the file, or set REVOPS_VAR to another folder."
        )
    random = {entry.name: secrets.token_hex(24) for entry in fields(Secrets) if entry.type == "str"}
    known = Secrets(**{**random, "instance": secrets.token_hex(6), **kept})  # type: ignore[arg-type]  # from our own file
    if asdict(known) != kept:
        write_document(folders.secrets, asdict(known))
    return folders, known


def with_free_ports(folders: Folders, known: Secrets) -> Secrets:
    """The ports of last time where they are still free, else others: nobody but us needs to know them."""
    wanted = replace(
        known, postgres_port=_free_port(known.postgres_port), valkey_port=_free_port(known.valkey_port)
    )
    if wanted != known:
        write_document(folders.secrets, asdict(wanted))
    return wanted


def is_free(port: int) -> bool:
    """Whether nothing listens on the port of this machine."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def take_lock(folders: Folders, *, address: str) -> int:
    """The descriptor that holds the installation's lock. Raises `Refusal` while another run has it."""
    descriptor = os.open(folders.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if not _locked(descriptor):
        holder = _holder(descriptor)
        if kernel.is_running(int(holder.get("pid", 0))):
            raise Refusal(
                f"It is running already (process {holder['pid']}, {holder['address']}): "
                "stop it there with Ctrl-C first, or use it."
            )
        say("Waiting until the earlier run has ended its servers.")
        if not kernel.wait_until(lambda: _locked(descriptor), seconds=_EARLIER_RUN_SECONDS):
            raise Refusal(f"Another program holds {folders.lock}: end it first.")
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "address": address}).encode(), 0)
    return descriptor


def running_at(folders: Folders) -> str | None:
    """The address of the run that holds the lock; None when nothing runs."""
    if not folders.lock.exists():
        return None
    holder = dict(json.loads(folders.lock.read_text(encoding="utf-8") or "{}"))
    return str(holder["address"]) if kernel.is_running(int(holder.get("pid", 0))) else None


def servers_home(folders: Folders, known: Secrets, account: Account | None) -> Path:
    """The folder over the servers' own folders.

    It is `var/servers`, unless we are root and `var` lies where an unprivileged account cannot walk (such as
    /root): then it is /var/lib/revops/<instance>, since opening somebody's home to others is not ours to do.
    """
    if folders.pointer.exists():
        home = Path(folders.pointer.read_text(encoding="utf-8").strip())
    elif can_reach(folders.var, account):
        home = folders.servers
    else:
        home = Path("/var/lib/revops") / known.instance
        write_private(folders.pointer, f"{home}\n")
        say(f"{folders.var} is closed to the servers' account, so their data is in {home}.")
    try:
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o711 if account else 0o700)
    except OSError as error:
        raise Refusal(
            f"The folder {home} cannot be written ({error.strerror}): it belongs to the user who started "
            f"first."
        ) from error
    return home


def sockets_folder(home: Path, account: Account | None) -> Path | None:
    """Where Unix sockets go, closed to others; None where the path is longer than a socket's name may be."""
    folder = own_folder(home / "sockets", account)
    return folder if len(str(folder)) <= 80 else None


def _free_port(preferred: int) -> int:
    if preferred and is_free(preferred):
        return preferred
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(descriptor: int) -> dict[str, str]:
    text = os.pread(descriptor, 4096, 0).decode()
    return dict(json.loads(text)) if text else {}
