"""The product's own programs: the steps before it can serve, and what serves."""

from __future__ import annotations

import hashlib
import http.client
import signal
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from revops.services.folders import PROJECT, Folders, read_document, write_document
from revops.services.supervisor import Service, Supervisor

PRODUCT_STAGE = 2  # above the database (0) and the broker (1)
_RESPAWN = ("--respawn-failed-workers", "--workers-kill-timeout", "5")
_LOGGED = ("--loglevel", "INFO")
_STATIC = (".css", ".js", ".svg", ".png", ".ico", ".woff2", ".json", ".txt", ".html")


@dataclass(frozen=True)
class Step:
    """Something to do before serving; done again only when `depends_on` changed.

    Skipped where its command is not there.
    """

    name: str
    command: tuple[str, ...]
    depends_on: Callable[[], Iterable[Path]]
    says: str
    embedded_only: bool = False


def migration_files() -> list[Path]:
    return [*PROJECT.glob("*/migrations/*.py"), PROJECT / "requirements" / "run.txt"]


def asset_files() -> list[Path]:
    static = [path for path in PROJECT.glob("static/**/*") if path.suffix in _STATIC]
    # `var/static` is what is made from these: counting it would make them anew at the second start.
    in_apps = [
        path
        for path in PROJECT.glob("*/static/**/*")
        if path.suffix in _STATIC and path.relative_to(PROJECT).parts[0] != "var"
    ]
    builders = [*PROJECT.glob("*/management/commands/build_assets.py"), *PROJECT.glob("*/assets*.py")]
    return [*static, *in_apps, *builders, PROJECT / "requirements" / "run.txt"]


STEPS: tuple[Step, ...] = (
    Step(
        "migrate",
        ("migrate", "--database=owner", "--no-input"),
        migration_files,
        "Bringing the tables up to date",
    ),
    Step("build_assets", ("build_assets",), asset_files, "Building the pages' assets"),
    Step(
        "collectstatic",
        # DRF's browsable pages are not served, so neither are their assets.
        ("collectstatic", "--no-input", "--clear", "--ignore", "rest_framework"),
        asset_files,
        "Collecting the pages' assets",
    ),
    Step("setup_demo", ("setup_demo",), lambda: (), "Filling the demo tenant", embedded_only=True),
)
_OURS = {"build_assets", "setup_demo"}  # the others are Django's


def prepare(
    supervisor: Supervisor, folders: Folders, env: Mapping[str, str], *, place: str, embedded: bool
) -> None:
    """Do the steps whose inputs changed since they were done last.

    `place` names the database they were done on.
    """
    folders.assets.mkdir(exist_ok=True)
    done = read_document(folders.prepared)
    for step in STEPS:
        if (step.embedded_only and not embedded) or (step.name in _OURS and not _exists(step.name)):
            continue
        stamp = _fingerprint(place, step)
        if done.get(step.name) == stamp:
            continue
        supervisor.announce(f"{step.says} ...")
        supervisor.run_step(step.name, [sys.executable, str(PROJECT / "manage.py"), *step.command], env)
        done[step.name] = stamp
        write_document(folders.prepared, done)


def serving(folders: Folders, env: Mapping[str, str], *, port: int) -> tuple[Service, ...]:
    """Web server, worker and beat, in the order in which they start."""
    module = [sys.executable, "-m"]
    web = f"granian --interface wsgi --host 127.0.0.1 --port {port} --workers 2 --blocking-threads 4 --no-ws"
    celery = "celery -A revops.celery"
    return (
        Service(
            "Web",
            [*module, *web.split(), *_RESPAWN, "revops.wsgi:application"],
            env,
            ready=lambda: answers(port),
            patience=8.0,
            stage=PRODUCT_STAGE,
        ),
        Service(
            "Worker",
            [
                *module,
                *f"{celery} worker --concurrency 2 --without-gossip --without-mingle".split(),
                *_LOGGED,
            ],
            env,
            stop_signal=signal.SIGQUIT,  # tasks end where they are: their leases run out, they are done again
            patience=6.0,
            stage=PRODUCT_STAGE,
        ),
        Service(
            "Beat",
            [*module, *f"{celery} beat --pidfile= --schedule".split(), str(folders.beat), *_LOGGED],
            env,
            patience=5.0,
            stage=PRODUCT_STAGE,
        ),
    )


def answers(port: int) -> bool:
    """Whether the web server answers a request, whatever it says."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=5.0)
    try:
        link.request("GET", "/")
        link.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()
    return True


def _exists(command: str) -> bool:
    return any(PROJECT.glob(f"*/management/commands/{command}.py"))


def _fingerprint(place: str, step: Step) -> str:
    digest = hashlib.sha256(f"{place} {step.command} {sys.version}".encode())
    for path in sorted(step.depends_on()):
        digest.update(str(path.relative_to(PROJECT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
