"""`make test`: all checks, then all tests; prints the time of each suite."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scripts.run_checks import run_checks
from scripts.suites import PROJECT, Case, Outcome, read_report, run, say, table

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_ALONE = ("revops", "browser")  # each in a process of its own: real servers, and an event loop


def main() -> int:
    outcomes = run_checks()
    outcomes += [_manage(command) for command in ("build_assets", "collectstatic") if _exists(command)]
    browser = _have_browser()
    folders = sorted(path.name for path in (PROJECT / "tests").iterdir() if any(path.glob("**/test_*.py")))
    together = [f"tests/{name}" for name in folders if name not in _ALONE]
    outcomes += _pytest("tests", together)
    for name in _ALONE:
        if name not in folders:
            continue
        if name == "browser" and not browser:
            outcomes.append(
                Outcome("tests/browser", passed=False, seconds=0.0, detail="not run: no Chromium")
            )
        else:
            outcomes += _pytest(name, [f"tests/{name}"])
    say(table(outcomes))
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def _pytest(name: str, paths: Sequence[str]) -> list[Outcome]:
    """One pytest process; an outcome per folder, and one for the time between tests."""
    with tempfile.TemporaryDirectory() as made:
        report = Path(made) / "report.xml"
        whole = run(name, [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *paths])
        cases = read_report(report)
    suites = [_of(suite, cases) for suite in sorted({case.suite for case in cases})]
    inside = sum(suite.seconds for suite in suites)
    detail = whole.detail or f"{len(cases)} tests"
    return [
        *suites,
        Outcome(f"{name}: collecting, set-up", whole.passed and bool(cases), whole.seconds - inside, detail),
    ]


def _of(suite: str, cases: Sequence[Case]) -> Outcome:
    mine = [case for case in cases if case.suite == suite]
    counts = {kind: sum(case.outcome == kind for case in mine) for kind in ("passed", "failed", "skipped")}
    detail = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
    return Outcome(f"tests/{suite}", counts["failed"] == 0, sum(case.seconds for case in mine), detail)


def _manage(command: str) -> Outcome:
    options = ["--no-input", "--verbosity", "0"] if command == "collectstatic" else []
    return run(command, [sys.executable, "manage.py", command, *options])


def _exists(command: str) -> bool:
    return command == "collectstatic" or any(PROJECT.glob(f"*/management/commands/{command}.py"))


def _have_browser() -> bool:
    """Whether there is a Chromium; root on a Debian gets Debian's."""
    if any(shutil.which(name) for name in _BROWSERS):
        return True
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("\n== installing Debian's chromium for the browser tests")
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", *words], env=env, stdout=subprocess.DEVNULL, check=False)
        return any(shutil.which(name) for name in _BROWSERS)
    say(
        "The browser tests need Chromium: install it (apt-get install chromium, as root), then run make "
        "test again."
    )
    return False


if __name__ == "__main__":
    sys.exit(main())
