"""How old the data behind the numbers is, in a word and a shape."""

from __future__ import annotations

from datetime import datetime, timedelta

from core import formatting
from core.components import Freshness
from tenants import data_versions

PROMISE = timedelta(hours=26)
"""Nightly syncs arrive once a day; two hours of grace before a number counts as late."""


def freshness(now: datetime) -> Freshness:
    """The age of the newest data version against the promise of a nightly sync."""
    newest = data_versions.latest()
    if newest is None:
        return Freshness("no data yet", "neg", "Import or connect a source first.")
    late = now - newest.at > PROMISE
    return Freshness(
        formatting.ago(newest.at, now),
        "warn" if late else "pos",
        f"Data version {newest.number} of {formatting.instant(newest.at)}"
        + (", older than the nightly sync promises" if late else ""),
    )
