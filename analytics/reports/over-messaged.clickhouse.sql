SELECT recipient,
       toInt64(countIf(status <> 'skipped')) AS messages,
       toInt64(uniqExactIf(channel, status <> 'skipped')) AS channels,
       toInt64(countIf(reason = 'frequency_capped')) AS capped
FROM delivery_events
WHERE at >= {from} AND at < {to} AND first AND recipient <> '' {filters}
GROUP BY recipient
ORDER BY messages DESC, recipient
LIMIT {limit}
