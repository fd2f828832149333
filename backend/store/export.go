package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"clarion/backend/audience"
)

// holding is one part of what is held about a person. text selects the rows
// with {who} for the person and ends in their condition; a part with a key is
// read page by page.
type holding struct {
	text string
	key  string
	// inner are rows that belong to rows of this part.
	inner []innerHolding
}

// innerHolding are the rows of a table that name an outer row in a column.
type innerHolding struct{ name, text, column, outer string }

// exportAtOnce is how many rows of a part are read at once.
const exportAtOnce = 200

var holdings = map[string]holding{
	"addresses":        {text: "SELECT channel, address, label, invalid, preferred, verification, verified_at, verified_by, created_at FROM addresses WHERE recipient_id = ?"},
	"former_addresses": {text: "SELECT address FROM former_addresses WHERE recipient_id = ?"},
	"preferences":      {text: "SELECT document, updated_at FROM preferences WHERE recipient_id = ?"},
	"groups": {text: `SELECT g.key, g.name FROM groups AS g JOIN group_members AS gm ON gm.group_key = g.key
		WHERE gm.recipient_id = ?`},
	"suppressions": {text: `SELECT s.id, s.channel, s.address, s.reason, s.detail, s.message_id, s.scope, s.created_at, s.expires_at FROM suppressions AS s
		JOIN addresses AS a ON ` + suppressesPlace + ` WHERE a.recipient_id = ?`},
	"recipient_history": {text: "SELECT at, kind, ref, name FROM recipient_history WHERE recipient_id = ? ORDER BY seq"},
	"ended_suppressions": {text: `SELECT id, channel, address, reason, detail, message_id, scope, created_at, ended_at, ended_how, ended_why
		FROM ended_suppressions WHERE recipient_id = ?`},
	"consents": {key: "id", text: `SELECT id, place, at, kind, source, message_id, content, seal FROM consents
		WHERE recipient_id IN (SELECT id FROM recipients AS r WHERE ? IN (r.id, r.merged_into))`},
	"runs":             {key: "id", text: "SELECT id, event_id, workflow, workflow_version, status, step, kind, resume_at, parked_at FROM runs WHERE recipient_id = ?"},
	"broadcast_people": {text: "SELECT broadcast_id, chosen_by, data FROM broadcast_people WHERE recipient_id = ?"},
	"import_rows":      {text: "SELECT import_id, line, data FROM import_rows WHERE recipient_id = ?"},
	"inbox_items": {key: "id", text: `SELECT id, message_id, category, content, created_at, seen_at, read_at, archived_at, snoozed_until
		FROM inbox_items WHERE recipient_id = ?`},
	"notifications": {key: "id", text: `SELECT id, event_id, recipient_name, workflow, workflow_version, category, priority, decisions,
		trace_id, created_at FROM notifications WHERE recipient_id = ?`,
		inner: []innerHolding{{"event", "SELECT id, source, type, data, actor, tenant, metadata, created_at FROM events", "id", "event_id"}}},
	"messages": {key: "id", text: `SELECT id, notification_id, event_id, source, recipient_name, channel, address, workflow, category, priority,
		status, skip_reason, template, template_version, locale, content, provider_message_id, error_code, error_detail,
		expires_at, created_at, sent_at, delivered_at FROM messages WHERE recipient_id = ?`,
		inner: []innerHolding{
			{"attempts", "SELECT message_id, number, integration, outcome, error_code, error_detail, started_at, ended_at FROM attempts", "message_id", "id"},
			{"timeline", "SELECT message_id, at, kind, detail FROM message_events", "message_id", "id"},
			{"receipts", "SELECT message_id, receipt, received_at FROM receipts", "message_id", "id"},
		}},
}

// Held calls each with every record of one part, in the order of its age.
func (db *DB) Held(ctx context.Context, recipient, part string, each func(audience.Record) error) error {
	h, ok := holdings[part]
	if !ok {
		return fmt.Errorf("nothing is held as %q", part)
	}
	after := ""
	for {
		text, args := h.text, []any{recipient}
		if h.key != "" {
			text, args = text+" AND "+h.key+" > ? ORDER BY "+h.key+" LIMIT ?", append(args, after, exportAtOnce)
		}
		page, err := db.records(ctx, text, args...)
		if err != nil {
			return during(err, "read the %s of %s", part, recipient)
		}
		for _, inner := range h.inner {
			if err := db.addInner(ctx, page, inner); err != nil {
				return during(err, "read the %s of the %s of %s", inner.name, part, recipient)
			}
		}
		for _, r := range page {
			if err := each(r); err != nil {
				return err
			}
		}
		if h.key == "" || len(page) < exportAtOnce {
			return nil
		}
		after = page[len(page)-1][h.key].(string)
	}
}

// addInner puts under each record the rows that belong to it.
func (db *DB) addInner(ctx context.Context, page []audience.Record, inner innerHolding) error {
	var ids []string
	for _, r := range page {
		if id, _ := r[inner.outer].(string); id != "" {
			ids = append(ids, id)
		}
	}
	rows, err := db.records(ctx, inner.text+" WHERE "+inner.column+" <> '' AND "+inner.column+" IN (?)", bun.List(sortedSet(ids)))
	if err != nil {
		return err
	}
	of := map[any][]audience.Record{}
	for _, row := range rows {
		of[row[inner.column]] = append(of[row[inner.column]], row)
	}
	for _, r := range page {
		r[inner.name] = of[r[inner.outer]]
	}
	return nil
}

// records reads rows of any shape by the names of their columns.
func (db *DB) records(ctx context.Context, text string, args ...any) ([]audience.Record, error) {
	rows, err := db.latest().QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	out := []audience.Record{}
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		r := audience.Record{}
		for i, name := range columns {
			r[name] = readable(name, values[i])
		}
		out = append(out, r)
	}
	return out, errors.Join(rows.Err())
}

// jsonColumns hold documents; timed ones end in _at or _until, or are at.
var jsonColumns = []string{"document", "content", "decisions", "data", "metadata", "detail", "receipt"}

// readable turns a stored value into what a person can read: times are times,
// documents are documents, nothing is null.
func readable(column string, value any) any {
	if b, ok := value.([]byte); ok {
		value = string(b)
	}
	switch v := value.(type) {
	case int64:
		if column == "at" || strings.HasSuffix(column, "_at") || strings.HasSuffix(column, "_until") {
			if v == 0 {
				return nil
			}
			return fromMicros(v)
		}
	case string:
		if slices.Contains(jsonColumns, column) {
			if v == "" {
				return nil
			}
			if json.Valid([]byte(v)) {
				return json.RawMessage(v)
			}
		}
	}
	return value
}
