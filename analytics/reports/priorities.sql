WITH
c AS (
    SELECT name, took, sum(n) OVER (PARTITION BY name ORDER BY took) AS upto, sum(n) OVER (PARTITION BY name) AS total
    FROM (SELECT priority AS name, took, sum(n) AS n FROM {waits} AS t WHERE n > 0 {filters} GROUP BY 1, 2) AS h
),
w AS (
    SELECT name, max(total) AS sent,
           min(CASE WHEN upto * 100 > total * 50 THEN took END) AS p50,
           min(CASE WHEN upto * 100 > total * 95 THEN took END) AS p95
    FROM c GROUP BY name
),
m AS (
    SELECT priority AS name, sum(n) AS messages FROM {events} AS e WHERE first {filters} GROUP BY 1
)
SELECT m.name, m.messages, coalesce(w.sent, 0) AS sent, w.p50, w.p95
FROM m LEFT JOIN w ON w.name = m.name
