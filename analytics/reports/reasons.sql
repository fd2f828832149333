SELECT status,
       CASE WHEN reason <> '' OR status <> 'failed' AND status <> 'unknown' THEN reason ELSE error_class END AS why,
       CASE WHEN status IN ('failed', 'unknown') THEN error_code ELSE '' END AS code,
       sum(n) AS messages
FROM {events} AS e
WHERE status IN ('skipped', 'failed', 'unknown', 'expired', 'cancelled') {filters}
GROUP BY 1, 2, 3
