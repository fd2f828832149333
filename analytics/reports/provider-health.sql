SELECT {bucket} AS slot, {group} AS name,
       sum(CASE WHEN {handed} OR kind IN ('failed', 'retry', 'failover', 'deferred', 'unknown') THEN n ELSE 0 END) AS tries,
       sum(CASE WHEN {handed} THEN n ELSE 0 END) AS taken,
       sum(CASE WHEN kind = 'failed' THEN n ELSE 0 END) AS failed,
       sum(CASE WHEN kind IN ('retry', 'failover', 'deferred', 'unknown') THEN n ELSE 0 END) AS trouble
FROM {events} AS e
WHERE integration <> '' AND ({handed} OR kind IN ('failed', 'retry', 'failover', 'deferred', 'unknown')) {filters}
GROUP BY 1, 2
