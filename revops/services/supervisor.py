"""Starts services in order, keeps them running, and stops them in the opposite order.

One thread, one loop.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from revops.services import guardian, kernel
from revops.services.accounts import Account
from revops.services.folders import PROJECT
from revops.services.terminal import Refusal, say

_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_WATCHED = {*_STOPPING, signal.SIGCHLD}
_LONGEST_PAUSE = 30.0
_SETTLED = 60.0  # seconds of running after which a crash counts as the first one again
_LOG_LIMIT = 10 * 1024 * 1024
_LOGS_KEPT = 3
_TAIL_LINES = 15


class StopAsked(Exception):
    """Somebody pressed Ctrl-C, or asked us to end."""


@dataclass(frozen=True)
class Service:
    """A program that should be running, and what must be so before and after.

    `ready` tells when it can be used. `patience` is how long a stop may take. Services of a higher `stage`
    use those of a lower one: they are stopped first, all of a stage at once.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    ready: Callable[[], bool] = lambda: True
    before: Callable[[], None] = lambda: None
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 10.0
    start_within: float = 60.0
    stage: int = 0


@dataclass
class _Running:
    service: Service
    process: subprocess.Popen[bytes]
    started: float
    settled: bool = False
    crashes: int = 0
    restart_at: float | None = None


