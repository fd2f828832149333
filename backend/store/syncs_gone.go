package store

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/roster"
	"clarion/backend/roster/syncs"
)

// MissingPeople returns who was there before and was not read by the run.
func (db *DB) MissingPeople(ctx context.Context, p syncs.Progress, most int) ([]string, int, error) {
	var ids []string
	query := func() *bun.SelectQuery {
		return db.w.NewSelect().Model((*syncPersonRow)(nil)).Where("p.sync_key = ? AND p.gone_at = 0 AND p.run_id <> ?", p.Sync.Key, p.Run)
	}
	count, err := query().Count(ctx)
	if err == nil {
		err = query().Column("recipient_id").Order("recipient_id").Limit(int64(most)).Scan(ctx, &ids)
	}
	return ids, int(count), during(err, "find who is missing in run %s", p.Run)
}

// SaveGone treats people as gone, by the policy of their sync.
func (db *DB) SaveGone(ctx context.Context, p syncs.Progress, ids []string) error {
	var marked []notify.Recipient
	if p.Sync.Gone.Policy == syncs.Mark {
		text, err := json.Marshal(map[string]bool{p.Sync.Gone.Attribute: true})
		if err != nil {
			return err
		}
		for _, id := range ids {
			marked = append(marked, notify.Recipient{ID: id, Data: text})
		}
	}
	err := db.txWithPeople(ctx, marked, p.Now, func(ctx context.Context, tx bun.Tx) error {
		if err := advanceSync(ctx, tx, p, "absent = absent + ?", len(ids)); err != nil {
			return err
		}
		if err := db.applyGone(ctx, tx, p, ids, marked); err != nil {
			return err
		}
		for part := range slices.Chunk(ids, upsertAtOnce) {
			_, err := tx.NewUpdate().Table("sync_people").Set("gone_at = ?", micros(p.Now)).
				Where("sync_key = ? AND recipient_id IN (?)", p.Sync.Key, bun.List(part)).Exec(ctx)
			if err != nil {
				return err
			}
		}
		return nil
	})
	return during(err, "treat %d people as gone", len(ids))
}

func (db *DB) applyGone(ctx context.Context, tx bun.Tx, p syncs.Progress, ids []string, marked []notify.Recipient) error {
	if p.Sync.Gone.Policy == syncs.Keep {
		return nil
	}
	people, err := whoLeft(ctx, tx, p, ids)
	if err != nil {
		return err
	}
	if err := noteHistory(ctx, tx, happening{kind: "gone", ref: p.Sync.Key, at: p.Now}, people); err != nil {
		return err
	}
	if p.Sync.Gone.Policy == syncs.Leave {
		for _, group := range p.Sync.Managed() {
			if err := leaveGroup(ctx, tx, membership{group, p.Now}, people); err != nil {
				return err
			}
		}
		return nil
	}
	marked = marked[:len(people)]
	for i, id := range people {
		marked[i].ID = id
	}
	return db.putRoster(ctx, tx, marked, roster.Progress{Now: p.Now})
}

// whoLeft is who the ids are after a merge: without those who were erased, for
// they do not come back to be marked, and without those who are there under the
// id they were merged into.
func whoLeft(ctx context.Context, tx bun.Tx, p syncs.Progress, ids []string) ([]string, error) {
	lead, err := leadsOf(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	people := make([]string, len(ids))
	for i, id := range ids {
		people[i] = lead(id)
	}
	var left []string
	for part := range slices.Chunk(sortedSet(people), upsertAtOnce) {
		var found []string
		err := tx.NewSelect().Model((*recipientRow)(nil)).Column("id").Where("r.id IN (?) AND r.erased_at = 0", bun.List(part)).
			Where("NOT EXISTS (SELECT 1 FROM sync_people AS p WHERE p.sync_key = ? AND p.recipient_id = r.id AND p.run_id = ? AND p.gone_at = 0)", p.Sync.Key, p.Run).
			Order("r.id").Scan(ctx, &found)
		if err != nil {
			return nil, err
		}
		left = append(left, found...)
	}
	return left, nil
}
