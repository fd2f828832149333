SELECT 'created' AS status, count(*) AS messages
FROM message_events
WHERE first AND at >= {from} AND at < {to} {filters}
UNION ALL
SELECT status, count(*) AS messages
FROM messages
WHERE created_at >= {from} AND created_at < {to} {filters}
GROUP BY status
