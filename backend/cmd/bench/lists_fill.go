package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// padded is SQL for the end of an id that sorts by number, in both dialects.
func padded(number string) string {
	return "'000000000000000000000000' || substr(CAST(100000000 + " + number + " AS TEXT), 2)"
}

// fill writes what a house has after years, by statements that both databases
// understand: each message has an event, a run, an attempt and three entries of
// its story of its own, all within a week.
func (d *desk) fill(ctx context.Context) error {
	messages := d.size(100_000, 3_000)
	list := fillings(messages, d.size(5_000, 1_500))
	if d.crowd > 0 {
		messages, list = d.crowd, crowdFillings(d.crowd)
	}
	now := time.Now().UnixMicro()
	week := (7 * 24 * time.Hour).Microseconds()
	words := strings.NewReplacer(
		"{i}", padded("i"), "{person}", fmt.Sprintf("'person-' || (i %% %d)", messages), "{workflow}", "'flow-' || (i % 1000)",
		"{at}", fmt.Sprintf("%d + CAST(i AS BIGINT) * %d", now-week, week/int64(messages)), "{now}", fmt.Sprint(now),
		"{later}", fmt.Sprint(now+week), "{content}", strings.Repeat("content ", 80),
		"{status}", "CASE WHEN i % 500 = 0 THEN 'failed' WHEN i % 700 = 0 THEN 'queued' WHEN i % 900 = 0 THEN 'skipped' ELSE 'delivered' END",
		"{done}", "CASE WHEN i % 2500 = 1 THEN 'failed' WHEN i % 2500 = 2 THEN 'cancelled' ELSE 'dispatched' END",
		"{channel}", "CASE i % 4 WHEN 0 THEN 'email' WHEN 1 THEN 'sms' WHEN 2 THEN 'push' ELSE 'in_app' END",
	)
	for _, f := range list {
		text := fmt.Sprintf("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %d) ", f.rows-1) + words.Replace(f.text)
		if _, err := d.sql.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("fill the database: %w: %s", err, f.text)
		}
	}
	if d.driver == "pgx" {
		if _, err := d.sql.ExecContext(ctx, "VACUUM ANALYZE"); err != nil {
			return fmt.Errorf("vacuum: %w", err)
		}
	}
	return nil
}

// filling makes so many rows; i is the number of the row.
type filling struct {
	rows int
	text string
}

func fillings(messages, templates int) []filling {
	return slices.Concat(lineFillings(messages), peopleFillings(messages), contentFillings(templates), deskFillings())
}

func peopleFillings(messages int) []filling {
	return []filling{
		{messages, `INSERT INTO recipients (id, name, locale, data, created_at, updated_at) SELECT 'person-' || i, 'Person ' || i, 'en', '{"plan":"gold"}', {at}, {at} FROM n`},
		{messages, `INSERT INTO addresses (recipient_id, channel, address, created_at) SELECT 'person-' || i, 'email', 'person-' || i || '@example.com', {at} FROM n`},
		{messages, `INSERT INTO addresses (recipient_id, channel, address, created_at)
			SELECT 'person-' || i, 'sms', '+44' || CAST(7000000000 + i AS TEXT), {at} FROM n WHERE i % 2 = 0`},
		{200, `INSERT INTO groups (key, name, created_at) SELECT 'group-' || i, 'Group ' || i, {now} FROM n`},
		{messages, `INSERT INTO group_members (group_key, recipient_id) SELECT 'group-' || (i % 20), 'person-' || i FROM n`},
		{2_000, `INSERT INTO group_members (group_key, recipient_id) SELECT 'group-' || (100 + i % 100), 'person-' || i FROM n`},
		{20_000, `INSERT INTO suppressions (id, channel, address, reason, created_at)
			SELECT 'sup_' || {i}, 'email', 'person-' || i || '@example.com', 'bounce', {at} FROM n`},
	}
}

func contentFillings(templates int) []filling {
	return []filling{
		{templates, `INSERT INTO templates (key, name, folder, live_version, created_at, updated_at)
			SELECT 'template-' || i, 'Template ' || i, 'folder-' || (i % 50), 1, {now}, {now} FROM n`},
		{templates, `INSERT INTO template_versions (key, version, definition, state, created_at)
			SELECT 'template-' || i, 1, t.definition, 'published', {now} FROM n, template_versions AS t WHERE t.key = 'order.shipped' AND t.version = 1`},
		{templates / 10, `INSERT INTO template_versions (key, version, definition, state, created_at)
			SELECT 'template-' || (i * 10), 2, t.definition, CASE WHEN i % 2 = 0 THEN 'draft' ELSE 'in_review' END, {now}
			FROM n, template_versions AS t WHERE t.key = 'order.shipped' AND t.version = 1`},
		{1_000, `INSERT INTO workflows (key, event_type, live_version, created_at, updated_at) SELECT 'flow-' || i, 'flow-' || i, 1, {now}, {now} FROM n`},
		{1_000, `INSERT INTO workflow_versions (key, version, definition, state, created_at)
			SELECT 'flow-' || i, 1, replace(w.definition, 'order.shipped', 'flow-' || i), 'published', {now}
			FROM n, workflow_versions AS w WHERE w.key = 'order.shipped' AND w.version = 1`},
		{2_000, `INSERT INTO approvals (id, kind, key, version, base_version, title, hash, authors, state, submitted_by, submitted_at)
			SELECT 'apr_' || {i}, 'template', 'template-' || i, 2, 1, 'Template ' || i, '', '[]',
			CASE WHEN i % 5 = 0 THEN 'waiting' ELSE 'published' END, 'mem_x', {now} FROM n`},
	}
}

