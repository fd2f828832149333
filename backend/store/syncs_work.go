package store

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/roster"
	"clarion/backend/roster/syncs"
)

// faultsMost is how many faulty rows of one run are kept to be looked at.
const faultsMost = 1000

type syncPersonRow struct {
	bun.BaseModel `bun:"table:sync_people,alias:p"`

	SyncKey     string `bun:",pk"`
	RecipientID string `bun:",pk"`
	Hash        string
	RunID       string
	GoneAt      int64
}

// KnownPeople returns what is kept of those ids that were read before.
func (db *DB) KnownPeople(ctx context.Context, key string, ids []string) (map[string]syncs.Known, error) {
	out := make(map[string]syncs.Known, len(ids))
	for part := range slices.Chunk(ids, upsertAtOnce) {
		var rows []syncPersonRow
		err := db.w.NewSelect().Model(&rows).Where("p.sync_key = ? AND p.recipient_id IN (?)", key, bun.List(part)).Scan(ctx)
		if err != nil {
			return nil, during(err, "find people of sync %s", key)
		}
		for _, row := range rows {
			out[row.RecipientID] = syncs.Known{Hash: row.Hash, Run: row.RunID, Gone: row.GoneAt > 0}
		}
	}
	return out, nil
}

// SavePage stores what a page of rows came to, together with how far the run has come.
func (db *DB) SavePage(ctx context.Context, p syncs.Progress, o syncs.Outcome) error {
	people := make([]notify.Recipient, len(o.People))
	for i, each := range o.People {
		people[i] = each.Recipient
	}
	err := db.txWithPeople(ctx, people, p.Now, func(ctx context.Context, tx bun.Tx) error {
		err := advanceSync(ctx, tx, p, "read = read + ?, upserted = upserted + ?, unchanged = unchanged + ?, faulty = faulty + ?",
			o.Read, len(o.People), len(o.Unchanged), len(o.Faulty))
		if err != nil {
			return err
		}
		if err := db.putSynced(ctx, tx, p, people, o.People); err != nil {
			return err
		}
		if err := noteSynced(ctx, tx, p, o); err != nil {
			return err
		}
		return keepSyncFaults(ctx, tx, p.Run, o.Faulty)
	})
	return during(err, "store rows of run %s", p.Run)
}

// putSynced stores people as the other system knows them now.
func (db *DB) putSynced(ctx context.Context, tx bun.Tx, p syncs.Progress, people []notify.Recipient, read []syncs.Person) error {
	lead, err := leads(ctx, tx, read)
	if err != nil {
		return err
	}
	for i := range people {
		people[i].ID = lead(people[i].ID)
	}
	if err := db.addData(ctx, tx, people); err != nil {
		return err
	}
	for i := range people {
		people[i].Data = withoutNulls(people[i].Data)
	}
	if err := putRecipients(ctx, tx, people, false, p.Now); err != nil {
		return err
	}
	if err := dropAddresses(ctx, tx, p.Sync.Channels(), people); err != nil {
		return err
	}
	if err := noteHistory(ctx, tx, happening{kind: "synced", ref: p.Sync.Key, at: p.Now}, idsOf(people)); err != nil {
		return err
	}
	return putMemberships(ctx, tx, p, membershipsOf(read, lead))
}

// advanceSync holds the run for the rest of the transaction. One that is
// cancelled or somebody else's is a conflict.
func advanceSync(ctx context.Context, tx bun.Tx, p syncs.Progress, counts string, args ...any) error {
	n, err := touched(tx.NewUpdate().Table("sync_runs").Set(counts, args...).Set("lease_until = ?", micros(p.Until)).
		Where("id = ? AND worker = ? AND state = 'running'", p.Run, p.Worker).Exec(ctx))
	if err == nil && n == 0 {
		err = notify.ErrConflict
	}
	return err
}

// withoutNulls drops the attributes that somebody has no more.
func withoutNulls(data json.RawMessage) json.RawMessage {
	fields := map[string]json.RawMessage{}
	if len(data) == 0 || json.Unmarshal(data, &fields) != nil {
		return data
	}
	maps.DeleteFunc(fields, func(_ string, value json.RawMessage) bool { return string(value) == "null" })
	text, err := json.Marshal(fields)
	if err != nil {
		return data
	}
	return text
}

// noteSynced remembers who was read, and as what.
func noteSynced(ctx context.Context, tx bun.Tx, p syncs.Progress, o syncs.Outcome) error {
	rows := make([]syncPersonRow, len(o.People))
	for i, each := range o.People {
		rows[i] = syncPersonRow{SyncKey: p.Sync.Key, RecipientID: each.ID, Hash: each.Hash, RunID: p.Run}
	}
	for part := range slices.Chunk(rows, upsertAtOnce) {
		_, err := tx.NewInsert().Model(&part).On("CONFLICT (sync_key, recipient_id) DO UPDATE").
			Set("hash = EXCLUDED.hash").Set("run_id = EXCLUDED.run_id").Set("gone_at = 0").Exec(ctx)
		if err != nil {
			return err
		}
	}
	for part := range slices.Chunk(slices.Concat(o.Unchanged, o.Seen), upsertAtOnce) {
		_, err := tx.NewUpdate().Table("sync_people").Set("run_id = ?", p.Run).
			Where("sync_key = ? AND recipient_id IN (?)", p.Sync.Key, bun.List(part)).Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

func keepSyncFaults(ctx context.Context, tx bun.Tx, run string, faulty []roster.FaultyRow) error {
	if len(faulty) == 0 {
		return nil
	}
	kept, err := tx.NewSelect().Model((*syncFaultRow)(nil)).Where("f.run_id = ?", run).Count(ctx)
	if err != nil {
		return err
	}
	faulty = faulty[:min(len(faulty), max(faultsMost-int(kept), 0))]
	rows := make([]syncFaultRow, len(faulty))
	for i, f := range faulty {
		text, err := json.Marshal(f.Faults)
		if err != nil {
			return err
		}
		rows[i] = syncFaultRow{RunID: run, Line: f.Line, Text: f.Row, Faults: string(text)}
	}
	for part := range slices.Chunk(rows, upsertAtOnce) {
		if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}
