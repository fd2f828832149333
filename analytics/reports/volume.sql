SELECT {bucket} AS slot, {group} AS name, sum(n) AS messages
FROM {events} AS e
WHERE {counted} {filters}
GROUP BY 1, 2
