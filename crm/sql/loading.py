"""How staged changes become current rows and versions.

The tables `load_stage`, `load_key`, `load_ref`, `load_shape`, `load_event`, `load_fold` and `load_row` are
temporary and end with the transaction; names in braces come from the catalog (`crm.loader.layout`).

What is known now is asked for with `known_to >=` where records are looked up by id: with `=` a planner
without statistics prefers the partial index on all that is known, and reads the tenant's whole history for
each record.
"""

from __future__ import annotations

# Who the staged records are: known ones by their id, new ones under an id taken now and used on writing. Ids
# follow the file, so that rows and index entries are written where the last ones were.
KEYS = """
CREATE TEMP TABLE load_key ON COMMIT DROP AS
SELECT s.source_id, coalesce(c.id, nextval(%(sequence)s::regclass)) AS record_id, c.id IS NULL AS is_new,
       c.id IS NOT NULL AND NOT c.is_stub AS has_history, s.n, s.observed_only
FROM (
    SELECT source_id, count(*) AS n, bool_and(_at IS NULL) AS observed_only FROM load_stage GROUP BY source_id
    ORDER BY min(_n)
) s
LEFT JOIN {current} c ON c.tenant_id = %(tenant_id)s AND c.source = %(source)s AND c.source_id = s.source_id
"""

STAGED_REFERENCES = "SELECT {column} AS ref FROM load_stage WHERE {column} IS NOT NULL"

# Which records the staged references mean; unknown ones get an id and, when something is written, a stub.
REFERENCES = """
INSERT INTO load_ref (target, ref, id, is_new)
SELECT %(target)s, r.ref, coalesce(c.id, {own_id}, nextval(%(sequence)s::regclass)),
       c.id IS NULL AND {own_id} IS NULL
FROM (SELECT DISTINCT u.ref FROM ({refs}) u) r
LEFT JOIN {target} c ON c.tenant_id = %(tenant_id)s AND c.source = %(source)s AND c.source_id = r.ref
{own_join}
"""

# The staged changes by record. `_fast`: the only change of a record that has no history, which needs no fold.
EVENTS = """
CREATE TEMP TABLE load_event ON COMMIT DROP AS
SELECT st._n, k.record_id AS _record, st.source_id AS _source_id, coalesce(st._at, %(observed_at)s) AS _at,
       CASE WHEN st._at IS NULL THEN 0 ELSE st._seq END AS _seq, st._at IS NULL AS _observed, sh.id AS _shape,
       k.n = 1 AND NOT k.has_history AS _fast, k.is_new AS _new, coalesce(st.custom, '{{}}') AS custom,
       st.is_deleted, {resolved}
FROM load_stage st
JOIN load_key k ON k.source_id = st.source_id
JOIN load_stage_shape sh ON sh.ordinal = st._shape
"""

REPEATED_SHAPES = """
SELECT DISTINCT shapes FROM (
    SELECT array_agg(DISTINCT _shape) AS shapes FROM load_event WHERE NOT _fast
    GROUP BY _record, _at, _seq HAVING count(*) > 1
) g
"""

UNITE_REPEATED = """
CREATE TEMP TABLE load_merged ON COMMIT DROP AS
SELECT e._record, e._at, e._seq, bool_and(e._observed) AS _observed, bool_or(e._new) AS _new, max(e._n) AS _n,
       CASE WHEN min(e._shape) = max(e._shape) THEN min(e._shape)
            ELSE (SELECT u.id FROM load_union u WHERE u.shapes = array_agg(DISTINCT e._shape)) END AS _shape,
       jsonb_fold(to_jsonb(e) - s.others ORDER BY e._n) AS doc, jsonb_fold(e.custom ORDER BY e._n) AS custom
FROM load_event e JOIN load_shape s ON s.id = e._shape
WHERE NOT e._fast
GROUP BY e._record, e._at, e._seq HAVING count(*) > 1
"""

DROP_REPEATED = """
DELETE FROM load_event e USING load_merged m
WHERE NOT e._fast AND e._record = m._record AND e._at = m._at AND e._seq = m._seq
"""

ADD_UNITED = """
INSERT INTO load_event (_n, _record, _at, _seq, _observed, _shape, _fast, _new, custom, {columns})
SELECT m._n, m._record, m._at, m._seq, m._observed, m._shape, false, m._new, m.custom, {p_columns}
FROM load_merged m CROSS JOIN LATERAL jsonb_populate_record(NULL::{version}, m.doc) p
"""

# A record that gained an end beside its only change has a history to fold after all.
FOLD_ENDED = """
UPDATE load_event e SET _fast = false
FROM load_event o WHERE e._fast AND o._record = e._record AND NOT o._fast
"""

COUNT_NEW = """
SELECT (SELECT count(*) FROM load_event WHERE _fast), (SELECT count(*) FROM load_row WHERE staged AND n > 0)
"""

