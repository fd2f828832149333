SELECT channel, integration, error_class, error_code, template, toInt64(count()) AS messages
FROM delivery_events
WHERE at >= {from} AND at < {to} AND status IN ('failed', 'unknown') {filters}
GROUP BY channel, integration, error_class, error_code, template
