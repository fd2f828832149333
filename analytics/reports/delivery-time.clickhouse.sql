SELECT name, stage, messages, toInt64(q[1]) AS p50, toInt64(q[2]) AS p95, toInt64(q[3]) AS p99
FROM (
    SELECT {group} AS name, kind AS stage, toInt64(count()) AS messages,
           quantilesExact(0.5, 0.95, 0.99)(latency_us) AS q
    FROM delivery_events
    WHERE at >= {from} AND at < {to} AND kind IN ('sent', 'delivered') {filters}
    GROUP BY name, stage
)
