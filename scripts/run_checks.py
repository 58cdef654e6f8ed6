"""`make check`: what can be known without running a test."""

from __future__ import annotations

import sys
from pathlib import Path

from scripts.suites import Outcome, run, say, table

_BIN = Path(sys.executable).parent
CHECKS = (
    ("lint", [str(_BIN / "ruff"), "check", "."]),
    ("format", [str(_BIN / "ruff"), "format", "--check", "--quiet", "."]),
    ("imports", [str(_BIN / "lint-imports"), "--no-logo"]),
    ("types", [str(_BIN / "mypy"), "."]),
    ("django", [sys.executable, "manage.py", "check", "--fail-level", "WARNING"]),
    ("migrations", [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"]),
)


def run_checks() -> list[Outcome]:
    return [run(name, command) for name, command in CHECKS]


if __name__ == "__main__":
    outcomes = run_checks()
    say(table(outcomes))
    sys.exit(0 if all(outcome.passed for outcome in outcomes) else 1)
