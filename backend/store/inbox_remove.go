package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/inbox"
)

// RemoveItems removes the items of messages under the locks of their feeds. The
// frames that had told of them say from then on that they are no more: whoever
// comes back later is not shown what was taken back.
func (db *DB) RemoveItems(ctx context.Context, messages []string, now time.Time) ([]inbox.Withdrawn, error) {
	var gone []inbox.Withdrawn
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		gone = nil
		var feeds []string
		err := tx.NewSelect().Model((*itemRow)(nil)).ColumnExpr("DISTINCT i.recipient_id").Where("i.message_id IN (?)", bun.List(messages)).
			OrderExpr("i.recipient_id").Scan(ctx, &feeds)
		if err != nil || len(feeds) == 0 {
			return err
		}
		heads, err := db.lockFeeds(ctx, tx, feeds)
		if err != nil {
			return err
		}
		var items []itemRow
		if err := tx.NewSelect().Model(&items).Where("i.message_id IN (?)", bun.List(messages)).OrderExpr("i.recipient_id, i.id").Scan(ctx); err != nil || len(items) == 0 {
			return err
		}
		if _, err := tx.NewDelete().Model((*itemRow)(nil)).Where("message_id IN (?)", bun.List(messages)).Exec(ctx); err != nil {
			return err
		}
		gone, err = tellRemoved(ctx, tx, items, heads, now)
		return err
	})
	return gone, during(err, "remove the inbox items of %d messages", len(messages))
}

// tellRemoved writes the frames: a new one for each feed, and one in the place of
// each that had shown an item.
func tellRemoved(ctx context.Context, tx bun.Tx, items []itemRow, heads map[string]int64, now time.Time) ([]inbox.Withdrawn, error) {
	var gone []inbox.Withdrawn
	var frames []frameRow
	var moves []feedMove
	for _, item := range items {
		last := len(gone) - 1
		if last < 0 || gone[last].Recipient != item.RecipientID {
			before := heads[item.RecipientID]
			gone, last = append(gone, inbox.Withdrawn{Recipient: item.RecipientID, Offset: before + 1}), last+1
			moves = append(moves, feedMove{item.RecipientID, before, before + 1})
		}
		gone[last].IDs = append(gone[last].IDs, item.ID)
		frame, err := removedFrame(item.FeedOffset, []string{item.ID})
		if err != nil {
			return nil, err
		}
		_, err = tx.ExecContext(ctx, "UPDATE inbox_log SET frame = ? WHERE recipient_id = ? AND feed_offset = ?", frame, item.RecipientID, item.FeedOffset)
		if err != nil {
			return nil, err
		}
	}
	for _, each := range gone {
		frame, err := removedFrame(each.Offset, each.IDs)
		if err != nil {
			return nil, err
		}
		frames = append(frames, frameRow{RecipientID: each.Recipient, FeedOffset: each.Offset, Frame: frame, CreatedAt: micros(now)})
	}
	if _, err := tx.NewInsert().Model(&frames).Exec(ctx); err != nil {
		return nil, err
	}
	return gone, moveFeeds(ctx, tx, moves)
}

func removedFrame(offset int64, ids []string) (string, error) {
	text, err := json.Marshal(inbox.ChangedFrame{Type: "changed", Offset: offset, IDs: ids, As: inbox.Deleted})
	return string(text), err
}
