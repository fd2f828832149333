package main

// streamFillings are messages with their attempts and three rows of the stream each.
var streamFillings = []string{
	`INSERT INTO integrations (id, provider, name, channel, settings, unit_cost_micros, created_at, updated_at)
		SELECT 'int_' || i, 'twilio', 'Account ' || i, 'sms', '', 7500, 0, 0 FROM generate_series(1, LEAST($1::bigint, 4)) AS i`,
	`INSERT INTO messages (id, notification_id, event_id, trace_id, source, tenant, recipient_id, channel, workflow, category, priority,
		status, template, template_version, locale, size_bytes, parts, integration, created_at)
		SELECT 'msg_' || md5(i::text), 'ntf_' || md5('n' || i), 'evt_' || md5('e' || i), md5('t' || i), 'source-' || i % 5, 'tenant-' || i % 3,
			'person-' || i % 20000, (ARRAY['sms', 'email', 'push'])[i % 3 + 1], 'workflow-' || i % 20, 'category-' || i % 6, (ARRAY['high', 'medium', 'low'])[i % 3 + 1],
			'delivered', 'template-' || i % 20, 3, 'en', 120, 1, 'int_' || i % 4 + 1, 1782000000000000 + i * 1000 FROM generate_series(1, $1::bigint) AS i`,
	`INSERT INTO attempts (id, message_id, number, integration, outcome, started_at, ended_at)
		SELECT 'att_' || i, 'msg_' || md5(i::text), 1, 'int_' || i % 4 + 1, 'ok', 1782000000000000 + i * 1000 + 20000, 1782000000000000 + i * 1000 + 90000
		FROM generate_series(1, $1::bigint) AS i`,
	`INSERT INTO message_events (message_id, at, kind, channel, source, detail, first)
		SELECT 'msg_' || md5(i::text), 1782000000000000 + i * 1000 + k * 30000, (ARRAY['queued', 'sent', 'delivered'])[k],
			(ARRAY['sms', 'email', 'push'])[i % 3 + 1], 'source-' || i % 5,
			CASE k WHEN 2 THEN '{"integration":"int_' || i % 4 + 1 || '","provider_message_id":"' || md5('p' || i) || '"}' WHEN 3 THEN '{"status":"delivered"}' ELSE '' END, k = 1
		FROM generate_series(1, $1::bigint) AS i, generate_series(1, 3) AS k ORDER BY i, k`,
}
