"""Writes .env with random passwords for docker-compose.yml; once, since a database keeps its first ones."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / ".env"
NAMES = (
    "SECRET_KEY",
    "POSTGRES_PASSWORD",
    "REVOPS_APP_PASSWORD",
    "REVOPS_OWNER_PASSWORD",
    "REVOPS_MAINT_PASSWORD",
    "VALKEY_PASSWORD",
)


def main(target: Path = TARGET) -> int:
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        sys.stderr.write(f"{target} exists already and is kept: its passwords are those of your database.\n")
        return 1
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(f"{name}={secrets.token_hex(24)}\n" for name in NAMES)
    sys.stdout.write(
        f"Wrote {target}. Set ALLOWED_HOSTS and CSRF_TRUSTED_ORIGINS there, then: docker compose up -d\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
