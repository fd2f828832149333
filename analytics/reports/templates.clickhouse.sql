-- Only rows of engagement are asked which message they are of. Sets of hashes of
-- 64 bits are counted: among millions of messages two are never taken for one.
SELECT template, sum(m) AS messages, sum(d) AS delivered, sum(f) AS failed, sum(o) AS opened, sum(c) AS clicked
FROM (
    SELECT template, toInt64(countIf(first)) AS m, toInt64(countIf(kind = 'delivered')) AS d, toInt64(countIf(kind = 'failed')) AS f,
           toInt64(0) AS o, toInt64(0) AS c
    FROM delivery_events
    WHERE at >= {from} AND at < {to} AND (first OR kind IN ('delivered', 'failed')) AND template <> '' {filters}
    GROUP BY template
    UNION ALL
    SELECT template, 0, 0, 0, toInt64(uniqExactIf(cityHash64(message_id), kind = 'opened')), toInt64(uniqExactIf(cityHash64(message_id), kind = 'clicked'))
    FROM delivery_events
    WHERE at >= {from} AND at < {to} AND kind IN ('opened', 'clicked') AND template <> '' {filters}
    GROUP BY template
)
GROUP BY template
HAVING messages + delivered + failed > 0
