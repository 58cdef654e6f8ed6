SELECT
  a.key,
  a.position,
  a.n,
  a.sum,
  a.no_amount,
  a.missing_rate,
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
        s.opportunity_type IN (CAST(%(p0)s AS TEXT), CAST(%(p1)s AS TEXT))
      ) IS NULL AS unmapped
    FROM crm_opportunity_version AS s
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
        s.opportunity_type IN (CAST(%(p0)s AS TEXT), CAST(%(p1)s AS TEXT))
        OR (
          (
            s.opportunity_type IN (CAST(%(p0)s AS TEXT), CAST(%(p1)s AS TEXT))
          ) IS NULL
          AND s.opportunity_type IS NULL
        )
      )
  ), history AS (
    SELECT
      h.tenant_id,
      h.record_id,
      h.valid_from,
      h.seq,
      (
        h_stage.outcome = CAST(%(p2)s AS TEXT)
      ) IS TRUE AND (
        NOT h.is_deleted
      ) AS met,
      h.close_date AS dated,
      h.amount AS value,
      CAST(h.currency AS TEXT) AS currency
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
  ), step AS (
    SELECT
      h.*,
      LAG(h.met) OVER (PARTITION BY h.record_id ORDER BY h.valid_from ASC, h.seq ASC) AS before
    FROM history AS h
  ), spell AS (
    SELECT
      h.*,
      CAST(SUM(CASE WHEN h.met AND (
        NOT (
          h.before IS TRUE
        )
      ) THEN 1 ELSE 0 END) OVER (PARTITION BY h.record_id ORDER BY h.valid_from ASC, h.seq ASC) AS INT) AS spell
    FROM step AS h
  ), booked AS (
    SELECT DISTINCT ON (e.record_id, e.spell)
      e.tenant_id,
      e.record_id,
      e.spell,
      e.dated,
      e.value,
      e.currency
    FROM spell AS e
    WHERE
      e.met
    ORDER BY
      e.record_id,
      e.spell,
      e.valid_from DESC NULLS LAST,
      e.seq DESC NULLS LAST
  ), entry AS (
    SELECT
      b.tenant_id,
      b.record_id,
      (
        b.spell * 2
      ) + 0 AS line,
      b.dated AS event_on,
      LEAST(
        TIMEZONE(CAST(%(zone)s AS TEXT), CAST((
          b.dated + 1
        ) AS TIMESTAMP)) - CAST('1 microsecond' AS INTERVAL),
        CAST(%(as_of)s AS TIMESTAMPTZ)
      ) AS event_at,
      b.dated AS rate_on,
      1 AS weight,
      b.value,
      b.currency
    FROM booked AS b
    UNION ALL
    SELECT
      b.tenant_id,
      b.record_id,
      (
        b.spell * 2
      ) + 1 AS line,
      CAST(TIMEZONE(CAST(%(zone)s AS TEXT), x.valid_from) AS DATE) AS event_on,
      x.valid_from AS event_at,
      b.dated AS rate_on,
      -1 AS weight,
      b.value,
      b.currency
    FROM spell AS x
    JOIN booked AS b
      ON b.tenant_id = x.tenant_id AND b.record_id = x.record_id AND b.spell = x.spell
    WHERE
      (
        NOT x.met
      ) AND x.before
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
      f.event_on > CAST(%(today)s AS DATE) OR f.rate_on > CAST(%(today)s AS DATE) AS ahead,
      FALSE AS past_due
    FROM entry AS f
    JOIN record AS r
      ON r.tenant_id = f.tenant_id AND r.record_id = f.record_id
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
