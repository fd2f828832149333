SELECT {group} AS name, toInt64(count()) AS messages, toInt64(uniqExact(recipient)) AS recipients, toInt64(sum(size_bytes)) AS bytes
FROM delivery_events
WHERE at >= {from} AND at < {to} AND first AND status <> 'skipped' {filters}
GROUP BY name
