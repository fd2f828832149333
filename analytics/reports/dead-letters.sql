SELECT channel, integration, error_class, error_code, template, sum(n) AS messages, sum(sum(n)) OVER ()
FROM {events} AS e
WHERE status IN ('failed', 'unknown') {filters}
GROUP BY channel, integration, error_class, error_code, template
ORDER BY 6 DESC, channel{binary}, integration{binary}, error_class{binary}, error_code{binary}, template{binary}
LIMIT {limit}
