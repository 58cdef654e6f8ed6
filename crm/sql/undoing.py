"""Taking a run back: what it wrote is closed, what it had closed is known again. Nothing is deleted."""

from __future__ import annotations

# The records that the run said something about, and when it first did.
TOUCHED = """
CREATE TEMP TABLE load_touched ON COMMIT DROP AS
SELECT v.record_id, min(v.known_from) AS first_at
FROM {version} v
WHERE v.tenant_id = %(tenant_id)s AND v.known_from = ANY(%(own)s) AND v.run_id = %(run_id)s
GROUP BY v.record_id
"""

# Records that another run has touched since; runs undone meanwhile do not count.
TOUCHED_SINCE = """
SELECT c.source_id, count(*) OVER ()
FROM {current} c
WHERE c.tenant_id = %(tenant_id)s AND c.id IN (
    SELECT t.record_id FROM load_touched t
    JOIN {version} v ON v.tenant_id = %(tenant_id)s AND v.record_id = t.record_id
    WHERE (v.known_from > t.first_at AND v.known_from <> ALL(%(neutral)s))
       OR (v.known_to > t.first_at AND v.known_to < '9999-01-01Z' AND v.known_to <> ALL(%(neutral)s))
)
ORDER BY c.source_id COLLATE "C" LIMIT 20
"""

CLOSE = """
UPDATE {version} v SET known_to = %(known_from)s
FROM load_touched t
WHERE v.tenant_id = %(tenant_id)s AND v.record_id = t.record_id AND v.known_to >= '9999-01-01Z'
  AND v.known_from >= t.first_at
"""

RESTORE = """
INSERT INTO {version} (tenant_id, record_id, seq, asserted_id, run_id, reconstructed, valid_from, valid_to,
                       known_from, known_to, custom, {columns})
SELECT v.tenant_id, v.record_id, v.seq, v.asserted_id, v.run_id, v.reconstructed, v.valid_from, v.valid_to,
       %(known_from)s, '9999-01-01Z', v.custom, {v_columns}
FROM {version} v
JOIN load_touched t ON t.record_id = v.record_id
WHERE v.tenant_id = %(tenant_id)s AND v.known_from < t.first_at AND v.known_to >= t.first_at
  AND v.known_to < %(known_from)s
"""

# Records of which nothing is known any more are stubs again: others may refer to them.
EMPTY_CURRENT = """
UPDATE {current} c
SET is_stub = true, is_deleted = false, valid_from = %(known_from)s, known_from = %(known_from)s,
    custom = '{{}}', {empty_columns}
FROM load_touched t
WHERE c.tenant_id = %(tenant_id)s AND c.id = t.record_id
  AND NOT EXISTS (
      SELECT 1 FROM {version} v
      WHERE v.tenant_id = %(tenant_id)s AND v.record_id = t.record_id AND v.known_to >= '9999-01-01Z'
  )
"""
