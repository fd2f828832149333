package roster

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"clarion/backend/notify"
)

// Books is what working on imports needs of the database.
type Books interface { //nolint:interfacebloat // the books of one thing
	// ClaimImport gives one that is checking or running and nobody's, or nobody's
	// any more, to a worker until the time; notify.ErrNotFound when there is none.
	ClaimImport(ctx context.Context, worker string, now, until time.Time) (Import, error)
	ImportPart(ctx context.Context, id string, number int) ([]byte, error)
	// SaveChecked writes down what a chunk of rows has for faults.
	SaveChecked(ctx context.Context, p Progress, faulty []FaultyRow) error
	// FaultyLines returns which lines from one to another cannot be stored.
	FaultyLines(ctx context.Context, id string, from, to int) (map[int]bool, error)
	// Strange returns which of the ids nobody has.
	Strange(ctx context.Context, ids []string) (map[string]bool, error)
	// StoreAudience keeps a chunk of rows beside the people they are for, together
	// with how far the import has come; who is not there is created when invited.
	StoreAudience(ctx context.Context, p Progress, rows []AudienceRow, invite bool) error
	// StoreRows stores a chunk of people together with how far the import has come.
	StoreRows(ctx context.Context, p Progress, people []notify.Recipient) error
	// TidyImports removes what is left of imports that nobody will need.
	TidyImports(ctx context.Context, now time.Time) error
}

// Progress is how far an import has come after a chunk. It counts only while
// the import is the worker's and in the state; else notify.ErrConflict.
type Progress struct {
	Import string
	Worker string
	State  State
	Group  string
	// Read and Lines are where the next chunk begins, Rows how many rows this one had.
	Read  int64
	Lines int
	Rows  int
	// Next is the state after the chunk.
	Next  State
	Error string
	Now   time.Time
	Until time.Time
}

const (
	// chunkRows is how many rows are stored at a time: a cancel waits for one
	// chunk, a restart repeats none.
	chunkRows = 2000
	// rowsMost bounds what is remembered of a file while it is checked.
	rowsMost  = 2_000_000
	lease     = 10 * time.Second
	lookEvery = time.Second
	tidyEvery = 10 * time.Minute
)

// Worker works on imports, one at a time.
type Worker struct {
	Books Books
	// Errands goes on with what has an errand; nil where nothing has one.
	Errands Errands
	Clock   notify.Clock
	Log     *slog.Logger
	// Name tells this worker from the others.
	Name string
	// RowsMost is how many rows a file may have; two millions when it is zero.
	RowsMost int
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
			if err := w.Books.TidyImports(ctx, w.Clock.Now()); err != nil && ctx.Err() == nil {
				w.Log.Warn("tidy imports", "error", err)
			}
		case <-look.C:
			for w.Once(ctx) {
			}
		}
	}
}

// Once works on one import to its end, and reports whether there was one.
func (w *Worker) Once(ctx context.Context) bool {
	now := w.Clock.Now()
	i, err := w.Books.ClaimImport(ctx, w.Name, now, now.Add(lease))
	if errors.Is(err, notify.ErrNotFound) || ctx.Err() != nil {
		return false
	}
	if err == nil {
		err = w.work(ctx, i)
	}
	if err != nil && ctx.Err() == nil && !errors.Is(err, notify.ErrConflict) {
		w.Log.Error("work on an import; it is taken up again", "import", i.ID, "error", err)
	}
	return err == nil
}

func (w *Worker) work(ctx context.Context, i Import) error {
	if i.State == Closing {
		return w.close(ctx, i)
	}
	file, err := open(&parts{ctx: ctx, store: w.Books, id: i.ID, most: i.Parts}, i.Format)
	if err != nil {
		return w.fail(ctx, i, err)
	}
	if i.State == Checking {
		return w.check(ctx, i, file)
	}
	if i.Read > 0 {
		file = file.resume(&parts{ctx: ctx, store: w.Books, id: i.ID, most: i.Parts, skip: i.Read}, i.Read, i.Lines)
	}
	for {
		p, rows, err := w.chunk(ctx, i, file)
		if err != nil {
			return err
		}
		if err := w.store(ctx, i, p, rows); err != nil {
			return fmt.Errorf("store rows of import %s: %w", i.ID, err)
		}
		if p.Next != Running {
			return nil
		}
	}
}

func (w *Worker) store(ctx context.Context, i Import, p Progress, rows []AudienceRow) error {
	if i.Purpose == ForAudience {
		return w.Books.StoreAudience(ctx, p, rows, i.Strangers == Create)
	}
	people := make([]notify.Recipient, len(rows))
	for at, row := range rows {
		people[at] = row.Recipient
	}
	return w.Books.StoreRows(ctx, p, people)
}

// fail ends an import whose file cannot be read; a fault of the house is
// returned, and the import taken up again.
func (w *Worker) fail(ctx context.Context, i Import, err error) error {
	if errors.Is(err, notify.ErrUnavailable) || ctx.Err() != nil {
		return err
	}
	p := w.progress(i, i.Read, i.Lines)
	p.Next, p.Error = Failed, err.Error()
	return w.Books.SaveChecked(ctx, p, nil)
}

func (w *Worker) progress(i Import, read int64, lines int) Progress {
	now := w.Clock.Now()
	return Progress{
		Import: i.ID, Worker: w.Name, State: i.State, Next: i.State, Group: i.Group, Read: read, Lines: lines, Now: now, Until: now.Add(lease),
	}
}

// chunk reads the next rows that can be stored.
func (w *Worker) chunk(ctx context.Context, i Import, file *file) (Progress, []AudienceRow, error) {
	rows, ended, err := take(file)
	if err != nil {
		return Progress{}, nil, err
	}
	read, lines := file.Offset()
	p := w.progress(i, read, lines)
	if ended {
		p.Next = Done
		if i.Errand != nil {
			p.Next = Closing
		}
	}
	if len(rows) == 0 {
		return p, nil, nil
	}
	bad, err := w.Books.FaultyLines(ctx, i.ID, rows[0].Line, rows[len(rows)-1].Line)
	if err != nil {
		return p, nil, err
	}
	good := make([]AudienceRow, 0, len(rows))
	for _, row := range rows {
		if bad[row.Line] || row.Cells == nil {
			continue
		}
		r, faults := file.person(i, row)
		if len(faults) == 0 {
			good = append(good, AudienceRow{Line: row.Line, Recipient: r})
		}
	}
	p.Rows = len(good)
	return p, good, nil
}

func take(file *file) (rows []Row, ended bool, err error) { return file.some(chunkRows) }
