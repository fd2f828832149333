package store

import (
	"cmp"
	"context"
	"slices"

	"github.com/uptrace/bun"

	"clarion/backend/report"
)

// rollBatch is how many rows are counted in one transaction: few enough that
// SQLite's one writer is soon free again.
const rollBatch = 5_000

type dimRow struct {
	bun.BaseModel `bun:"table:report_dims"`
	ID            int64 `bun:",pk,autoincrement"`
	Key           string
	report.Dim
}

type rollupRow struct {
	bun.BaseModel `bun:"table:report_rollups"`
	Measure       int
	Span          int
	Slot          int64
	Dim           int64
	Took          int64
	N             int64
	SizeBytes     int64
	Parts         int64
	CostMicros    int64
}

type slotRow struct {
	bun.BaseModel `bun:"table:report_slots"`
	Slot          int64
	FirstSeq      int64
	LastSeq       int64
}

// RollUp counts the next rows of the stream, at most up to a place. The place is
// moved in the transaction that writes the counts, and only from where they were
// read: of two who count at the same time one finds that the other has.
func (db *DB) RollUp(ctx context.Context, upTo int64) (int, error) {
	var after int64
	if err := db.latest().NewSelect().Table("report_progress").Column("seq").Scan(ctx, &after); err != nil {
		return 0, during(err, "find how far reports are counted")
	}
	if after >= upTo {
		return 0, nil
	}
	rows, err := db.DeliveryEvents(ctx, after, upTo, rollBatch)
	if err != nil {
		return 0, err
	}
	if len(rows) == rollBatch {
		upTo = rows[len(rows)-1].Seq
	}
	rolled := report.Roll(rows)
	counted := 0
	err = db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		moved, err := tx.ExecContext(ctx, "UPDATE report_progress SET seq = ? WHERE seq = ?", upTo, after)
		if err != nil {
			return err
		}
		if n, err := moved.RowsAffected(); err != nil || n == 0 {
			return err
		}
		counted = len(rows)
		dims, err := writeDims(ctx, tx, rolled)
		if err != nil {
			return err
		}
		if err := writeRollups(ctx, tx, rolled, dims); err != nil {
			return err
		}
		return writeSlots(ctx, tx, rolled)
	})
	return counted, during(err, "count the stream after %d for reports", after)
}

// writeDims returns the ids of all dims, making those that are new.
func writeDims(ctx context.Context, tx bun.Tx, rolled report.Rolled) (map[report.Dim]int64, error) {
	byKey := map[string]report.Dim{}
	for place := range rolled.Counts {
		byKey[place.Dim.Key()] = place.Dim
	}
	keys := make([]string, 0, len(byKey))
	for key := range byKey {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	ids := map[report.Dim]int64{}
	for chunk := range slices.Chunk(keys, 500) {
		fresh := make([]dimRow, len(chunk))
		for i, key := range chunk {
			fresh[i] = dimRow{Key: key, Dim: byKey[key]}
		}
		if _, err := tx.NewInsert().Model(&fresh).ExcludeColumn("id").On("CONFLICT (key) DO NOTHING").Returning("NULL").Exec(ctx); err != nil {
			return nil, err
		}
		var known []dimRow
		if err := tx.NewSelect().Model(&known).Column("id", "key").Where("key IN (?)", bun.List(chunk)).Scan(ctx); err != nil {
			return nil, err
		}
		for _, row := range known {
			ids[byKey[row.Key]] = row.ID
		}
	}
	return ids, nil
}

func writeRollups(ctx context.Context, tx bun.Tx, rolled report.Rolled, dims map[report.Dim]int64) error {
	rows := make([]rollupRow, 0, len(rolled.Counts))
	for p, s := range rolled.Counts {
		rows = append(rows, rollupRow{
			Measure: int(p.Measure), Span: int(p.Span), Slot: p.Slot, Dim: dims[p.Dim], Took: p.Took,
			N: s.N, SizeBytes: s.SizeBytes, Parts: s.Parts, CostMicros: s.CostMicros,
		})
	}
	slices.SortFunc(rows, func(a, b rollupRow) int {
		return cmp.Or(cmp.Compare(a.Measure, b.Measure), cmp.Compare(a.Span, b.Span), cmp.Compare(a.Slot, b.Slot), cmp.Compare(a.Dim, b.Dim), cmp.Compare(a.Took, b.Took))
	})
	for chunk := range slices.Chunk(rows, 1000) {
		_, err := tx.NewInsert().Model(&chunk).On("CONFLICT (measure, span, slot, dim, took) DO UPDATE").
			Set("n = rollup_row.n + EXCLUDED.n, size_bytes = rollup_row.size_bytes + EXCLUDED.size_bytes").
			Set("parts = rollup_row.parts + EXCLUDED.parts, cost_micros = rollup_row.cost_micros + EXCLUDED.cost_micros").Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

func writeSlots(ctx context.Context, tx bun.Tx, rolled report.Rolled) error {
	rows := make([]slotRow, 0, len(rolled.Slots))
	for slot, reach := range rolled.Slots {
		rows = append(rows, slotRow{Slot: slot, FirstSeq: reach.First, LastSeq: reach.Last})
	}
	if len(rows) == 0 {
		return nil
	}
	// Places only grow from batch to batch.
	_, err := tx.NewInsert().Model(&rows).On("CONFLICT (slot) DO UPDATE").Set("last_seq = EXCLUDED.last_seq").Exec(ctx)
	return err
}
