"""Pure rules of a tenant's own decisions. No Django."""

from __future__ import annotations
