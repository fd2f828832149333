SELECT {weekday} AS weekday, {hour} AS hour, sum(n) AS messages
FROM {events} AS e
WHERE first {filters}
GROUP BY 1, 2
