"""Dated API versions: a client names the day whose behaviour it was written for, and keeps it."""

from __future__ import annotations

from core.errors import Invalid

HEADER = "RevOps-Version"
VERSIONS = ("2026-11-22",)
"""Every version still answered, oldest first."""

CURRENT = VERSIONS[-1]


def version_asked(header: str | None) -> str:
    """The version its header names, or the current one when it names none. Raises `Invalid` for others."""
    if header is None:
        return CURRENT
    if header.strip() not in VERSIONS:
        message = f"There is no API version {header[:20]!r}; send {HEADER}: {CURRENT}."
        raise Invalid(message, code="unknown_version", param=HEADER)
    return header.strip()
