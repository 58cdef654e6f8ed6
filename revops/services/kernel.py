"""What we ask of Linux: signals at the parent's death, process groups, and who still runs."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections.abc import Callable, Collection
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_PROC = Path("/proc")

# Loaded before any fork: a child between fork and exec should do as little as it can.
_prctl: Callable[..., int] = ctypes.CDLL(None, use_errno=True).prctl


def die_with_parent(sign: int, *, parent: int) -> None:
    """Ask for `sign` when the parent dies. Changing user clears this, so it is called after the change."""
    if _prctl(_PR_SET_PDEATHSIG, sign, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:  # the parent died before we asked
        os.kill(os.getpid(), signal.SIGKILL)


def gain_no_privileges() -> None:
    """From here on no setuid program gives this process or its children more rights."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def is_running(pid: int) -> bool:
    """Whether a process with this id exists and is not just waiting to be reaped."""
    return _living_group(pid) is not None


def group_members(group: int) -> list[int]:
    """Living processes of a process group."""
    return [pid for pid in _pids() if (found := _living_group(pid)) is not None and found == group]


def processes_in(folders: Collection[Path]) -> list[int]:
    """Living processes that work in one of the folders: PostgreSQL and Valkey stand in their data folder."""
    wanted = {str(folder.resolve()) for folder in folders}
    return [pid for pid in _pids() if _readlink(_PROC / str(pid) / "cwd") in wanted and is_running(pid)]


def processes_marked(mark: str) -> list[int]:
    """Living processes, ourselves apart, that were started with the environment entry `NAME=value`."""
    sought = mark.encode()
    return [
        pid
        for pid in _pids()
        if pid != os.getpid()
        and sought in _read(_PROC / str(pid) / "environ").split(b"\0")
        and is_running(pid)
    ]


def signal_process(pid: int, sign: int) -> None:
    """Send a signal; a process that is gone already is fine."""
    try:
        os.kill(pid, sign)
    except ProcessLookupError:
        return


def signal_group(group: int, sign: int) -> None:
    """Send a signal to every process of a group; a group that is gone already is fine."""
    try:
        os.killpg(group, sign)
    except ProcessLookupError:
        return


def wait_until(condition: Callable[[], bool], *, seconds: float, every: float = 0.05) -> bool:
    """Whether the condition came true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= end:
            return False
        time.sleep(every)
    return True


def end_leftovers(*, mark: str, folders: Collection[Path]) -> int:
    """End what an earlier run of this installation left behind; how many processes there were."""

    def remaining() -> list[int]:
        return sorted({*processes_marked(mark), *processes_in(folders)} - {os.getpid()})

    found = remaining()
    for sign, seconds in ((signal.SIGINT, 8.0), (signal.SIGQUIT, 3.0), (signal.SIGKILL, 3.0)):
        for pid in remaining():
            signal_process(pid, sign)
        if wait_until(lambda: not remaining(), seconds=seconds):
            break
    return len(found)


def _pids() -> list[int]:
    return [int(entry) for entry in os.listdir(_PROC) if entry.isdigit()]


def _living_group(pid: int) -> int | None:
    """The process group of a living process; None for one that is gone, dead or a zombie."""
    stat = _read(_PROC / str(pid) / "stat")
    fields = stat[stat.rfind(b")") + 2 :].split()  # the name in brackets may hold spaces
    if len(fields) < 3 or fields[0] in {b"Z", b"X"}:
        return None
    return int(fields[2])


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return b""


def _readlink(path: Path) -> str:
    try:
        return os.readlink(path)
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return ""
