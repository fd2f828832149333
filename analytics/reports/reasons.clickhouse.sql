SELECT status,
       if(reason <> '' OR status NOT IN ('failed', 'unknown'), reason, error_class) AS why,
       if(status IN ('failed', 'unknown'), error_code, '') AS code,
       toInt64(count()) AS messages
FROM delivery_events
WHERE at >= {from} AND at < {to} AND status IN ('skipped', 'failed', 'unknown', 'expired', 'cancelled') {filters}
GROUP BY status, why, code
