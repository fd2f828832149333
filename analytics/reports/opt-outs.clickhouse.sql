SELECT {group} AS name,
       toInt64(countIf(first AND status <> 'skipped')) AS messages,
       toInt64(uniqExactIf(message_id, kind = 'unsubscribed')) AS unsubscribed,
       toInt64(uniqExactIf(message_id, kind = 'complained')) AS complained,
       toInt64(countIf(reason = 'opted_out' AND kind = 'skipped')) AS opted_out
FROM delivery_events
WHERE at >= {from} AND at < {to} AND (first OR kind IN ('skipped', 'unsubscribed', 'complained')) {filters}
GROUP BY name
