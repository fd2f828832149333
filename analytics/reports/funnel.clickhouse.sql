-- Sets of hashes of 64 bits are counted, as in the report of templates.
SELECT s.1 AS stage, s.2 AS messages, accepted
FROM (
    SELECT sum(a) AS accepted, sum(h) AS sent, sum(d) AS delivered, sum(e) AS engaged
    FROM (
        SELECT toInt64(countIf(first)) AS a, toInt64(countIf({handed})) AS h, toInt64(countIf(kind = 'delivered')) AS d, toInt64(0) AS e
        FROM delivery_events
        WHERE at >= {from} AND at < {to} {filters}
        UNION ALL
        SELECT 0, 0, 0, toInt64(uniqExact(cityHash64(message_id)))
        FROM delivery_events
        WHERE at >= {from} AND at < {to} AND kind IN ('read', 'opened', 'clicked') {filters}
    )
)
ARRAY JOIN [('accepted', accepted), ('sent', sent), ('delivered', delivered), ('read', engaged)] AS s
