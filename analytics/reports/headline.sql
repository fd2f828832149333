WITH
c AS (
    SELECT took, sum(n) OVER (ORDER BY took) AS upto, sum(n) OVER () AS total
    FROM (SELECT took, sum(n) AS n FROM {times} AS t WHERE kind = 'delivered' {filters} GROUP BY took) AS h
),
e AS (
    SELECT coalesce(sum(CASE WHEN first THEN n ELSE 0 END), 0) AS accepted,
           coalesce(sum(CASE WHEN kind = 'delivered' THEN n ELSE 0 END), 0) AS delivered,
           coalesce(sum(CASE WHEN kind IN ('delivered', 'failed', 'expired') THEN n ELSE 0 END), 0) AS ended,
           coalesce(sum(CASE WHEN kind = 'failed' THEN n ELSE 0 END), 0) AS failed
    FROM {events} AS e
    WHERE n > 0 {filters}
)
SELECT accepted, delivered, ended, failed,
       (SELECT min(took) FROM c WHERE upto * 100 > total * 50) AS p50,
       (SELECT min(took) FROM c WHERE upto * 100 > total * 95) AS p95
FROM e
