package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/dispatch"
	"clarion/backend/notify"
)

// cancelRuns ends what is still to come of runs and of messages, and says why in
// the decisions. The runs come first: who is going on with one of them either ends
// before us, and we stop the messages of it, or finds that it is not theirs.
func (db *DB) cancelRuns(ctx context.Context, tx bun.Tx, why notify.Decision, runs, messages condition) (ended, stopped int, err error) {
	told, err := db.endRuns(ctx, tx, func(string) notify.Decision { return why }, runs)
	if err != nil {
		return 0, 0, err
	}
	if stopped, err = stopMessages(ctx, tx, why.At, messages); err != nil {
		return 0, 0, err
	}
	return len(told), stopped, db.addDecisions(ctx, tx, told)
}

// endRuns ends what is still to come of runs and returns what is to be said of
// each. What others put into a digest stays: the next of them carries it. One
// transaction calls it once: runs and their digests are locked in one order.
func (db *DB) endRuns(ctx context.Context, tx bun.Tx, why func(run string) notify.Decision, which condition) (map[string][]notify.Decision, error) {
	var rows []runRow
	read := tx.NewSelect().Model(&rows).Where("r.status IN ('parked', 'gathered')").OrderExpr("r.id")
	which.on(read)
	if err := read.Scan(ctx); err != nil || len(rows) == 0 {
		return nil, err
	}
	if err := db.lockDigests(ctx, tx, rows); err != nil {
		return nil, err
	}
	told := make(map[string][]notify.Decision, len(rows))
	for _, r := range rows {
		d := why(r.ID)
		ok, err := endRun(ctx, tx, r, d.At)
		if err != nil {
			return nil, err
		}
		if ok {
			told[r.ID] = []notify.Decision{d}
		}
	}
	return told, nil
}

// lockDigests locks the digests of runs in the order in which all do.
func (db *DB) lockDigests(ctx context.Context, tx bun.Tx, rows []runRow) error {
	var ids, locked []string
	for _, r := range rows {
		if r.DigestID != "" {
			ids = append(ids, r.DigestID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	q := tx.NewSelect().Table("digests").Column("id").Where("id IN (?)", bun.List(sortedSet(ids))).OrderExpr("scope, id")
	return db.lock(q, "UPDATE").Scan(ctx, &locked)
}

// endRun ends one run; it reports false for one of which nothing is to come.
func endRun(ctx context.Context, tx bun.Tx, r runRow, now time.Time) (bool, error) {
	inDigest := r.Kind == string(notify.StepDigest) && r.DigestID != ""
	if inDigest {
		gone, err := leaveDigest(ctx, tx, r, now)
		if err != nil || !gone {
			return false, err
		}
	}
	n, err := touched(tx.NewRaw("UPDATE runs SET status = 'cancelled', turn = turn + 1 WHERE id = ? AND status IN ('parked', ?)",
		r.ID, notify.RunStatus(r.Status)).Exec(ctx))
	return n == 1, err
}

// leaveDigest takes an item out of a digest that has not gone out. When it was
// the one that carries it, the oldest of the others does from now on.
func leaveDigest(ctx context.Context, tx bun.Tx, r runRow, now time.Time) (bool, error) {
	var head struct {
		Carrier string
		Waits   bool
	}
	err := tx.NewRaw(`SELECT carrier, EXISTS (SELECT 1 FROM runs WHERE runs.id = digests.carrier AND runs.status = 'parked' AND runs.kind = 'digest'
		AND runs.digest_id = digests.id) AS waits FROM digests WHERE id = ?`, r.DigestID).Scan(ctx, &head)
	if err != nil || !head.Waits {
		return false, err
	}
	if _, err := tx.NewRaw("DELETE FROM digest_items WHERE digest_id = ? AND item_id = ?", r.DigestID, r.ID).Exec(ctx); err != nil {
		return false, err
	}
	if _, err := tx.NewRaw("UPDATE digests SET total = total - 1 WHERE id = ?", r.DigestID).Exec(ctx); err != nil {
		return false, err
	}
	if head.Carrier != r.ID {
		return true, nil
	}
	var next []string
	err = tx.NewRaw("SELECT item_id FROM digest_items WHERE digest_id = ? ORDER BY at, item_id LIMIT 1", r.DigestID).Scan(ctx, &next)
	if err != nil {
		return false, err
	}
	if len(next) == 0 {
		_, err := closeDigest(ctx, tx, r.DigestID, now)
		return true, err
	}
	if _, err := tx.NewRaw("UPDATE digests SET carrier = ? WHERE id = ?", next[0], r.DigestID).Exec(ctx); err != nil {
		return false, err
	}
	_, err = tx.NewRaw(`UPDATE runs SET status = 'parked', resume_at = ?, look_at = ?, sweeps = 0, turn = turn + 1 WHERE id = ? AND status = 'gathered'`,
		r.ResumeAt, r.ResumeAt, next[0]).Exec(ctx)
	return true, err
}

// cancelledBy is the decision that a cancellation leaves.
func cancelledBy(detail string, now time.Time) notify.Decision {
	return notify.Decision{Step: "cancel", Outcome: "stop", Detail: detail, At: now}
}

// Waiting reads the runs of workflows that are parked or gathered for
// recipients.
func (db *DB) Waiting(ctx context.Context, workflows, recipients []string) ([]dispatch.Waiting, error) {
	var rows []runRow
	err := db.latest().NewSelect().Model(&rows).Column("r.id", "r.event_id", "r.workflow", "r.recipient_id").
		Where("r.status IN ('parked', 'gathered')").Where("r.recipient_id IN (?)", bun.List(sortedSet(recipients))).
		Where("r.workflow IN (?)", bun.List(sortedSet(workflows))).OrderExpr("r.id").Scan(ctx)
	if err != nil || len(rows) == 0 {
		return nil, during(err, "read the runs that wait for %d recipients", len(recipients))
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.EventID
	}
	events, err := db.eventsByID(ctx, ids)
	list := make([]dispatch.Waiting, len(rows))
	for i, r := range rows {
		list[i] = dispatch.Waiting{ID: r.ID, Workflow: r.Workflow, RecipientID: r.RecipientID, Event: events[r.EventID]}
	}
	return list, during(err, "read the events of %d runs", len(rows))
}
