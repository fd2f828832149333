SELECT {group} AS name,
       toInt64(countIf(kind = 'delivered')) AS delivered,
       toInt64(uniqExactIf(message_id, kind = 'seen')) AS seen,
       toInt64(uniqExactIf(message_id, kind = 'read')) AS reads,
       toInt64(uniqExactIf(message_id, kind = 'opened')) AS opened,
       toInt64(uniqExactIf(message_id, kind = 'clicked')) AS clicked
FROM delivery_events
WHERE at >= {from} AND at < {to} AND kind IN ('delivered', 'seen', 'read', 'opened', 'clicked') {filters}
GROUP BY name
