package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/uptrace/bun"

	"clarion/backend/inbox"
	"clarion/backend/notify"
)

// A feed's log keeps at least its newest logKept frames; it is trimmed when the
// offset passes a multiple of trimEvery, so that most writes trim nothing.
const (
	logKept   = 1000
	trimEvery = 128
)

type feedRow struct {
	bun.BaseModel `bun:"table:inbox_feeds,alias:f"`

	RecipientID string `bun:",pk"`
	Epoch       string
	LastOffset  int64
}

// lockFeeds makes the feeds that are missing, locks all of them in the given
// order and returns where each is. From here to the commit nobody else gives
// out offsets in them: there are no gaps and no offset is seen late.
func (db *DB) lockFeeds(ctx context.Context, tx bun.Tx, recipients []string) (map[string]int64, error) {
	rows := make([]feedRow, len(recipients))
	for i, id := range recipients {
		rows[i] = feedRow{RecipientID: id, Epoch: notify.NewID("")}
	}
	if _, err := tx.NewInsert().Model(&rows).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
		return nil, err
	}
	var locked []feedRow
	query := tx.NewSelect().Model(&locked).Where("f.recipient_id IN (?)", bun.List(recipients)).Order("f.recipient_id")
	if db.postgres() {
		query.For("UPDATE")
	}
	if err := query.Scan(ctx); err != nil {
		return nil, err
	}
	heads := make(map[string]int64, len(locked))
	for _, f := range locked {
		heads[f.RecipientID] = f.LastOffset
	}
	return heads, nil
}

// feedMove is a feed whose head went from one offset to another.
type feedMove struct {
	feed          string
	before, after int64
}

func moveFeeds(ctx context.Context, tx bun.Tx, moves []feedMove) error {
	rows := make([]feedRow, len(moves))
	for i, m := range moves {
		rows[i] = feedRow{RecipientID: m.feed, LastOffset: m.after}
	}
	// The rows exist and are ours, so this is an update of many rows at once.
	_, err := tx.NewInsert().Model(&rows).On("CONFLICT (recipient_id) DO UPDATE").
		Set("last_offset = EXCLUDED.last_offset").Exec(ctx)
	if err != nil {
		return err
	}
	for _, m := range moves {
		if m.before/trimEvery == m.after/trimEvery || m.after <= logKept {
			continue
		}
		_, err := tx.NewDelete().Model((*frameRow)(nil)).Where("recipient_id = ?", m.feed).
			Where("feed_offset <= ?", m.after-logKept).Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

// Head returns the feed's epoch and last offset, making the feed if needed.
func (db *DB) Head(ctx context.Context, recipient string) (inbox.Head, error) {
	head, err := db.findHead(ctx, db.latest(), recipient)
	if !errors.Is(err, sql.ErrNoRows) {
		return head, during(err, "find the feed of %s", recipient)
	}
	row := feedRow{RecipientID: recipient, Epoch: notify.NewID("")}
	if _, err := db.w.NewInsert().Model(&row).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
		return head, during(err, "make the feed of %s", recipient)
	}
	head, err = db.findHead(ctx, db.latest(), recipient)
	return head, during(err, "find the feed of %s", recipient)
}

func (db *DB) findHead(ctx context.Context, from *bun.DB, recipient string) (inbox.Head, error) {
	var row feedRow
	err := from.NewSelect().Model(&row).Where("f.recipient_id = ?", recipient).Scan(ctx)
	return inbox.Head{Epoch: row.Epoch, Offset: row.LastOffset}, err
}

// Since returns the frames after the offset. The head is read first: frames
// that are added meanwhile only make the answer longer, never wrong.
func (db *DB) Since(ctx context.Context, recipient string, offset int64, limit int) ([]inbox.Frame, bool, error) {
	head, err := db.findHead(ctx, db.latest(), recipient)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, false, during(err, "find the feed of %s", recipient)
	}
	var rows []frameRow
	err = db.latest().NewSelect().Model(&rows).Column("feed_offset", "frame").Where("l.recipient_id = ?", recipient).
		Where("l.feed_offset > ?", offset).Order("l.feed_offset").Limit(int64(limit) + 1).Scan(ctx)
	if err != nil {
		return nil, false, during(err, "load frames of %s", recipient)
	}
	if len(rows) == 0 {
		return nil, head.Offset == offset, nil
	}
	if len(rows) > limit || rows[0].FeedOffset != offset+1 {
		return nil, false, nil
	}
	frames := make([]inbox.Frame, len(rows))
	for i, r := range rows {
		frames[i] = inbox.Frame{Offset: r.FeedOffset, JSON: []byte(r.Frame)}
	}
	return frames, true, nil
}
