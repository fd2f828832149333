WITH c AS (
    SELECT name, kind, took,
           sum(n) OVER (PARTITION BY name, kind ORDER BY took) AS upto,
           sum(n) OVER (PARTITION BY name, kind) AS total
    FROM (SELECT {group} AS name, kind, took, sum(n) AS n FROM {times} AS t WHERE n > 0 {filters} GROUP BY 1, 2, 3) AS h
)
SELECT name, kind AS stage, max(total) AS messages,
       min(CASE WHEN upto * 100 > total * 50 THEN took END) AS p50,
       min(CASE WHEN upto * 100 > total * 95 THEN took END) AS p95,
       min(CASE WHEN upto * 100 > total * 99 THEN took END) AS p99
FROM c
GROUP BY 1, 2
