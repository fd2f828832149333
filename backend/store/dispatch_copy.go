package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"clarion/backend/notify"
)

// copies reports whether the batch is saved by COPY.
func (s *saving) copies(db *DB) bool {
	b := &s.batch
	overTime := len(b.Runs)+len(b.Stops) > 0 || anyGathers(b.Messages)
	return db.postgres() && !overTime && (len(b.Messages) >= copyFrom || len(s.caps) > 0)
}

// errBehind rolls back a page whose event others have taken, or whose page before
// was not saved.
var errBehind = errors.New("the page before was not saved, or others have saved this one")

// copied saves by COPY, in as many steps as there are tables. A page that others go
// before has its notifications written while it waits for them: they are what
// nobody can write twice. If it waits in vain, they are undone.
func (s *saving) copied(ctx context.Context, db *DB) error {
	early := s.batch.Behind != nil && len(s.caps) == 0
	err := classify(pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error {
		if early {
			if err := copyIn(ctx, tx, "notifications", s.runs); err != nil {
				return err
			}
		}
		if s.batch.Behind != nil && !s.batch.Behind() {
			return errBehind
		}
		return s.close(ctx, tx, early)
	}))
	if early && errors.Is(err, notify.ErrConflict) { // others have saved this page, or somebody of it was reached
		return errors.Join(errBehind, err)
	}
	return err
}

// close moves the events on and writes what belongs to those nobody was faster
// with.
func (s *saving) close(ctx context.Context, tx pgx.Tx, early bool) error {
	if err := s.leaveErased(ctx, tx, early); err != nil {
		return err
	}
	if err := collect(ctx, tx, s.closing(""), arrays(s.events), noteIDs(s.saved)); err != nil {
		return err
	}
	if early && len(s.saved) == 0 {
		return errBehind
	}
	if s.batch.Owned != nil {
		s.batch.Owned()
	}
	if err := s.capped(ctx, tx); err != nil {
		return err
	}
	parts := []struct {
		table   string
		ofEvent []string
		columns []column
	}{{"notifications", s.runEvent, s.runs}, {"messages", s.messageEvent, s.messages}, {"message_events", s.rowsOf, s.timeline}}
	if early {
		parts = parts[1:]
	}
	for _, part := range parts {
		if err := copyIn(ctx, tx, part.table, s.held(part.ofEvent, part.columns)); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, watchInsert(s.watch, 1), arrays(s.watch)...)
	return err
}
