"""Hand-written SQL of metrics: what became of records between two known times."""

from __future__ import annotations

# `{table}` is a version table that a sources.py declares; `{merged}` its merged_into column, or NULL.
FATES = """
SELECT v.record_id,
       CASE WHEN min(v.known_from) > %(before)s THEN 'arrived'
            WHEN bool_or(v.is_deleted AND v.valid_from <= %(as_of)s AND %(as_of)s < v.valid_to
                         AND v.known_from <= %(after)s AND %(after)s < v.known_to) THEN 'deleted'
            WHEN bool_or({merged} IS NOT NULL AND v.valid_from <= %(as_of)s AND %(as_of)s < v.valid_to
                         AND v.known_from <= %(after)s AND %(after)s < v.known_to) THEN 'merged'
            ELSE 'edited' END
FROM {table} v
WHERE v.tenant_id = %(tenant_id)s AND v.record_id = ANY(%(records)s)
GROUP BY v.record_id
"""
