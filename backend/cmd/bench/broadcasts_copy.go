package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
)

// savedPart is one table that a broadcast is saved into: how its rows are read from
// a finished run as they were when the last of them was saved.
type savedPart struct{ table, rows string }

// savedParts are all rows that saving leaves for a recipient. The lists of what is
// open are gone by the end of a run and are made again, as long as they were.
var savedParts = []savedPart{
	{"notifications", "SELECT * FROM notifications"},
	{"messages", "SELECT * FROM saved"},
	{"message_events", "SELECT * FROM message_events WHERE first"},
	{"watch", `SELECT min(place) AS id, 'message' AS kind, min(due_at) AS not_before, min(due_at) + 30000000 AS look_at, 0 AS sweeps, json_agg(id)::text AS ids
		FROM (SELECT id, due_at, row_number() OVER (ORDER BY id) AS place FROM saved) AS q GROUP BY (place - 1) / 128`},
}

// unsent takes from a message what its delivery has added.
const unsent = `UPDATE saved SET status = 'queued', integration = '', next_integration = '', provider_message_id = '', outcome = '',
	attempt_id = '', attempt_number = 0, attempts = 0, worker = '', lease_until = 0, sent_at = 0, delivered_at = 0`

// copied are the rows of a broadcast as they were saved, each table in the binary
// format of COPY, and tables like theirs to copy them into.
type copied struct{ rows map[string]*bytes.Buffer }

// open makes the tables: the same columns, the same indexes, on the same disk.
func (c *copied) open(ctx context.Context, h *house) error {
	c.rows = map[string]*bytes.Buffer{}
	for _, part := range savedParts {
		c.rows[part.table] = new(bytes.Buffer)
		if _, err := h.sql.Exec(ctx, "CREATE TABLE bench_"+part.table+" (LIKE "+part.table+" INCLUDING ALL)"); err != nil {
			return fmt.Errorf("make a table for COPY: %w", err)
		}
	}
	return nil
}

// take reads the rows that are there into memory.
func (c *copied) take(ctx context.Context, h *house) error {
	conn, err := h.sql.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("read what was saved: %w", err)
	}
	defer conn.Release()
	for _, text := range []string{"CREATE TEMP TABLE saved AS SELECT * FROM messages ORDER BY id", unsent} {
		if _, err := conn.Exec(ctx, text); err != nil {
			return fmt.Errorf("read what was saved: %w", err)
		}
	}
	for _, part := range savedParts {
		into := c.rows[part.table]
		into.Reset()
		if _, err := conn.Conn().PgConn().CopyTo(ctx, into, "COPY ("+part.rows+" ORDER BY 1) TO STDOUT (FORMAT binary)"); err != nil {
			return fmt.Errorf("read the rows of %s: %w", part.table, err)
		}
	}
	if _, err := conn.Exec(ctx, "DROP TABLE saved"); err != nil {
		return fmt.Errorf("read what was saved: %w", err)
	}
	return nil
}

// copyAll measures PostgreSQL alone: one transaction that copies all rows from
// memory, counted in recipients.
func (n *newsroom) copyAll(ctx context.Context) (result, error) {
	all := make([]string, len(savedParts))
	for i, part := range savedParts {
		all[i] = part.table
	}
	return n.copyAlone(ctx, all)
}

// copyMessages is the stricter measure: the rows of messages and nothing else.
func (n *newsroom) copyMessages(ctx context.Context) (result, error) {
	return n.copyAlone(ctx, []string{"messages"})
}

func (n *newsroom) copyAlone(ctx context.Context, tables []string) (result, error) {
	for _, table := range tables {
		if _, err := n.sql.Exec(ctx, "TRUNCATE bench_"+table); err != nil {
			return result{}, fmt.Errorf("empty the table for COPY: %w", err)
		}
	}
	if _, err := n.sql.Exec(ctx, "CHECKPOINT"); err != nil {
		return result{}, fmt.Errorf("empty the tables for COPY: %w", err)
	}
	tx, err := n.sql.Begin(ctx)
	if err != nil {
		return result{}, fmt.Errorf("copy: %w", err)
	}
	defer func() { _ = tx.Rollback(ctx) }()
	rows := map[string]int64{}
	r, err := n.measure(ctx, n.readers, func() error {
		for _, table := range tables {
			tag, err := tx.Conn().PgConn().CopyFrom(ctx, bytes.NewReader(n.copied.rows[table].Bytes()), "COPY bench_"+table+" FROM STDIN (FORMAT binary)")
			if err != nil {
				return fmt.Errorf("copy %s: %w", table, err)
			}
			rows[table] = tag.RowsAffected()
		}
		return tx.Commit(ctx)
	})
	if err != nil {
		return r, fmt.Errorf("copy: %w", err)
	}
	for _, table := range tables {
		if want := n.rowsOf(table); rows[table] != want {
			err = errors.Join(err, fmt.Errorf("copied %d rows of %s, not %d", rows[table], table, want))
		}
	}
	return r, err
}

// rowsOf is how many rows of a table the readers need.
func (n *newsroom) rowsOf(table string) int64 {
	if table == "watch" {
		return int64(n.readers+127) / 128
	}
	return int64(n.readers)
}
