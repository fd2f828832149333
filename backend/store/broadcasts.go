package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/broadcast"
	"clarion/backend/notify"
)

var _ broadcast.Books = (*DB)(nil)

type broadcastRow struct {
	bun.BaseModel `bun:"table:broadcasts,alias:b"`

	ID          string `bun:",pk"`
	Name        string
	State       string
	Revision    int
	Document    string
	Authors     string
	Source      string
	People      int
	Digest      string
	Frozen      string
	SetAside    string
	Hash        string
	Note        string
	SubmittedBy string
	SubmittedAt int64
	DecidedBy   string
	DecidedAt   int64
	EventID     string
	Reason      string
	Forgiven    int
	StartedAt   int64
	EndedAt     int64
	CreatedBy   string
	CreatedAt   int64
	UpdatedAt   int64
	LookAt      int64
	Worker      string
	SagaID      string
	RecallSaga  string
	Recall      string
	EndedBy     string
	RecallRound int
	Taken       int
}

func (r broadcastRow) word() (broadcast.Broadcast, error) {
	b := broadcast.Broadcast{
		ID: r.ID, Name: r.Name, State: broadcast.State(r.State), Revision: r.Revision, Source: r.Source, People: r.People, Digest: r.Digest,
		Hash: r.Hash, Note: r.Note, SubmittedBy: r.SubmittedBy, SubmittedAt: fromMicros(r.SubmittedAt), DecidedBy: r.DecidedBy,
		DecidedAt: fromMicros(r.DecidedAt), EventID: r.EventID, Reason: r.Reason, Forgiven: r.Forgiven, StartedAt: fromMicros(r.StartedAt),
		EndedAt: fromMicros(r.EndedAt), CreatedBy: r.CreatedBy, CreatedAt: fromMicros(r.CreatedAt), UpdatedAt: fromMicros(r.UpdatedAt),
		LookAt: fromMicros(r.LookAt), SagaID: r.SagaID, RecallSaga: r.RecallSaga, Recall: broadcast.Recall(r.Recall), EndedBy: r.EndedBy,
		RecallRound: r.RecallRound, Taken: r.Taken,
	}
	if err := readDocument(r.Document, &b.Plan); err != nil {
		return b, during(err, "plan of broadcast %s", r.ID)
	}
	if err := readDocument(r.Authors, &b.Authors); err != nil {
		return b, during(err, "authors of broadcast %s", r.ID)
	}
	if err := readDocument(r.SetAside, &b.Before); err != nil {
		return b, during(err, "what was frozen before of broadcast %s", r.ID)
	}
	return b, during(readDocument(r.Frozen, &b.Frozen), "what is frozen of broadcast %s", r.ID)
}

func rowOfBroadcast(b broadcast.Broadcast) (broadcastRow, error) {
	row := broadcastRow{
		ID: b.ID, Name: b.Name, State: string(b.State), Revision: b.Revision, Source: b.Source, People: b.People, Digest: b.Digest,
		Hash: b.Hash, Note: b.Note, SubmittedBy: b.SubmittedBy, SubmittedAt: micros(b.SubmittedAt), DecidedBy: b.DecidedBy,
		DecidedAt: micros(b.DecidedAt), EventID: b.EventID, Reason: b.Reason, Forgiven: b.Forgiven, StartedAt: micros(b.StartedAt),
		EndedAt: micros(b.EndedAt), CreatedBy: b.CreatedBy, CreatedAt: micros(b.CreatedAt), UpdatedAt: micros(b.UpdatedAt), LookAt: micros(b.LookAt),
		SagaID: b.SagaID, RecallSaga: b.RecallSaga, Recall: string(b.Recall), EndedBy: b.EndedBy,
		RecallRound: b.RecallRound, Taken: b.Taken,
	}
	for _, part := range []struct {
		to    *string
		value any
	}{{&row.Document, b.Plan}, {&row.Authors, b.Authors}, {&row.Frozen, b.Frozen}, {&row.SetAside, b.Before}} {
		text, err := json.Marshal(part.value)
		if err != nil {
			return row, during(err, "write broadcast %s", b.ID)
		}
		if *part.to = string(text); *part.to == "null" {
			*part.to = ""
		}
	}
	return row, nil
}

