"""Hand-written SQL of tenants: what the ORM cannot say about locks and chains."""

from __future__ import annotations

# The next data version of the tenant; its instant never goes back and never repeats, whatever the clock does.
NEXT_DATA_VERSION = """
INSERT INTO tenants_data_version (tenant_id, number, at, cause)
SELECT %(tenant_id)s, coalesce(max(number), 0) + 1,
       greatest(clock_timestamp(), max(at) + interval '1 microsecond'), %(cause)s
FROM tenants_data_version WHERE tenant_id = %(tenant_id)s
RETURNING number, at
"""

# The chain's end, locked until commit, so that entries are numbered in commit order.
LOCK_AUDIT_HEAD = """
INSERT INTO tenants_audit_head (tenant_id, number, digest) VALUES (%(tenant_id)s, 0, '')
ON CONFLICT (tenant_id) DO UPDATE SET number = tenants_audit_head.number
RETURNING number, digest
"""

MOVE_AUDIT_HEAD = """
UPDATE tenants_audit_head SET number = %(number)s, digest = %(digest)s WHERE tenant_id = %(tenant_id)s
"""

# One worker takes a job that is due or whose holder is gone; the fence tells later writers of an older holder
# apart.
CLAIM_JOB = """
UPDATE tenants_job SET status = 'running', attempts = attempts + 1, fence = fence + 1,
       started_at = coalesce(started_at, now()), lease_until = now() + %(lease)s, error = ''
WHERE tenant_id = %(tenant_id)s AND id = %(job_id)s AND attempts < max_attempts
  AND ((status = 'queued' AND run_after <= now()) OR (status = 'running' AND lease_until < now()))
RETURNING fence
"""

# Jobs that a worker should be woken for: due ones, and running ones whose lease ran out.
JOBS_TO_WAKE = """
SELECT id FROM tenants_job
WHERE tenant_id = %(tenant_id)s AND attempts < max_attempts
  AND ((status = 'queued' AND run_after <= now() - %(grace)s) OR (status = 'running' AND lease_until < now()))
ORDER BY id LIMIT %(limit)s
"""

# Jobs whose holders died as often as we try: they fail, and say so.
BURY_JOBS = """
UPDATE tenants_job SET status = 'failed', ended_at = now(),
       error = 'The worker stopped ' || attempts || ' times while running this job.'
               ' Nothing half done was kept. Run it again.'
WHERE tenant_id = %(tenant_id)s AND status = 'running' AND lease_until < now() AND attempts >= max_attempts
"""

# Whether the job is still its holder's: asked before the work of a step, without a lock, to fail early.
HOLDS_JOB = """
SELECT 1 FROM tenants_job
WHERE tenant_id = %(tenant_id)s AND id = %(job_id)s AND fence = %(fence)s AND status = 'running'
"""

# Asked again just before the commit, now locking: until then the heartbeat can renew the lease, from here on
# nobody can claim the job before the commit is through.
HOLD_JOB = """
SELECT 1 FROM tenants_job
WHERE tenant_id = %(tenant_id)s AND id = %(job_id)s AND fence = %(fence)s AND status = 'running'
FOR NO KEY UPDATE
"""

BEAT_JOB = """
UPDATE tenants_job SET lease_until = now() + %(lease)s, done = coalesce(%(done)s, done),
       total = coalesce(%(total)s, total), note = coalesce(%(note)s, note)
WHERE tenant_id = %(tenant_id)s AND id = %(job_id)s AND fence = %(fence)s AND status = 'running'
RETURNING stop_asked_at IS NOT NULL
"""

# The actions that occur, one index step each: DISTINCT would read the whole log.
AUDIT_ACTIONS = """
WITH RECURSIVE seen AS (
    (SELECT action FROM tenants_audit_entry WHERE tenant_id = %(tenant_id)s ORDER BY action LIMIT 1)
    UNION ALL
    SELECT (SELECT action FROM tenants_audit_entry
            WHERE tenant_id = %(tenant_id)s AND action > seen.action ORDER BY action LIMIT 1)
    FROM seen WHERE seen.action IS NOT NULL
)
SELECT action FROM seen WHERE action IS NOT NULL
"""
