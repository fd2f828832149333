package syncs

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"clarion/backend/notify"
	"clarion/backend/roster"
)

// Books is what running syncs needs of the database.
type Books interface { //nolint:interfacebloat // the books of one thing
	// DueSyncs returns enabled syncs that are due.
	DueSyncs(ctx context.Context, now time.Time) ([]Sync, error)
	// Fire moves what is due on to its next time and begins the run, unless
	// somebody did before or the last run is still open.
	Fire(ctx context.Context, due Sync, next time.Time, r Run) error
	// ClaimRun gives a run that is nobody's, or nobody's any more, to a worker
	// until the time; notify.ErrNotFound when there is none.
	ClaimRun(ctx context.Context, worker string, now, until time.Time) (Run, Stored, error)
	// KnownPeople returns what is kept of those ids that were read before.
	KnownPeople(ctx context.Context, key string, ids []string) (map[string]Known, error)
	// SavePage stores what a page of rows came to.
	SavePage(ctx context.Context, p Progress, o Outcome) error
	// MissingPeople returns who was there before and is not in the run.
	MissingPeople(ctx context.Context, p Progress, most int) (ids []string, all int, err error)
	// SaveGone treats people as gone, by the sync's policy.
	SaveGone(ctx context.Context, p Progress, ids []string) error
	// LeaveRun lets another worker have the run at once.
	LeaveRun(ctx context.Context, p Progress) error
	// EndRun ends the run.
	EndRun(ctx context.Context, p Progress, state State, t Trouble) error
	// TidySyncs removes old runs and old faulty rows.
	TidySyncs(ctx context.Context, now time.Time) error
}

// Known is what is kept of a person that was read before.
type Known struct {
	Hash string
	// Run is the last that read the person.
	Run  string
	Gone bool
}

// Progress names a run while it is a worker's; it counts only then, else it is
// notify.ErrConflict.
type Progress struct {
	Run    string
	Worker string
	Sync   Settings
	Now    time.Time
	Until  time.Time
}

// Outcome is what a page of rows came to.
type Outcome struct {
	Read int
	// People are stored; Unchanged and Faulty are only noted as there.
	People    []Person
	Unchanged []string
	// Seen are those whose rows are faulty or were counted before a restart.
	Seen   []string
	Faulty []roster.FaultyRow
}

const (
	// claimLease is longer than the first page of any sync may take, lease than a
	// page of a directory. A database may take its timeout more.
	claimLease = 15 * time.Minute
	lease      = 3 * time.Minute
	lookEvery  = time.Second
	tidyEvery  = 10 * time.Minute
	// leaveWithin is how long giving a run back may keep a process from ending.
	leaveWithin = 3 * time.Second
	// goneAtOnce is how many are treated as gone in one transaction.
	goneAtOnce = 500
	// mostRestarts bounds how often a run may take its process down.
	mostRestarts = 5
)

// Worker runs syncs, one at a time.
type Worker struct {
	Books   Books
	Sealer  Sealer
	Readers map[Kind]Reader
	Clock   notify.Clock
	Log     *slog.Logger
	// Name tells this worker from the others.
	Name string
}

// Run looks for work until the context ends.
func (w *Worker) Run(ctx context.Context) {
	look, tidy := time.NewTicker(lookEvery), time.NewTicker(tidyEvery)
	defer look.Stop()
	defer tidy.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tidy.C:
			if err := w.Books.TidySyncs(ctx, w.Clock.Now()); err != nil && ctx.Err() == nil {
				w.Log.Warn("tidy syncs", "error", err)
			}
		case <-look.C:
			if err := w.Fire(ctx); err != nil && ctx.Err() == nil {
				w.Log.Error("begin the syncs that are due", "error", err)
			}
			for w.Once(ctx) {
			}
		}
	}
}

// Fire begins the runs that are due. A time that passed while nobody looked
// counts once.
func (w *Worker) Fire(ctx context.Context) error {
	now := w.Clock.Now()
	due, err := w.Books.DueSyncs(ctx, now)
	if err != nil {
		return err
	}
	var faults []error
	for _, s := range due {
		next := s.Schedule.next(s.NextAt, s.UpdatedAt)
		if !next.After(now) {
			next = s.Schedule.next(now, s.UpdatedAt)
		}
		run := Run{ID: notify.NewID(notify.SyncRunID), Sync: s.Key, State: Waiting, CreatedAt: now}
		faults = append(faults, w.Books.Fire(ctx, s, next, run))
	}
	return errors.Join(faults...)
}

// Once works on one run to its end, and reports whether there was one.
func (w *Worker) Once(ctx context.Context) bool {
	now := w.Clock.Now()
	run, sync, err := w.Books.ClaimRun(ctx, w.Name, now, now.Add(claimLease))
	if errors.Is(err, notify.ErrNotFound) || ctx.Err() != nil {
		return false
	}
	if err == nil {
		err = w.work(ctx, run, sync)
	}
	switch {
	case errors.Is(err, notify.ErrConflict):
		return true // it was cancelled or deleted meanwhile
	case err != nil && ctx.Err() != nil:
		w.leave(ctx, run)
	case err != nil:
		w.Log.Error("work on a sync; it is taken up again", "sync", run.Sync, "run", run.ID, "error", err)
	}
	return err == nil
}

// leave gives a run back that the end of the process cuts short.
func (w *Worker) leave(ctx context.Context, run Run) {
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveWithin)
	defer cancel()
	if err := w.Books.LeaveRun(end, Progress{Run: run.ID, Worker: w.Name}); err != nil {
		w.Log.Warn("give a sync back; it is taken up when its lease ends", "sync", run.Sync, "run", run.ID, "error", err)
	}
}