TOUCHED = """
CREATE TEMP TABLE load_touched ON COMMIT DROP AS
SELECT DISTINCT _record AS record_id FROM load_row
UNION SELECT _record FROM load_event WHERE _fast AND NOT _new
"""

SHAPES = """
SELECT id, columns FROM crm_assertion_shape WHERE tenant_id = %(tenant_id)s AND object = %(object)s
"""

ADD_SHAPE = """
INSERT INTO crm_assertion_shape (tenant_id, object, columns)
VALUES (%(tenant_id)s, %(object)s, %(columns)s)
ON CONFLICT (tenant_id, object, columns) DO UPDATE SET object = excluded.object
RETURNING id
"""

# Records that a full list no longer names end at the instant of the list.
COUNT_ABSENT = """
SELECT count(*) FILTER (WHERE k.record_id IS NULL), count(*)
FROM {current} c LEFT JOIN load_key k ON k.record_id = c.id
WHERE c.tenant_id = %(tenant_id)s AND c.source = %(source)s AND NOT c.is_stub AND NOT c.is_deleted
"""

END_ABSENT = """
INSERT INTO load_event (_n, _record, _at, _seq, _observed, _shape, _fast, _new, custom, {columns})
SELECT 0, c.id, %(observed_at)s, 0, true, %(shape)s, false, false, '{{}}', true, {nothing}
FROM {current} c LEFT JOIN load_key k ON k.record_id = c.id
WHERE c.tenant_id = %(tenant_id)s AND c.source = %(source)s AND NOT c.is_stub AND NOT c.is_deleted
  AND k.record_id IS NULL
"""

# The dates for which this load brings a full list for the first time.
NEW_SNAPSHOTS = """
INSERT INTO crm_snapshot (tenant_id, run_id, source_id, object, at)
SELECT DISTINCT %(tenant_id)s, %(run_id)s, %(source_pk)s, %(object)s, _at FROM load_event WHERE NOT _observed
ON CONFLICT (tenant_id, source_id, object, at) DO NOTHING
"""

# A record that was there before a new snapshot and is not in it ends at the first one that lacks it.
END_BEFORE_SNAPSHOT = """
INSERT INTO load_event (_n, _record, _at, _seq, _observed, _shape, _fast, _new, custom, {columns})
SELECT 0, x.record_id, x.at, 0, false, %(shape)s, false, false, '{{}}', true, {nothing}
FROM (
    SELECT v.record_id, min(p.at) AS at
    FROM crm_snapshot p
    JOIN {version} v ON v.tenant_id = %(tenant_id)s AND v.known_to = '9999-01-01Z' AND NOT v.is_deleted
                    AND v.valid_from < p.at AND p.at <= v.valid_to
    JOIN {current} c ON c.tenant_id = %(tenant_id)s AND c.id = v.record_id AND c.source = %(source)s
    WHERE p.tenant_id = %(tenant_id)s AND p.run_id = %(run_id)s AND p.source_id = %(source_pk)s
      AND p.object = %(object)s
      AND NOT EXISTS (SELECT 1 FROM load_event e WHERE e._record = v.record_id AND e._at = p.at)
    GROUP BY v.record_id, v.id
) x
"""

# A record that a staged snapshot names and the next known one does not ends at that next one.
END_AFTER_SNAPSHOT = """
INSERT INTO load_event (_n, _record, _at, _seq, _observed, _shape, _fast, _new, custom, {columns})
SELECT 0, x._record, x.at, 0, false, %(shape)s, false, false, '{{}}', true, {nothing}
FROM (
    SELECT e._record, (
        SELECT min(p.at) FROM crm_snapshot p
        WHERE p.tenant_id = %(tenant_id)s AND p.source_id = %(source_pk)s AND p.object = %(object)s
          AND p.at > e._at
    ) AS at
    FROM load_event e WHERE NOT e._observed AND NOT e.is_deleted
) x
WHERE x.at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM load_event o WHERE o._record = x._record AND o._at = x.at)
  AND NOT EXISTS (
      SELECT 1 FROM {version} v
      WHERE v.tenant_id = %(tenant_id)s AND v.record_id = x._record AND v.valid_from = x.at
        AND v.known_to >= '9999-01-01Z'
  )
"""

# An event that is known already, with the same values, says nothing.
DROP_KNOWN_EVENTS = """
DELETE FROM load_event e
USING {version} v, load_shape s, load_shape k
WHERE NOT e._fast AND NOT e._observed
  AND v.tenant_id = %(tenant_id)s AND v.record_id = e._record AND v.valid_from = e._at AND v.seq = e._seq
  AND v.known_to >= '9999-01-01Z'
  AND s.id = e._shape AND k.id = v.asserted_id AND (s.id = k.id OR s.columns <@ k.columns)
  AND {same} AND (e.custom = '{{}}' OR jsonb_strip_nulls(v.custom || e.custom) = v.custom)
"""

