SELECT
  a.key,
  a.position,
  a.n,
  a.sum,
  a.no_amount,
  a.missing_rate,
  a.past_due,
  a.unmapped,
  a.past_due_sum,
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
        (
          s_stage.outcome = CAST(%(p0)s AS TEXT)
          AND (
            s.forecast_category <> CAST(%(p1)s AS TEXT) OR s.forecast_category IS NULL
          )
        )
        AND s.opportunity_type IN (CAST(%(p2)s AS TEXT), CAST(%(p3)s AS TEXT))
      ) IS NULL AS unmapped,
      s.close_date AS event_on,
      CAST(%(as_of)s AS TIMESTAMPTZ) AS event_at,
      CAST(%(today)s AS DATE) AS rate_on,
      s.amount AS value,
      CAST(s.currency AS TEXT) AS currency
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
          (
            s_stage.outcome = CAST(%(p0)s AS TEXT)
            AND (
              s.forecast_category <> CAST(%(p1)s AS TEXT) OR s.forecast_category IS NULL
            )
          )
          AND s.opportunity_type IN (CAST(%(p2)s AS TEXT), CAST(%(p3)s AS TEXT))
        )
        OR (
          (
            (
              s_stage.outcome = CAST(%(p0)s AS TEXT)
              AND (
                s.forecast_category <> CAST(%(p1)s AS TEXT) OR s.forecast_category IS NULL
              )
            )
            AND s.opportunity_type IN (CAST(%(p2)s AS TEXT), CAST(%(p3)s AS TEXT))
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
  ), credited AS (
    SELECT
      r.record_id,
      1 AS line,
      r.event_on,
      r.event_at,
      r.rate_on,
      1 AS weight,
      r.value,
      r.currency,
      r.unmapped,
      FALSE AS ahead,
      r.event_on < CAST(%(today)s AS DATE) AS past_due
    FROM record AS r
  ), placed AS (
    SELECT
      p.key,
      p.position,
      c.*,
      CAST(%(daily_table)s AS TEXT) AS rate_table
    FROM period AS p
    LEFT JOIN credited AS c
      ON p.position = WIDTH_BUCKET(c.event_on, CAST(%(period_start_on)s AS DATE[]))
      AND c.event_on < p.end_on
  ), needed AS (
    SELECT DISTINCT
      c.currency,
      c.rate_on,
      c.rate_table
    FROM placed AS c
    WHERE
      (
        NOT c.value IS NULL
      ) AND c.currency <> CAST(%(currency)s AS TEXT)
  ), rate AS (
    SELECT
      n.currency,
      n.rate_on,
      n.rate_table,
      (
        SELECT
          x.rate
        FROM crm_fx_rate_version AS x
        WHERE
          x.tenant_id = CAST(%(tenant_id)s AS BIGINT)
          AND x.known_from <= CAST(%(known_at)s AS TIMESTAMPTZ)
          AND x.known_to > CAST(%(known_at)s AS TIMESTAMPTZ)
          AND x.valid_to > CAST(%(known_at)s AS TIMESTAMPTZ)
          AND (
            NOT x.is_deleted
          )
          AND x.rate_table = n.rate_table
          AND x.currency = n.currency
          AND x.to_currency = CAST(%(currency)s AS TEXT)
          AND x.valid_on <= n.rate_on
        ORDER BY
          x.valid_on DESC NULLS LAST,
          x.valid_from DESC NULLS LAST,
          x.record_id DESC NULLS LAST
        LIMIT 1
      ) AS rate
    FROM needed AS n
  ), measured AS (
    SELECT
      c.*,
      CASE
        WHEN c.currency = CAST(%(currency)s AS TEXT)
        THEN c.value
        ELSE c.value * x.rate
      END AS amount,
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
        WHEN CASE
          WHEN c.currency = CAST(%(currency)s AS TEXT)
          THEN c.value
          ELSE c.value * x.rate
        END IS NULL
        THEN 'missing_rate'
        ELSE 'counted'
      END AS status
    FROM placed AS c
    LEFT JOIN rate AS x
      ON x.currency = c.currency AND x.rate_on = c.rate_on AND x.rate_table = c.rate_table
  )
  SELECT
    m.key,
    m.position,
    COALESCE(
      SUM(m.weight) FILTER(WHERE
        m.status IN ('counted', 'no_amount', 'missing_rate')),
      0
    ) AS n,
    CASE
      WHEN COUNT(*) FILTER(WHERE
        m.status = 'missing_rate') = 0
      THEN COALESCE(SUM(m.weight * m.amount) FILTER(WHERE
        m.status = 'counted'), 0)
    END AS sum,
    COUNT(*) FILTER(WHERE
      m.status = 'no_amount') AS no_amount,
    COUNT(*) FILTER(WHERE
      m.status = 'missing_rate') AS missing_rate,
    COUNT(*) FILTER(WHERE
      m.status = 'past_due') AS past_due,
    COUNT(*) FILTER(WHERE
      m.status = 'unmapped') AS unmapped,
    COALESCE(SUM(m.weight * m.amount) FILTER(WHERE
      m.status = 'past_due'), 0) AS past_due_sum,
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
