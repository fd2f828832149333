package store

import (
	"context"
	"maps"
	"slices"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
)

// addDecisions adds decisions to those of notifications, by their ids. Runs,
// judges and cancellations come to a notification at once, so each row is locked
// before it is read, in the order in which everybody does, and nobody writes what
// was read before. A notification that has gone meanwhile is left out.
func (db *DB) addDecisions(ctx context.Context, tx bun.Tx, told map[string][]notify.Decision) error {
	for part := range slices.Chunk(slices.Sorted(maps.Keys(told)), upsertAtOnce) {
		var rows []struct{ ID, Decisions string }
		q := tx.NewSelect().Table("notifications").Column("id", "decisions").Where("id IN (?)", bun.List(part)).OrderExpr("id")
		if err := db.lock(q, "UPDATE").Scan(ctx, &rows); err != nil {
			return err
		}
		for _, row := range rows {
			var known []notify.Decision
			if err := readDocument(row.Decisions, &known); err != nil {
				return during(err, "decisions of notification %s", row.ID)
			}
			text, err := jsonText(slices.Concat(known, told[row.ID]))
			if err != nil {
				return during(err, "decisions of notification %s", row.ID)
			}
			if _, err := tx.NewRaw("UPDATE notifications SET decisions = ? WHERE id = ?", text, row.ID).Exec(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}
