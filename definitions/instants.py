"""Fixed instants of the registry."""

from __future__ import annotations

from datetime import UTC, datetime

BEGINNING = datetime(1900, 1, 1, tzinfo=UTC)
"""From when the first meaning of a term holds where nobody says otherwise: there was none before it."""
