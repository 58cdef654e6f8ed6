"""Hand-written SQL of definitions: the registry's clock."""

from __future__ import annotations

# Never goes back and never repeats within the tenant, whatever the clock does.
REGISTRY_TIME = """
SELECT greatest(clock_timestamp(), max(greatest(published_at, withdrawn_at)) + interval '1 microsecond')
FROM definitions_version WHERE tenant_id = %(tenant_id)s
"""
