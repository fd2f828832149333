package reports

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"clarion/backend/notify"
	"clarion/backend/report"
)

// Asker reads a database. Values come as the driver gives them.
type Asker interface {
	Ask(ctx context.Context, text string, args ...any) ([][]any, error)
}

// Columnar is ClickHouse, which is a copy and may lag.
type Columnar interface {
	Asker
	// Fresh is when the newest row was written that has arrived.
	Fresh(ctx context.Context) (time.Time, error)
}

// Config plugs the desk into its stores.
type Config struct {
	// SQL is the database of the line, Postgres whether it is PostgreSQL.
	SQL      Asker
	Postgres bool
	// ClickHouse is nil where there is none.
	ClickHouse Columnar
	// Removed is when the youngest message was made whose rows SQL has no more;
	// the zero time where none was removed. Nil is never.
	Removed func(ctx context.Context) (time.Time, error)
	Clock   notify.Clock
	Log     *slog.Logger
}

const (
	// columnarTime is how long ClickHouse may take before the database of the line
	// is asked; rest is how long it is left alone after it did not answer.
	columnarTime = 10 * time.Second
	rest         = 15 * time.Second
)

// Desk answers reports.
type Desk struct {
	Config
	// restUntil is when ClickHouse is asked again, in microseconds since 1970.
	restUntil atomic.Int64
}

// New makes a desk.
func New(c Config) *Desk { return &Desk{Config: c} }

// Menu describes all reports.
func (d *Desk) Menu() []report.Info {
	list := make([]report.Info, len(definitions))
	for i, one := range definitions {
		list[i] = one.Info
	}
	return list
}

// Ask answers one report.
func (d *Desk) Ask(ctx context.Context, id string, a report.Asked) (report.Answer, error) {
	r, found := find(id)
	if !found {
		return report.Answer{}, fmt.Errorf("report %q: %w", id, notify.ErrNotFound)
	}
	now := d.Clock.Now().UTC()
	q, err := report.Understand(r.Info, a, now)
	if err != nil {
		return report.Answer{}, err
	}
	answer := report.Answer{
		Columns: r.Names(), From: q.From, To: q.To, Zone: q.Zone.String(), Bucket: q.Bucket,
		Lacks: append([]report.Lack{}, r.lacks...),
	}
	if q.Bucket != "" {
		answer.Partial = q.Partial(now)
	}
	return answer, d.fill(ctx, r, q, &answer)
}

// fill asks ClickHouse where there is one, and else the database of the line.
func (d *Desk) fill(ctx context.Context, r definition, q report.Question, a *report.Answer) error {
	if d.ClickHouse != nil && !r.sqlOnly {
		if d.Clock.Now().UnixMicro() >= d.restUntil.Load() {
			err := d.askColumnar(ctx, r, q, a)
			if err == nil || ctx.Err() != nil {
				return err
			}
			d.restUntil.Store(d.Clock.Now().Add(rest).UnixMicro())
			d.Log.WarnContext(ctx, "ClickHouse did not answer a report; the database of the line did", "report", r.ID, "error", err)
		}
		a.Lacks = append(a.Lacks, report.Lack{
			Code: "clickhouse_away", Detail: "ClickHouse does not answer at the moment; the database of the line did.",
		})
	}
	return d.askSQL(ctx, r, q, a)
}

func (d *Desk) askColumnar(ctx context.Context, r definition, q report.Question, a *report.Answer) error {
	ctx, cancel := context.WithTimeout(ctx, columnarTime)
	defer cancel()
	fresh, err := d.ClickHouse.Fresh(ctx)
	if err != nil {
		return fmt.Errorf("ask how fresh ClickHouse is: %w", err)
	}
	a.Store, a.RefreshedAt = report.ClickHouse, fresh
	return both(q, a, func(q report.Question) ([][]any, error) {
		return answer(ctx, d.ClickHouse, writing{dialect: columnar, definition: r, q: q})
	})
}