// AddBroadcast keeps a new broadcast.
func (db *DB) AddBroadcast(ctx context.Context, b broadcast.Broadcast, e broadcast.Entry) error {
	row, err := rowOfBroadcast(b)
	if err != nil {
		return err
	}
	err = db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return err
		}
		if err := bookLists(ctx, tx, naming{broadcast: b.ID, is: b.Audience}); err != nil {
			return err
		}
		return addHistory(ctx, tx, b.ID, e)
	})
	return during(err, "begin broadcast %s", b.ID)
}

// Broadcast returns one broadcast.
func (db *DB) Broadcast(ctx context.Context, id string) (broadcast.Broadcast, error) {
	var row broadcastRow
	if err := db.latest().NewSelect().Model(&row).Where("b.id = ?", id).Scan(ctx); err != nil {
		return broadcast.Broadcast{}, during(err, "find broadcast %s", id)
	}
	return row.word()
}

// Broadcasts returns a page, newest first, without what is frozen.
func (db *DB) Broadcasts(ctx context.Context, f broadcast.Filter, p notify.Page) ([]broadcast.Broadcast, string, error) {
	var rows []broadcastRow
	query := db.latest().NewSelect().Model(&rows).ExcludeColumn("frozen", "set_aside")
	if len(f.State) > 0 {
		query.Where("b.state IN (?)", bun.List(f.State))
	}
	if f.Group != "" {
		query.Where("b.id IN (SELECT broadcast_id FROM broadcast_groups WHERE group_key = ?)", f.Group)
	}
	if f.Segment != "" {
		query.Where("b.id IN (SELECT broadcast_id FROM broadcast_segments WHERE segment_key = ?)", f.Segment)
	}
	if f.Author != "" {
		query.Where(`b.authors LIKE ? ESCAPE '\'`, `%"`+strings.TrimSuffix(beginning(f.Author), "%")+`"%`)
	}
	if f.Q != "" {
		if !plainText(f.Q) {
			return nil, "", notify.InvalidField("q", "malformed", "must be text")
		}
		within := "%" + strings.TrimSuffix(beginning(strings.ToLower(f.Q)), "%") + "%"
		query.Where(`(lower(b.name) LIKE ? ESCAPE '\' OR b.id = ?)`, within, f.Q)
	}
	if err := paged(query, p, "b.id", "DESC"); err != nil {
		return nil, "", err
	}
	if err := query.Scan(ctx); err != nil {
		return nil, "", during(err, "list broadcasts")
	}
	rows, next := cut(rows, p, func(r broadcastRow) string { return r.ID })
	list, err := listed(rows, broadcastRow.word)
	return list, next, err
}

// ChangeBroadcast holds the broadcast and stores what change makes of it.
func (db *DB) ChangeBroadcast(ctx context.Context, id string, now time.Time,
	change func(b *broadcast.Broadcast) (broadcast.Change, error),
) (broadcast.Broadcast, error) {
	var b broadcast.Broadcast
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var row broadcastRow
		if err := db.lock(tx.NewSelect().Model(&row).Where("b.id = ?", id), "UPDATE").Scan(ctx); err != nil {
			return err
		}
		var err error
		if b, err = row.word(); err != nil {
			return err
		}
		was := b
		c, err := change(&b)
		if err != nil {
			return err
		}
		if row, err = rowOfBroadcast(b); err != nil {
			return err
		}
		if _, err := tx.NewUpdate().Model(&row).WherePK().Exec(ctx); err != nil {
			return err
		}
		if err := bookLists(ctx, tx, naming{id, was.Audience, b.Audience}); err != nil {
			return err
		}
		if err := queueApproval(ctx, tx, was, b); err != nil {
			return err
		}
		if c.ForgetFailedRecalls {
			if _, err := tx.ExecContext(ctx, "DELETE FROM broadcast_recalls WHERE broadcast_id = ? AND outcome = ?", id, broadcast.RecallMistaken); err != nil {
				return err
			}
		}
		if c.Launch != nil {
			if err := launch(ctx, tx, *c.Launch, now); err != nil {
				return err
			}
		}
		if err := db.moveEvent(ctx, tx, b.EventID, c.Event, now); err != nil {
			return err
		}
		if c.Entry.Kind == "" {
			return nil
		}
		return addHistory(ctx, tx, id, c.Entry)
	})
	return b, during(err, "change broadcast %s", id)
}

