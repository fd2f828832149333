-- Causes are many: only those that are shown leave the database, each with how many
-- messages all causes have together.
SELECT channel, integration, error_class, error_code, template, toInt64(count()) AS messages, toInt64(sum(count()) OVER ())
FROM delivery_events
WHERE at >= {from} AND at < {to} AND status IN ('failed', 'unknown') {filters}
GROUP BY channel, integration, error_class, error_code, template
ORDER BY messages DESC, channel, integration, error_class, error_code, template
LIMIT {limit}
