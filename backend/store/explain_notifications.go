package store

import (
	"context"

	"github.com/uptrace/bun"

	"clarion/backend/explain"
	"clarion/backend/notify"
)

type notificationView struct {
	bun.BaseModel `bun:"table:notifications,alias:n"`

	ID              string `bun:",pk"`
	EventID         string
	RecipientID     string
	RecipientName   string
	Workflow        string
	WorkflowVersion int
	Category        string
	Priority        string
	Decisions       string
	TraceID         string
	CreatedAt       int64
}

func (v notificationView) word() (notify.Notification, error) {
	n := notify.Notification{
		ID: v.ID, EventID: v.EventID, Recipient: notify.RecipientRef{ID: v.RecipientID, Name: v.RecipientName},
		Workflow: v.Workflow, WorkflowVersion: v.WorkflowVersion, Category: v.Category,
		Priority: notify.Priority(v.Priority), Decisions: []notify.Decision{}, TraceID: v.TraceID,
		CreatedAt: fromMicros(v.CreatedAt),
	}
	return n, during(readDocument(v.Decisions, &n.Decisions), "decisions of notification %s", v.ID)
}

// Notification returns one notification with its decisions.
func (db *DB) Notification(ctx context.Context, id string) (notify.Notification, error) {
	var row notificationView
	if err := db.latest().NewSelect().Model(&row).Where("n.id = ?", id).Scan(ctx); err != nil {
		return notify.Notification{}, during(err, "find notification %s", id)
	}
	return row.word()
}

// Notifications returns a page, newest first, with the decisions.
func (db *DB) Notifications(ctx context.Context, f explain.NotificationFilter, p notify.Page) ([]notify.Notification, string, error) {
	var rows []notificationView
	query, err := db.notificationsQuery(&rows, f, p)
	if err != nil {
		return nil, "", err
	}
	if err := query.Scan(ctx); err != nil {
		return nil, "", during(err, "list notifications")
	}
	rows, next := cut(rows, p, func(v notificationView) string { return v.ID })
	list, err := listed(rows, notificationView.word)
	return list, next, err
}

func (db *DB) notificationsQuery(rows *[]notificationView, f explain.NotificationFilter, p notify.Page) (*bun.SelectQuery, error) {
	query := db.r.NewSelect().Model(rows)
	for _, c := range []condition{
		when(f.Event != "", "n.event_id = ?", f.Event),
		when(f.Recipient != "", "n.recipient_id = ?", f.Recipient),
		when(f.Workflow != "", "n.workflow = ?", f.Workflow),
		when(!f.From.IsZero(), "n.created_at >= ?", micros(f.From)),
		when(!f.To.IsZero(), "n.created_at < ?", micros(f.To)),
	} {
		c.on(query)
	}
	return query, paged(query, p, "n.id", "DESC")
}
