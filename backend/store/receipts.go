package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/tracking"
)

// parkedAtOnce bounds one ApplyParked; the newest go first, as their messages
// are the likeliest to have come.
const parkedAtOnce = 1000

// receiptRow is a vendor's word as it is kept.
type receiptRow struct {
	bun.BaseModel     `bun:"table:receipts"`
	ID                string `bun:"id"`
	Integration       string `bun:"integration"`
	DedupKey          string `bun:"dedup_key"`
	MessageID         string `bun:"message_id"`
	ProviderMessageID string `bun:"provider_message_id"`
	Receipt           string `bun:"receipt"`
	ReceivedAt        int64  `bun:"received_at"`
	AppliedAt         int64  `bun:"applied_at"`

	word notify.Receipt
}

// ApplyReceipts stores receipts, each once, and applies the new ones.
func (db *DB) ApplyReceipts(ctx context.Context, integration string, receipts []notify.Receipt, now time.Time) (tracking.Applied, error) {
	var done tracking.Applied
	rows, err := receiptRows(integration, receipts, now)
	if err != nil || len(rows) == 0 {
		return done, err
	}
	err = db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		fresh, err := keepReceipts(ctx, tx, rows)
		if err != nil {
			return err
		}
		done, err = db.applyRows(ctx, tx, fresh, now)
		done.Duplicates = len(receipts) - len(fresh)
		return err
	})
	if err != nil {
		return tracking.Applied{}, fmt.Errorf("apply %d receipts of %s: %w", len(receipts), integration, err)
	}
	return done, nil
}

func receiptRows(integration string, receipts []notify.Receipt, now time.Time) ([]*receiptRow, error) {
	rows := make([]*receiptRow, 0, len(receipts))
	seen := map[string]bool{}
	for _, r := range receipts {
		if seen[r.DedupKey] {
			continue
		}
		seen[r.DedupKey] = true
		text, err := jsonText(r)
		if err != nil {
			return nil, err
		}
		rows = append(rows, &receiptRow{
			ID: notify.NewID(notify.ReceiptID), Integration: integration, DedupKey: r.DedupKey, MessageID: r.MessageID,
			ProviderMessageID: r.ProviderMessageID, Receipt: text, ReceivedAt: micros(now), word: r,
		})
	}
	return rows, nil
}

// keepReceipts inserts in the order of the keys, so that two callbacks that
// overlap never wait for one another in a ring, and returns the new ones in the
// order in which they came.
func keepReceipts(ctx context.Context, tx bun.Tx, rows []*receiptRow) ([]*receiptRow, error) {
	ordered := slices.Clone(rows)
	slices.SortFunc(ordered, func(a, b *receiptRow) int { return cmp.Compare(a.DedupKey, b.DedupKey) })
	var ids []string
	_, err := tx.NewInsert().Model(&ordered).On("CONFLICT (integration, dedup_key) DO NOTHING").Returning("id").Exec(ctx, &ids)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rows, func(r *receiptRow) bool { return !slices.Contains(ids, r.ID) }), nil
}

// ApplyParked tries the parked receipts again.
func (db *DB) ApplyParked(ctx context.Context, after, now time.Time) (tracking.Applied, error) {
	var done tracking.Applied
	parked, err := db.some(ctx, "receipts WHERE applied_at = 0 AND received_at > ?", micros(after))
	if err != nil || !parked {
		return done, during(err, "look for parked receipts")
	}
	err = db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var rows []*receiptRow
		q := tx.NewSelect().Model(&rows).Where("applied_at = 0 AND received_at > ?", micros(after)).
			OrderExpr("received_at DESC, id DESC").Limit(parkedAtOnce)
		if err := db.lock(q, "UPDATE SKIP LOCKED").Scan(ctx); err != nil {
			return err
		}
		slices.Reverse(rows)
		for _, r := range rows {
			if err := json.Unmarshal([]byte(r.Receipt), &r.word); err != nil {
				return fmt.Errorf("read receipt %s: %w", r.ID, err)
			}
		}
		var err error
		done, err = db.applyRows(ctx, tx, rows, now)
		return err
	})
	if err != nil {
		return tracking.Applied{}, fmt.Errorf("apply parked receipts: %w", err)
	}
	return done, nil
}

// applyRows applies those receipts whose message is known.
func (db *DB) applyRows(ctx context.Context, tx bun.Tx, rows []*receiptRow, now time.Time) (tracking.Applied, error) {
	var done tracking.Applied
	if len(rows) == 0 {
		return done, nil
	}
	if err := findMessages(ctx, tx, rows); err != nil {
		return done, err
	}
	messages, err := db.lockTracked(ctx, tx, rows)
	if err != nil {
		return done, err
	}
	u := &untold{now: now}
	var applied []*receiptRow
	for _, r := range rows {
		m := messages[r.MessageID]
		if m == nil && r.word.Channel != "" {
			u.tellAddress(r.word)
			r.AppliedAt = micros(now)
			applied = append(applied, r)
			continue
		}
		if m == nil {
			done.Parked++
			continue
		}
		u.tell(m, r)
		r.AppliedAt = micros(now)
		applied = append(applied, r)
	}
	done.Applied = len(applied)
	done.Changed, err = u.write(ctx, tx, messages)
	if err != nil || len(applied) == 0 {
		return done, err
	}
	if err := closeReceipts(ctx, tx, applied); err != nil || len(u.said) == 0 {
		return done, err
	}
	said, err := speakers(ctx, tx, u.said)
	if err != nil {
		return done, err
	}
	return done, db.say(ctx, tx, said, now)
}

// findMessages fills in the message of a receipt that names only the vendor's
// id. The vendor's ids are its own: the same id at another integration is another
// message. A message that went out by several keeps the ids of all.
func findMessages(ctx context.Context, tx bun.Tx, rows []*receiptRow) error {
	var theirs []string
	for _, r := range rows {
		if r.ProviderMessageID != "" && r.word.MessageID == "" {
			theirs = append(theirs, r.ProviderMessageID)
		}
	}
	if len(theirs) == 0 {
		return nil
	}
	var found []struct{ ID, Integration, ProviderMessageID string }
	err := tx.NewSelect().TableExpr("provider_ids AS p").ColumnExpr("a.message_id AS id, a.integration, p.provider_message_id").
		Join("JOIN attempts AS a ON a.message_id = p.message_id").
		Where("p.provider_message_id IN (?)", bun.List(sortedSet(theirs))).Scan(ctx, &found)
	if err != nil {
		return err
	}
	ours := map[[2]string]string{}
	for _, f := range found {
		ours[[2]string{f.Integration, f.ProviderMessageID}] = f.ID
	}
	for _, r := range rows {
		if r.word.MessageID == "" {
			r.MessageID = ours[[2]string{r.Integration, r.ProviderMessageID}]
		}
	}
	return nil
}

func closeReceipts(ctx context.Context, tx bun.Tx, rows []*receiptRow) error {
	pairs := make([][]any, 0, len(rows))
	for _, r := range rows {
		pairs = append(pairs, []any{r.ID, r.MessageID})
	}
	places, args := tuples(pairs)
	_, err := tx.NewRaw("WITH g (own, message) AS (VALUES "+places+") UPDATE receipts SET applied_at = ?, message_id = g.message FROM g WHERE id = g.own",
		append(args, rows[0].AppliedAt)...).Exec(ctx)
	return err
}
