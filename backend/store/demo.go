package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"

	"clarion/backend/demo"
	"clarion/backend/notify"
)

var _ demo.Store = (*DB)(nil)

// PutCast stores sources, categories and integrations that are not there yet, and
// the people. The integrations have no settings: nothing can be sent by them.
func (db *DB) PutCast(ctx context.Context, c demo.Cast, now time.Time) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var made madeUp
		for _, s := range c.Sources {
			fresh, err := unlessThere(ctx, tx, &sourceRow{Key: s.Key, Name: s.Name, CreatedAt: micros(now)})
			if err != nil {
				return err
			}
			made.note(&made.Sources, s.Key, fresh)
		}
		for _, one := range c.Categories {
			names, err := document(one.Names)
			if err != nil {
				return err
			}
			fresh, err := unlessThere(ctx, tx, &categoryRow{Key: one.Key, Name: one.Name, Names: names, Mandatory: one.Mandatory, CreatedAt: micros(now)})
			if err != nil {
				return err
			}
			made.note(&made.Categories, one.Key, fresh)
		}
		for _, a := range c.Accounts {
			_, err := unlessThere(ctx, tx, &integrationRow{
				ID: a.ID, Provider: a.Provider, Name: a.Name, Channel: string(a.Channel), Position: a.Order, Weight: a.Weight, Sandbox: a.Sandbox, UnitCostMicros: a.UnitCostMicros,
				PausedReason: "Made up, to try out the reports: it sends nothing.", CreatedAt: micros(now), UpdatedAt: micros(now),
			})
			if err != nil {
				return err
			}
		}
		return made.keep(ctx, tx)
	})
	if err != nil {
		return during(err, "store the cast of made-up traffic")
	}
	return db.UpsertRecipients(ctx, c.People, true, now)
}

// unlessThere inserts a row and reports whether there was none of its key.
func unlessThere(ctx context.Context, tx bun.Tx, row any) (bool, error) {
	result, err := tx.NewInsert().Model(row).On("CONFLICT DO NOTHING").Exec(ctx)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// PutTraffic stores a batch whole, by COPY where there is one.
func (db *DB) PutTraffic(ctx context.Context, b demo.Batch) error {
	parts, err := trafficParts(b)
	if err != nil {
		return err
	}
	if db.postgres() {
		err = classify(pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error {
			for _, part := range parts {
				if err := copyIn(ctx, tx, part.table, part.columns); err != nil {
					return fmt.Errorf("%s: %w", part.table, err)
				}
			}
			return nil
		}))
	} else {
		err = db.putTrafficLite(ctx, parts)
	}
	if err != nil {
		return fmt.Errorf("store %d made-up messages: %w", len(b.Messages), err)
	}
	return db.touchAll(ctx, b.Events)
}

// rowsAtOnce is how many rows one statement adds on SQLite, which takes a
// fraction of the time of as many statements; with many more the driver spends it
// on looking for their parameters.
const rowsAtOnce = 8

func (db *DB) putTrafficLite(ctx context.Context, parts []trafficPart) error {
	one, many := make([]string, len(parts)), make([]string, len(parts))
	for i, part := range parts {
		one[i] = insertRow(part.table, part.columns)
		_, places, _ := strings.Cut(one[i], " VALUES ")
		many[i] = one[i] + strings.Repeat(", "+places, rowsAtOnce-1)
	}
	return db.liteTx(ctx, slices.Concat(one, many), func(l lite) error {
		for i, part := range parts {
			if err := l.insertMany(one[i], many[i], part.columns); err != nil {
				return fmt.Errorf("%s: %w", part.table, err)
			}
		}
		return nil
	})
}

// insertMany writes all rows of a batch, as many at once as many takes.
func (l lite) insertMany(one, many string, columns []column) error {
	n, next := columns[0].len(), 0
	args := make([]any, 0, rowsAtOnce*len(columns))
	for ; next+rowsAtOnce <= n; next += rowsAtOnce {
		args = args[:0]
		for i := next; i < next+rowsAtOnce; i++ {
			args = append(args, row(columns, i)...)
		}
		if _, err := l.exec(many, args...); err != nil {
			return err
		}
	}
	return l.insert(one, columns, n, func(i int) bool { return i >= next })
}

// touchAll says when each source was last heard of.
func (db *DB) touchAll(ctx context.Context, events []notify.Event) error {
	last := map[string]time.Time{}
	for _, e := range events {
		if e.CreatedAt.After(last[e.Source]) {
			last[e.Source] = e.CreatedAt
		}
	}
	for source, at := range last {
		if err := db.TouchSource(ctx, source, at); err != nil {
			return err
		}
	}
	return nil
}

// trafficPart is what a batch adds to one table.
type trafficPart struct {
	table   string
	columns []column
}

func trafficParts(b demo.Batch) ([]trafficPart, error) {
	events, err := trafficEvents(b.Events)
	if err != nil {
		return nil, err
	}
	runs, err := notificationColumns(b.Notifications)
	if err != nil {
		return nil, err
	}
	messages, err := trafficMessages(b.Messages)
	if err != nil {
		return nil, err
	}
	given := slices.DeleteFunc(slices.Clone(b.Messages), func(m demo.Message) bool { return m.ProviderMessageID == "" })
	return []trafficPart{
		{"events", events}, {"notifications", runs}, {"messages", messages},
		{"attempts", trafficAttempts(b.Attempts)}, {"message_events", trafficChanges(b.Changes)},
		{"provider_ids", []column{
			texts("provider_message_id", len(given), func(i int) string { return given[i].ProviderMessageID }),
			texts("message_id", len(given), func(i int) string { return given[i].ID }),
		}},
		{"suppressions", trafficSuppressions(b.Suppressions)},
	}, nil
}
