package api

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/notify"
	"clarion/backend/schedule"
)

// Schedules cause what is to happen at its time.
type Schedules interface { //nolint:interfacebloat // the port of one resource: every method is one of its routes
	List(ctx context.Context, f schedule.Filter, p notify.Page) ([]schedule.Schedule, string, error)
	Get(ctx context.Context, id string) (schedule.Schedule, error)
	Create(ctx context.Context, p schedule.Plan, by schedule.Actor) (schedule.Schedule, error)
	Edit(ctx context.Context, id string, c schedule.Change) (schedule.Schedule, error)
	Delete(ctx context.Context, id string) error
	Pause(ctx context.Context, id string) (schedule.Schedule, error)
	Resume(ctx context.Context, id string) (schedule.Schedule, error)
	Next(ctx context.Context, id string, count int) ([]schedule.Moment, error)
	// Preview says when a plan would fire; nothing is stored.
	Preview(ctx context.Context, p schedule.Plan, count int) ([]schedule.Moment, error)
	History(ctx context.Context, id string, p notify.Page) ([]schedule.Planned, string, error)
	Calendar(ctx context.Context, from, to time.Time) (schedule.Calendar, error)
}

// targetNeeds is what who writes a schedule must be allowed to do by hand.
var targetNeeds = map[string]access.Permission{
	"event": access.EventsWrite, "notification": access.NotificationsWrite, "broadcast": access.NotificationsWrite, "report": access.ReportsRead,
}

func (s *Server) scheduleRoutes() []route {
	preview := post("/v1/schedules/preview", access.SchedulesRead, s.previewSchedule).unaudited("it stores nothing")
	preview.once = false
	return []route{
		get("/v1/schedules", access.SchedulesRead, s.listSchedules),
		post("/v1/schedules", access.SchedulesWrite, s.createSchedule).audited("schedule.create"),
		preview,
		get("/v1/schedules/calendar", access.SchedulesRead, s.showCalendar),
		get("/v1/schedules/:id", access.SchedulesRead, s.getSchedule),
		put("/v1/schedules/:id", access.SchedulesWrite, s.putSchedule).audited("schedule.save"),
		patch("/v1/schedules/:id", access.SchedulesWrite, s.patchSchedule).audited("schedule.save"),
		remove("/v1/schedules/:id", access.SchedulesWrite, s.deleteSchedule).audited("schedule.delete"),
		post("/v1/schedules/:id/pause", access.SchedulesWrite, s.pauseSchedule).audited("schedule.pause"),
		post("/v1/schedules/:id/resume", access.SchedulesWrite, s.resumeSchedule).audited("schedule.resume"),
		get("/v1/schedules/:id/next", access.SchedulesRead, s.nextOfSchedule),
		get("/v1/schedules/:id/fires", access.SchedulesRead, s.listFires),
	}
}

func (s *Server) listSchedules(c *fiber.Ctx) error {
	q := queryOf(c)
	f := schedule.Filter{
		States: options(q, "state", schedule.States), Target: q.text("target"), Q: q.text("q"), Group: q.text("group"), Segment: q.text("segment"),
	}
	return listed(s, c, q, f, s.Schedules.List)
}

func (s *Server) getSchedule(c *fiber.Ctx) error { return shown(s, c, "id", s.Schedules.Get) }

func (s *Server) createSchedule(c *fiber.Ctx) error {
	in, err := decode[schedule.Plan](c)
	if err != nil {
		return err
	}
	caller := callOf(c)
	if err := mayCause(caller, in.Target); err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	made, err := s.Schedules.Create(ctx, in, schedule.Actor{Name: caller.actor().Name, Source: caller.source()})
	if err != nil {
		return err
	}
	return reply(c, fiber.StatusCreated, made)
}

