"""What settings need to know about this installation. Standard library only: settings import it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

LOGIN_NAMES = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_MAINT_URL")
NAMES = (*LOGIN_NAMES, "REDIS_URL", "SECRET_KEY")


def load(var: Path, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Values of `NAMES` that the installation itself provides; they stand above the environment.

    Embedded servers are in it as far as the environment names no others. A `DATABASE_URL` that was used once
    to make database and roles is replaced by the logins made with it.
    """
    values = read(var / "runtime.env")
    if environ.get("SECRET_KEY"):
        values.pop("SECRET_KEY", None)
    if environ.get("REDIS_URL"):
        values.pop("REDIS_URL", None)
    if given := environ.get("DATABASE_URL"):
        for name in LOGIN_NAMES:
            values.pop(name, None)
        if not environ.get("DATABASE_OWNER_URL"):
            values.update(provisioned(var, given))
    return values


def provisioned(var: Path, given: str) -> dict[str, str]:
    """The three logins made with a given `DATABASE_URL`; empty before that."""
    path = var / "provisioned.json"
    if not path.exists():
        return {}
    logins = json.loads(path.read_text(encoding="utf-8")).get(fingerprint(given))
    return {name: str(logins[name]) for name in LOGIN_NAMES} if logins else {}


def fingerprint(url: str) -> str:
    """A name for a URL that does not tell its password."""
    return hashlib.sha256(url.encode()).hexdigest()


def read(path: Path) -> dict[str, str]:
    """`NAME=value` lines of a file; empty when there is no file."""
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def text(values: Mapping[str, str]) -> str:
    """The file's text for `read`."""
    return "".join(f"{name}={values[name]}\n" for name in NAMES if name in values)
