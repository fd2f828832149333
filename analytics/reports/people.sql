SELECT {group} AS name, sum(n) AS messages, count(DISTINCT recipient) AS recipients, sum(size_bytes) AS bytes
FROM {rows} AS e
WHERE first AND status <> 'skipped' {filters}
GROUP BY 1