// ClaimBroadcast gives a broadcast whose time has come to one worker. Of twenty
// who ask one gets it: the update looks again at what it changes.
func (db *DB) ClaimBroadcast(ctx context.Context, worker string, now, until time.Time) (broadcast.Broadcast, error) {
	due, err := db.some(ctx, "broadcasts WHERE look_at > 0 AND look_at <= ?", micros(now))
	if err == nil && !due {
		err = sql.ErrNoRows
	}
	if err != nil {
		return broadcast.Broadcast{}, during(err, "claim a broadcast")
	}
	var row broadcastRow
	err = db.w.NewRaw(`UPDATE broadcasts SET worker = ?, look_at = ? WHERE id = (SELECT id FROM broadcasts
			WHERE look_at > 0 AND look_at <= ? ORDER BY look_at LIMIT 1) AND look_at > 0 AND look_at <= ? RETURNING *`,
		worker, micros(until), micros(now), micros(now)).Scan(ctx, &row)
	if err != nil {
		return broadcast.Broadcast{}, during(err, "claim a broadcast")
	}
	return row.word()
}

type broadcastHistoryRow struct {
	bun.BaseModel `bun:"table:broadcast_history,alias:h"`

	BroadcastID string
	Number      int64
	At          int64
	Kind        string
	Actor       string
	Detail      string
}

func (r broadcastHistoryRow) word() (broadcast.Entry, error) {
	return broadcast.Entry{Number: r.Number, At: fromMicros(r.At), Kind: r.Kind, By: r.Actor, Detail: r.Detail}, nil
}

// addHistory adds a line while the broadcast is held.
func addHistory(ctx context.Context, tx bun.Tx, id string, e broadcast.Entry) error {
	if e.Kind == "edited" {
		// A draft is saved as one writes: that is one edit, of the time of the last.
		again, err := tx.ExecContext(ctx, `UPDATE broadcast_history SET at = ? WHERE broadcast_id = ? AND kind = 'edited' AND actor = ?
			AND number = (SELECT MAX(number) FROM broadcast_history WHERE broadcast_id = ?)`, micros(e.At), id, e.By, id)
		if err != nil {
			return err
		}
		if n, err := again.RowsAffected(); err != nil || n > 0 {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO broadcast_history (broadcast_id, number, at, kind, actor, detail)
		SELECT ?, COALESCE(MAX(number), 0) + 1, ?, ?, ?, ? FROM broadcast_history WHERE broadcast_id = ?`, id, micros(e.At), e.Kind, e.By, e.Detail, id)
	return err
}

// History returns what happened to a broadcast, first to last.
func (db *DB) History(ctx context.Context, id string) ([]broadcast.Entry, error) {
	var rows []broadcastHistoryRow
	if err := db.latest().NewSelect().Model(&rows).Where("h.broadcast_id = ?", id).Order("h.number").Scan(ctx); err != nil {
		return nil, during(err, "read the history of broadcast %s", id)
	}
	return listed(rows, broadcastHistoryRow.word)
}
