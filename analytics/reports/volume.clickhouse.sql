SELECT {bucket} AS slot, {group} AS name, toInt64(count()) AS messages
FROM delivery_events
WHERE at >= {from} AND at < {to} AND {counted} {filters}
GROUP BY slot, name
