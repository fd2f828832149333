package store

import (
	"context"
	"strings"

	"github.com/uptrace/bun"

	"clarion/backend/explain"
	"clarion/backend/notify"
)

// eventView is an event as it is read, not as it is worked on.
type eventView struct {
	bun.BaseModel `bun:"table:events,alias:e"`

	ID             string `bun:",pk"`
	Source         string
	Type           string
	IdempotencyKey string
	Fingerprint    string
	Targets        string
	Data           string
	Actor          string
	Tenant         string
	Priority       string
	SendAt         int64
	ExpiresAt      int64
	CancelKey      string
	Metadata       string
	TraceID        string
	Direct         string
	Status         string
	Error          string
	Cursor         string
	CreatedAt      int64
	DispatchedAt   int64
}

func (v eventView) word() (notify.Event, error) {
	e := notify.Event{
		ID: v.ID, Source: v.Source, Type: v.Type, IdempotencyKey: v.IdempotencyKey, Fingerprint: v.Fingerprint,
		Data: raw(v.Data), Actor: v.Actor, Tenant: v.Tenant, Priority: notify.Priority(v.Priority),
		SendAt: fromMicros(v.SendAt), ExpiresAt: fromMicros(v.ExpiresAt), CancelKey: v.CancelKey, Metadata: raw(v.Metadata),
		TraceID: v.TraceID, Status: notify.EventStatus(v.Status), Error: v.Error, CreatedAt: fromMicros(v.CreatedAt),
		DispatchedAt: fromMicros(v.DispatchedAt), Cursor: v.Cursor,
	}
	if err := readDocument(v.Targets, &e.To); err != nil {
		return e, during(err, "targets of event %s", v.ID)
	}
	return e, during(readDocument(v.Direct, &e.Direct), "direct part of event %s", v.ID)
}

// Event returns one event, whole.
func (db *DB) Event(ctx context.Context, id string) (notify.Event, error) {
	var row eventView
	err := db.latest().NewSelect().Model(&row).ExcludeColumn("idempotency_key").
		ColumnExpr("coalesce(e.idempotency_key, '') AS idempotency_key").Where("e.id = ?", id).Scan(ctx)
	if err != nil {
		return notify.Event{}, during(err, "find event %s", id)
	}
	return row.word()
}

// Events returns a page, newest first, without what a caller may make large:
// data, metadata, targets and ready content.
func (db *DB) Events(ctx context.Context, f explain.EventFilter, p notify.Page) ([]notify.Event, string, error) {
	var rows []eventView
	query, err := db.eventsQuery(ctx, &rows, f, p)
	if err != nil {
		return nil, "", err
	}
	if err := query.Scan(ctx); err != nil {
		return nil, "", during(err, "list events")
	}
	rows, next := cut(rows, p, func(v eventView) string { return v.ID })
	list, err := listed(rows, eventView.word)
	return list, next, err
}

func (db *DB) eventsQuery(ctx context.Context, rows *[]eventView, f explain.EventFilter, p notify.Page) (*bun.SelectQuery, error) {
	if !plainText(f.Q) {
		return nil, notify.InvalidField("q", "malformed", "must be text")
	}
	found, err := db.searchEvents(ctx, f.Q)
	if err != nil {
		return nil, err
	}
	stopped := f.Status == string(notify.EventFailed) || f.Status == string(notify.EventCancelled)
	query := db.r.NewSelect().Model(rows).ModelTableExpr(db.walk("events AS e", f.TraceID == "" && !stopped && f.Group+f.Segment == "")).
		ExcludeColumn("data", "metadata", "targets", "direct", "idempotency_key").
		ColumnExpr("coalesce(e.idempotency_key, '') AS idempotency_key")
	for _, c := range []condition{
		when(f.Type != "", "e.type = ?", f.Type),
		when(len(f.Types) > 0, "e.type IN (?)", bun.List(f.Types)),
		when(f.Source != "", "e.source = ?", f.Source),
		when(f.Status != "", "e.status = ?", f.Status),
		when(stopped, "e.stopped"),
		when(f.TraceID != "", "e.trace_id = ?", f.TraceID),
		when(!f.From.IsZero(), "e.created_at >= ?", micros(f.From)),
		when(!f.To.IsZero(), "e.created_at < ?", micros(f.To)),
		db.named("group", f.Group), db.named("segment", f.Segment),
		found,
	} {
		c.on(query)
	}
	return query, paged(query, p, "e.id", "DESC")
}

// named is about events that name a list of people, found by the index that other
// events never enter. The list is looked for as the targets were written.
func (db *DB) named(kind, key string) condition {
	find := "instr(e.targets, ?)"
	if db.postgres() {
		find = "position(? IN e.targets)"
	}
	lists := strings.NewReplacer("?", `'"segment":'`).Replace(find) + " > 0 OR " + strings.NewReplacer("?", `'"group":'`).Replace(find) + " > 0"
	name := strings.Trim(listText([]string{key}), "[]")
	return when(key != "", "("+lists+") AND "+find+" > 0", `"`+kind+`":`+name)
}

// Outcomes counts an event's messages by status.
func (db *DB) Outcomes(ctx context.Context, eventID string) (map[notify.Status]int, error) {
	var rows []statusCount
	err := db.latest().NewSelect().Table("messages").Column("status").ColumnExpr("count(*) AS n").
		Where("event_id = ?", eventID).Group("status").Scan(ctx, &rows)
	if err != nil {
		return nil, during(err, "count messages of event %s", eventID)
	}
	return byStatus(rows), nil
}

type statusCount struct {
	Status string
	N      int
}

func byStatus(rows []statusCount) map[notify.Status]int {
	counts := make(map[notify.Status]int, len(rows))
	for _, r := range rows {
		counts[notify.Status(r.Status)] = r.N
	}
	return counts
}
