"""Finding and removing what identifies a person. Names in braces come from models, never from input."""

from __future__ import annotations

# Every value a personal column ever held for the records.
VALUES_OF_CURRENT = """
SELECT {columns}, c.custom, c.source_id FROM {current} c
WHERE c.tenant_id = %(tenant_id)s AND c.id = ANY(%(ids)s)
"""

VALUES_OF_VERSIONS = """
SELECT DISTINCT {columns}, v.custom FROM {version} v
WHERE v.tenant_id = %(tenant_id)s AND v.record_id = ANY(%(ids)s)
"""

RUNS_OF = """
SELECT DISTINCT v.run_id FROM {version} v WHERE v.tenant_id = %(tenant_id)s AND v.record_id = ANY(%(ids)s)
"""

CLEAR_CURRENT = """
UPDATE {current} SET {emptied}, custom = custom - %(custom)s::text[]
WHERE tenant_id = %(tenant_id)s AND id = ANY(%(ids)s)
"""

CLEAR_VERSIONS = """
UPDATE {version} SET {emptied}, custom = custom - %(custom)s::text[]
WHERE tenant_id = %(tenant_id)s AND record_id = ANY(%(ids)s)
"""

# A record's id in its source can be the person's e-mail or name: ours takes its place.
RENAME_SOURCE_IDS = """
UPDATE {current} SET source_id = 'erased:' || id WHERE tenant_id = %(tenant_id)s AND source_id ~ %(pattern)s
"""

# Rows of a table where a text or document names the person.
MENTIONS = """
SELECT id, {columns} FROM {table} WHERE tenant_id = %(tenant_id)s AND ({matches}) ORDER BY id
"""

REWRITE = """
UPDATE {table} SET {assignments} WHERE tenant_id = %(tenant_id)s AND id = %(id)s
"""
