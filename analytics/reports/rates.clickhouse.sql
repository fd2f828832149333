SELECT {group} AS name,
       toInt64(countIf(first)) AS accepted,
       toInt64(countIf({handed})) AS sent,
       toInt64(countIf(kind = 'delivered')) AS delivered,
       toInt64(countIf(kind = 'failed')) AS failed,
       toInt64(countIf(kind = 'skipped')) AS skipped,
       toInt64(countIf(kind = 'expired')) AS expired,
       toInt64(countIf(kind = 'cancelled')) AS cancelled,
       toInt64(countIf(kind = 'unknown')) AS unknown,
       toInt64(countIf(kind IN ('delivered', 'failed', 'expired'))) AS ended
FROM delivery_events
WHERE at >= {from} AND at < {to} AND (first OR status <> '') {filters}
GROUP BY name
