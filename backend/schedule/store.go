package schedule

import (
	"context"
	"time"

	"clarion/backend/notify"
)

// Store keeps schedules.
type Store interface { //nolint:interfacebloat // the books of one thing
	AddSchedule(ctx context.Context, s Schedule) error
	FindSchedule(ctx context.Context, id string) (Schedule, error)
	// Schedules returns a page, newest first.
	Schedules(ctx context.Context, f Filter, p notify.Page) ([]Schedule, string, error)
	// ChangeSchedule holds the schedule, lets change decide and stores what it
	// makes of it; when change fails nothing is stored.
	ChangeSchedule(ctx context.Context, id string, change func(s *Schedule) error) (Schedule, error)
	// DeleteSchedule forgets a schedule and what became of its times.
	DeleteSchedule(ctx context.Context, id string) error
	// PlannedOf returns a page of the planned times of a schedule, newest first.
	PlannedOf(ctx context.Context, id string, p notify.Page) ([]Planned, string, error)
	// PlannedWithin returns planned times that have come, of all schedules.
	PlannedWithin(ctx context.Context, from, to time.Time, most int) ([]Planned, error)
	// ActiveBefore returns schedules whose next time comes before a time, in its
	// order.
	ActiveBefore(ctx context.Context, to time.Time, most int) ([]Schedule, error)
	// SchedulesByID returns schedules by their ids.
	SchedulesByID(ctx context.Context, ids []string) (map[string]Schedule, error)
}

// Books is what working on schedules needs.
type Books interface {
	// PlanDue holds schedules whose time has come, at most limit, and stores what
	// plan makes of each: planned times, each once, and the next one. What another
	// holds is left to it. It returns the schedules it moved.
	PlanDue(ctx context.Context, now time.Time, limit int, plan func(s Schedule) Move) ([]string, error)
	// ClaimFires gives planned times that are due to a worker until the given one.
	ClaimFires(ctx context.Context, c Claim) ([]Claimed, error)
	// TakePeople writes down who has a slot now, each recipient once for what their
	// clocks show, and returns how many.
	TakePeople(ctx context.Context, s Slot) (int, error)
	// PeoplePage returns the recipients of a page of a slot; none after the last.
	PeoplePage(ctx context.Context, fireID string, page int) ([]string, error)
	// SettleFires writes down what became of claimed ones, as far as they still are
	// the worker's.
	SettleFires(ctx context.Context, list []Settled) error
}

// Move is what the books of a schedule say after a look at it.
type Move struct {
	Schedule Schedule
	Planned  []Planned
}

// Claim asks for planned times that are due.
type Claim struct {
	Worker     string
	Now, Until time.Time
	Limit      int
}

// Claimed is a planned time that is a worker's, with its schedule.
type Claimed struct {
	Planned
	Schedule Schedule
}

// Settled is what became of a claimed one. While it is due, LookAt is when it is
// tried again.
type Settled struct {
	Planned
	LookAt time.Time
}
