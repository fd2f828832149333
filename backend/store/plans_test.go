package store

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"clarion/backend/explain"
	"clarion/backend/notify"
)

// crowd fills PostgreSQL with messages as a busy house has them: 1,000 people,
// five channels, almost all delivered, made one second after the other.
func crowd(t testing.TB, db *DB, messages int) {
	t.Helper()
	for _, text := range []string{
		`INSERT INTO recipients (id, name, created_at, updated_at) SELECT 'r' || i, 'Person ' || i, 0, 0 FROM generate_series(0, 999) i`,
		`INSERT INTO addresses (recipient_id, channel, address, created_at)
			SELECT 'r' || i, 'email', 'r' || i || '@example.com', 0 FROM generate_series(0, 999) i`,
		`INSERT INTO groups (key, name, created_at) VALUES ('ops', 'Ops', 0)`,
		`INSERT INTO group_members SELECT 'ops', 'r' || i FROM generate_series(0, 9) i`,
		`INSERT INTO workflow_versions (key, version, definition, created_at) VALUES ('order.shipped', 1, '{}', 0)`,
		`INSERT INTO events (id, source, type, targets, data, trace_id, status, created_at)
			SELECT 'evt_' || lpad(to_hex(i), 32, '0'), 'shop', 'order.shipped', '[]', '{}', md5(i::text), 'dispatched', i * 5000000::bigint
			FROM generate_series(0, ?0 / 5) i`,
		`INSERT INTO notifications (id, event_id, recipient_id, workflow, workflow_version, category, priority, decisions, trace_id, created_at)
			SELECT 'ntf_' || lpad(to_hex(i), 32, '0'), 'evt_' || lpad(to_hex(i), 32, '0'), 'r' || i % 1000, 'order.shipped', 1, 'orders',
			'medium', '', md5(i::text), i * 5000000::bigint FROM generate_series(0, ?0 / 5) i`,
		`INSERT INTO messages (id, notification_id, event_id, trace_id, source, recipient_id, recipient_name, channel, address, workflow,
				category, priority, status, content, provider_message_id, created_at)
			SELECT 'msg_' || lpad(to_hex(i), 32, '0'), 'ntf_' || lpad(to_hex(i / 5), 32, '0'), 'evt_' || lpad(to_hex(i / 5), 32, '0'),
			md5((i / 5)::text), 'shop', 'r' || i / 5 % 1000, 'Person ' || i / 5 % 1000, (ARRAY['email','sms','push','slack','in_app'])[i % 5 + 1],
			'r' || i / 5 % 1000 || '@example.com', 'order.shipped', 'orders', CASE WHEN i % 10 = 0 THEN 'high' ELSE 'medium' END,
			CASE WHEN i % 500 = 0 THEN 'failed' WHEN i % 700 = 0 THEN 'queued' ELSE 'delivered' END, repeat(md5(i::text), 20),
			'SG' || i, i * 1000000::bigint FROM generate_series(0, ?0 - 1) i`,
		`UPDATE messages SET dead_at = created_at + 1, error_code = 'e' || length(id) WHERE status = 'failed'`,
		`INSERT INTO watch (kind, look_at, ids) SELECT 'message', 0, '["' || id || '"]' FROM messages WHERE status = 'queued'`,
		`INSERT INTO provider_ids SELECT provider_message_id, id FROM messages`,
		`INSERT INTO message_events (message_id, at, kind, first) SELECT id, created_at, status, true FROM messages ORDER BY id`,
		`VACUUM ANALYZE`,
	} {
		_, err := db.w.ExecContext(t.Context(), text, messages)
		require.NoError(t, err)
	}
}

// plan is how PostgreSQL means to answer a query.
func plan(t *testing.T, db *DB, query *bun.SelectQuery) string {
	t.Helper()
	var lines []string
	require.NoError(t, db.w.NewRaw("EXPLAIN ?", query).Scan(t.Context(), &lines))
	return strings.Join(lines, "\n")
}

func id(prefix, last string) string { return prefix + strings.Repeat("0", 32-len(last)) + last }

