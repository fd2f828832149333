package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/roster"
)

// What an import leaves behind: a file that nobody went on with, and rows that
// nobody came back for. Both hold people's data.
const (
	uploadKept = 24 * time.Hour
	faultsKept = 7 * 24 * time.Hour
)

// ClaimImport gives an import that has work to do to one worker. Of twenty who
// ask one gets it: the update looks again at what it changes.
func (db *DB) ClaimImport(ctx context.Context, worker string, now, until time.Time) (roster.Import, error) {
	open, err := db.some(ctx, "imports WHERE state IN ('checking', 'running', 'closing') AND lease_until < ?", micros(now))
	if err == nil && !open {
		err = sql.ErrNoRows
	}
	if err != nil {
		return roster.Import{}, during(err, "claim an import")
	}
	var row importRow
	err = db.w.NewRaw(`UPDATE imports SET worker = ?, lease_until = ?, updated_at = ?,
			read = CASE WHEN state = 'checking' THEN 0 ELSE read END, lines = CASE WHEN state = 'checking' THEN 0 ELSE lines END,
			rows = CASE WHEN state = 'checking' THEN 0 ELSE rows END, faulty = CASE WHEN state = 'checking' THEN 0 ELSE faulty END
		WHERE id = (SELECT id FROM imports WHERE state IN ('checking', 'running', 'closing') AND lease_until < ? ORDER BY id LIMIT 1)
			AND state IN ('checking', 'running', 'closing') AND lease_until < ? RETURNING *`,
		worker, micros(until), micros(now), micros(now), micros(now)).Scan(ctx, &row)
	if err != nil {
		return roster.Import{}, during(err, "claim an import")
	}
	if row.State == string(roster.Checking) {
		if _, err := db.w.ExecContext(ctx, "DELETE FROM import_faults WHERE import_id = ?", row.ID); err != nil {
			return roster.Import{}, during(err, "forget the faults of import %s", row.ID)
		}
	}
	return row.word()
}

