SELECT s.1 AS stage, s.2 AS messages, accepted
FROM (
    SELECT toInt64(countIf(first)) AS accepted, toInt64(countIf({handed})) AS sent, toInt64(countIf(kind = 'delivered')) AS delivered,
           toInt64(uniqExactIf(message_id, kind IN ('read', 'opened', 'clicked'))) AS engaged
    FROM delivery_events
    WHERE at >= {from} AND at < {to} {filters}
)
ARRAY JOIN [('accepted', accepted), ('sent', sent), ('delivered', delivered), ('read', engaged)] AS s
