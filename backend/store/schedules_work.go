package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/schedule"
)

type fireRow struct {
	bun.BaseModel `bun:"table:schedule_fires,alias:f"`

	ID         string `bun:",pk"`
	ScheduleID string
	PlannedAt  int64
	Slot       string
	State      string
	Missed     int
	People     int
	Ref        string
	Reason     string
	Tries      int
	Worker     string
	LookAt     int64
	FiredAt    int64
	CreatedAt  int64
	AfterAt    int64
	Taken      bool
}

func (r fireRow) word() (schedule.Planned, error) {
	return schedule.Planned{
		ID: r.ID, ScheduleID: r.ScheduleID, PlannedAt: fromMicros(r.PlannedAt), FiredAt: fromMicros(r.FiredAt), Status: schedule.Status(r.State),
		Missed: r.Missed, Reason: r.Reason, Ref: r.Ref, Tries: r.Tries, Slot: r.Slot, People: r.People, After: fromMicros(r.AfterAt), Taken: r.Taken,
	}, nil
}

// firesAtOnce is how many rows one insert holds, within what SQLite lets bind.
const firesAtOnce = 500

// PlanDue moves schedules whose time has come, each in the hands of one.
func (db *DB) PlanDue(ctx context.Context, now time.Time, limit int, plan func(s schedule.Schedule) schedule.Move) ([]string, error) {
	due, err := db.some(ctx, "schedules WHERE next_at > 0 AND next_at <= ?", micros(now))
	if err != nil || !due {
		return nil, during(err, "look what is due")
	}
	var moved []string
	err = db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var rows []scheduleRow
		read := tx.NewSelect().Model(&rows).Where("s.next_at > 0 AND s.next_at <= ?", micros(now)).OrderExpr("s.next_at").Limit(int64(limit))
		if err := db.lock(read, "UPDATE SKIP LOCKED").Scan(ctx); err != nil {
			return err
		}
		var fires []fireRow
		var moves [][]any
		for _, row := range rows {
			s, err := row.word()
			if err != nil {
				return err
			}
			m := plan(s)
			for _, p := range m.Planned {
				fires = append(fires, fireRow{
					ID: p.ID, ScheduleID: p.ScheduleID, PlannedAt: micros(p.PlannedAt), State: string(p.Status), Missed: p.Missed,
					Reason: p.Reason, Slot: p.Slot, AfterAt: micros(p.After), LookAt: micros(now), FiredAt: micros(p.FiredAt), CreatedAt: micros(now),
				})
			}
			n := m.Schedule
			moves = append(moves, []any{n.ID, string(n.State), micros(n.NextAt), micros(n.LastAt), n.Fires, n.Reason})
			moved = append(moved, n.ID)
		}
		if len(moves) == 0 {
			return nil
		}
		values, args := tuples(moves)
		_, err := tx.NewRaw("WITH v (id, state, next_at, last_at, fires, reason) AS (VALUES "+values+`) UPDATE schedules SET state = v.state,
			next_at = v.next_at, last_at = v.last_at, fires = v.fires, reason = v.reason FROM v WHERE schedules.id = v.id`, args...).Exec(ctx)
		if err != nil {
			return err
		}
		return addFires(ctx, tx, fires)
	})
	return moved, during(err, "plan what is due")
}

