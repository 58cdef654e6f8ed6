"""What imports ask that the ORM cannot say: names in braces come from the catalog."""

from __future__ import annotations

# Records that others refer to through a column and that nobody has imported.
DANGLING = """
SELECT t.source_id, count(*)
FROM {current} c
JOIN {target} t ON t.tenant_id = %(tenant_id)s AND t.id = c.{column}
WHERE c.tenant_id = %(tenant_id)s AND c.source = %(source)s AND NOT c.is_deleted AND t.is_stub
GROUP BY t.source_id
ORDER BY count(*) DESC, t.source_id COLLATE "C"
LIMIT %(limit)s
"""
