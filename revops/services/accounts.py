"""Under which account the servers run: our own, or an unprivileged one when we are root."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
from dataclasses import dataclass
from pathlib import Path

from revops.services.terminal import Refusal

# Debian and systemd give these numbers to nobody, so no other program on the machine runs under them.
_UNUSED = range(60587, 60600)


@dataclass(frozen=True)
class Account:
    """A user and group id that PostgreSQL and Valkey drop to."""

    uid: int
    gid: int


def server_account() -> Account | None:
    """None for a normal user: the servers run as that user. Root gets an account that nobody else uses."""
    if os.geteuid() != 0:
        return None
    taken = {entry.pw_uid for entry in pwd.getpwall()}
    number = next((number for number in _UNUSED if number not in taken), None)
    if number is None or not _can_become(number):
        raise Refusal(
            "This root account cannot switch to an unprivileged one, which PostgreSQL demands: "
            "start as a normal user, or set DATABASE_URL and REDIS_URL."
        )
    return Account(number, number)


def named_account() -> Account:
    """An unprivileged account with a name: initdb looks the name up, nothing else does."""
    for name in ("nobody", "daemon"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_uid, entry.pw_gid)
    raise Refusal("This machine has no unprivileged account (nobody): start as a normal user.")


def can_reach(path: Path, account: Account | None) -> bool:
    """Whether the account may walk to the path, whatever makes it so."""
    return account is None or _as(account, path) == 0


def give(path: Path, account: Account | None) -> None:
    """Make a folder and all in it the account's own."""
    if account is None:
        return
    for folder, names, files in os.walk(path):
        for name in (*names, *files):
            os.chown(os.path.join(folder, name), account.uid, account.gid, follow_symlinks=False)
    os.chown(path, account.uid, account.gid, follow_symlinks=False)


def own_folder(path: Path, account: Account | None) -> Path:
    """A folder only the servers' account may enter; refuses one that belongs to somebody else."""
    wanted = account.uid if account else os.geteuid()
    if not path.exists():
        path.mkdir(mode=0o700)
        if account:
            os.chown(path, account.uid, account.gid)
    found = path.stat()
    if found.st_uid != wanted:
        raise Refusal(
            f"{path} belongs to user {found.st_uid}, and the servers run as user {wanted}: start as the user "
            "who started first, or set REVOPS_VAR to another folder."
        )
    if stat.S_IMODE(found.st_mode) != 0o700:
        path.chmod(0o700)
    return path


def remove(path: Path) -> None:
    """Remove a folder that may not exist."""
    if path.exists():
        shutil.rmtree(path)


def _can_become(number: int) -> bool:
    return _as(Account(number, number), Path("/")) == 0


def _as(account: Account, path: Path) -> int:
    """Exit code of a child that becomes the account and looks at the path: 0 when it may."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setgroups([])
            os.setresgid(account.gid, account.gid, account.gid)
            os.setresuid(account.uid, account.uid, account.uid)
            code = 0 if os.access(path, os.X_OK) else 1
        except OSError:
            code = 1
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return -signal.SIGKILL if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
