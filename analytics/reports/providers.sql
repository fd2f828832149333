WITH
c AS (
    SELECT integration, channel, took,
           sum(n) OVER (PARTITION BY integration, channel ORDER BY took) AS upto,
           sum(n) OVER (PARTITION BY integration, channel) AS total
    FROM (
        SELECT integration, channel, took, sum(n) AS n FROM {times} AS t
        WHERE kind = 'delivered' {filters} GROUP BY integration, channel, took
    ) AS h
),
p AS (
    SELECT integration, channel,
           min(CASE WHEN upto * 100 > total * 50 THEN took END) AS p50,
           min(CASE WHEN upto * 100 > total * 95 THEN took END) AS p95
    FROM c GROUP BY integration, channel
),
m AS (
    SELECT integration, channel, max(provider) AS provider,
           sum(CASE WHEN {handed} THEN n ELSE 0 END) AS sent,
           sum(CASE WHEN kind = 'delivered' THEN n ELSE 0 END) AS delivered,
           sum(CASE WHEN kind = 'failed' THEN n ELSE 0 END) AS failed,
           sum(CASE WHEN kind IN ('retry', 'failover', 'deferred', 'unknown') THEN n ELSE 0 END) AS trouble,
           sum(CASE WHEN kind IN ('delivered', 'failed') THEN n ELSE 0 END) AS ended,
           sum(cost_micros) AS cost
    FROM {events} AS e
    WHERE integration <> '' AND kind IN ('sent', 'delivered', 'failed', 'retry', 'failover', 'deferred', 'unknown') {filters}
    GROUP BY integration, channel
)
SELECT m.integration, m.provider, m.channel, m.sent, m.delivered, m.failed, m.trouble, m.ended, p.p50, p.p95, m.cost
FROM m LEFT JOIN p ON p.integration = m.integration AND p.channel = m.channel
