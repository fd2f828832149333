package analytics

import (
	"context"
	"fmt"
	"reflect"
	"time"
)

// Ask runs a question of a report and returns its rows as the driver gives them.
func (w *Warehouse) Ask(ctx context.Context, text string, args ...any) ([][]any, error) {
	rows, err := w.conn.Query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("ask ClickHouse: %w", err)
	}
	defer rows.Close()
	types := rows.ColumnTypes()
	var out [][]any
	for rows.Next() {
		into := make([]any, len(types))
		for i, t := range types {
			into[i] = reflect.New(t.ScanType()).Interface()
		}
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("read what ClickHouse answers: %w", err)
		}
		for i, v := range into {
			into[i] = reflect.ValueOf(v).Elem().Interface()
		}
		out = append(out, into)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read what ClickHouse answers: %w", err)
	}
	return out, nil
}

// Fresh is when the newest row was written that has arrived.
func (w *Warehouse) Fresh(ctx context.Context) (time.Time, error) {
	var at time.Time
	if err := w.conn.QueryRow(ctx, "SELECT max(at) FROM delivery_events").Scan(&at); err != nil {
		return at, fmt.Errorf("ask ClickHouse for its newest row: %w", err)
	}
	return at.UTC(), nil
}
