package store

import (
	"database/sql"
	"fmt"

	"clarion/backend/notify"
)

// messageFields are the columns of a message in the order in which scanMessage
// reads them.
const messageFields = `id, notification_id, event_id, trace_id, source, tenant, recipient_id, recipient_name, channel,
	address, workflow, category, priority, critical, status, skip_reason, template, template_version, locale, content,
	size_bytes, ambiguity, integration, next_integration, provider_message_id, outcome, error_code, error_detail,
	attempt_id, attempt_number, attempts, deferrals, due_at, expires_at, created_at, sent_at, delivered_at,
	held_for, broadcast`

func scanMessage(s scanner) (notify.Message, error) {
	var m notify.Message
	var content string
	var dueAt, expiresAt, createdAt, sentAt, deliveredAt int64
	err := s.Scan(&m.ID, &m.NotificationID, &m.EventID, &m.TraceID, &m.Source, &m.Tenant, &m.Recipient.ID, &m.Recipient.Name, &m.Channel,
		&m.Address, &m.Workflow, &m.Category, &m.Priority, &m.Critical, &m.Status, &m.SkipReason, &m.Template.Key, &m.Template.Version, &m.Template.Locale, &content,
		&m.SizeBytes, &m.Ambiguity, &m.Integration, &m.Next, &m.ProviderMessageID, &m.Outcome, &m.ErrorCode, &m.ErrorDetail,
		&m.AttemptID, &m.AttemptNumber, &m.Attempts, &m.Deferrals, &dueAt, &expiresAt, &createdAt, &sentAt, &deliveredAt,
		&m.HeldFor, &m.Broadcast)
	if err != nil {
		return m, fmt.Errorf("read a message: %w", err)
	}
	m.DueAt, m.ExpiresAt, m.CreatedAt = fromMicros(dueAt), fromMicros(expiresAt), fromMicros(createdAt)
	m.SentAt, m.DeliveredAt = fromMicros(sentAt), fromMicros(deliveredAt)
	if err := readDocument(content, &m.Content); err != nil {
		return m, fmt.Errorf("message %s: %w", m.ID, err)
	}
	return m, nil
}

// readMessages reads and closes rows of messageFields.
func readMessages(rows *sql.Rows) ([]notify.Message, error) {
	defer func() { _ = rows.Close() }()
	var out []notify.Message
	for rows.Next() {
		m, err := scanMessage(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read messages: %w", classify(err))
	}
	return out, nil
}

// watchNew lists the new messages that are open: the sweeper looks at a held one
// when its time comes, at a queued one when its first lease ends.
func watchNew(list []notify.Message, leaseUntil int64) []watchRow {
	var items []watched
	for i := range list {
		m := &list[i]
		switch due := micros(m.DueAt); m.Status {
		case notify.Queued:
			items = append(items, watched{m.ID, due, max(leaseUntil, due)})
		case notify.Held:
			if m.Gather == nil { // its digest has a time of its own
				items = append(items, watched{m.ID, due, due})
			}
		}
	}
	return watchLists(watchMessages, items)
}

// sameWords reports whether two contents are texts only, and the same.
func sameWords(a, b *notify.Content) bool {
	return a.Text == b.Text && a.Subject == b.Subject && a.HTML == b.HTML && a.Title == b.Title && a.Body == b.Body && a.Image == b.Image && a.URL == b.URL &&
		len(a.Blocks)+len(b.Blocks)+len(a.Actions)+len(b.Actions)+len(a.Data)+len(b.Data) == 0
}

// messageColumns are the new rows of messages.
func messageColumns(list []notify.Message) ([]column, error) {
	n := len(list)
	content := make([]string, n)
	for i := range list {
		if i > 0 && sameWords(&list[i].Content, &list[i-1].Content) {
			content[i] = content[i-1]
			continue
		}
		text, err := document(list[i].Content)
		if err != nil {
			return nil, fmt.Errorf("message %s: %w", list[i].ID, err)
		}
		content[i] = text
	}
	return []column{
		texts("id", n, func(i int) string { return list[i].ID }),
		texts("notification_id", n, func(i int) string { return list[i].NotificationID }),
		texts("event_id", n, func(i int) string { return list[i].EventID }),
		texts("trace_id", n, func(i int) string { return list[i].TraceID }),
		texts("source", n, func(i int) string { return list[i].Source }),
		texts("tenant", n, func(i int) string { return list[i].Tenant }),
		texts("recipient_id", n, func(i int) string { return list[i].Recipient.ID }),
		texts("recipient_name", n, func(i int) string { return list[i].Recipient.Name }),
		texts("channel", n, func(i int) notify.Channel { return list[i].Channel }),
		texts("address", n, func(i int) string { return list[i].Address }),
		texts("workflow", n, func(i int) string { return list[i].Workflow }),
		texts("category", n, func(i int) string { return list[i].Category }),
		texts("priority", n, func(i int) notify.Priority { return list[i].Priority }),
		flags("critical", n, func(i int) bool { return list[i].Critical }),
		texts("status", n, func(i int) notify.Status { return list[i].Status }),
		texts("skip_reason", n, func(i int) notify.SkipReason { return list[i].SkipReason }),
		texts("template", n, func(i int) string { return list[i].Template.Key }),
		integers("template_version", n, func(i int) int { return list[i].Template.Version }),
		texts("locale", n, func(i int) string { return list[i].Template.Locale }),
		{name: "content", kind: "text", values: content},
		integers("size_bytes", n, func(i int) int { return list[i].SizeBytes }),
		integers("parts", n, func(i int) int { return list[i].Parts }),
		texts("broadcast", n, func(i int) string { return list[i].Broadcast }),
		texts("held_for", n, func(i int) notify.SkipReason { return list[i].HeldFor }),
		texts("ambiguity", n, func(i int) notify.AmbiguityPolicy { return list[i].Ambiguity }),
		texts("error_code", n, func(i int) string { return list[i].ErrorCode }),
		texts("error_detail", n, func(i int) string { return list[i].ErrorDetail }),
		numbers("due_at", n, func(i int) int64 { return micros(list[i].DueAt) }),
		numbers("expires_at", n, func(i int) int64 { return micros(list[i].ExpiresAt) }),
		numbers("created_at", n, func(i int) int64 { return micros(list[i].CreatedAt) }),
	}, nil
}
