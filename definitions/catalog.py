"""What a tenant's definitions may name: the fields of declared sources, and the tenant's own."""

from __future__ import annotations

from definitions.language import Catalog


def tenant_catalog() -> Catalog:
    """Everything a definition of the tenant in scope may name."""
    return Catalog.of()
