SELECT {group} AS name, sum(n) AS messages, sum(size_bytes) AS bytes
FROM {events} AS e
WHERE first {filters}
GROUP BY 1
