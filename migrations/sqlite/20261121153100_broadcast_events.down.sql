DROP VIEW delivery_events;
CREATE VIEW delivery_events AS
SELECT e.seq, e.at, e.kind, e.first, e.message_id, m.notification_id, m.event_id, m.trace_id, m.tenant, m.source,
    m.workflow, m.category, m.template, m.template_version, m.locale, m.channel,
    CASE WHEN i.id IS NOT NULL THEN i.provider WHEN t.integration = 'in_app' THEN 'in_app' ELSE '' END AS provider,
    COALESCE(json_extract(NULLIF(e.detail, ''), '$.integration'), json_extract(NULLIF(e.detail, ''), '$.from'), t.integration, '') AS integration,
    m.priority, m.critical, '' AS broadcast,
    CASE WHEN r.erased_at > 0 THEN '' ELSE m.recipient_id END AS recipient,
    CASE WHEN e.kind IN ('held', 'queued', 'sending', 'sent', 'delivered', 'failed', 'skipped', 'expired', 'cancelled', 'unknown')
        THEN e.kind ELSE '' END AS status,
    COALESCE(json_extract(NULLIF(e.detail, ''), '$.reason'), CASE WHEN e.kind = 'skipped' THEN m.skip_reason END, '') AS reason,
    CASE WHEN e.kind IN ('sent', 'delivered') THEN 'ok'
        WHEN json_extract(NULLIF(e.detail, ''), '$.outcome') IS NOT NULL THEN json_extract(NULLIF(e.detail, ''), '$.outcome')
        WHEN e.kind IN ('retry', 'failover', 'deferred', 'unknown', 'resent') THEN COALESCE(t.outcome, '')
        WHEN e.kind = 'failed' THEN CASE WHEN t.outcome IN ('', 'ok') THEN 'receipt' ELSE COALESCE(t.outcome, '') END
        ELSE '' END AS error_class,
    COALESCE(json_extract(NULLIF(e.detail, ''), '$.code'), CASE WHEN e.kind IN ('failed', 'retry', 'failover', 'deferred', 'unknown', 'resent') THEN t.error_code END, '') AS error_code,
    COALESCE(t.number, 0) AS attempt,
    max(e.at - COALESCE(v.created_at, m.created_at), 0) AS latency_us,
    CASE WHEN NOT (e.kind = 'sent' OR e.kind = 'delivered' AND t.ended_at = e.at) THEN 0
        WHEN t.number = 1 THEN max(t.started_at - m.created_at, 0)
        ELSE max(COALESCE((SELECT o.started_at FROM attempts AS o WHERE o.message_id = e.message_id AND o.number = 1), m.created_at) - m.created_at, 0)
        END AS queue_us,
    m.size_bytes, m.parts,
    CASE WHEN e.kind = 'sent' OR e.kind = 'delivered' AND t.ended_at = e.at
        THEN COALESCE(i.unit_cost_micros, 0) * max(m.parts, 1) ELSE 0 END AS cost_micros
FROM message_events AS e
JOIN messages AS m ON m.id = e.message_id
LEFT JOIN events AS v ON v.id = m.event_id
LEFT JOIN recipients AS r ON r.id = m.recipient_id
LEFT JOIN attempts AS t ON t.message_id = e.message_id AND t.number = CASE WHEN e.first THEN 0 ELSE
    COALESCE((json_extract(NULLIF(e.detail, ''), '$.attempt')), (SELECT max(a.number) FROM attempts AS a WHERE a.message_id = e.message_id AND a.started_at <= e.at)) END
LEFT JOIN integrations AS i ON i.id = COALESCE(json_extract(NULLIF(e.detail, ''), '$.integration'), json_extract(NULLIF(e.detail, ''), '$.from'), t.integration);
