"""Runs commands one after the other, and reads what pytest reports about them."""

from __future__ import annotations

import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Outcome:
    """How a command went; `detail` is what there is to say beside that."""

    name: str
    passed: bool
    seconds: float
    detail: str = ""


@dataclass(frozen=True)
class Case:
    """One test of a pytest report."""

    name: str
    suite: str
    outcome: str
    seconds: float
    message: str


def run(name: str, command: Sequence[str]) -> Outcome:
    """Run a command in the project's folder with our own output."""
    say(f"\n== {name}")
    began = time.monotonic()
    code = subprocess.run(command, cwd=PROJECT, check=False).returncode
    return Outcome(name, code == 0, time.monotonic() - began, "" if code == 0 else f"exit code {code}")


def read_report(path: Path) -> list[Case]:
    """The tests in a junit report; empty when pytest did not get as far as writing one."""
    if not path.exists():
        return []
    cases = ET.parse(path).getroot().iter("testcase")  # noqa: S314 - written by our own pytest run
    return [_case(element) for element in cases]


def table(outcomes: Sequence[Outcome]) -> str:
    """The outcomes as lines, the time of each one, and the total."""
    width = max(len(outcome.name) for outcome in outcomes)
    lines = [
        f"  {outcome.name:<{width}}  {'passed' if outcome.passed else 'FAILED'}  "
        f"{outcome.seconds:7.1f} s  {outcome.detail}"
        for outcome in outcomes
    ]
    total = sum(outcome.seconds for outcome in outcomes)
    return "\n".join(["", *lines, f"  {'all of it':<{width}}          {total:7.1f} s"])


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _case(element: ET.Element) -> Case:
    found = next((child for child in element if child.tag in {"failure", "error", "skipped"}), None)
    outcome = {"failure": "failed", "error": "failed", "skipped": "skipped"}.get(
        found.tag if found is not None else "", "passed"
    )
    place = element.get("classname", "").split(".")
    return Case(
        name=f"{element.get('classname', '')}.{element.get('name', '')}",
        suite=place[1] if len(place) > 1 else place[0],
        outcome=outcome,
        seconds=float(element.get("time", "0")),
        message=found.get("message", "") if found is not None else "",
    )
