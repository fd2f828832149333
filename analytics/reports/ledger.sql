SELECT status, sum(n) AS messages
FROM (
    SELECT 'created' AS status, count(*) AS n
    FROM message_events
    WHERE first AND at >= {from} AND at < {to} {filters}
    UNION ALL
    SELECT status, count(*) AS n
    FROM messages
    WHERE created_at >= {from} AND created_at < {to} {filters}
    GROUP BY status
    UNION ALL
    SELECT 'created', coalesce(sum(n), 0)
    FROM removed_messages
    WHERE slot >= {from} AND slot < {to} {filters}
    UNION ALL
    SELECT status, sum(n)
    FROM removed_messages
    WHERE slot >= {from} AND slot < {to} {filters}
    GROUP BY status
) AS b
GROUP BY status
