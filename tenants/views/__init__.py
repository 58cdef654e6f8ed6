"""Pages of tenancy, people, keys, audit and settings."""

from __future__ import annotations
