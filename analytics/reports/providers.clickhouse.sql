SELECT integration, provider, channel, sent, delivered, failed, trouble, ended,
       if(delivered = 0, NULL, toInt64(q[1])) AS p50, if(delivered = 0, NULL, toInt64(q[2])) AS p95, cost
FROM (
    SELECT integration, max(e.provider) AS provider, channel,
           toInt64(countIf({handed})) AS sent,
           toInt64(countIf(kind = 'delivered')) AS delivered,
           toInt64(countIf(kind = 'failed')) AS failed,
           toInt64(countIf(kind IN ('retry', 'failover', 'deferred', 'unknown'))) AS trouble,
           toInt64(countIf(kind IN ('delivered', 'failed'))) AS ended,
           quantilesExactIf(0.5, 0.95)(latency_us, kind = 'delivered') AS q,
           toInt64(sum(cost_micros)) AS cost
    FROM delivery_events AS e
    WHERE at >= {from} AND at < {to} AND integration <> ''
          AND kind IN ('sent', 'delivered', 'failed', 'retry', 'failover', 'deferred', 'unknown') {filters}
    GROUP BY integration, channel
)