@dataclass
class Supervisor:
    """`mark` is an environment entry of every child, by which the guardian knows them; `folders` are data
    folders.
    """

    log: Path
    mark: str
    folders: Sequence[Path]
    lock: int
    announce: Callable[[str], None] = say
    _running: list[_Running] = field(default_factory=list)
    _guardian: subprocess.Popen[bytes] | None = None
    _news: int = -1
    _next_rotation: float = 0.0

    def __post_init__(self) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
        for sign in (signal.SIGINT, signal.SIGTERM):  # a shell starts background jobs with SIGINT ignored
            signal.signal(sign, signal.SIG_DFL)
        self._start_guardian()

    def start(self, service: Service) -> float:
        """Start a service and wait until it is ready; the seconds it took.

        Raises `Refusal` with the end of its log.
        """
        began = time.monotonic()
        child = self._spawn(service)
        self._running.append(child)
        while not service.ready():
            if child.process.poll() is not None:
                self._running.remove(child)
                self._forget(child)
                raise Refusal(f"{service.name} did not start.\n{self.tail(service.name)}")
            if time.monotonic() - began > service.start_within:
                raise Refusal(
                    f"{service.name} was not ready after {service.start_within:.0f} "
                    f"s.\n{self.tail(service.name)}"
                )
            self._turn(0.02)
        child.settled = True
        return time.monotonic() - began

    def run_step(self, name: str, argv: Sequence[str], env: Mapping[str, str]) -> None:
        """Run a command to its end while the services are looked after. Raises `Refusal` when it fails."""
        step = self._spawn(Service(name, argv, env, patience=5.0))
        try:
            while step.process.poll() is None:
                self._turn(0.1)
        except StopAsked:
            guardian.end_group(_charge(step))
            step.process.wait()
            raise
        finally:
            self._forget(step)
        if step.process.returncode != 0:
            raise Refusal(f"{name} failed.\n{self.tail(name)}")

    def run_foreground(self, argv: Sequence[str], env: Mapping[str, str]) -> int:
        """Run a command with our own terminal to its end; its exit code.

        Ctrl-C is the command's to answer.
        """
        command = subprocess.Popen(argv, env=self._marked(env), preexec_fn=_child_setup(signal.SIGTERM))
        while command.poll() is None:
            try:
                self._turn(0.1)
            except StopAsked as asked:
                if asked.args[0] != signal.SIGINT:  # the terminal sends SIGINT to the command itself
                    command.send_signal(asked.args[0])
        return command.returncode

    def watch(self) -> None:
        """Keep everything running until somebody asks to stop."""
        try:
            while True:
                self._turn(0.5)
        except StopAsked:
            return

    def stop(self) -> None:
        """Stop everything, the highest stage first. A second Ctrl-C does not wait."""
        patient = True
        for stage in sorted({child.service.stage for child in self._running}, reverse=True):
            patient = self._end([child for child in self._running if child.service.stage == stage], patient)
        self._running.clear()
        if self._guardian:
            os.close(self._news)
            self._guardian.wait()
            self._guardian = None

    def tail(self, name: str) -> str:
        """The last lines of a service's log."""
        path = self._log_of(name)
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
        return "\n".join([*(f"  {line}" for line in lines[-_TAIL_LINES:]), f"  (whole log: {path})"])

    # The loop

    def _turn(self, seconds: float) -> None:
        """Wait for a signal, then look after children and logs. Raises `StopAsked`."""
        received = signal.sigtimedwait(_WATCHED, seconds)
        if received is not None and received.si_signo in _STOPPING:
            raise StopAsked(received.si_signo)
        now = time.monotonic()
        for child in self._running:
            self._look_after(child, now)
        if self._guardian and self._guardian.poll() is not None:
            self._start_guardian()
        if now >= self._next_rotation:
            self._next_rotation = now + 5.0
            for log in self.log.glob("*.log"):
                rotate(log)

    def _look_after(self, child: _Running, now: float) -> None:
        if child.restart_at is not None:
            if now >= child.restart_at:
                fresh = self._spawn(child.service)
                child.process, child.started, child.restart_at = fresh.process, now, None
            return
        if not child.settled or child.process.poll() is None:
            return
        self._forget(child)
        child.crashes = 1 if now - child.started > _SETTLED else child.crashes + 1
        pause = min(2.0 ** (child.crashes - 1), _LONGEST_PAUSE)
        child.restart_at = now + pause
        self.announce(
            f"{child.service.name} ended ({_ending(child.process.returncode)}); starting it again in "
            f"{pause:.0f} s. "
            f"Log: {self._log_of(child.service.name)}"
        )

    def _end(self, children: Sequence[_Running], patient: bool) -> bool:
        """Stop some children at once, and kill what does not end in time; whether there is still patience."""
        ending = [child for child in children if child.restart_at is None]
        for child in ending:
            sign = child.service.stop_signal if patient else signal.SIGQUIT
            kernel.signal_process(child.process.pid, sign)
        limit = time.monotonic() + max((child.service.patience for child in ending), default=0.0)
        while any(child.process.poll() is None for child in ending) and time.monotonic() < limit:
            received = signal.sigtimedwait(_WATCHED, 0.05)
            if received is not None and received.si_signo == signal.SIGINT:
                patient = False
            if not patient:
                limit = min(limit, time.monotonic() + 1.0)
        for child in ending:
            self._forget(child)
        return patient

    # Children

    def _spawn(self, service: Service) -> _Running:
        service.before()
        with self._log_of(service.name).open("ab") as log:
            process = subprocess.Popen(
                service.argv,
                env=self._marked(service.env),
                cwd="/" if service.account else PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=service.account.uid if service.account else None,
                group=service.account.gid if service.account else None,
                extra_groups=[] if service.account else None,
                umask=0o077,
                preexec_fn=_child_setup(service.stop_signal, confined=service.account is not None),
            )
        child = _Running(service, process, time.monotonic())
        guardian.tell_started(self._news, _charge(child))
        return child

    def _forget(self, child: _Running) -> None:
        """Whatever the ended child left in its group goes too; then the guardian need not care for it."""
        kernel.signal_group(child.process.pid, signal.SIGKILL)
        child.process.wait()
        guardian.tell_ended(self._news, child.process.pid)

    def _marked(self, env: Mapping[str, str]) -> dict[str, str]:
        name, value = self.mark.split("=", 1)
        return {**env, name: value}

    def _start_guardian(self) -> None:
        if self._news >= 0:
            os.close(self._news)
        reading, self._news = os.pipe()
        argv = [
            sys.executable,
            "-m",
            "revops.services.guardian",
            str(reading),
            self.mark,
            *map(str, self.folders),
        ]
        self._guardian = subprocess.Popen(
            argv, cwd=PROJECT, pass_fds=(reading, self.lock), start_new_session=True, stdin=subprocess.DEVNULL
        )
        os.close(reading)
        for child in self._running:
            if child.restart_at is None:
                guardian.tell_started(self._news, _charge(child))

    def _log_of(self, name: str) -> Path:
        return self.log / f"{name.lower().replace(' ', '-')}.log"


def rotate(log: Path, *, limit: int = _LOG_LIMIT, kept: int = _LOGS_KEPT) -> None:
    """Keep a log below its limit: copy it aside and empty it, since its writer has it open for appending."""
    if log.stat().st_size <= limit:
        return
    for number in range(kept - 1, 0, -1):
        older = log.with_suffix(f".log.{number}")
        if older.exists():
            older.replace(log.with_suffix(f".log.{number + 1}"))
    shutil.copyfile(log, log.with_suffix(".log.1"))
    os.truncate(log, 0)


def _child_setup(sign: signal.Signals, *, confined: bool = False) -> Callable[[], None]:
    """What a child does between fork (after the change of user) and exec.

    We have one thread, so this is safe.
    """
    parent = os.getpid()

    def set_up() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        if confined:
            kernel.gain_no_privileges()
        kernel.die_with_parent(sign, parent=parent)

    return set_up


def _charge(child: _Running) -> guardian.Charge:
    return guardian.Charge(child.process.pid, child.service.stop_signal, child.service.patience)


def _ending(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name