// mayCause refuses a target whose work its writer may not do by hand, or not in
// the name of that source.
func mayCause(caller *call, target json.RawMessage) error {
	var t struct {
		Kind   string `json:"kind"`
		Source string `json:"source"`
	}
	if err := json.Unmarshal(target, &t); err != nil {
		return notify.InvalidField("target", "wrong_type", "must be an object with a kind")
	}
	if needs, known := targetNeeds[t.Kind]; known && !caller.allows(needs) {
		return fmt.Errorf("a target of kind %s needs the permission %s: %w", t.Kind, needs, notify.ErrForbidden)
	}
	if t.Source != "" && t.Source != caller.source() && !caller.allows(access.Admin) {
		return fmt.Errorf("an event of another source needs the permission %s: %w", access.Admin, notify.ErrForbidden)
	}
	return nil
}

func (s *Server) putSchedule(c *fiber.Ctx) error {
	p, err := decode[schedule.Plan](c)
	if err != nil {
		return err
	}
	return s.editSchedule(c, schedule.Change{
		Name: &p.Name, Rule: &p.Rule, Zone: &p.Zone, StartsAt: &p.StartsAt, EndsAt: &p.EndsAt, MaxFires: &p.MaxFires,
		Except: &p.Except, Missed: &p.Missed, Target: &p.Target,
	})
}

func (s *Server) patchSchedule(c *fiber.Ctx) error {
	in, err := decode[schedule.Change](c)
	if err != nil {
		return err
	}
	return s.editSchedule(c, in)
}

func (s *Server) editSchedule(c *fiber.Ctx, change schedule.Change) error {
	caller := callOf(c)
	return shown(s, c, "id", func(ctx context.Context, id string) (schedule.Schedule, error) {
		target := change.Target
		if target == nil {
			now, err := s.Schedules.Get(ctx, id)
			if err != nil {
				return now, err
			}
			target = &now.Target
		}
		if err := mayCause(caller, *target); err != nil {
			return schedule.Schedule{}, err
		}
		return s.Schedules.Edit(ctx, id, change)
	})
}

func (s *Server) deleteSchedule(c *fiber.Ctx) error { return s.done(c, "id", s.Schedules.Delete) }

func (s *Server) pauseSchedule(c *fiber.Ctx) error { return shown(s, c, "id", s.Schedules.Pause) }

func (s *Server) resumeSchedule(c *fiber.Ctx) error { return shown(s, c, "id", s.Schedules.Resume) }

const (
	defaultNext = 10
	mostNext    = 100
)

// count is how many times are asked for.
func (q *query) count() int {
	n := q.number("count")
	if n > mostNext {
		q.faults.Add("count", "out_of_range", fmt.Sprintf("must be at most %d", mostNext))
	}
	if n == 0 {
		return defaultNext
	}
	return n
}

func (s *Server) nextOfSchedule(c *fiber.Ctx) error {
	q := queryOf(c)
	count := q.count()
	if err := q.err(); err != nil {
		return err
	}
	return shown(s, c, "id", func(ctx context.Context, id string) ([]schedule.Moment, error) {
		return s.Schedules.Next(ctx, id, count)
	})
}

func (s *Server) previewSchedule(c *fiber.Ctx) error {
	in, err := decode[schedule.Plan](c)
	if err != nil {
		return err
	}
	q := queryOf(c)
	count := q.count()
	if err := q.err(); err != nil {
		return err
	}
	return whole(s, c, func(ctx context.Context) ([]schedule.Moment, error) { return s.Schedules.Preview(ctx, in, count) })
}

func (s *Server) listFires(c *fiber.Ctx) error {
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	return listed(s, c, queryOf(c), id, s.Schedules.History)
}

func (s *Server) showCalendar(c *fiber.Ctx) error {
	q := queryOf(c)
	q.required("from")
	q.required("to")
	from, to := q.time("from"), q.time("to")
	if err := q.err(); err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	found, err := s.Schedules.Calendar(ctx, from, to)
	if err != nil {
		return err
	}
	return replyOK(c, found)
}
