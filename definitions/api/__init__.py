"""REST over the registry, under `/api/v1/t/<slug>/definitions/`."""

from __future__ import annotations
