package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/digest"
	"clarion/backend/notify"
)

// runRow is a run over time.
type runRow struct {
	bun.BaseModel `bun:"table:runs,alias:r"`

	ID              string `bun:",pk"`
	EventID         string
	RecipientID     string
	Workflow        string
	WorkflowVersion int
	Priority        string
	Status          string
	Step            string
	Kind            string
	Rest            string
	ResumeAt        int64
	LookAt          int64
	Sweeps          int
	Awaits          string
	DigestID        string
	IsFull          bool
	Turn            int
	ParkedAt        int64
}

// firstLook is when a run that waits for a message is looked at for the first
// time: what happened to the message while nobody was told of the run is seen
// then.
const firstLook = 2 * time.Second

func runRowOf(r notify.Run, now time.Time) (runRow, error) {
	rest, err := document(r.Rest)
	row := runRow{
		ID: r.ID, EventID: r.EventID, RecipientID: r.RecipientID, Workflow: r.Workflow, WorkflowVersion: r.WorkflowVersion,
		Priority: string(r.Priority), Status: string(r.Status), Step: r.Step, Kind: string(r.Kind), Rest: rest,
		ResumeAt: micros(r.ResumeAt), LookAt: micros(r.ResumeAt), Awaits: r.Awaits, DigestID: r.DigestID, IsFull: r.Full,
		Turn: r.Turn, ParkedAt: micros(now),
	}
	if r.Awaits != "" {
		row.LookAt = min(row.LookAt, micros(now.Add(firstLook)))
	}
	return row, err
}

func (r runRow) word() (notify.Run, error) {
	run := notify.Run{
		ID: r.ID, EventID: r.EventID, RecipientID: r.RecipientID, Workflow: r.Workflow, WorkflowVersion: r.WorkflowVersion,
		Priority: notify.Priority(r.Priority), Status: notify.RunStatus(r.Status), Step: r.Step, Kind: notify.StepKind(r.Kind),
		ResumeAt: fromMicros(r.ResumeAt), Awaits: r.Awaits, DigestID: r.DigestID, Full: r.IsFull, Turn: r.Turn,
	}
	return run, during(readDocument(r.Rest, &run.Rest), "the steps that are left of run %s", r.ID)
}

// settleRuns answers what new runs ask for: a place in a digest, a ticket of a
// throttle. Windows that an item moved move their carriers with them.
func settleRuns(ctx context.Context, tx bun.Tx, runs []notify.Run, now time.Time) error {
	var entries []digest.Entry
	var asking []int
	for i, r := range runs {
		if r.Gather != nil {
			entries = append(entries, digest.Entry{Scope: r.Gather.Scope, Rule: r.Gather.Rule, ItemID: r.ID, EventID: r.EventID})
			asking = append(asking, i)
		}
	}
	if len(entries) > 0 {
		places, err := appendDigest(ctx, tx, entries, now)
		if err != nil {
			return err
		}
		moved := map[string]time.Time{}
		for n, place := range places {
			r := &runs[asking[n]]
			r.DigestID, r.ResumeAt = place.DigestID, place.ClosesAt
			switch place.Role {
			case digest.Led:
				r.ResumeAt = now
			case digest.Joined:
				r.Status = notify.RunGathered
				moved[place.Carrier] = place.ClosesAt
			}
		}
		if err := moveCarriers(ctx, tx, moved); err != nil {
			return err
		}
	}
	return takeTickets(ctx, tx, runs, now)
}

// moveCarriers makes the carriers of windows wait as long as their windows are
// open. One that is made in the same transaction has its time already.
func moveCarriers(ctx context.Context, tx bun.Tx, ends map[string]time.Time) error {
	ids := make([]string, 0, len(ends))
	for id := range ends {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		at := micros(ends[id])
		_, err := tx.NewRaw("UPDATE runs SET resume_at = ?, look_at = ? WHERE id = ? AND status = ? AND resume_at <> ?",
			at, at, id, notify.RunParked, at).Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

// takeTickets counts runs against their throttles, in the order of the scopes.
func takeTickets(ctx context.Context, tx bun.Tx, runs []notify.Run, now time.Time) error {
	var asking []*notify.Run
	for i := range runs {
		if runs[i].Ticket != nil {
			asking = append(asking, &runs[i])
		}
	}
	slices.SortStableFunc(asking, func(a, b *notify.Run) int { return cmp.Compare(a.Ticket.Scope, b.Ticket.Scope) })
	for _, r := range asking {
		at, ends := micros(now), micros(now.Add(time.Duration(r.Ticket.Rule.Seconds)*time.Second))
		var used int
		err := tx.NewRaw(`INSERT INTO throttles (scope, opened_at, ends_at, used) VALUES (?, ?, ?, 1) ON CONFLICT (scope) DO UPDATE SET
			used = CASE WHEN throttles.ends_at <= EXCLUDED.opened_at THEN 1 ELSE throttles.used + 1 END,
			ends_at = CASE WHEN throttles.ends_at <= EXCLUDED.opened_at THEN EXCLUDED.ends_at ELSE throttles.ends_at END,
			opened_at = CASE WHEN throttles.ends_at <= EXCLUDED.opened_at THEN EXCLUDED.opened_at ELSE throttles.opened_at END
			RETURNING used`, r.Ticket.Scope, at, ends).Scan(ctx, &used)
		if err != nil {
			return err
		}
		r.Full = used > r.Ticket.Rule.Limit
	}
	return nil
}

// insertRuns stores new runs.
func insertRuns(ctx context.Context, tx bun.Tx, runs []notify.Run, now time.Time) error {
	rows := make([]runRow, len(runs))
	for i, r := range runs {
		var err error
		if rows[i], err = runRowOf(r, now); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(rows, upsertAtOnce) {
		if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}
