SELECT
  a.key,
  a.position,
  a.n,
  a.median,
  a.no_amount,
  a.future_dated,
  a.unmapped,
  a.undated
FROM (
  WITH period AS (
    SELECT
      slice.key,
      slice.start_on,
      slice.end_on,
      slice.position
    FROM UNNEST(CAST(%(period_key)s AS TEXT[]), CAST(%(period_start_on)s AS DATE[]), CAST(%(period_end_on)s AS DATE[])) WITH ORDINALITY AS slice(key, start_on, end_on, position)
  ), record AS (
    SELECT
      s.tenant_id,
      s.record_id,
      (
        s_stage.outcome = CAST(%(p0)s AS TEXT)
        AND s.opportunity_type IN (CAST(%(p1)s AS TEXT), CAST(%(p2)s AS TEXT))
      ) IS NULL AS unmapped,
      s.close_date AS event_on,
      LEAST(
        TIMEZONE(CAST(%(zone)s AS TEXT), CAST((
          s.close_date + 1
        ) AS TIMESTAMP)) - CAST('1 microsecond' AS INTERVAL),
        CAST(%(as_of)s AS TIMESTAMPTZ)
      ) AS event_at
    FROM crm_opportunity_version AS s
    LEFT JOIN crm_stage_version AS s_stage
      ON s_stage.tenant_id = CAST(%(tenant_id)s AS BIGINT)
      AND s_stage.known_from <= CAST(%(known_at)s AS TIMESTAMPTZ)
      AND s_stage.known_to > CAST(%(known_at)s AS TIMESTAMPTZ)
      AND s_stage.tenant_id = s.tenant_id
      AND s_stage.record_id = s.stage_id
      AND s_stage.valid_to > CAST(%(as_of)s AS TIMESTAMPTZ)
      AND (
        s_stage.valid_from <= CAST(%(as_of)s AS TIMESTAMPTZ)
        OR (
          s_stage.valid_to > s_stage.valid_from
          AND (
            NOT EXISTS(
              SELECT
                1
              FROM crm_stage_version AS s_stage_earlier
              WHERE
                s_stage_earlier.tenant_id = CAST(%(tenant_id)s AS BIGINT)
                AND s_stage_earlier.known_from <= CAST(%(known_at)s AS TIMESTAMPTZ)
                AND s_stage_earlier.known_to > CAST(%(known_at)s AS TIMESTAMPTZ)
                AND s_stage_earlier.tenant_id = s_stage.tenant_id
                AND s_stage_earlier.record_id = s_stage.record_id
                AND s_stage_earlier.valid_from < s_stage.valid_from
                AND s_stage_earlier.valid_to > s_stage_earlier.valid_from
            )
          )
        )
      )
    WHERE
      s.tenant_id = CAST(%(tenant_id)s AS BIGINT)
      AND s.known_from <= CAST(%(known_at)s AS TIMESTAMPTZ)
      AND s.known_to > CAST(%(known_at)s AS TIMESTAMPTZ)
      AND s.valid_from <= CAST(%(as_of)s AS TIMESTAMPTZ)
      AND s.valid_to > CAST(%(as_of)s AS TIMESTAMPTZ)
      AND (
        NOT s.is_deleted
      )
      AND (
        NOT (
          s.is_test IS TRUE
        )
      )
      AND s.merged_into_id IS NULL
      AND (
        (
          s_stage.outcome = CAST(%(p0)s AS TEXT)
          AND s.opportunity_type IN (CAST(%(p1)s AS TEXT), CAST(%(p2)s AS TEXT))
        )
        OR (
          (
            s_stage.outcome = CAST(%(p0)s AS TEXT)
            AND s.opportunity_type IN (CAST(%(p1)s AS TEXT), CAST(%(p2)s AS TEXT))
          ) IS NULL
          AND s.opportunity_type IS NULL
        )
      )
      AND (
        (
          s.close_date >= CAST(%(t4)s AS DATE) AND s.close_date < CAST(%(t5)s AS DATE)
        )
        OR s.close_date IS NULL
      )
  ), entry AS (
    SELECT
      r.tenant_id,
      r.record_id,
      1 AS line,
      r.event_on,
      r.event_at,
      r.event_on AS rate_on,
      1 AS weight
    FROM record AS r
  ), history_since AS (
    SELECT
      h.tenant_id,
      h.record_id,
      h.valid_from,
      h.seq,
      (
        h_stage.is_qualified OR h_stage.outcome = CAST(%(p0)s AS TEXT)
      ) IS TRUE
      AND (
        NOT h.is_deleted
      ) AS met,
      CAST(TIMEZONE(CAST(%(zone)s AS TEXT), h.created_at) AS DATE) AS dated,
      CAST(NULL AS DECIMAL) AS value,
      CAST(NULL AS TEXT) AS currency
    FROM crm_opportunity_version AS h
    JOIN record AS r
      ON r.tenant_id = h.tenant_id AND r.record_id = h.record_id
    LEFT JOIN crm_stage_version AS h_stage
      ON h_stage.tenant_id = CAST(%(tenant_id)s AS BIGINT)
      AND h_stage.known_from <= CAST(%(known_at)s AS TIMESTAMPTZ)
      AND h_stage.known_to > CAST(%(known_at)s AS TIMESTAMPTZ)
      AND h_stage.tenant_id = h.tenant_id
      AND h_stage.record_id = h.stage_id
      AND h_stage.valid_to > CAST(%(as_of)s AS TIMESTAMPTZ)
      AND (
        h_stage.valid_from <= CAST(%(as_of)s AS TIMESTAMPTZ)
        OR (
          h_stage.valid_to > h_stage.valid_from
          AND (
            NOT EXISTS(
              SELECT
                1
              FROM crm_stage_version AS h_stage_earlier
              WHERE
                h_stage_earlier.tenant_id = CAST(%(tenant_id)s AS BIGINT)
                AND h_stage_earlier.known_from <= CAST(%(known_at)s AS TIMESTAMPTZ)
                AND h_stage_earlier.known_to > CAST(%(known_at)s AS TIMESTAMPTZ)
                AND h_stage_earlier.tenant_id = h_stage.tenant_id
                AND h_stage_earlier.record_id = h_stage.record_id
                AND h_stage_earlier.valid_from < h_stage.valid_from
                AND h_stage_earlier.valid_to > h_stage_earlier.valid_from
            )
          )
        )
      )
    WHERE
      h.tenant_id = CAST(%(tenant_id)s AS BIGINT)
      AND h.known_from <= CAST(%(known_at)s AS TIMESTAMPTZ)
      AND h.known_to > CAST(%(known_at)s AS TIMESTAMPTZ)
      AND h.valid_from <= CAST(%(as_of)s AS TIMESTAMPTZ)
      AND h.valid_to > h.valid_from
  ), step_since AS (
    SELECT
      h.*,
      LAG(h.met) OVER (PARTITION BY h.record_id ORDER BY h.valid_from ASC, h.seq ASC) AS before
    FROM history_since AS h
  ), entry_since AS (
    SELECT DISTINCT ON (e.record_id)
      e.tenant_id,
      e.record_id,
      1 AS line,
      CASE
        WHEN e.before IS NULL AND (
          NOT e.dated IS NULL
        )
        THEN e.dated
        ELSE CAST(TIMEZONE(CAST(%(zone)s AS TEXT), e.valid_from) AS DATE)
      END AS event_on,
      CASE
        WHEN e.before IS NULL AND (
          NOT e.dated IS NULL
        )
        THEN LEAST(
          TIMEZONE(CAST(%(zone)s AS TEXT), CAST((
            e.dated + 1
          ) AS TIMESTAMP)) - CAST('1 microsecond' AS INTERVAL),
          CAST(%(as_of)s AS TIMESTAMPTZ)
        )
        ELSE e.valid_from
      END AS event_at,
      CASE
        WHEN e.before IS NULL AND (
          NOT e.dated IS NULL
        )
        THEN e.dated
        ELSE CAST(TIMEZONE(CAST(%(zone)s AS TEXT), e.valid_from) AS DATE)
      END AS rate_on,
      1 AS weight,
      e.value,
      e.currency
    FROM step_since AS e
    WHERE
      e.met AND (
        NOT (
          e.before IS TRUE
        )
      )
    ORDER BY
      e.record_id ASC,
      e.valid_from ASC,
      e.seq ASC
  ), fact AS (
    SELECT
      e.tenant_id,
      e.record_id,
      e.line,
      e.event_on,
      e.event_at,
      e.rate_on,
      e.weight,
      CAST((
        e.event_on - b.event_on
      ) AS DECIMAL) AS value,
      CAST(NULL AS TEXT) AS currency
    FROM entry AS e
    LEFT JOIN entry_since AS b
      ON b.tenant_id = e.tenant_id AND b.record_id = e.record_id
  ), credited AS (
    SELECT
      f.record_id,
      f.line,
      f.event_on,
      f.event_at,
      f.rate_on,
      f.weight,
      f.value,
      f.currency,
      r.unmapped,
      f.event_on > CAST(%(today)s AS DATE) AS ahead,
      FALSE AS past_due
    FROM fact AS f
    JOIN record AS r
      ON r.tenant_id = f.tenant_id AND r.record_id = f.record_id
  ), placed AS (
    SELECT
      p.key,
      p.position,
      c.*,
      CAST(NULL AS TEXT) AS rate_table
    FROM period AS p
    LEFT JOIN credited AS c
      ON p.position = WIDTH_BUCKET(c.event_on, CAST(%(period_start_on)s AS DATE[]))
      AND c.event_on < p.end_on
  ), measured AS (
    SELECT
      c.*,
      c.value AS amount,
      CASE
        WHEN c.record_id IS NULL
        THEN NULL
        WHEN c.unmapped
        THEN 'unmapped'
        WHEN c.ahead
        THEN 'future_dated'
        WHEN c.past_due
        THEN 'past_due'
        WHEN c.event_on IS NULL
        THEN 'undated'
        WHEN c.value IS NULL
        THEN 'no_amount'
        ELSE 'counted'
      END AS status
    FROM placed AS c
  )
  SELECT
    m.key,
    m.position,
    COALESCE(
      SUM(m.weight) FILTER(WHERE
        m.status IN ('counted', 'no_amount', 'missing_rate')),
      0
    ) AS n,
    (
      PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY
        m.amount ASC) FILTER(WHERE
        m.status = 'counted') + PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY
        m.amount DESC NULLS LAST) FILTER(WHERE
        m.status = 'counted')
    ) * 0.5 AS median,
    COUNT(*) FILTER(WHERE
      m.status = 'no_amount') AS no_amount,
    COUNT(*) FILTER(WHERE
      m.status = 'future_dated') AS future_dated,
    COUNT(*) FILTER(WHERE
      m.status = 'unmapped') AS unmapped,
    (
      SELECT
        COUNT(*)
      FROM credited AS c
      WHERE
        c.event_on IS NULL
    ) AS undated
  FROM measured AS m
  GROUP BY
    m.key,
    m.position
) AS a
ORDER BY
  a.position
LIMIT CAST(%(limit)s AS BIGINT)
