package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"
)

// The kinds of lists in watch.
const (
	watchMessages = "message"
	watchEvents   = "event"
	// watchSilent lists sent messages whose receipt is due.
	watchSilent = "silent"
)

// watchChunk is how many ids share one list. A list costs one row however many
// it names, and one look reads them all.
const watchChunk = 128

// watchRow is one list of ids that are not final. It stands in for an index on
// the open state: leaving it costs nothing, because the next look drops what has
// ended meanwhile.
type watchRow struct {
	bun.BaseModel `bun:"table:watch"`

	ID        int64  `bun:"id,pk,autoincrement"`
	Kind      string `bun:"kind"`
	NotBefore int64  `bun:"not_before"`
	LookAt    int64  `bun:"look_at"`
	Sweeps    int    `bun:"sweeps"`
	IDs       string `bun:"ids"`
}

// watched is an id and when it must be looked at.
type watched struct {
	id string
	// notBefore is when it may be due at the earliest, lookAt when somebody who
	// looks after it until then would have finished.
	notBefore, lookAt int64
}

// watchGrain is how far apart the times of one list may lie, in microseconds.
// It is less than a tick of the sweeper: nobody waits longer for it.
const watchGrain = 100_000

// watchLists gathers what has about the same times into lists: the earliest
// may be due then, and the last is looked at in time.
func watchLists(kind string, items []watched) []watchRow {
	type grain struct{ notBefore, lookAt int64 }
	at := map[grain]int{}
	var rows []watchRow
	var ids [][]string
	for _, w := range items {
		key := grain{w.notBefore / watchGrain, w.lookAt / watchGrain}
		i, known := at[key]
		if !known || len(ids[i]) == watchChunk {
			i, at[key] = len(rows), len(rows)
			rows, ids = append(rows, watchRow{Kind: kind, NotBefore: w.notBefore, LookAt: w.lookAt}), append(ids, nil)
		}
		rows[i].NotBefore, rows[i].LookAt = min(rows[i].NotBefore, w.notBefore), max(rows[i].LookAt, w.lookAt)
		ids[i] = append(ids[i], w.id)
	}
	for i := range rows {
		rows[i].IDs = idsText(ids[i])
	}
	return rows
}

func idsText(ids []string) string {
	text, err := json.Marshal(ids)
	if err != nil { // strings are always JSON
		panic(err)
	}
	return string(text)
}

// watchColumns are new lists for the hot paths.
func watchColumns(rows []watchRow) []column {
	n := len(rows)
	return []column{
		texts("kind", n, func(i int) string { return rows[i].Kind }),
		numbers("not_before", n, func(i int) int64 { return rows[i].NotBefore }),
		numbers("look_at", n, func(i int) int64 { return rows[i].LookAt }),
		texts("ids", n, func(i int) string { return rows[i].IDs }),
	}
}

// watchInsert is PostgreSQL's way to add lists inside a larger statement, its
// parameters numbered from first.
func watchInsert(columns []column, first int) string {
	return "INSERT INTO watch (" + names(columns) + ") SELECT " + names(columns) + " FROM " + given(columns, first)
}

// watch adds lists.
func watch(ctx context.Context, tx bun.Tx, rows []watchRow) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.NewInsert().Model(&rows).ExcludeColumn("id", "sweeps").Exec(ctx)
	return err
}

// watchAll adds ids that are all to be looked at in the same moment.
func watchAll(ctx context.Context, tx bun.Tx, kind string, ids []string, at int64) error {
	items := make([]watched, len(ids))
	for i, id := range ids {
		items[i] = watched{id: id, lookAt: at}
	}
	return watch(ctx, tx, watchLists(kind, items))
}

// watchedIDs selects the ids of all lists of a kind: everything that is open,
// and a little that no longer is.
func (db *DB) watchedIDs(kind string) string {
	if db.postgres() {
		return "SELECT i.id FROM watch AS w, jsonb_array_elements_text(w.ids::jsonb) AS i(id) WHERE w.kind = '" + kind + "'"
	}
	return "SELECT i.value FROM watch AS w, json_each(w.ids) AS i WHERE w.kind = '" + kind + "'"
}

// silent returns the workers that have not been heard of since.
func silent(ctx context.Context, db bun.IDB, since time.Time) ([]string, error) {
	var ids []string
	err := db.NewSelect().Table("workers").Column("id").Where("seen_at < ?", micros(since)).OrderExpr("id").Scan(ctx, &ids)
	return ids, err
}
