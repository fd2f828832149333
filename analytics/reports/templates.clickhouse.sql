SELECT template,
       toInt64(countIf(first)) AS messages,
       toInt64(countIf(kind = 'delivered')) AS delivered,
       toInt64(countIf(kind = 'failed')) AS failed,
       toInt64(uniqExactIf(message_id, kind = 'opened')) AS opened,
       toInt64(uniqExactIf(message_id, kind = 'clicked')) AS clicked
FROM delivery_events
WHERE at >= {from} AND at < {to} AND (first OR kind IN ('delivered', 'failed', 'opened', 'clicked')) AND template <> '' {filters}
GROUP BY template
HAVING messages + delivered + failed > 0
