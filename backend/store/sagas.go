package store

import (
	"context"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/saga"
)

var _ saga.Store = (*DB)(nil)

// openSagas are the states in which somebody has still to do something.
const openSagas = "('running', 'waiting', 'compensating')"

type sagaRow struct {
	bun.BaseModel `bun:"table:sagas,alias:s"`

	ID          string `bun:",pk"`
	Name        string
	Ref         string
	Title       string
	State       string
	Priority    string
	Input       string
	TraceID     string
	StartedBy   string
	Fault       string
	AbandonedBy string
	Step        string
	WaitKind    string
	Awaits      string
	NextAt      int64
	LookAt      int64
	Sweeps      int
	Token       int64
	Worker      string
	LeaseUntil  int64
	Moves       int64
	CreatedAt   int64
	UpdatedAt   int64
	EndedAt     int64
}

func sagaRowOf(s saga.Saga) sagaRow {
	return sagaRow{
		ID: s.ID, Name: s.Name, Ref: s.Ref, Title: s.Title, State: string(s.State), Priority: string(s.Priority), Input: string(s.Input),
		TraceID: s.TraceID, StartedBy: s.StartedBy, NextAt: micros(s.NextAt), LookAt: micros(s.NextAt),
		CreatedAt: micros(s.CreatedAt), UpdatedAt: micros(s.UpdatedAt),
	}
}

func (r sagaRow) word() (saga.Saga, error) {
	s := saga.Saga{
		ID: r.ID, Name: r.Name, Ref: r.Ref, Title: r.Title, State: saga.State(r.State), Input: raw(r.Input), TraceID: r.TraceID,
		StartedBy: r.StartedBy, Fault: r.Fault, AbandonedBy: r.AbandonedBy, Step: r.Step, WaitKind: saga.WaitKind(r.WaitKind),
		Awaits: r.Awaits, NextAt: fromMicros(r.NextAt), CreatedAt: fromMicros(r.CreatedAt), UpdatedAt: fromMicros(r.UpdatedAt),
		EndedAt: fromMicros(r.EndedAt), Token: r.Token, Worker: r.Worker, LeaseUntil: fromMicros(r.LeaseUntil),
		Priority: notify.Priority(r.Priority),
	}
	if !s.State.Open() {
		s.NextAt = fromMicros(0)
	}
	return s, nil
}

type sagaStepRow struct {
	bun.BaseModel `bun:"table:saga_steps,alias:t"`

	SagaID         string `bun:",pk"`
	Place          int    `bun:",pk"`
	Name           string
	State          string
	Tries          int
	Input          string
	Output         string
	Checkpoint     string
	UndoCheckpoint string
	Error          string
	BegunAt        int64
	EndedAt        int64
}

func sagaStepRowOf(id string, s saga.Step) sagaStepRow {
	return sagaStepRow{
		SagaID: id, Place: s.Place, Name: s.Name, State: string(s.State), Tries: s.Tries, Input: string(s.Input), Output: string(s.Output),
		Checkpoint: string(s.Checkpoint), UndoCheckpoint: string(s.UndoCheckpoint), Error: s.Error,
		BegunAt: micros(s.BegunAt), EndedAt: micros(s.EndedAt),
	}
}

func (r sagaStepRow) word() (saga.Step, error) {
	return saga.Step{
		Place: r.Place, Name: r.Name, State: saga.StepState(r.State), Tries: r.Tries, Input: raw(r.Input), Output: raw(r.Output),
		Checkpoint: raw(r.Checkpoint), UndoCheckpoint: raw(r.UndoCheckpoint), Error: r.Error,
		BegunAt: fromMicros(r.BegunAt), EndedAt: fromMicros(r.EndedAt),
	}, nil
}

type sagaTransitionRow struct {
	bun.BaseModel `bun:"table:saga_transitions,alias:n"`

	SagaID string `bun:",pk"`
	Number int64  `bun:",pk"`
	At     int64
	Step   string
	Kind   string
	Try    int
	Detail string
	By     string
}

func (r sagaTransitionRow) word() (saga.Transition, error) {
	return saga.Transition{
		Number: r.Number, At: fromMicros(r.At), Step: r.Step, Kind: saga.Kind(r.Kind), Try: r.Try, Detail: r.Detail, By: r.By,
	}, nil
}

type sagaSignalRow struct {
	bun.BaseModel `bun:"table:saga_signals,alias:g"`

	SagaID  string `bun:",pk"`
	Name    string `bun:",pk"`
	By      string
	At      int64
	Payload string
}

func (r sagaSignalRow) word() (saga.Signal, error) {
	return saga.Signal{Name: r.Name, By: r.By, At: fromMicros(r.At), Payload: raw(r.Payload)}, nil
}

// AddSaga keeps a new saga, or returns the one that is there.
func (db *DB) AddSaga(ctx context.Context, s saga.Saga, t saga.Transition) (kept saga.Saga, added bool, err error) {
	row := sagaRowOf(s)
	err = db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		n, err := touched(tx.NewInsert().Model(&row).On("CONFLICT (name, ref) DO NOTHING").Exec(ctx))
		if err != nil {
			return err
		}
		if added = n == 1; !added {
			return tx.NewSelect().Model(&row).Where("s.name = ? AND s.ref = ?", s.Name, s.Ref).Scan(ctx)
		}
		steps := make([]sagaStepRow, len(s.Steps))
		for i, step := range s.Steps {
			steps[i] = sagaStepRowOf(s.ID, step)
		}
		if _, err := tx.NewInsert().Model(&steps).Exec(ctx); err != nil {
			return err
		}
		return tellSaga(ctx, tx, &row, []saga.Transition{t})
	})
	if err != nil {
		return saga.Saga{}, false, during(err, "keep saga %s", s.ID)
	}
	kept, err = row.word()
	return kept, added, err
}

// tellSaga appends transitions; the row is locked by whoever calls.
func tellSaga(ctx context.Context, tx bun.Tx, row *sagaRow, lines []saga.Transition) error {
	if len(lines) == 0 {
		return nil
	}
	rows := make([]sagaTransitionRow, len(lines))
	for i, t := range lines {
		row.Moves++
		rows[i] = sagaTransitionRow{
			SagaID: row.ID, Number: row.Moves, At: micros(t.At), Step: t.Step, Kind: string(t.Kind), Try: t.Try, Detail: t.Detail, By: t.By,
		}
	}
	if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
		return err
	}
	_, err := tx.NewRaw("UPDATE sagas SET moves = ? WHERE id = ?", row.Moves, row.ID).Exec(ctx)
	return err
}

// lockSaga reads a saga and holds it until the transaction ends.
func (db *DB) lockSaga(ctx context.Context, tx bun.Tx, id string) (sagaRow, error) {
	var row sagaRow
	err := db.lock(tx.NewSelect().Model(&row).Where("s.id = ?", id), "UPDATE").Scan(ctx)
	return row, err
}