// deskFillings is what the people at the admin pages leave behind.
func deskFillings() []filling {
	return []filling{
		{20_000, `INSERT INTO audit (id, at, actor_kind, actor_id, actor_name, action, target_kind, target_id, state_before, state_after, trace_id, ip, seal)
			SELECT 'aud_' || {i}, {now}, 'member', 'mem_' || (i % 20), 'Member ' || (i % 20), 'template.save', 'template', 'template-' || (i % 5000),
			'{"a":1}', '{"a":2}', '', '127.0.0.1', 'seal' FROM n`},
		{1_000, `INSERT INTO members (id, email, name, password_hash, role, recipient_id, created_at)
			SELECT 'mem_' || {i}, 'member-' || i || '@example.com', 'Member ' || i, '', 'viewer', 'person-' || i, {now} FROM n`},
		{1_500, `INSERT INTO invitations (id, email, role, member_id, invited_by, inviter_name, token_hash, created_at, expires_at)
			SELECT 'inv_' || {i}, 'guest-' || i || '@example.com', 'viewer', 'm' || i, 'x', 'x', 't' || i, {now}, {later} FROM n`},
		{1_500, `INSERT INTO api_keys (id, source, name, prefix, hash, scopes, created_at)
			SELECT 'key_' || {i}, 'shop', 'Key ' || i, 'ck', 'h' || i, '["read"]', {now} FROM n`},
		{20_000, `INSERT INTO inbox_items (id, recipient_id, message_id, feed_offset, content, created_at, read_at)
			SELECT 'inb_' || {i}, m.recipient_id, 'inbox-' || i, i, '{"title":"Shipped","body":"{content}"}', {at}, CASE WHEN i % 3 = 0 THEN 0 ELSE 1 END
			FROM n, (SELECT recipient_id FROM members WHERE email = 'bench@example.com') AS m`},
	}
}

// lineFillings is what the line has written.
func lineFillings(messages int) []filling {
	return []filling{
		{messages, `INSERT INTO events (id, source, type, idempotency_key, targets, data, trace_id, status, created_at, dispatched_at)
			SELECT 'evt_' || {i}, 'shop', {workflow}, 'key-' || i, '[]', '{"text":"{content}"}', {i}, {done}, {at}, {at} FROM n`},
		{messages, `INSERT INTO notifications (id, event_id, recipient_id, workflow, workflow_version, category, priority, decisions, trace_id, created_at)
			SELECT 'ntf_' || {i}, 'evt_' || {i}, {person}, {workflow}, 1, 'orders', 'medium', '', {i}, {at} FROM n`},
		{messages, `INSERT INTO messages (id, notification_id, event_id, trace_id, source, recipient_id, recipient_name, channel, address, workflow, category,
				priority, status, template, template_version, content, integration, provider_message_id, attempts, error_code, skip_reason, created_at, dead_at)
			SELECT 'msg_' || {i}, 'ntf_' || {i}, 'evt_' || {i}, {i}, 'shop', {person}, 'Person ' || i, {channel},
				'person-' || i || '@example.com', {workflow}, 'orders', CASE WHEN i % 10 = 0 THEN 'high' ELSE 'medium' END, {status},
				'template-' || (i % 5000), 1, '{"text":"{content}"}', 'int_' || (i % 5), 'SG' || i, 1,
				CASE WHEN i % 500 = 0 THEN 'e' || (i % 7) ELSE '' END,
				CASE WHEN {status} = 'skipped' THEN 'opted_out' ELSE '' END, {at}, CASE WHEN i % 500 = 0 THEN {now} ELSE 0 END FROM n`},
		{messages, `INSERT INTO provider_ids (provider_message_id, message_id) SELECT 'SG' || i, 'msg_' || {i} FROM n`},
		{messages, `INSERT INTO attempts (id, message_id, number, integration, outcome, started_at, ended_at)
			SELECT 'att_' || {i}, 'msg_' || {i}, 1, 'int_' || (i % 5), 'ok', {at}, {at} FROM n`},
		{messages, `INSERT INTO message_events (message_id, at, kind, channel, source, first) SELECT 'msg_' || {i}, {at}, 'queued', {channel}, 'shop', TRUE FROM n`},
		{messages, `INSERT INTO message_events (message_id, at, kind) SELECT 'msg_' || {i}, {at}, 'sent' FROM n`},
		{messages, `INSERT INTO message_events (message_id, at, kind) SELECT 'msg_' || {i}, {at}, 'delivered' FROM n`},
		{messages, `INSERT INTO watch (kind, look_at, ids) SELECT 'message', {later}, '["msg_' || {i} || '"]' FROM n WHERE i % 700 = 0 AND i % 500 <> 0`},
	}
}
