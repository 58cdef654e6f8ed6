"""Ends what the supervisor started when the supervisor itself is killed.

The supervisor holds the writing end of a pipe and tells us of each process group it starts and ends. When the
pipe closes, the supervisor is gone: what is still listed is asked to stop, then made to. The installation's
lock stays taken until then, because we hold it too. Started as `python -m revops.services.guardian`; standard
library only.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from revops.services import kernel


@dataclass(frozen=True)
class Charge:
    """A process group in our care, and how it wants to be stopped."""

    group: int
    stop_signal: int
    patience: float


def tell_started(pipe: int, charge: Charge) -> None:
    _tell(pipe, ["start", charge.group, int(charge.stop_signal), charge.patience])


def tell_ended(pipe: int, group: int) -> None:
    _tell(pipe, ["end", group])


def guard(pipe: int, *, mark: str, folders: Sequence[Path]) -> None:
    """Follow the supervisor's news until it ends, then end what is left, last started first."""
    charges: dict[int, Charge] = {}
    with os.fdopen(pipe, encoding="utf-8") as news:
        for line in news:
            kind, group, *rest = json.loads(line)
            if kind == "start":
                charges[group] = Charge(group, *rest)
            else:
                charges.pop(group, None)
    if not charges:
        return
    for charge in reversed(charges.values()):
        end_group(charge)
    kernel.end_leftovers(mark=mark, folders=folders)


def end_group(charge: Charge) -> None:
    """Ask a group to stop, and kill what does not within its patience."""
    for sign, seconds in ((charge.stop_signal, charge.patience), (signal.SIGKILL, 5.0)):
        kernel.signal_group(charge.group, sign)
        if kernel.wait_until(lambda: not kernel.group_members(charge.group), seconds=seconds):
            return


def _tell(pipe: int, news: list[str | int | float]) -> None:
    try:
        os.write(pipe, (json.dumps(news) + "\n").encode())
    except BrokenPipeError:  # the guardian died; the next one is told everything
        return


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(ignored, signal.SIG_IGN)
    guard(int(sys.argv[1]), mark=sys.argv[2], folders=[Path(folder) for folder in sys.argv[3:]])
