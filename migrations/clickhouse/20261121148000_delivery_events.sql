-- One row per row of message_events, flat, never changed afterwards. Reports ask
-- for some kinds within some time, so kind and hour lead the key; rows of one
-- hour then lie by channel, which packs well. analytics/README.md says more.
CREATE TABLE IF NOT EXISTS delivery_events${set}${local} ${on_cluster} (
    seq UInt64 CODEC(Delta, ZSTD(1)),
    at DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    kind LowCardinality(String),
    first Bool,
    message_id String CODEC(ZSTD(1)),
    notification_id String CODEC(ZSTD(1)),
    event_id String CODEC(ZSTD(1)),
    trace_id String CODEC(ZSTD(1)),
    tenant LowCardinality(String),
    source LowCardinality(String),
    workflow LowCardinality(String),
    category LowCardinality(String),
    template LowCardinality(String),
    template_version UInt32,
    locale LowCardinality(String),
    channel LowCardinality(String),
    provider LowCardinality(String),
    integration LowCardinality(String),
    priority LowCardinality(String),
    critical Bool,
    broadcast LowCardinality(String),
    recipient String CODEC(ZSTD(1)),
    status LowCardinality(String),
    reason LowCardinality(String),
    error_class LowCardinality(String),
    error_code LowCardinality(String),
    attempt UInt32,
    latency_us Int64 CODEC(T64, ZSTD(1)),
    queue_us Int64 CODEC(T64, ZSTD(1)),
    size_bytes Int64 CODEC(T64, ZSTD(1)),
    parts UInt32,
    cost_micros Int64 CODEC(T64, ZSTD(1)),
    INDEX by_recipient recipient TYPE bloom_filter(0.01) GRANULARITY 4,
    INDEX by_message message_id TYPE bloom_filter(0.01) GRANULARITY 4
) ENGINE = ${merge_tree}
PARTITION BY toYYYYMM(at)
ORDER BY (kind, toStartOfHour(at), channel, at, seq)
${ttl_events}
SETTINGS ${deduplicate}, ttl_only_drop_parts = 1;

-- Counts per minute, hour and day, each filled from the one before: a report over
-- months reads thousands of rows instead of millions.
CREATE TABLE IF NOT EXISTS delivery_minutes${set}${local} ${on_cluster} (
    bucket DateTime('UTC') CODEC(Delta, ZSTD(1)),
    kind LowCardinality(String),
    first Bool,
    tenant LowCardinality(String),
    source LowCardinality(String),
    workflow LowCardinality(String),
    category LowCardinality(String),
    template LowCardinality(String),
    channel LowCardinality(String),
    provider LowCardinality(String),
    integration LowCardinality(String),
    priority LowCardinality(String),
    broadcast LowCardinality(String),
    status LowCardinality(String),
    reason LowCardinality(String),
    error_class LowCardinality(String),
    events UInt64,
    latency_us Int64,
    queue_us Int64,
    size_bytes Int64,
    parts UInt64,
    cost_micros Int64
) ENGINE = ${summing_merge_tree}((events, latency_us, queue_us, size_bytes, parts, cost_micros))
PARTITION BY toYYYYMM(bucket)
ORDER BY (kind, bucket, channel, first, source, workflow, category, template, provider, integration, priority, tenant, broadcast, status, reason, error_class)
${ttl_minutes}
SETTINGS ${deduplicate}, ttl_only_drop_parts = 1;

CREATE TABLE IF NOT EXISTS delivery_hours${set}${local} ${on_cluster} AS delivery_minutes${set}${local}
ENGINE = ${summing_merge_tree}((events, latency_us, queue_us, size_bytes, parts, cost_micros))
PARTITION BY toYYYYMM(bucket)
ORDER BY (kind, bucket, channel, first, source, workflow, category, template, provider, integration, priority, tenant, broadcast, status, reason, error_class)
${ttl_hours}
SETTINGS ${deduplicate}, ttl_only_drop_parts = 1;

CREATE TABLE IF NOT EXISTS delivery_days${set}${local} ${on_cluster} AS delivery_minutes${set}${local}
ENGINE = ${summing_merge_tree}((events, latency_us, queue_us, size_bytes, parts, cost_micros))
PARTITION BY toYear(bucket)
ORDER BY (kind, bucket, channel, first, source, workflow, category, template, provider, integration, priority, tenant, broadcast, status, reason, error_class)
SETTINGS ${deduplicate};

CREATE MATERIALIZED VIEW IF NOT EXISTS to_delivery_minutes${set} ${on_cluster} TO delivery_minutes${set}${local} AS
SELECT toStartOfMinute(at) AS bucket, kind, first, tenant, source, workflow, category, template, channel, provider, integration,
    priority, broadcast, status, reason, error_class, count() AS events, sum(latency_us) AS latency_us, sum(queue_us) AS queue_us,
    sum(size_bytes) AS size_bytes, sum(parts) AS parts, sum(cost_micros) AS cost_micros
FROM delivery_events${set}${local}
GROUP BY ALL;

CREATE MATERIALIZED VIEW IF NOT EXISTS to_delivery_hours${set} ${on_cluster} TO delivery_hours${set}${local} AS
SELECT toStartOfHour(bucket) AS bucket, kind, first, tenant, source, workflow, category, template, channel, provider, integration,
    priority, broadcast, status, reason, error_class, sum(events) AS events, sum(latency_us) AS latency_us, sum(queue_us) AS queue_us,
    sum(size_bytes) AS size_bytes, sum(parts) AS parts, sum(cost_micros) AS cost_micros
FROM delivery_minutes${set}${local}
GROUP BY ALL;

CREATE MATERIALIZED VIEW IF NOT EXISTS to_delivery_days${set} ${on_cluster} TO delivery_days${set}${local} AS
SELECT toStartOfDay(bucket) AS bucket, kind, first, tenant, source, workflow, category, template, channel, provider, integration,
    priority, broadcast, status, reason, error_class, sum(events) AS events, sum(latency_us) AS latency_us, sum(queue_us) AS queue_us,
    sum(size_bytes) AS size_bytes, sum(parts) AS parts, sum(cost_micros) AS cost_micros
FROM delivery_hours${set}${local}
GROUP BY ALL;

-- cluster only: what is asked and inserted there goes to every shard. A message's
-- rows stay together.
CREATE TABLE IF NOT EXISTS delivery_events${set} ${on_cluster} AS delivery_events${set}_local
ENGINE = Distributed(${cluster}, currentDatabase(), delivery_events${set}_local, cityHash64(message_id));

-- cluster only
CREATE TABLE IF NOT EXISTS delivery_minutes${set} ${on_cluster} AS delivery_minutes${set}_local
ENGINE = Distributed(${cluster}, currentDatabase(), delivery_minutes${set}_local, rand());

-- cluster only
CREATE TABLE IF NOT EXISTS delivery_hours${set} ${on_cluster} AS delivery_hours${set}_local
ENGINE = Distributed(${cluster}, currentDatabase(), delivery_hours${set}_local, rand());

-- cluster only
CREATE TABLE IF NOT EXISTS delivery_days${set} ${on_cluster} AS delivery_days${set}_local
ENGINE = Distributed(${cluster}, currentDatabase(), delivery_days${set}_local, rand());
