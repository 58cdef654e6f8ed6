"""What the person at the terminal reads: short lines, and one sentence when something cannot go on."""

from __future__ import annotations

import sys


class Refusal(Exception):
    """Why we cannot go on, as one sentence that says what to do about it. Nothing was damaged."""


def say(line: str = "") -> None:
    """One line on standard output, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def complain(line: str) -> None:
    """One line on standard error, at once."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
