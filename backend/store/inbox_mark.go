package store

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/inbox"
	"clarion/backend/notify"
)

// shown is what a feed shows: not archived, not asleep.
func shown(q *bun.SelectQuery, now time.Time) *bun.SelectQuery {
	return q.Where("i.archived_at = 0").Where("i.snoozed_until <= ?", micros(now))
}

// Items returns a page of one feed, newest first.
func (db *DB) Items(ctx context.Context, f inbox.Filter, p notify.Page) ([]notify.InboxItem, string, error) {
	var rows []itemRow
	query := db.latest().NewSelect().Model(&rows).Where("i.recipient_id = ?", f.Recipient)
	switch f.Status {
	case "", "all":
		shown(query, f.Now)
	case "unread":
		shown(query, f.Now).Where("i.read_at = 0")
	case "archived":
		query.Where("i.archived_at <> 0")
	case "snoozed":
		query.Where("i.archived_at = 0").Where("i.snoozed_until > ?", micros(f.Now))
	default:
		return nil, "", notify.InvalidField("status", "not_an_option", "must be unread, all, archived or snoozed")
	}
	when(f.Category != "", "i.category = ?", f.Category).on(query)
	if err := paged(query, p, "i.id", "DESC"); err != nil {
		return nil, "", err
	}
	if err := query.Scan(ctx); err != nil {
		return nil, "", during(err, "list inbox items")
	}
	rows, next := cut(rows, p, func(r itemRow) string { return r.ID })
	list, err := listed(rows, itemRow.word)
	return list, next, err
}

// Counts counts what the feed shows. An item that was read was seen, so the
// unseen ones are among the unread, which have an index.
func (db *DB) Counts(ctx context.Context, recipient string, now time.Time) (inbox.Counts, error) {
	var c inbox.Counts
	query := db.latest().NewSelect().Model((*itemRow)(nil)).Where("i.recipient_id = ?", recipient).Where("i.read_at = 0").
		ColumnExpr("count(*)").ColumnExpr("coalesce(sum(CASE WHEN i.seen_at = 0 THEN 1 ELSE 0 END), 0)")
	err := shown(query, now).Scan(ctx, &c.Unread, &c.Unseen)
	return c, during(err, "count the inbox of %s", recipient)
}

// change is what one kind of mark does: which items it finds unchanged, and
// how it changes them.
type change struct {
	unless condition
	set    string
	args   []any
	// archived says whether a mark of all means what is archived instead of
	// what the feed holds.
	archived bool
}

func changeOf(m inbox.Mark, now time.Time) (change, error) {
	at := micros(now)
	switch m.As {
	case "seen":
		return change{unless: when(true, "i.seen_at = 0"), set: "seen_at = ?", args: []any{at}}, nil
	case "read":
		return change{
			unless: when(true, "i.read_at = 0"),
			set:    "read_at = ?, seen_at = CASE WHEN seen_at = 0 THEN ? ELSE seen_at END", args: []any{at, at},
		}, nil
	case "unread":
		return change{unless: when(true, "i.read_at <> 0"), set: "read_at = 0"}, nil
	case "archived":
		return change{unless: when(true, "i.archived_at = 0"), set: "archived_at = ?", args: []any{at}}, nil
	case "unarchived":
		return change{unless: when(true, "i.archived_at <> 0"), set: "archived_at = 0", archived: true}, nil
	case "snoozed":
		until := micros(m.Until)
		return change{unless: when(true, "i.snoozed_until <> ?", until), set: "snoozed_until = ?", args: []any{until}}, nil
	default:
		return change{}, notify.InvalidField("as", "not_an_option", "must be seen, read, unread, archived, unarchived or snoozed")
	}
}

// Mark changes items of one feed under its lock and appends one frame.
func (db *DB) Mark(ctx context.Context, m inbox.Mark, now time.Time) (inbox.Marked, error) {
	var marked inbox.Marked
	c, err := changeOf(m, now)
	if err != nil || len(m.IDs) == 0 && !m.All {
		return marked, err
	}
	err = db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		heads, err := db.lockFeeds(ctx, tx, []string{m.Recipient})
		if err != nil {
			return err
		}
		if marked, err = applyMark(ctx, tx, m, c); err != nil || len(marked.IDs) == 0 {
			return err
		}
		before := heads[m.Recipient]
		marked.Offset = before + 1
		frame, err := changedFrame(m, marked)
		if err != nil {
			return err
		}
		row := frameRow{RecipientID: m.Recipient, FeedOffset: marked.Offset, Frame: frame, CreatedAt: micros(now)}
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return err
		}
		if err := moveFeeds(ctx, tx, []feedMove{{m.Recipient, before, marked.Offset}}); err != nil {
			return err
		}
		return engage(ctx, tx, engagements[m.As], marked.Messages, now)
	})
	if err != nil {
		return inbox.Marked{}, during(err, "mark inbox items as %s", m.As)
	}
	return marked, nil
}

// engagements are the marks that tell something about the message, and what.
var engagements = map[string]notify.Engagement{
	"seen": notify.EngagedSeen, "read": notify.EngagedRead, "archived": notify.EngagedArchived,
}

// engage writes what a person did with messages to their timelines.
func engage(ctx context.Context, tx bun.Tx, kind notify.Engagement, messages []string, now time.Time) error {
	if kind == "" {
		return nil
	}
	for part := range slices.Chunk(messages, upsertAtOnce) {
		var rows []timelineRow
		err := tx.NewSelect().Table("messages").ColumnExpr("id AS message_id, channel, source").
			Where("id IN (?)", bun.List(part)).OrderExpr("id").Scan(ctx, &rows)
		if err != nil {
			return err
		}
		for i := range rows {
			rows[i].At, rows[i].Kind = micros(now), string(kind)
		}
		if err := writeTimeline(ctx, tx, rows); err != nil {
			return err
		}
	}
	return wakeRuns(ctx, tx, messages, now)
}

// applyMark changes the items and returns them, oldest first.
func applyMark(ctx context.Context, tx bun.Tx, m inbox.Mark, c change) (inbox.Marked, error) {
	var marked inbox.Marked
	query := tx.NewSelect().Model((*itemRow)(nil)).Column("id", "message_id").Where("i.recipient_id = ?", m.Recipient).Order("i.id")
	c.unless.on(query)
	switch {
	case len(m.IDs) > 0:
		query.Where("i.id IN (?)", bun.List(m.IDs))
	case !c.archived:
		query.Where("i.archived_at = 0")
	}
	if err := query.Scan(ctx, &marked.IDs, &marked.Messages); err != nil || len(marked.IDs) == 0 {
		return marked, err
	}
	for part := range slices.Chunk(marked.IDs, upsertAtOnce) {
		_, err := tx.NewUpdate().Model((*itemRow)(nil)).Set(c.set, c.args...).Where("id IN (?)", bun.List(part)).Exec(ctx)
		if err != nil {
			return marked, err
		}
	}
	return marked, nil
}

// changedFrame is what the socket says. A snooze also says until when.
func changedFrame(m inbox.Mark, marked inbox.Marked) (string, error) {
	frame := struct {
		Type   string     `json:"type"`
		Offset int64      `json:"offset"`
		IDs    []string   `json:"ids"`
		As     string     `json:"as"`
		Until  *time.Time `json:"until,omitempty"`
	}{Type: "changed", Offset: marked.Offset, IDs: marked.IDs, As: m.As}
	if m.As == "snoozed" {
		frame.Until = &m.Until
	}
	text, err := json.Marshal(frame)
	return string(text), err
}