// addFires keeps planned times; one that was planned before stays as it is.
func addFires(ctx context.Context, tx bun.Tx, fires []fireRow) error {
	for len(fires) > 0 {
		n := min(len(fires), firesAtOnce)
		part := fires[:n]
		fires = fires[n:]
		if _, err := tx.NewInsert().Model(&part).On("CONFLICT (schedule_id, planned_at, slot) DO NOTHING").Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// ClaimFires gives planned times that are due, and nobody's, to a worker.
func (db *DB) ClaimFires(ctx context.Context, c schedule.Claim) ([]schedule.Claimed, error) {
	due, err := db.some(ctx, "schedule_fires WHERE state = 'due' AND look_at <= ?", micros(c.Now))
	if err != nil || !due {
		return nil, during(err, "look what is to fire")
	}
	skip := ""
	if db.postgres() {
		skip = " FOR UPDATE SKIP LOCKED"
	}
	var rows []fireRow
	err = db.w.NewRaw(`UPDATE schedule_fires SET worker = ?, look_at = ?, tries = tries + 1
		WHERE id IN (SELECT id FROM schedule_fires WHERE state = 'due' AND look_at <= ? ORDER BY look_at LIMIT ?`+skip+`)
		AND state = 'due' AND look_at <= ? RETURNING *`, c.Worker, micros(c.Until), micros(c.Now), c.Limit, micros(c.Now)).Scan(ctx, &rows)
	if err != nil {
		return nil, during(err, "claim what is to fire")
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ScheduleID
	}
	of, err := schedulesFrom(ctx, db.latest(), ids)
	if err != nil {
		return nil, err
	}
	list := make([]schedule.Claimed, 0, len(rows))
	for _, r := range rows {
		p, _ := r.word()
		if s, there := of[r.ScheduleID]; there { // it may have been deleted with all that is due
			list = append(list, schedule.Claimed{Planned: p, Schedule: s})
		}
	}
	return list, nil
}

// SettleFires writes down what became of claimed ones. The number of the try says
// whose they are.
func (db *DB) SettleFires(ctx context.Context, list []schedule.Settled) error {
	if len(list) == 0 {
		return nil
	}
	rows := make([][]any, len(list))
	for i, s := range list {
		rows[i] = []any{s.ID, s.Tries, string(s.Status), s.Ref, s.Reason, s.Missed, micros(s.FiredAt), micros(s.LookAt)}
	}
	values, args := tuples(rows)
	_, err := db.w.NewRaw("WITH v (id, tries, state, ref, reason, missed, fired_at, look_at) AS (VALUES "+values+`) UPDATE schedule_fires
		SET state = v.state, ref = v.ref, reason = v.reason, missed = v.missed, fired_at = v.fired_at, look_at = v.look_at
		FROM v WHERE schedule_fires.id = v.id AND schedule_fires.tries = v.tries AND schedule_fires.state = 'due'`, args...).Exec(ctx)
	var empty []string
	for _, s := range list {
		if s.Status == "" {
			empty = append(empty, s.ID)
		}
	}
	if err == nil && len(empty) > 0 { // what was nobody's is not kept
		_, err = db.w.NewRaw("DELETE FROM schedule_fires WHERE state = '' AND id IN (?)", bun.List(empty)).Exec(ctx)
	}
	return during(err, "settle what fired")
}

// PlannedOf returns a page of the planned times of a schedule, newest first.
func (db *DB) PlannedOf(ctx context.Context, id string, p notify.Page) ([]schedule.Planned, string, error) {
	var rows []fireRow
	query := db.latest().NewSelect().Model(&rows).Where("f.schedule_id = ?", id)
	if err := paged(query, p, "f.id", "DESC"); err != nil {
		return nil, "", err
	}
	if err := query.Scan(ctx); err != nil {
		return nil, "", during(err, "list the planned times of schedule %s", id)
	}
	rows, next := cut(rows, p, func(r fireRow) string { return r.ID })
	list, err := listed(rows, fireRow.word)
	return list, next, err
}

// PlannedWithin returns planned times that have come, of all schedules.
func (db *DB) PlannedWithin(ctx context.Context, from, to time.Time, most int) ([]schedule.Planned, error) {
	var rows []fireRow
	err := db.r.NewSelect().Model(&rows).Where("f.planned_at >= ? AND f.planned_at < ?", micros(from), micros(to)).
		OrderExpr("f.planned_at").Limit(int64(most)).Scan(ctx)
	if err != nil {
		return nil, during(err, "find what was planned")
	}
	return listed(rows, fireRow.word)
}

// PruneFires removes what became of planned times before a time, a few at a time.
func (db *DB) PruneFires(ctx context.Context, before time.Time) (int, error) {
	all := 0
	// Who had a slot is asked for until it has passed everywhere.
	if _, err := db.w.ExecContext(ctx, "DELETE FROM schedule_people WHERE fire_id < ?", notify.FirstID(notify.FireID, before)); err != nil {
		return 0, during(err, "forget who had what was planned before %s", before)
	}
	for ctx.Err() == nil {
		n, err := touched(db.w.NewRaw(`DELETE FROM schedule_fires WHERE id IN (SELECT id FROM schedule_fires
			WHERE created_at < ? AND state <> 'due' ORDER BY created_at LIMIT ?)`, micros(before), prunedAtOnce).Exec(ctx))
		all += n
		if err != nil || n < prunedAtOnce {
			return all, during(err, "remove planned times of before %s", before)
		}
	}
	return all, ctx.Err()
}
