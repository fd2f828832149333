package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/recovery"
	"clarion/backend/saga"
)

// DueSagas takes the sagas whose time has come, for the queue, as DueRuns does.
func (db *DB) DueSagas(ctx context.Context, q recovery.Sweep) (recovery.Due[recovery.EventRef], error) {
	var found recovery.Due[recovery.EventRef]
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var rows []sagaRow
		read := tx.NewSelect().Model(&rows).Column("id", "priority", "sweeps").
			Where("s.state IN "+openSagas).Where("s.look_at <= ?", micros(q.Now)).OrderExpr("s.look_at").Limit(int64(q.Limit))
		if err := db.lock(read, "UPDATE SKIP LOCKED").Scan(ctx); err != nil {
			return err
		}
		found.More = len(rows) == q.Limit
		for _, r := range rows {
			found.Refs = append(found.Refs, recovery.EventRef{ID: r.ID, Priority: notify.Priority(r.Priority)})
			at := q.Now.Add(min(q.Base<<min(r.Sweeps, 20), q.Max))
			if _, err := tx.NewRaw("UPDATE sagas SET look_at = ?, sweeps = sweeps + 1 WHERE id = ?", micros(at), r.ID).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return recovery.Due[recovery.EventRef]{}, during(err, "sweep sagas")
	}
	return found, nil
}

// ClaimSaga takes a saga. A worker that is off the list of the living holds
// nothing any more.
func (db *DB) ClaimSaga(ctx context.Context, c saga.Claim) (saga.Saga, error) {
	var row sagaRow
	err := db.w.NewRaw(`UPDATE sagas SET token = token + 1, worker = ?, lease_until = ?, look_at = ?, sweeps = 0
		WHERE id = ? AND state IN `+openSagas+` AND next_at <= ?
		AND (lease_until <= ? OR NOT EXISTS (SELECT 1 FROM workers WHERE workers.id = sagas.worker)) RETURNING *`,
		c.Worker, micros(c.Until), micros(c.Until), c.ID, micros(c.Now), micros(c.Now)).Scan(ctx, &row)
	if errors.Is(err, sql.ErrNoRows) {
		return saga.Saga{}, saga.ErrLost
	}
	if err != nil {
		return saga.Saga{}, during(err, "claim saga %s", c.ID)
	}
	s, err := row.word()
	if err != nil {
		return s, err
	}
	return s, during(db.readSagaParts(ctx, &s), "read saga %s", c.ID)
}

// readSagaParts reads the steps and the signals of a saga.
func (db *DB) readSagaParts(ctx context.Context, s *saga.Saga) error {
	var steps []sagaStepRow
	if err := db.latest().NewSelect().Model(&steps).Where("t.saga_id = ?", s.ID).OrderExpr("t.place").Scan(ctx); err != nil {
		return err
	}
	var err error
	if s.Steps, err = listed(steps, sagaStepRow.word); err != nil {
		return err
	}
	var signals []sagaSignalRow
	if err := db.latest().NewSelect().Model(&signals).Where("g.saga_id = ?", s.ID).OrderExpr("g.at, g.name").Scan(ctx); err != nil {
		return err
	}
	list, err := listed(signals, sagaSignalRow.word)
	s.Signals = map[string]saga.Signal{}
	for _, signal := range list {
		s.Signals[signal.Name] = signal
	}
	return err
}

// SaveSaga writes what the holder of the token did.
func (db *DB) SaveSaga(ctx context.Context, c saga.Change) (abandoned bool, err error) {
	err = db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		row, err := db.lockSaga(ctx, tx, c.Saga.ID)
		if err != nil {
			return err
		}
		if row.Token != c.Saga.Token {
			return saga.ErrLost
		}
		abandoned = row.AbandonedBy != ""
		if abandoned && c.Saga.State == saga.Completed {
			return nil
		}
		next, err := db.nextLook(ctx, tx, c, abandoned)
		if err != nil {
			return err
		}
		if err := updateSaga(ctx, tx, c, next); err != nil {
			return err
		}
		for _, step := range c.Steps {
			r := sagaStepRowOf(c.Saga.ID, step)
			if _, err := tx.NewUpdate().Model(&r).WherePK().Exec(ctx); err != nil {
				return err
			}
		}
		return tellSaga(ctx, tx, &row, c.Transitions)
	})
	if errors.Is(err, saga.ErrLost) {
		return false, saga.ErrLost
	}
	return abandoned, during(err, "write saga %s", c.Saga.ID)
}

// sagaLook is when a saga may go on and when the sweeper looks at it.
type sagaLook struct {
	next, look, lease time.Time
	worker            string
}

// nextLook says when. One that waits for what has come already, or that is to be
// taken back, goes on at once.
func (db *DB) nextLook(ctx context.Context, tx bun.Tx, c saga.Change, abandoned bool) (sagaLook, error) {
	if !c.Release {
		return sagaLook{next: c.Saga.NextAt, look: c.Saga.LeaseUntil, lease: c.Saga.LeaseUntil, worker: c.Saga.Worker}, nil
	}
	next := c.Saga.NextAt
	if abandoned && c.Saga.State != saga.Compensating {
		next = c.Now
	}
	if c.Saga.Awaits != "" {
		var come bool
		err := tx.NewRaw("SELECT EXISTS (SELECT 1 FROM saga_signals WHERE saga_id = ? AND name = ?)", c.Saga.ID, c.Saga.Awaits).Scan(ctx, &come)
		if err != nil {
			return sagaLook{}, err
		}
		if come {
			next = c.Now
		}
	}
	return sagaLook{next: next, look: next}, nil
}

func updateSaga(ctx context.Context, tx bun.Tx, c saga.Change, at sagaLook) error {
	s := c.Saga
	_, err := tx.NewRaw(`UPDATE sagas SET state = ?, fault = ?, step = ?, wait_kind = ?, awaits = ?, next_at = ?, look_at = ?, sweeps = 0,
		worker = ?, lease_until = ?, updated_at = ?, ended_at = ? WHERE id = ?`,
		string(s.State), s.Fault, s.Step, string(s.WaitKind), s.Awaits, micros(at.next), micros(at.look), at.worker, micros(at.lease),
		micros(s.UpdatedAt), micros(s.EndedAt), s.ID).Exec(ctx)
	return err
}
