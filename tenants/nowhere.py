"""A URL table without routes: what a stranger finds behind every tenant's address."""

from __future__ import annotations

urlpatterns: list[object] = []
