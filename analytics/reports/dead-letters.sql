SELECT channel, integration, error_class, error_code, template, sum(n) AS messages
FROM {events} AS e
WHERE status IN ('failed', 'unknown') {filters}
GROUP BY channel, integration, error_class, error_code, template