func (d *Desk) askSQL(ctx context.Context, r definition, q report.Question, a *report.Answer) error {
	a.Store, a.RefreshedAt = report.Embedded, d.Clock.Now().UTC()
	if r.steps {
		a.Lacks = append(a.Lacks, stepped)
	}
	w := writing{dialect: sqlite, definition: r, q: q}
	if d.Postgres {
		w.dialect = postgres
	}
	if err := d.incomplete(ctx, w, a); err != nil {
		return err
	}
	return both(q, a, func(q report.Question) ([][]any, error) {
		w.q = q
		return answer(ctx, d.SQL, w)
	})
}

// incomplete says so where rows are asked for that were removed after their time.
// Counts of whole quarters of an hour are always there.
func (d *Desk) incomplete(ctx context.Context, w writing, a *report.Answer) error {
	if d.Removed == nil || !w.readsRows() {
		return nil
	}
	until, err := d.Removed(ctx)
	if err != nil {
		return err
	}
	from := w.q.From
	if w.q.Compare {
		from = w.q.Previous().From
	}
	if from.Before(until) {
		a.Lacks = append(a.Lacks, rowsRemoved)
	}
	return nil
}

var rowsRemoved = report.Lack{
	Code:   "rows_removed",
	Detail: "Older messages were removed from the database after their time; figures that are read from single rows lack them. Counts have them.",
}

// stepped is said of percentiles from roll-ups; see notify.Step.
var stepped = report.Lack{
	Code:   "percentiles_stepped",
	Detail: "Percentiles of the database of the line come from steps: they are right to 3.2 percent. ClickHouse has them exactly.",
}

// both asks for the time itself, and for the one before where that is wanted.
func both(q report.Question, a *report.Answer, ask func(q report.Question) ([][]any, error)) error {
	var err error
	if a.Rows, err = ask(q); err != nil || !q.Compare {
		return err
	}
	before := q.Previous()
	a.PreviousFrom = &before.From
	a.Previous, err = ask(before)
	return err
}

// answer writes, asks, and makes the rows what the report says they are.
func answer(ctx context.Context, from Asker, w writing) ([][]any, error) {
	statement, err := w.write()
	if err != nil {
		return nil, err
	}
	rows, err := from.Ask(ctx, statement.text, statement.args...)
	if err != nil {
		return nil, fmt.Errorf("ask report %s: %w", w.ID, err)
	}
	if err := w.plain(rows); err != nil {
		return nil, fmt.Errorf("report %s: %w", w.ID, err)
	}
	if w.finish != nil {
		rows = w.finish(w.q, rows)
	}
	return w.last(w.Reckon(rows)), nil
}

// last sorts the rows and keeps as many as were asked for. A series is in order
// already, and its limit is one of groups.
func (w writing) last(rows [][]any) [][]any {
	if len(w.order) == 0 {
		return rows
	}
	rows = w.sort(rows)
	if w.q.Limit > 0 && len(rows) > w.q.Limit {
		rows = rows[:w.q.Limit]
	}
	return rows
}

func (d definition) sort(rows [][]any) [][]any {
	columns, falling := make([]int, len(d.order)), make([]bool, len(d.order))
	for i, name := range d.order {
		name, falling[i] = strings.CutPrefix(name, "-")
		columns[i] = d.Column(name)
	}
	return sorted(rows, columns, falling)
}

// sorted sorts rows by columns.
func sorted(rows [][]any, columns []int, falling []bool) [][]any {
	slices.SortFunc(rows, func(a, b []any) int {
		for i, c := range columns {
			order := compare(a[c], b[c])
			if falling[i] {
				order = -order
			}
			if order != 0 {
				return order
			}
		}
		return 0
	})
	return rows
}

func compare(a, b any) int {
	switch a := a.(type) {
	case string:
		b, _ := b.(string)
		return cmp.Compare(a, b)
	case int64:
		b, _ := b.(int64)
		return cmp.Compare(a, b)
	}
	return 0
}