# An observation that equals the state in force says nothing. Records that bring events too wait for the fold.
DROP_KNOWN_OBSERVATIONS = """
DELETE FROM load_event e
USING {version} v, load_shape s, load_key k
WHERE e._observed AND NOT e._fast AND k.record_id = e._record AND k.observed_only
  AND v.tenant_id = %(tenant_id)s AND v.record_id = e._record AND v.valid_from <= e._at AND e._at < v.valid_to
  AND v.known_to >= '9999-01-01Z'
  AND s.id = e._shape
  AND {same} AND (e.custom = '{{}}' OR jsonb_strip_nulls(v.custom || e.custom) = v.custom)
"""

# Sets of shapes that meet in one event: a staged change and a known one at the same instant and place.
MEETING_KNOWN_SHAPES = """
SELECT DISTINCT ARRAY[least(e._shape, v.asserted_id), greatest(e._shape, v.asserted_id)]
FROM load_event e
JOIN {version} v ON v.tenant_id = %(tenant_id)s AND v.record_id = e._record AND v.valid_from = e._at
                AND v.seq = e._seq AND v.known_to >= '9999-01-01Z'
WHERE NOT e._fast AND e._shape <> v.asserted_id
"""

# The ledger of each touched record from the earliest staged change on, folded into states. The row in force
# before that change brings its whole state; every other row brings what it asserted.
FOLD = """
CREATE TEMP TABLE load_fold ON COMMIT DROP AS
WITH touched AS (
    SELECT DISTINCT ON (_record) _record, _at, _seq FROM load_event WHERE NOT _fast
    ORDER BY _record, _at, _seq
), known AS (
    SELECT v.record_id, v.valid_from, v.seq, v.id, v.asserted_id, v.run_id, v.reconstructed, v.custom,
           to_jsonb(v) AS doc,
           row_number() OVER (PARTITION BY v.record_id ORDER BY v.valid_from, v.seq) = 1
           AND (v.valid_from, v.seq) <= (t._at, t._seq) AS is_base
    FROM touched t
    JOIN {version} v ON v.tenant_id = %(tenant_id)s AND v.record_id = t._record
                    AND v.known_to >= '9999-01-01Z'
                    AND v.valid_to >= t._at
), pieces AS (
    SELECT k.record_id AS _record, k.valid_from AS _at, k.seq AS _seq, k.id AS old_id, false AS staged,
           0 AS n, false AS _observed, k.asserted_id AS shape, k.run_id, k.reconstructed,
           k.doc - CASE WHEN k.is_base THEN %(meta)s::text[] ELSE s.others END AS doc,
           CASE WHEN k.is_base THEN k.custom
                WHEN s.custom_names = '{{}}' THEN '{{}}'
                ELSE (SELECT jsonb_object_agg(name, k.custom -> name) FROM unnest(s.custom_names) name)
                END AS custom
    FROM known k JOIN load_shape s ON s.id = k.asserted_id
    UNION ALL
    SELECT e._record, e._at, e._seq, NULL, true, e._n, e._observed, e._shape, %(run_id)s,
           %(reconstructed)s AND NOT e._observed, to_jsonb(e) - s.others, e.custom
    FROM load_event e JOIN load_shape s ON s.id = e._shape
    WHERE NOT e._fast
), events AS (
    SELECT _record, _at, _seq, max(old_id) AS old_id, bool_or(staged) AS staged, max(n) AS n,
           bool_and(_observed) AS _observed,
           CASE WHEN min(shape) = max(shape) THEN min(shape)
                ELSE (SELECT u.id FROM load_union u WHERE u.shapes = array_agg(DISTINCT shape)) END AS shape,
           (array_agg(run_id ORDER BY staged DESC))[1] AS run_id,
           (array_agg(reconstructed ORDER BY staged DESC))[1] AS reconstructed,
           jsonb_fold(doc ORDER BY staged) AS doc, jsonb_fold(custom ORDER BY staged) AS custom
    FROM pieces GROUP BY _record, _at, _seq
), states AS (
    SELECT *, jsonb_fold(doc) OVER w AS state, jsonb_fold(custom) OVER w AS custom_state FROM events
    WINDOW w AS (PARTITION BY _record ORDER BY _at, _seq)
), told AS (
    SELECT *, coalesce(
        _observed AND old_id IS NULL
        AND jsonb_strip_nulls(lag(state) OVER w || doc) = jsonb_strip_nulls(lag(state) OVER w)
        AND jsonb_strip_nulls(lag(custom_state) OVER w || custom)
            = jsonb_strip_nulls(lag(custom_state) OVER w), false) AS says_nothing
    FROM states WINDOW w AS (PARTITION BY _record ORDER BY _at, _seq)
)
SELECT _record, _at, _seq, old_id, staged, n, shape, run_id, reconstructed, state,
       jsonb_strip_nulls(custom_state) AS custom,
       coalesce(lead(_at) OVER (PARTITION BY _record ORDER BY _at, _seq), '9999-01-01Z') AS valid_to
FROM told WHERE NOT says_nothing
"""

