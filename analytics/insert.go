package analytics

import (
	"context"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"clarion/backend/notify"
)

// a column of delivery_events and how its values are taken from rows.
type column struct {
	name   string
	values func([]notify.DeliveryEvent) any
}

func of[T any](name string, value func(*notify.DeliveryEvent) T) column {
	return column{name, func(rows []notify.DeliveryEvent) any {
		out := make([]T, len(rows))
		for i := range rows {
			out[i] = value(&rows[i])
		}
		return out
	}}
}

type event = notify.DeliveryEvent

// columns are all of the table, by column: a driver that is handed rows looks at
// the type of every value.
var columns = []column{
	of("seq", func(e *event) uint64 { return uint64(e.Seq) }),
	of("at", func(e *event) time.Time { return time.UnixMicro(e.At) }),
	of("kind", func(e *event) string { return e.Kind }),
	of("first", func(e *event) bool { return e.First }),
	of("message_id", func(e *event) string { return e.MessageID }),
	of("notification_id", func(e *event) string { return e.NotificationID }),
	of("event_id", func(e *event) string { return e.EventID }),
	of("trace_id", func(e *event) string { return e.TraceID }),
	of("tenant", func(e *event) string { return e.Tenant }),
	of("source", func(e *event) string { return e.Source }),
	of("workflow", func(e *event) string { return e.Workflow }),
	of("category", func(e *event) string { return e.Category }),
	of("template", func(e *event) string { return e.Template }),
	of("template_version", func(e *event) uint32 { return uint32(e.TemplateVersion) }),
	of("locale", func(e *event) string { return e.Locale }),
	of("channel", func(e *event) string { return e.Channel }),
	of("provider", func(e *event) string { return e.Provider }),
	of("integration", func(e *event) string { return e.Integration }),
	of("priority", func(e *event) string { return e.Priority }),
	of("critical", func(e *event) bool { return e.Critical }),
	of("broadcast", func(e *event) string { return e.Broadcast }),
	of("recipient", func(e *event) string { return e.Recipient }),
	of("status", func(e *event) string { return e.Status }),
	of("reason", func(e *event) string { return e.Reason }),
	of("error_class", func(e *event) string { return e.ErrorClass }),
	of("error_code", func(e *event) string { return e.ErrorCode }),
	of("attempt", func(e *event) uint32 { return uint32(e.Attempt) }),
	of("latency_us", func(e *event) int64 { return e.LatencyUS }),
	of("queue_us", func(e *event) int64 { return e.QueueUS }),
	of("size_bytes", func(e *event) int64 { return e.SizeBytes }),
	of("parts", func(e *event) uint32 { return uint32(e.Parts) }),
	of("cost_micros", func(e *event) int64 { return e.CostMicros }),
}

// Insert adds the rows once, however often the same token comes.
func (w *Warehouse) Insert(ctx context.Context, token string, rows []notify.DeliveryEvent) error {
	return w.insertInto(ctx, "delivery_events", token, rows)
}

func (w *Warehouse) insertInto(ctx context.Context, table, token string, rows []notify.DeliveryEvent) error {
	settings := clickhouse.Settings{
		"insert_deduplicate": 1, "insert_deduplication_token": token,
		"deduplicate_blocks_in_dependent_materialized_views": 1, "async_insert": 0,
	}
	if w.config.Cluster != "" {
		// The shards must have the rows before the books say so.
		settings["distributed_foreground_insert"] = 1
	}
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(settings))
	names := ""
	for i, c := range columns {
		if i > 0 {
			names += ", "
		}
		names += c.name
	}
	batch, err := w.conn.PrepareBatch(ctx, "INSERT INTO "+table+" ("+names+")")
	if err != nil {
		return fmt.Errorf("begin an insert: %w", err)
	}
	defer func() { _ = batch.Close() }()
	for i, c := range columns {
		if err := batch.Column(i).Append(c.values(rows)); err != nil {
			return fmt.Errorf("fill column %s: %w", c.name, err)
		}
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("send an insert: %w", err)
	}
	return nil
}

// Correct replaces a recipient in all rows there are, and waits until it is done.
func (w *Warehouse) Correct(ctx context.Context, from, to string) error {
	text := "ALTER TABLE delivery_events" + w.config.fill("${local}${on_cluster}", "") + " UPDATE recipient = {to:String} WHERE recipient = {from:String}"
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"mutations_sync": 2}),
		clickhouse.WithParameters(clickhouse.Parameters{"from": from, "to": to}))
	if err := w.conn.Exec(ctx, text); err != nil {
		return fmt.Errorf("change a recipient: %w", err)
	}
	return nil
}
