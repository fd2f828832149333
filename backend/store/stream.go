package store

import (
	"context"
	"database/sql"
	"fmt"

	"clarion/backend/notify"
)

// streamFields are the columns of the view in the order in which scanStreamed reads them.
const streamFields = `seq, at, kind, first, message_id, notification_id, event_id, trace_id, tenant, source, workflow, category,
	template, template_version, locale, channel, provider, integration, priority, critical, broadcast, recipient,
	status, reason, error_class, error_code, attempt, latency_us, queue_us, size_bytes, parts, cost_micros`

func scanStreamed(s scanner, e *notify.DeliveryEvent) error {
	return s.Scan(&e.Seq, &e.At, &e.Kind, &e.First, &e.MessageID, &e.NotificationID, &e.EventID, &e.TraceID, &e.Tenant, &e.Source,
		&e.Workflow, &e.Category, &e.Template, &e.TemplateVersion, &e.Locale, &e.Channel, &e.Provider, &e.Integration,
		&e.Priority, &e.Critical, &e.Broadcast, &e.Recipient, &e.Status, &e.Reason, &e.ErrorClass, &e.ErrorCode, &e.Attempt,
		&e.LatencyUS, &e.QueueUS, &e.SizeBytes, &e.Parts, &e.CostMicros)
}

// DeliveryEvents returns the rows of the stream after one place up to another,
// both of them places of rows, in order.
func (db *DB) DeliveryEvents(ctx context.Context, after, upTo int64, limit int) ([]notify.DeliveryEvent, error) {
	rows, err := db.latest().QueryContext(ctx, "SELECT "+streamFields+" FROM delivery_events WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
		after, upTo, limit)
	if err != nil {
		return nil, fmt.Errorf("read the stream after %d: %w", after, classify(err))
	}
	return readStream(rows, after)
}

func readStream(rows *sql.Rows, after int64) ([]notify.DeliveryEvent, error) {
	defer func() { _ = rows.Close() }()
	var out []notify.DeliveryEvent
	for rows.Next() {
		out = append(out, notify.DeliveryEvent{})
		if err := scanStreamed(rows, &out[len(out)-1]); err != nil {
			return nil, fmt.Errorf("read the stream after %d: %w", after, err)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read the stream after %d: %w", after, classify(err))
	}
	return out, nil
}

// writersText lists who holds the lock that an insert takes before it asks for
// its places.
const writersText = `SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND relation = 'message_events'::regclass
	AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND mode = 'RowExclusiveLock' AND granted`

// StreamTip returns the newest row and who may yet add one before it. The row is
// looked for first: whoever took an earlier place holds the lock since before that
// row was seen, or has committed. SQLite has one writer, so nobody is behind.
func (db *DB) StreamTip(ctx context.Context) (notify.StreamTip, error) {
	var tip notify.StreamTip
	if err := db.latest().QueryRowContext(ctx, "SELECT COALESCE(MAX(seq), 0) FROM message_events").Scan(&tip.Seq); err != nil {
		return tip, fmt.Errorf("find the newest row of the stream: %w", classify(err))
	}
	if !db.postgres() {
		return tip, nil
	}
	if err := db.latest().NewRaw(writersText).Scan(ctx, &tip.Writers); err != nil {
		return tip, fmt.Errorf("find who is writing the stream: %w", classify(err))
	}
	return tip, nil
}
