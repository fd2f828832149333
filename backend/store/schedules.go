package store

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/schedule"
)

var _ interface {
	schedule.Store
	schedule.Books
} = (*DB)(nil)

type scheduleRow struct {
	bun.BaseModel `bun:"table:schedules,alias:s"`

	ID         string `bun:",pk"`
	Name       string
	State      string
	TargetKind string
	Revision   int
	Document   string
	Anchor     int64
	AimedAt    int64
	NextAt     int64
	LastAt     int64
	Fires      int
	Reason     string
	Source     string
	CreatedBy  string
	CreatedAt  int64
	UpdatedAt  int64
}

func (r scheduleRow) word() (schedule.Schedule, error) {
	s := schedule.Schedule{
		ID: r.ID, State: schedule.State(r.State), Reason: r.Reason, Revision: r.Revision, NextAt: fromMicros(r.NextAt), LastAt: fromMicros(r.LastAt),
		Fires: r.Fires, Source: r.Source, CreatedBy: r.CreatedBy, CreatedAt: fromMicros(r.CreatedAt), UpdatedAt: fromMicros(r.UpdatedAt),
		Anchor: fromMicros(r.Anchor), AimedAt: fromMicros(r.AimedAt),
	}
	return s, during(readDocument(r.Document, &s.Plan), "plan of schedule %s", r.ID)
}

func rowOfSchedule(s schedule.Schedule) (scheduleRow, error) {
	text, err := document(s.Plan)
	return scheduleRow{
		ID: s.ID, Name: s.Name, State: string(s.State), TargetKind: s.Kind(), Revision: s.Revision, Document: text, Anchor: micros(s.Anchor), AimedAt: micros(s.AimedAt),
		NextAt: micros(s.NextAt), LastAt: micros(s.LastAt), Fires: s.Fires, Reason: s.Reason, Source: s.Source, CreatedBy: s.CreatedBy,
		CreatedAt: micros(s.CreatedAt), UpdatedAt: micros(s.UpdatedAt),
	}, during(err, "write schedule %s", s.ID)
}

// AddSchedule keeps a new schedule.
func (db *DB) AddSchedule(ctx context.Context, s schedule.Schedule) error {
	row, err := rowOfSchedule(s)
	if err != nil {
		return err
	}
	_, err = db.w.NewInsert().Model(&row).Exec(ctx)
	return during(err, "keep schedule %s", s.ID)
}

// FindSchedule returns one schedule.
func (db *DB) FindSchedule(ctx context.Context, id string) (schedule.Schedule, error) {
	var row scheduleRow
	if err := db.latest().NewSelect().Model(&row).Where("s.id = ?", id).Scan(ctx); err != nil {
		return schedule.Schedule{}, during(err, "find schedule %s", id)
	}
	return row.word()
}

// Schedules returns a page, newest first.
func (db *DB) Schedules(ctx context.Context, f schedule.Filter, p notify.Page) ([]schedule.Schedule, string, error) {
	var rows []scheduleRow
	query := db.latest().NewSelect().Model(&rows)
	for _, c := range []condition{
		whenAny("s.state", f.States),
		when(f.Target != "", "s.target_kind = ?", f.Target),
		when(f.Q != "", `lower(s.name) LIKE ? ESCAPE '\' OR s.id = ?`, "%"+beginning(strings.ToLower(f.Q)), f.Q),
	} {
		c.on(query)
	}
	for kind, key := range map[string]string{"group": f.Group, "segment": f.Segment} {
		if key == "" {
			continue
		}
		ids, err := db.schedulesNaming(ctx, kind, key)
		if err != nil {
			return nil, "", err
		}
		query.Where("s.id IN (?)", bun.List(ids))
	}
	if err := paged(query, p, "s.id", "DESC"); err != nil {
		return nil, "", err
	}
	if err := query.Scan(ctx); err != nil {
		return nil, "", during(err, "list schedules")
	}
	rows, next := cut(rows, p, func(r scheduleRow) string { return r.ID })
	list, err := listed(rows, scheduleRow.word)
	return list, next, err
}

// ChangeSchedule holds the schedule and stores what change makes of it.
func (db *DB) ChangeSchedule(ctx context.Context, id string, change func(s *schedule.Schedule) error) (schedule.Schedule, error) {
	var s schedule.Schedule
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var row scheduleRow
		if err := db.lock(tx.NewSelect().Model(&row).Where("s.id = ?", id), "UPDATE").Scan(ctx); err != nil {
			return err
		}
		var err error
		if s, err = row.word(); err != nil {
			return err
		}
		if err := change(&s); err != nil {
			return err
		}
		if row, err = rowOfSchedule(s); err != nil {
			return err
		}
		_, err = tx.NewUpdate().Model(&row).WherePK().Exec(ctx)
		return err
	})
	return s, during(err, "change schedule %s", id)
}

// DeleteSchedule forgets a schedule and its planned times.
func (db *DB) DeleteSchedule(ctx context.Context, id string) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		result, err := tx.NewDelete().Model((*scheduleRow)(nil)).Where("id = ?", id).Exec(ctx)
		if err := mustTouch(result, err, "remove the schedule"); err != nil {
			return err
		}
		for _, table := range []string{"schedule_fires", "schedule_people"} {
			if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE schedule_id = ?", id); err != nil {
				return err
			}
		}
		return nil
	})
	return during(err, "delete schedule %s", id)
}

// ActiveBefore returns schedules whose next time comes before a time.
func (db *DB) ActiveBefore(ctx context.Context, to time.Time, most int) ([]schedule.Schedule, error) {
	var rows []scheduleRow
	err := db.r.NewSelect().Model(&rows).Where("s.next_at > 0 AND s.next_at < ?", micros(to)).OrderExpr("s.next_at").Limit(int64(most)).Scan(ctx)
	if err != nil {
		return nil, during(err, "find what is scheduled")
	}
	return listed(rows, scheduleRow.word)
}

// SchedulesByID returns schedules by their ids.
func (db *DB) SchedulesByID(ctx context.Context, ids []string) (map[string]schedule.Schedule, error) {
	return schedulesFrom(ctx, db.r, ids)
}

func schedulesFrom(ctx context.Context, reader *bun.DB, ids []string) (map[string]schedule.Schedule, error) {
	out := map[string]schedule.Schedule{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []scheduleRow
	if err := reader.NewSelect().Model(&rows).Where("s.id IN (?)", bun.List(sortedSet(ids))).Scan(ctx); err != nil {
		return nil, during(err, "find schedules")
	}
	for _, row := range rows {
		s, err := row.word()
		if err != nil {
			return nil, err
		}
		out[row.ID] = s
	}
	return out, nil
}
