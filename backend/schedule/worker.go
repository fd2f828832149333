package schedule

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"clarion/backend/killpoint"
	"clarion/backend/notify"
)

// nobody is the end of a planned time that was nobody's: nothing is kept of it.
const nobody Status = ""

// pageSize is for how many recipients a target is caused at a time.
const pageSize = 1000

const (
	lookEvery = 500 * time.Millisecond
	// planBatch is how many schedules are looked at in one transaction, fireBatch
	// how many planned times a worker takes, and works on, at a time.
	planBatch = 200
	fireBatch = 50
	// patience is how long one target may take; lease is a little longer.
	patience = 30 * time.Second
	lease    = 45 * time.Second
	// A target that cannot be reached is tried again for about two hours.
	firstPause = 5 * time.Second
	mostPause  = 10 * time.Minute
	mostTries  = 18
	// settleWithin is how long writing down what was caused may keep a process from
	// ending.
	settleWithin = 5 * time.Second
)

// Worker lets schedules happen. Any number may run: a planned time is written down
// once, and caused under a key of its own.
type Worker struct {
	Books   Books
	Targets map[string]Target
	Clock   notify.Clock
	Log     *slog.Logger
	// Tell tells open pages that a schedule has changed; Observe hears what became
	// of each planned time.
	Tell    func(id string)
	Observe func(kind string, p Planned)
	// Zone is the one of people who have said none.
	Zone func(ctx context.Context) (string, error)
	// Name tells this worker from the others.
	Name string
}

// Run looks for work until the context ends.
func (w *Worker) Run(ctx context.Context) {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			for w.Once(ctx) {
			}
		}
	}
}

// Once plans and fires one batch of each, and reports whether there was more to do
// than fits into it.
func (w *Worker) Once(ctx context.Context) bool {
	planned, err := w.Plan(ctx)
	if err != nil && ctx.Err() == nil {
		w.Log.Error("look which schedules are due; it is done again", "error", err)
	}
	fired, again := w.Fire(ctx)
	if again != nil && ctx.Err() == nil {
		w.Log.Error("fire what is due; it is done again", "error", again)
	}
	return err == nil && again == nil && ctx.Err() == nil && (planned == planBatch || fired == fireBatch)
}

// Plan writes down which planned times have come, for one batch of schedules, and
// returns how many these were.
func (w *Worker) Plan(ctx context.Context) (int, error) {
	now := w.Clock.Now()
	moved, err := w.Books.PlanDue(ctx, now, planBatch, func(s Schedule) Move {
		m := plan(s, now)
		for _, p := range m.Planned {
			if p.Status == Skipped && p.Slot == "" {
				w.Observe(s.Kind(), p)
			}
		}
		return m
	})
	for _, id := range moved {
		w.Tell(id)
	}
	if err == nil && len(moved) > 0 {
		killpoint.Reach(killpoint.AfterPlan)
	}
	return len(moved), err
}

// Fire causes one batch of what is due, and returns how many these were.
func (w *Worker) Fire(ctx context.Context) (int, error) {
	now := w.Clock.Now()
	list, err := w.Books.ClaimFires(ctx, Claim{Worker: w.Name, Now: now, Until: now.Add(lease), Limit: fireBatch})
	if err != nil || len(list) == 0 {
		return 0, err
	}
	settled := make([]Settled, len(list))
	var all sync.WaitGroup
	for i, c := range list {
		all.Go(func() { settled[i] = w.cause(ctx, c) })
	}
	all.Wait()
	killpoint.Reach(killpoint.AfterFire)
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleWithin)
	defer cancel()
	if err := w.Books.SettleFires(end, settled); err != nil {
		return len(list), fmt.Errorf("write down what was caused: %w", err)
	}
	for i, s := range settled {
		if s.Status != Due && s.Status != nobody {
			w.Observe(list[i].Schedule.Kind(), s.Planned)
		}
		w.Tell(s.ScheduleID)
	}
	return len(list), nil
}

// cause causes one planned time.
func (w *Worker) cause(ctx context.Context, c Claimed) Settled {
	target, ok := w.Targets[c.Schedule.Kind()]
	if !ok {
		return w.judge(c, "", notify.InvalidField("target.kind", "not_an_option", "is not one that this process can cause"))
	}
	timed, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ref, err := w.call(timed, &c, target)
	if err != nil && ctx.Err() != nil {
		// The process ends: the next one takes it up at once.
		return Settled{Planned: c.Planned, LookAt: w.Clock.Now()}
	}
	return w.judge(c, ref, err)
}

// call causes one planned time for all, or for those whose clocks have shown it.
func (w *Worker) call(ctx context.Context, c *Claimed, target Target) (string, error) {
	f := c.Schedule.fire(c.Planned)
	if c.Slot == "" {
		return target.Fire(ctx, f)
	}
	if err := w.take(ctx, c, target); err != nil || c.Missed > 0 {
		return "", err
	}
	first, key := "", f.Key
	for page := 0; ; page++ {
		var err error
		if f.To, err = w.Books.PeoplePage(ctx, c.ID, page); err != nil || len(f.To) == 0 && page > c.People/pageSize {
			return first, err
		}
		if len(f.To) == 0 {
			continue
		}
		f.Key = fmt.Sprintf("%s:%s:%d", key, c.Slot, page)
		ref, err := target.Fire(ctx, f)
		if err != nil {
			return first, err
		}
		first = cmp.Or(first, ref)
	}
}

// take writes down who has a slot.
func (w *Worker) take(ctx context.Context, c *Claimed, target Target) error {
	if c.Taken {
		return nil
	}
	personal, ok := target.(Personal)
	if !ok {
		return notify.InvalidField("zone", "not_allowed", "a target of this kind has one time for all")
	}
	audience, err := personal.Audience(c.Schedule.Target)
	if err != nil {
		return err
	}
	zone, err := w.Zone(ctx)
	if err != nil {
		return fmt.Errorf("find the time zone of the house: %w", err)
	}
	c.People, err = w.Books.TakePeople(ctx, Slot{Planned: c.Planned, Audience: audience, Zone: zone})
	return err
}

// judge says what an answer of a target means.
func (w *Worker) judge(c Claimed, ref string, err error) Settled {
	now := w.Clock.Now()
	s := Settled{Planned: c.Planned}
	s.People = c.People
	s.Ref, s.Reason, s.FiredAt, s.Status = ref, "", now, Fired
	var invalid *notify.Invalid
	switch {
	case err == nil && c.Slot != "" && c.People == 0:
		s.Status = nobody
	case err == nil && c.Slot != "" && c.Missed > 0:
		s.Status, s.Reason, s.Missed = Skipped, leftOut(c.People), c.People
	case err == nil:
	case errors.As(err, &invalid), errors.Is(err, notify.ErrNotFound), errors.Is(err, notify.ErrForbidden), c.Tries >= mostTries:
		s.Status, s.Reason = Failed, err.Error()
	default:
		s.Status, s.Reason, s.FiredAt = Due, err.Error(), time.Time{}
		s.LookAt = now.Add(min(firstPause<<min(c.Tries-1, 20), mostPause))
		w.Log.Warn("cause what a schedule is for; it is tried again", "schedule", c.ScheduleID, "planned_at", c.PlannedAt, "error", err)
	}
	return s
}
