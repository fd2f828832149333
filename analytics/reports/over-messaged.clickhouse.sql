-- Channels are counted for those few who are shown.
SELECT recipient, max(n) AS messages, toInt64(uniqExactIf(channel, status <> 'skipped')) AS channels, max(c) AS capped
FROM delivery_events
GLOBAL INNER JOIN (
    SELECT recipient, toInt64(countIf(status <> 'skipped')) AS n, toInt64(countIf(reason = 'frequency_capped')) AS c
    FROM delivery_events
    WHERE at >= {from} AND at < {to} AND first AND recipient <> '' {filters}
    GROUP BY recipient
    ORDER BY n DESC, recipient
    LIMIT {limit}
) AS most USING recipient
WHERE at >= {from} AND at < {to} AND first {filters}
GROUP BY recipient
ORDER BY messages DESC, recipient
