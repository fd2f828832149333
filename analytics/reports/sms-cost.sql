SELECT {group} AS name, sum(n) AS messages, sum(parts) AS parts, sum(cost_micros) AS cost
FROM {events} AS e
WHERE channel = 'sms' AND {handed} {filters}
GROUP BY 1