// SaveChecked writes down what a chunk of rows has for faults.
func (db *DB) SaveChecked(ctx context.Context, p roster.Progress, faulty []roster.FaultyRow) error {
	rows := make([]importFaultRow, len(faulty))
	for i, f := range faulty {
		text, err := json.Marshal(f.Faults)
		if err != nil {
			return during(err, "write down the faults of line %d", f.Line)
		}
		rows[i] = importFaultRow{ImportID: p.Import, Line: f.Line, Text: f.Row, Faults: string(text)}
	}
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := db.advance(ctx, tx, p, "rows = rows + ?, faulty = faulty + ?", p.Rows, len(rows)); err != nil {
			return err
		}
		for part := range slices.Chunk(rows, upsertAtOnce) {
			if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	return during(err, "check rows of import %s", p.Import)
}

// advance holds the import for the rest of the transaction and notes how far it
// has come. One that is cancelled or somebody else's is a conflict.
func (db *DB) advance(ctx context.Context, tx bun.Tx, p roster.Progress, counts string, args ...any) error {
	update := tx.NewUpdate().Table("imports").Set(counts, args...).
		Set("read = ?, lines = ?, state = ?, error = ?, updated_at = ?", p.Read, p.Lines, string(p.Next), p.Error, micros(p.Now)).
		Where("id = ? AND worker = ? AND state = ?", p.Import, p.Worker, string(p.State))
	switch p.Next {
	case p.State:
		update.Set("lease_until = ?", micros(p.Until))
	case roster.Done, roster.Failed:
		update.Set("worker = '', lease_until = 0, ended_at = ?", micros(p.Now))
	default:
		update.Set("worker = '', lease_until = 0")
	}
	n, err := touched(update.Exec(ctx))
	if err == nil && n == 0 {
		err = notify.ErrConflict
	}
	if err != nil {
		return err
	}
	return dropFile(ctx, tx, p.Import, p.Next)
}

// FaultyLines returns which lines from one to another cannot be stored.
func (db *DB) FaultyLines(ctx context.Context, id string, from, to int) (map[int]bool, error) {
	var lines []int
	err := db.w.NewSelect().Model((*importFaultRow)(nil)).Column("line").
		Where("f.import_id = ? AND f.line BETWEEN ? AND ?", id, from, to).Scan(ctx, &lines)
	out := make(map[int]bool, len(lines))
	for _, line := range lines {
		out[line] = true
	}
	return out, during(err, "find the faulty rows of import %s", id)
}

// StoreRows stores a chunk of people together with how far the import has come,
// so that after a restart no row is missing and none is stored again.
func (db *DB) StoreRows(ctx context.Context, p roster.Progress, people []notify.Recipient) error {
	err := db.txWithPeople(ctx, people, p.Now, func(ctx context.Context, tx bun.Tx) error {
		if err := db.advance(ctx, tx, p, "stored = stored + ?", p.Rows); err != nil {
			return err
		}
		return db.putRoster(ctx, tx, people, p)
	})
	return during(err, "store people of import %s", p.Import)
}

// putRoster stores people as a file or another system knows them: what it says
// is set, attributes it does not know stay. Who was merged is meant by the old id
// as well.
func (db *DB) putRoster(ctx context.Context, tx bun.Tx, people []notify.Recipient, p roster.Progress) error {
	people, err := led(ctx, tx, people)
	if err != nil {
		return err
	}
	if err := db.addData(ctx, tx, people); err != nil {
		return err
	}
	if err := putRecipients(ctx, tx, people, false, p.Now); err != nil {
		return err
	}
	if p.Import != "" {
		if err := noteHistory(ctx, tx, happening{kind: "imported", ref: p.Import, at: p.Now}, idsOf(people)); err != nil {
			return err
		}
	}
	if p.Group == "" {
		return nil
	}
	_, err = joinGroup(ctx, tx, membership{group: p.Group, at: p.Now}, idsOf(people))
	return err
}

func idsOf(people []notify.Recipient) []string {
	ids := make([]string, len(people))
	for i, r := range people {
		ids[i] = r.ID
	}
	return ids
}

// addData lays what is given over the attributes that are stored; who is named
// twice has both, the later over the earlier.
func (db *DB) addData(ctx context.Context, tx bun.Tx, people []notify.Recipient) error {
	places := map[string][]int{}
	for i, r := range people {
		if len(r.Data) > 0 {
			places[r.ID] = append(places[r.ID], i)
		}
	}
	ids := slices.Sorted(maps.Keys(places))
	for part := range slices.Chunk(ids, upsertAtOnce) {
		var rows []recipientRow
		query := tx.NewSelect().Model(&rows).Column("id", "data").Where("r.id IN (?) AND r.data <> ''", bun.List(part)).Order("r.id")
		if err := db.lock(query, "UPDATE").Scan(ctx); err != nil {
			return err
		}
		stored := make(map[string]string, len(rows))
		for _, row := range rows {
			stored[row.ID] = row.Data
		}
		for _, id := range part {
			if err := layOver(people, places[id], stored[id]); err != nil {
				return err
			}
		}
	}
	return nil
}

// layOver makes each mention of one person, in order, say all that was known
// before it as well.
func layOver(people []notify.Recipient, places []int, known string) error {
	for _, i := range places {
		merged, err := overlaid(known, people[i].Data)
		if err != nil {
			return err
		}
		people[i].Data, known = merged, string(merged)
	}
	return nil
}

func overlaid(stored string, given json.RawMessage) (json.RawMessage, error) {
	fields := map[string]json.RawMessage{}
	if json.Unmarshal([]byte(stored), &fields) != nil {
		return given, nil //nolint:nilerr // what is stored and no object has no attributes to keep
	}
	if err := json.Unmarshal(given, &fields); err != nil {
		return nil, err
	}
	return json.Marshal(fields)
}

// TidyImports removes files that nobody went on with and old faulty rows.
func (db *DB) TidyImports(ctx context.Context, now time.Time) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		for _, step := range []struct {
			text string
			args []any
		}{
			{`UPDATE imports SET state = 'cancelled', ended_at = ?, parts = 0 WHERE state IN ('uploading', 'checked') AND updated_at < ?`,
				[]any{micros(now), micros(now.Add(-uploadKept))}},
			{`DELETE FROM import_parts WHERE import_id IN (SELECT id FROM imports WHERE state IN ('done', 'cancelled', 'failed'))`, nil},
			{`DELETE FROM import_rows WHERE import_id IN (SELECT id FROM imports WHERE purpose = 'audience' AND ended_at > 0 AND ended_at < ?)`,
				[]any{micros(now.Add(-roster.AudienceKept))}},
			{`DELETE FROM import_faults WHERE import_id IN (SELECT id FROM imports WHERE ended_at > 0 AND ended_at < ?)`,
				[]any{micros(now.Add(-faultsKept))}},
		} {
			if _, err := tx.ExecContext(ctx, step.text, step.args...); err != nil {
				return err
			}
		}
		return nil
	})
	return during(err, "tidy imports")
}
