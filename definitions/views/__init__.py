"""Pages of the registry: each reads its parameters, asks one query or service, and renders."""

from __future__ import annotations
