SELECT {group} AS name, toInt64(count()) AS messages, toInt64(sum(parts)) AS parts, toInt64(sum(cost_micros)) AS cost
FROM delivery_events
WHERE at >= {from} AND at < {to} AND channel = 'sms' AND {handed} {filters}
GROUP BY name
