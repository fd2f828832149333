-- Sets of hashes of 64 bits are counted, as in the report of templates.
SELECT name, sum(d) AS delivered, sum(s) AS seen, sum(r) AS reads, sum(o) AS opened, sum(c) AS clicked
FROM (
    SELECT {group} AS name, toInt64(count()) AS d, toInt64(0) AS s, toInt64(0) AS r, toInt64(0) AS o, toInt64(0) AS c
    FROM delivery_events
    WHERE at >= {from} AND at < {to} AND kind = 'delivered' {filters}
    GROUP BY name
    UNION ALL
    SELECT {group} AS name, 0,
           toInt64(uniqExactIf(cityHash64(message_id), kind = 'seen')),
           toInt64(uniqExactIf(cityHash64(message_id), kind = 'read')),
           toInt64(uniqExactIf(cityHash64(message_id), kind = 'opened')),
           toInt64(uniqExactIf(cityHash64(message_id), kind = 'clicked'))
    FROM delivery_events
    WHERE at >= {from} AND at < {to} AND kind IN ('seen', 'read', 'opened', 'clicked') {filters}
    GROUP BY name
)
GROUP BY name
