SELECT {weekday} AS weekday, {hour} AS hour, toInt64(count()) AS messages
FROM delivery_events
WHERE at >= {from} AND at < {to} AND first {filters}
GROUP BY weekday, hour
