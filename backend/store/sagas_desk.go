package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/saga"
)

// sagaStory is how many transitions of a saga are shown, the newest.
const sagaStory = 1000

// Sagas returns a page, newest first.
func (db *DB) Sagas(ctx context.Context, f saga.Filter, p notify.Page) ([]saga.Saga, string, error) {
	var rows []sagaRow
	query := db.latest().NewSelect().Model(&rows)
	for _, c := range []condition{
		whenAny("s.state", f.States),
		when(f.Name != "", "s.name = ?", f.Name),
		when(f.Q != "", `s.id LIKE ? ESCAPE '\' OR s.ref LIKE ? ESCAPE '\'`, beginning(f.Q), beginning(f.Q)),
		when(!f.From.IsZero(), "s.id >= ?", notify.FirstID(notify.SagaID, f.From)),
		when(!f.To.IsZero(), "s.id < ?", notify.FirstID(notify.SagaID, f.To)),
	} {
		c.on(query)
	}
	if err := paged(query, p, "s.id", "DESC"); err != nil {
		return nil, "", err
	}
	if err := query.Scan(ctx); err != nil {
		return nil, "", during(err, "list sagas")
	}
	rows, next := cut(rows, p, func(r sagaRow) string { return r.ID })
	list, err := listed(rows, sagaRow.word)
	return list, next, err
}

// SagaView returns a saga with its steps, its signals and its story.
func (db *DB) SagaView(ctx context.Context, id string) (saga.View, error) {
	var row sagaRow
	if err := db.latest().NewSelect().Model(&row).Where("s.id = ?", id).Scan(ctx); err != nil {
		return saga.View{}, during(err, "find saga %s", id)
	}
	s, err := row.word()
	if err != nil {
		return saga.View{}, err
	}
	if err := db.readSagaParts(ctx, &s); err != nil {
		return saga.View{}, during(err, "read saga %s", id)
	}
	var story []sagaTransitionRow
	err = db.latest().NewSelect().Model(&story).Where("n.saga_id = ?", id).OrderExpr("n.number DESC").Limit(sagaStory).Scan(ctx)
	if err != nil {
		return saga.View{}, during(err, "read the story of saga %s", id)
	}
	slices.Reverse(story)
	v := saga.View{Saga: s, StepList: s.Steps, SignalList: []saga.Signal{}}
	for _, signal := range s.Signals {
		v.SignalList = append(v.SignalList, signal)
	}
	slices.SortFunc(v.SignalList, func(a, b saga.Signal) int { return a.At.Compare(b.At) })
	v.Transitions, err = listed(story, sagaTransitionRow.word)
	return v, err
}

// SignalSaga keeps a signal and wakes the saga that waits for it.
func (db *DB) SignalSaga(ctx context.Context, id string, s saga.Signal) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		row, err := db.lockSaga(ctx, tx, id)
		if err != nil {
			return err
		}
		signal := sagaSignalRow{SagaID: id, Name: s.Name, By: s.By, At: micros(s.At), Payload: string(s.Payload)}
		n, err := touched(tx.NewInsert().Model(&signal).On("CONFLICT DO NOTHING").Exec(ctx))
		if err != nil || n == 0 {
			return err
		}
		if row.Awaits == s.Name && saga.State(row.State).Open() {
			if _, err := tx.NewRaw("UPDATE sagas SET next_at = ?, look_at = ?, sweeps = 0 WHERE id = ?", signal.At, signal.At, id).Exec(ctx); err != nil {
				return err
			}
		}
		return tellSaga(ctx, tx, &row, []saga.Transition{{At: s.At, Step: row.Step, Kind: saga.Signalled, Detail: s.Name, By: s.By}})
	})
	return during(err, "signal saga %s", id)
}

// RetrySaga lets one that gave up undo on, and one that pauses try now.
func (db *DB) RetrySaga(ctx context.Context, id string, t saga.Transition) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		row, err := db.lockSaga(ctx, tx, id)
		if err != nil {
			return err
		}
		at := micros(t.At)
		pauses := (row.State == string(saga.Running) || row.State == string(saga.Compensating)) && row.NextAt > at && row.LeaseUntil <= at
		switch {
		case row.State == string(saga.CompensationFailed):
			_, err = tx.NewRaw("UPDATE saga_steps SET state = ?, tries = 0 WHERE saga_id = ? AND state = ?",
				string(saga.Undoing), id, string(saga.UndoFailed)).Exec(ctx)
		case !pauses:
			return fmt.Errorf("it is %s and pauses for nothing: %w", row.State, notify.ErrConflict)
		}
		if err != nil {
			return err
		}
		_, err = tx.NewRaw(`UPDATE sagas SET state = CASE state WHEN 'compensation_failed' THEN 'compensating' ELSE state END,
			next_at = ?, look_at = ?, sweeps = 0, updated_at = ? WHERE id = ?`, at, at, at, id).Exec(ctx)
		if err != nil {
			return err
		}
		t.Step = row.Step
		return tellSaga(ctx, tx, &row, []saga.Transition{t})
	})
	return during(err, "retry saga %s", id)
}

// AbandonSaga marks an open saga. Whoever holds it sees that at the next write.
func (db *DB) AbandonSaga(ctx context.Context, id string, t saga.Transition) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		row, err := db.lockSaga(ctx, tx, id)
		if err != nil {
			return err
		}
		if row.AbandonedBy != "" || row.State != string(saga.Running) && row.State != string(saga.Waiting) {
			return fmt.Errorf("it is %s: %w", row.State, notify.ErrConflict)
		}
		at := micros(t.At)
		_, err = tx.NewRaw("UPDATE sagas SET abandoned_by = ?, next_at = ?, look_at = ?, sweeps = 0, updated_at = ? WHERE id = ?",
			t.By, at, at, at, id).Exec(ctx)
		if err != nil {
			return err
		}
		t.Step = row.Step
		return tellSaga(ctx, tx, &row, []saga.Transition{t})
	})
	return during(err, "take saga %s back", id)
}
