package store

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"clarion/backend/dispatch"
	"clarion/backend/notify"
)

// errOvertaken ends a transaction whose run others have gone on with.
var errOvertaken = errors.New("others went on with the run")

// SaveRuns stores how far runs have come and returns those with which nobody was
// faster. A run that comes to a digest has a transaction of its own, because it
// locks the digest before itself, as everybody does.
func (db *DB) SaveRuns(ctx context.Context, b dispatch.RunBatch) ([]string, error) {
	var saved []string
	var together []dispatch.RunDone
	for _, done := range b.Runs {
		if done.Next.Gather == nil && !anyGathers(messagesOf(b, done.Next.ID)) {
			together = append(together, done)
			continue
		}
		err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
			won, err := db.saveRuns(ctx, tx, b, []dispatch.RunDone{done})
			if err == nil && len(won) == 0 {
				return errOvertaken
			}
			return err
		})
		switch {
		case err == nil:
			saved = append(saved, done.Next.ID)
		case !errors.Is(err, errOvertaken):
			return saved, during(err, "save run %s", done.Next.ID)
		}
	}
	if len(together) == 0 {
		return saved, nil
	}
	slices.SortFunc(together, func(x, y dispatch.RunDone) int { return strings.Compare(x.Next.ID, y.Next.ID) })
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		won, err := db.saveRuns(ctx, tx, b, together)
		saved = append(saved, won...)
		return err
	})
	return saved, during(err, "save %d runs", len(together))
}

func (db *DB) saveRuns(ctx context.Context, tx bun.Tx, b dispatch.RunBatch, list []dispatch.RunDone) ([]string, error) {
	gone, err := db.erasedIn(ctx, tx, toldOf(b.Messages, nil))
	if err != nil {
		return nil, err
	}
	forgetIn(b.Messages, gone)
	caps := dispatch.Batch{Messages: b.Messages}
	counts, err := db.capsIn(ctx, tx, caps.CapKeys(), b.Now)
	if err != nil {
		return nil, err
	}
	runs := make([]notify.Run, len(list))
	for i, done := range list {
		runs[i] = done.Next
	}
	out := dispatch.Batch{Now: b.Now, LeaseUntil: b.LeaseUntil}
	for _, run := range runs {
		out.Messages = append(out.Messages, messagesOf(b, run.ID)...)
	}
	// What comes first here are the first scopes: all lock digests in one order.
	if err := gatherMessages(ctx, tx, out.Messages, func(notify.Message) bool { return false }, b.Now); err != nil {
		return nil, err
	}
	if err := settleRuns(ctx, tx, runs, b.Now); err != nil {
		return nil, err
	}
	var ids []string
	for i, done := range list {
		ok, err := moveRun(ctx, tx, runs[i], b, done.Waits)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		ids = append(ids, done.Next.ID)
		if done.Closed != "" {
			if err := endGathered(ctx, tx, done.Closed); err != nil {
				return nil, err
			}
		}
		if !done.Waits {
			out.Notifications = append(out.Notifications, notify.Notification{ID: done.Next.ID, Decisions: done.Decisions})
		}
	}
	out.Messages = slices.DeleteFunc(out.Messages, func(m notify.Message) bool { return !slices.Contains(ids, m.NotificationID) })
	out.HoldAgainst(counts, func(string) bool { return false })
	return ids, db.saveMessages(ctx, tx, out)
}

func messagesOf(b dispatch.RunBatch, run string) []notify.Message {
	return slices.DeleteFunc(slices.Clone(b.Messages), func(m notify.Message) bool { return m.NotificationID != run })
}

// moveRun stores a run's next state if it is still in the turn that was read.
// One that waits on was looked at in vain: the next look is at its time.
func moveRun(ctx context.Context, tx bun.Tx, run notify.Run, b dispatch.RunBatch, waits bool) (bool, error) {
	next, err := runRowOf(run, b.Now)
	if err != nil {
		return false, err
	}
	if waits {
		next.LookAt = next.ResumeAt
	}
	n, err := touched(tx.NewRaw(`UPDATE runs SET status = ?, step = ?, kind = ?, rest = ?, resume_at = ?, look_at = ?, sweeps = 0,
		awaits = ?, digest_id = ?, is_full = ?, turn = turn + 1, parked_at = ? WHERE id = ? AND status = 'parked' AND turn = ?`,
		next.Status, next.Step, next.Kind, next.Rest, next.ResumeAt, next.LookAt, next.Awaits, next.DigestID, next.IsFull,
		next.ParkedAt, next.ID, next.Turn).Exec(ctx))
	return n == 1, err
}

// saveMessages adds the decisions of runs, and stores their messages with their
// first rows and lists.
func (db *DB) saveMessages(ctx context.Context, tx bun.Tx, b dispatch.Batch) error {
	told := make(map[string][]notify.Decision, len(b.Notifications))
	for _, n := range b.Notifications {
		if len(n.Decisions) > 0 {
			told[n.ID] = n.Decisions
		}
	}
	if err := db.addDecisions(ctx, tx, told); err != nil {
		return err
	}
	if len(b.Messages) == 0 {
		return nil
	}
	columns, err := messageColumns(b.Messages)
	if err != nil {
		return err
	}
	if err := insertColumns(ctx, tx, "messages", columns); err != nil {
		return err
	}
	if err := writeTimeline(ctx, tx, firstRows(b.Messages, b.Now)); err != nil {
		return err
	}
	return watch(ctx, tx, watchNew(b.Messages, micros(b.LeaseUntil)))
}

// endGathered ends the runs whose items a digest has carried to its end.
func endGathered(ctx context.Context, tx bun.Tx, digestID string) error {
	_, err := tx.NewRaw("UPDATE runs SET status = 'done' WHERE status = 'gathered' AND id IN (SELECT item_id FROM digest_items WHERE digest_id = ?)",
		digestID).Exec(ctx)
	return err
}
