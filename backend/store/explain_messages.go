package store

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"clarion/backend/explain"
	"clarion/backend/notify"
)

var _ explain.Store = (*DB)(nil)

// messageView is a message as it is read, not as it is worked on.
type messageView struct {
	bun.BaseModel `bun:"table:messages,alias:m"`

	ID                string `bun:",pk"`
	NotificationID    string
	EventID           string
	TraceID           string
	Source            string
	Tenant            string
	RecipientID       string
	RecipientName     string
	Channel           string
	Address           string
	Workflow          string
	Category          string
	Priority          string
	Critical          bool
	Status            string
	SkipReason        string
	Template          string
	TemplateVersion   int
	Locale            string
	Content           string
	SizeBytes         int
	Ambiguity         string
	Integration       string
	NextIntegration   string
	ProviderMessageID string
	Outcome           string
	ErrorCode         string
	ErrorDetail       string
	AttemptID         string
	AttemptNumber     int
	Attempts          int
	Deferrals         int
	DueAt             int64
	ExpiresAt         int64
	CreatedAt         int64
	SentAt            int64
	DeliveredAt       int64
	HeldFor           string
	Broadcast         string
}

func (v messageView) word() (notify.Message, error) {
	m := notify.Message{
		ID: v.ID, NotificationID: v.NotificationID, EventID: v.EventID, TraceID: v.TraceID, Source: v.Source, Tenant: v.Tenant,
		Recipient: notify.RecipientRef{ID: v.RecipientID, Name: v.RecipientName},
		Channel:   notify.Channel(v.Channel), Address: v.Address, Workflow: v.Workflow, Category: v.Category,
		Priority: notify.Priority(v.Priority), Critical: v.Critical,
		Status: notify.Status(v.Status), SkipReason: notify.SkipReason(v.SkipReason),
		Template:    notify.TemplateRef{Key: v.Template, Version: v.TemplateVersion, Locale: v.Locale},
		Integration: v.Integration, ProviderMessageID: v.ProviderMessageID, SizeBytes: v.SizeBytes,
		Ambiguity: notify.AmbiguityPolicy(v.Ambiguity), ErrorCode: v.ErrorCode, ErrorDetail: v.ErrorDetail,
		Outcome: notify.Outcome(v.Outcome), CreatedAt: fromMicros(v.CreatedAt), SentAt: fromMicros(v.SentAt),
		DeliveredAt: fromMicros(v.DeliveredAt), ExpiresAt: fromMicros(v.ExpiresAt), DueAt: fromMicros(v.DueAt),
		AttemptID: v.AttemptID, Attempts: v.Attempts, AttemptNumber: v.AttemptNumber, Deferrals: v.Deferrals,
		Next: v.NextIntegration, HeldFor: notify.SkipReason(v.HeldFor), Broadcast: v.Broadcast,
	}
	if m.Status != notify.Held { // later it only says whom to ask again
		m.HeldFor = ""
	}
	return m, during(readDocument(v.Content, &m.Content), "content of message %s", v.ID)
}

// Messages returns a page, newest first, without Content.
func (db *DB) Messages(ctx context.Context, f notify.MessageFilter, p notify.Page) ([]notify.Message, string, error) {
	var rows []messageView
	query, err := db.messagesQuery(ctx, &rows, f, p)
	if err != nil {
		return nil, "", err
	}
	if err := query.Scan(ctx); err != nil {
		return nil, "", during(err, "list messages")
	}
	rows, next := cut(rows, p, func(v messageView) string { return v.ID })
	list, err := listed(rows, messageView.word)
	return list, next, err
}

func (db *DB) messagesQuery(ctx context.Context, rows *[]messageView, f notify.MessageFilter, p notify.Page) (*bun.SelectQuery, error) {
	conditions, err := db.messageConditions(ctx, f)
	if err != nil {
		return nil, err
	}
	walk := slices.ContainsFunc(conditions, func(c condition) bool { return c.walk })
	query := db.r.NewSelect().Model(rows).ModelTableExpr(db.walk("messages AS m", walk)).ExcludeColumn("content")
	for _, c := range conditions {
		c.on(query)
	}
	return query, paged(query, p, "m.id", "DESC")
}

// Message returns one message with its content.
func (db *DB) Message(ctx context.Context, id string) (notify.Message, error) {
	var row messageView
	if err := db.latest().NewSelect().Model(&row).Where("m.id = ?", id).Scan(ctx); err != nil {
		return notify.Message{}, during(err, "find message %s", id)
	}
	return row.word()
}

// Attempts returns a message's attempts, first to last.
func (db *DB) Attempts(ctx context.Context, messageID string) ([]notify.Attempt, error) {
	var rows []attemptView
	err := db.latest().NewSelect().Model(&rows).Where("t.message_id = ?", messageID).Order("t.number", "t.id").Scan(ctx)
	if err != nil {
		return nil, during(err, "load attempts of message %s", messageID)
	}
	return listed(rows, attemptView.word)
}

type attemptView struct {
	bun.BaseModel `bun:"table:attempts,alias:t"`

	ID            string `bun:",pk"`
	MessageID     string
	Number        int
	Integration   string
	Outcome       string
	ErrorCode     string
	ErrorDetail   string
	StartedAt     int64
	EndedAt       int64
	NextAttemptAt int64
}

func (v attemptView) word() (notify.Attempt, error) {
	return notify.Attempt{
		ID: v.ID, MessageID: v.MessageID, Number: v.Number, Integration: v.Integration, Outcome: notify.Outcome(v.Outcome),
		ErrorCode: v.ErrorCode, ErrorDetail: v.ErrorDetail, StartedAt: fromMicros(v.StartedAt),
		EndedAt: fromMicros(v.EndedAt), NextAttemptAt: fromMicros(v.NextAttemptAt),
	}, nil
}

// Changes returns a message's story in the order in which it was written.
func (db *DB) Changes(ctx context.Context, messageID string) ([]notify.Change, error) {
	var rows []changeView
	err := db.latest().NewSelect().Model(&rows).Where("e.message_id = ?", messageID).Order("e.seq").Scan(ctx)
	if err != nil {
		return nil, during(err, "load the story of message %s", messageID)
	}
	list := make([]notify.Change, 0, len(rows)+1)
	for _, v := range rows {
		change := notify.Change{Seq: v.Seq, MessageID: v.MessageID, At: fromMicros(v.At), Kind: v.Kind, Detail: raw(v.Detail)}
		if v.First && v.Kind != created {
			birth := change
			birth.Kind, birth.Detail = created, nil
			list = append(list, birth)
		}
		list = append(list, change)
	}
	return list, nil
}

// created begins every story. The first row of a message stands for it and for
// its first status; rows of the first release stand for it alone.
const created = "created"

type changeView struct {
	bun.BaseModel `bun:"table:message_events,alias:e"`

	Seq       int64 `bun:",pk"`
	MessageID string
	At        int64
	Kind      string
	Detail    string
	First     bool
}