func TestTheFirstPageOfAListReadsNoWholeTable(t *testing.T) {
	t.Parallel()
	db := onPostgres(t)
	const many = 20_000
	crowd(t, db, many)
	newest := fromMicros((many - 100) * 1_000_000)
	type f = notify.MessageFilter
	for name, f := range map[string]f{
		"nothing asked":        {},
		"status: common":       {Status: []notify.Status{notify.Delivered}},
		"status: failed":       {Status: []notify.Status{notify.Failed, notify.Unknown}},
		"status: unfinished":   {Status: []notify.Status{notify.Queued, notify.Held, notify.Sending}},
		"channel":              {Channel: []notify.Channel{notify.SMS}},
		"priority":             {Priority: []notify.Priority{notify.High}},
		"source and workflow":  {Source: "shop", Workflow: "order.shipped"},
		"error code":           {ErrorCode: "e36"},
		"no such error code":   {ErrorCode: "never"},
		"no such tenant":       {Tenant: "nobody"},
		"skip reason":          {SkipReason: notify.OptedOut},
		"recipient":            {Recipient: "r17"},
		"group":                {Group: "ops"},
		"event":                {EventID: id("evt_", "1f")},
		"trace":                {TraceID: "c4ca4238a0b923820dcc509a6f75849b"},
		"the last minutes":     {From: newest},
		"an hour long ago":     {To: fromMicros(3_600_000_000)},
		"q: message":           {Q: id("msg_", "1f")},
		"q: event":             {Q: id("evt_", "1f")},
		"q: notification":      {Q: id("ntf_", "1f")},
		"q: trace":             {Q: "c4ca4238a0b923820dcc509a6f75849b"},
		"q: vendor's id":       {Q: "SG77"},
		"q: recipient":         {Q: "r17"},
		"q: name":              {Q: "person 17"},
		"q: address":           {Q: "r17@example.com"},
		"q: workflow":          {Q: "order."},
		"q: nothing like that": {Q: "zzz"},
	} {
		t.Run(name, func(t *testing.T) {
			var rows []messageView
			query, err := db.messagesQuery(t.Context(), &rows, f, notify.Page{})
			require.NoError(t, err)
			require.NotContains(t, plan(t, db, query), "Seq Scan on messages")
			require.NoError(t, query.Scan(t.Context()))
		})
	}
	var old []messageView
	query, err := db.messagesQuery(t.Context(), &old, f{To: fromMicros(3_600_000_000)}, notify.Page{})
	require.NoError(t, err)
	require.Regexp(t, `Index Cond: \(id < `, plan(t, db, query), "the walk starts near the end of the stretch")
	var events []eventView
	query, err = db.eventsQuery(t.Context(), &events, explain.EventFilter{Type: "order.shipped"}, notify.Page{})
	require.NoError(t, err)
	require.NotContains(t, plan(t, db, query), "Seq Scan")
	query, err = db.eventsQuery(t.Context(), &events, explain.EventFilter{Q: id("evt_", "1f")}, notify.Page{})
	require.NoError(t, err)
	require.Contains(t, plan(t, db, query), "events_pkey")
	query, err = db.eventsQuery(t.Context(), &events, explain.EventFilter{TraceID: "c4ca4238a0b923820dcc509a6f75849b"}, notify.Page{})
	require.NoError(t, err)
	require.Contains(t, plan(t, db, query), "events_trace")
	for _, f := range []explain.EventFilter{{Status: "failed"}, {Status: "cancelled"}} {
		query, err = db.eventsQuery(t.Context(), &events, f, notify.Page{})
		require.NoError(t, err)
		require.Contains(t, plan(t, db, query), "events_stopped")
	}
	var runs []notificationView
	for _, f := range []explain.NotificationFilter{{}, {Event: id("evt_", "1f")}, {Recipient: "r17"}} {
		query, err = db.notificationsQuery(&runs, f, notify.Page{})
		require.NoError(t, err)
		require.NotContains(t, plan(t, db, query), "Seq Scan")
	}
}
