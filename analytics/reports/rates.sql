SELECT {group} AS name,
       sum(CASE WHEN first THEN n ELSE 0 END) AS accepted,
       sum(CASE WHEN {handed} THEN n ELSE 0 END) AS sent,
       sum(CASE WHEN kind = 'delivered' THEN n ELSE 0 END) AS delivered,
       sum(CASE WHEN kind = 'failed' THEN n ELSE 0 END) AS failed,
       sum(CASE WHEN kind = 'skipped' THEN n ELSE 0 END) AS skipped,
       sum(CASE WHEN kind = 'expired' THEN n ELSE 0 END) AS expired,
       sum(CASE WHEN kind = 'cancelled' THEN n ELSE 0 END) AS cancelled,
       sum(CASE WHEN kind = 'unknown' THEN n ELSE 0 END) AS unknown,
       sum(CASE WHEN kind IN ('delivered', 'failed', 'expired') THEN n ELSE 0 END) AS ended
FROM {events} AS e
WHERE (first OR status <> '') {filters}
GROUP BY 1
