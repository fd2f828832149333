SELECT name, messages, sent, if(sent = 0, NULL, toInt64(q[1])) AS wait_p50, if(sent = 0, NULL, toInt64(q[2])) AS wait_p95
FROM (
    SELECT priority AS name, toInt64(countIf(first)) AS messages, toInt64(countIf({handed})) AS sent,
           quantilesExactIf(0.5, 0.95)(queue_us, {handed}) AS q
    FROM delivery_events
    WHERE at >= {from} AND at < {to} AND (first OR {handed}) {filters}
    GROUP BY name
)
WHERE messages > 0
