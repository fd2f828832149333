package store

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/audience"
	"clarion/backend/notify"
)

// maxAttributes is how many attributes are learned: a system that makes names of
// values must not fill the table.
const maxAttributes = 2000

type attributeRow struct {
	bun.BaseModel `bun:"table:attributes,alias:t"`

	Name        string `bun:",pk"`
	Kind        string `bun:",pk"`
	FirstSeenAt int64
}

// attributesKnown are the names and kinds that this process knows to be stored,
// so that people who are like all the others cost no statement.
type attributesKnown struct {
	mu   sync.Mutex
	seen map[attributeRow]bool
}

// news returns what these people hold that was not seen before, in an order in
// which two writers never wait for one another in a ring.
func (k *attributesKnown) news(list []notify.Recipient, now time.Time) []attributeRow {
	k.mu.Lock()
	defer k.mu.Unlock()
	fresh := map[attributeRow]bool{}
	for _, r := range list {
		for name, kind := range audience.KindsIn(r.Data) {
			row := attributeRow{Name: name, Kind: string(kind)}
			if !k.seen[row] && len(k.seen)+len(fresh) < maxAttributes {
				fresh[row] = true
			}
		}
	}
	rows := make([]attributeRow, 0, len(fresh))
	for row := range fresh {
		row.FirstSeenAt = micros(now)
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b attributeRow) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Kind, b.Kind))
	})
	return rows
}

// stored remembers rows whose transaction was committed.
func (k *attributesKnown) stored(rows []attributeRow) {
	if len(rows) == 0 {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.seen == nil {
		k.seen = map[attributeRow]bool{}
	}
	for _, row := range rows {
		row.FirstSeenAt = 0
		k.seen[row] = true
	}
}

// learn writes down what people hold, in the transaction that stores them.
func learn(ctx context.Context, tx bun.Tx, rows []attributeRow) error {
	for part := range slices.Chunk(rows, upsertAtOnce) {
		if _, err := tx.NewInsert().Model(&part).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// txWithPeople is a transaction that stores people among other things: what they
// hold is learned with it.
func (db *DB) txWithPeople(ctx context.Context, list []notify.Recipient, now time.Time, fn func(context.Context, bun.Tx) error) error {
	news := db.attributes.news(list, now)
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := fn(ctx, tx); err != nil {
			return err
		}
		return learn(ctx, tx, news)
	})
	if err == nil {
		db.attributes.stored(news)
	}
	return err
}

// Attributes returns what is known of the attributes of all people.
func (db *DB) Attributes(ctx context.Context) ([]audience.Attribute, error) {
	var rows []attributeRow
	if err := db.latest().NewSelect().Model(&rows).Order("t.name", "t.kind").Scan(ctx); err != nil {
		return nil, during(err, "list attributes")
	}
	out := []audience.Attribute{}
	for _, row := range rows {
		seen := fromMicros(row.FirstSeenAt)
		if last := len(out) - 1; last >= 0 && out[last].Name == row.Name {
			a := &out[last]
			a.Kinds = append(a.Kinds, audience.Kind(row.Kind))
			a.Kind = audience.Together(a.Kinds)
			if seen.Before(a.FirstSeenAt) {
				a.FirstSeenAt = seen
			}
			continue
		}
		kind := audience.Kind(row.Kind)
		out = append(out, audience.Attribute{Name: row.Name, Kind: kind, Kinds: []audience.Kind{kind}, FirstSeenAt: seen})
	}
	return out, nil
}