# What the fold changes: rows to add, each naming the row it replaces where there is one.
DIFFERENCES = """
CREATE TEMP TABLE load_row ON COMMIT DROP AS
SELECT f._record, f._at, f._seq, f.old_id, f.staged, f.n, f.shape, f.run_id, f.reconstructed, f.valid_to,
       f.custom, {p_named}
FROM load_fold f
CROSS JOIN LATERAL jsonb_populate_record(NULL::{version}, f.state) p
LEFT JOIN {version} v ON v.tenant_id = %(tenant_id)s AND v.id = f.old_id
WHERE f.old_id IS NULL OR v.valid_to <> f.valid_to OR v.asserted_id <> f.shape OR v.custom <> f.custom
   OR ({v_columns}) IS DISTINCT FROM ({p_columns})
"""

ADD_STUBS = """
INSERT INTO {target} (id, tenant_id, source, source_id, custom, is_stub, is_deleted, valid_from, known_from)
SELECT id, %(tenant_id)s, %(source)s, ref, '{{}}', true, false, %(known_from)s, %(known_from)s
FROM load_ref WHERE target = %(target)s AND is_new
"""

ADD_NEW_CURRENT = """
INSERT INTO {current} (id, tenant_id, source, source_id, is_stub, valid_from, known_from, custom, {columns})
SELECT e._record, %(tenant_id)s, %(source)s, e._source_id, false, e._at, %(known_from)s,
       jsonb_strip_nulls(e.custom), {e_columns}
FROM load_event e WHERE e._fast AND e._new
"""

ADD_NEW_VERSIONS = """
INSERT INTO {version} (tenant_id, record_id, seq, asserted_id, run_id, reconstructed, valid_from, valid_to,
                       known_from, known_to, custom, {columns})
SELECT %(tenant_id)s, e._record, e._seq, e._shape, %(run_id)s, %(reconstructed)s AND NOT e._observed, e._at,
       '9999-01-01Z', %(known_from)s, '9999-01-01Z', jsonb_strip_nulls(e.custom), {e_columns}
FROM load_event e WHERE e._fast
"""

CLOSE_VERSIONS = """
UPDATE {version} v SET known_to = %(known_from)s
FROM load_row r WHERE v.tenant_id = %(tenant_id)s AND v.id = r.old_id
"""

# New records with several events: their current row first, filled from the versions afterwards.
ADD_FOLDED_CURRENT = """
INSERT INTO {current} (id, tenant_id, source, source_id, custom, is_stub, is_deleted, valid_from, known_from)
SELECT k.record_id, %(tenant_id)s, %(source)s, k.source_id, '{{}}', true, false, %(known_from)s,
       %(known_from)s
FROM load_key k WHERE k.is_new AND EXISTS (SELECT 1 FROM load_row r WHERE r._record = k.record_id)
"""

ADD_FOLDED_VERSIONS = """
INSERT INTO {version} (tenant_id, record_id, seq, asserted_id, run_id, reconstructed, valid_from, valid_to,
                       known_from, known_to, custom, {columns})
SELECT %(tenant_id)s, r._record, r._seq, r.shape, r.run_id, r.reconstructed, r._at, r.valid_to,
       %(known_from)s, '9999-01-01Z', r.custom, {columns}
FROM load_row r
"""

# The current row of each touched record follows its versions: the state in force now, else the first to come.
REFRESH_CURRENT = """
UPDATE {current} c
SET is_stub = false, valid_from = s.valid_from, known_from = %(known_from)s, custom = s.custom, {set_columns}
FROM load_touched t
CROSS JOIN LATERAL (
    SELECT v.* FROM {version} v
    WHERE v.tenant_id = %(tenant_id)s AND v.record_id = t.record_id AND v.known_to >= '9999-01-01Z'
    ORDER BY v.valid_from <= %(known_from)s DESC,
             CASE WHEN v.valid_from <= %(known_from)s THEN v.valid_from END DESC,
             CASE WHEN v.valid_from <= %(known_from)s THEN v.seq END DESC, v.valid_from, v.seq
    LIMIT 1
) s
WHERE c.tenant_id = %(tenant_id)s AND c.id = t.record_id
  AND (
      c.is_stub
      OR (c.valid_from, c.custom, {c_columns}) IS DISTINCT FROM (s.valid_from, s.custom, {s_columns})
  )
"""
