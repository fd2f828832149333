SELECT accepted, delivered, ended, failed,
       if(delivered = 0, NULL, toInt64(q[1])) AS p50,
       if(delivered = 0, NULL, toInt64(q[2])) AS p95
FROM (
    SELECT toInt64(countIf(first)) AS accepted,
           toInt64(countIf(kind = 'delivered')) AS delivered,
           toInt64(countIf(kind IN ('delivered', 'failed', 'expired'))) AS ended,
           toInt64(countIf(kind = 'failed')) AS failed,
           quantilesExactIf(0.5, 0.95)(latency_us, kind = 'delivered') AS q
    FROM delivery_events
    WHERE at >= {from} AND at < {to} {filters}
)
