SELECT {bucket} AS slot, {group} AS name,
       toInt64(count()) AS tries,
       toInt64(countIf({handed})) AS taken,
       toInt64(countIf(kind = 'failed')) AS failed,
       toInt64(countIf(kind IN ('retry', 'failover', 'deferred', 'unknown'))) AS trouble
FROM delivery_events
WHERE at >= {from} AND at < {to} AND integration <> ''
      AND ({handed} OR kind IN ('failed', 'retry', 'failover', 'deferred', 'unknown')) {filters}
GROUP BY slot, name
