package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/approval"
	"clarion/backend/notify"
)

// shelf names the two tables of a kind under review: where its keys stand, and
// their versions.
type shelf struct{ heads, versions bun.Ident }

var shelves = map[approval.Kind]shelf{
	approval.Template: {"templates", "template_versions"},
	approval.Workflow: {"workflows", "workflow_versions"},
	approval.Layout:   {"layout_heads", "layouts"},
	approval.Partial:  {"partial_heads", "partials"},
}

// The states of a version as they are stored. Whether a published one is live
// or retired is the head's pointer.
const (
	published  = "published"
	discarded  = string(approval.Discarded)
	openStates = "('draft', 'in_review', 'approved')"
)

// edition is a version to be stored. The row of its head is written before, in
// the same transaction: it makes those who save at once take turns.
type edition struct {
	kind approval.Kind
	key  string
	by   string
	now  time.Time
	// definition writes the version under its number; born is when it was made.
	definition func(version int, born time.Time) (string, error)
}

// push stores an edition as the next version and makes it live.
func (e edition) push(ctx context.Context, tx bun.Tx) (int, error) {
	s := shelves[e.kind]
	version, err := nextVersion(ctx, tx, s.versions, e.key)
	if err != nil {
		return 0, err
	}
	definition, err := e.definition(version, e.now)
	if err != nil {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO ? (key, version, definition, created_by, created_at, state, editors,
		updated_by, updated_at, published_by, published_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		s.versions, e.key, version, definition, e.by, micros(e.now), published, idList(e.by),
		e.by, micros(e.now), e.by, micros(e.now))
	if err != nil {
		return 0, err
	}
	if _, err = tx.ExecContext(ctx, "UPDATE ? SET live_version = ?, retired_at = 0 WHERE key = ?", s.heads, version, e.key); err != nil {
		return 0, err
	}
	return version, record(ctx, tx, approval.Publication{
		ID: notify.NewID(notify.PublicationID), Kind: e.kind, Key: e.key, Version: version, How: approval.Pushed, By: e.by, At: e.now,
	})
}

// openRow is the version of a key that is not published yet.
type openRow struct {
	Version    int
	Revision   int
	State      string
	Editors    string
	Definition string
	CreatedAt  int64
}

func openVersion(ctx context.Context, tx bun.Tx, s shelf, key string) (openRow, error) {
	var r openRow
	err := tx.QueryRowContext(ctx, `SELECT version, revision, state, editors, definition, created_at FROM ?
		WHERE key = ? AND state IN `+openStates, s.versions, key).
		Scan(&r.Version, &r.Revision, &r.State, &r.Editors, &r.Definition, &r.CreatedAt)
	if errors.Is(err, sql.ErrNoRows) {
		return openRow{}, nil
	}
	return r, err
}

// keep stores an edition as the draft of its key. What was submitted or approved
// before is void. revision is the token of the draft it was made from: nil asks
// for none, zero for no draft at all.
func (e edition) keep(ctx context.Context, tx bun.Tx, revision *int) (int, error) {
	s := shelves[e.kind]
	open, err := openVersion(ctx, tx, s, e.key)
	if err != nil {
		return 0, err
	}
	if revision != nil && *revision != open.Revision {
		return 0, errors.Join(notify.ErrConflict, notify.InvalidField("revision", "stale", "the draft was saved by somebody else meanwhile"))
	}
	if open.Version == 0 {
		return e.begin(ctx, tx, s)
	}
	definition, err := e.definition(open.Version, fromMicros(open.CreatedAt))
	if err != nil || definition == open.Definition {
		return open.Version, err
	}
	editors, err := addID(open.Editors, e.by)
	if err != nil {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, `UPDATE ? SET definition = ?, state = 'draft', revision = revision + 1, editors = ?,
		updated_by = ?, updated_at = ? WHERE key = ? AND version = ?`,
		s.versions, definition, editors, e.by, micros(e.now), e.key, open.Version)
	if err != nil {
		return 0, err
	}
	return open.Version, void(ctx, tx, e, open.Version)
}

func (e edition) begin(ctx context.Context, tx bun.Tx, s shelf) (int, error) {
	version, err := nextVersion(ctx, tx, s.versions, e.key)
	if err != nil {
		return 0, err
	}
	definition, err := e.definition(version, e.now)
	if err != nil {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO ? (key, version, definition, created_by, created_at, state, editors, updated_by, updated_at)
		VALUES (?, ?, ?, ?, ?, 'draft', ?, ?, ?)`,
		s.versions, e.key, version, definition, e.by, micros(e.now), idList(e.by), e.by, micros(e.now))
	return version, err
}

// void ends what waits or was approved for a version that is no longer the same.
func void(ctx context.Context, tx bun.Tx, e edition, version int) error {
	_, err := tx.ExecContext(ctx, `UPDATE approvals SET state = ?, decided_by = ?, decided_at = ?
		WHERE kind = ? AND key = ? AND version = ? AND published_at = 0 AND state IN ('waiting', 'approved')`,
		string(approval.Voided), e.by, micros(e.now), string(e.kind), e.key, version)
	return err
}

// head writes the row of a key that has no columns of its own kind.
func (e edition) head(ctx context.Context, tx bun.Tx) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO ? (key, live_version, created_at, updated_at) VALUES (?, 0, ?, ?)
		ON CONFLICT (key) DO UPDATE SET updated_at = EXCLUDED.updated_at`,
		shelves[e.kind].heads, e.key, micros(e.now), micros(e.now))
	return err
}

func idList(ids ...string) string {
	text, _ := document(slices.DeleteFunc(ids, func(id string) bool { return id == "" })) // strings always can be written
	return text
}

func readIDs(text string) ([]string, error) {
	list := []string{}
	err := readDocument(text, &list)
	return list, err
}

func addID(text, id string) (string, error) {
	list, err := readIDs(text)
	if err != nil || id == "" || slices.Contains(list, id) {
		return text, err
	}
	added, err := json.Marshal(append(list, id))
	return string(added), err
}

// deleteHead removes a key: its draft is discarded and what waits is void, its
// published versions stay readable.
func (db *DB) deleteHead(ctx context.Context, kind approval.Kind, key string) error {
	s := shelves[kind]
	return db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		result, err := tx.ExecContext(ctx, "DELETE FROM ? WHERE key = ?", s.heads, key)
		if err := mustTouch(result, err, "delete %s %s", kind, key); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE ? SET state = ? WHERE key = ? AND state IN "+openStates, s.versions, discarded, key); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE approvals SET state = ? WHERE kind = ? AND key = ? AND state IN ('waiting', 'approved')
			AND published_at = 0`, string(approval.Voided), string(kind), key)
		return err
	})
}
