package api

import (
	"context"
	"encoding/json"
	"maps"
	"time"

	"clarion/backend/notify"
	"clarion/backend/recur"
	"clarion/backend/schedule"
)

const knownSchedule = "sch_1"

func init() {
	const plan = `{"name":"News","rule":{"kind":"weekly","times":["09:00"],"weekdays":["mon"]},"zone":"Europe/Berlin","missed":"skip","target":`
	maps.Copy(bodies, map[string]string{
		"POST /v1/schedules":         plan + `{"kind":"test","to":["ada"]}}`,
		"PUT /v1/schedules/:id":      plan + `{"kind":"test","to":["ada"]}}`,
		"PATCH /v1/schedules/:id":    `{"name":"Other"}`,
		"POST /v1/schedules/preview": `{"rule":{"kind":"daily","times":["09:00"]},"zone":"UTC"}`,
	})
}

type scheduleFake struct{ *fakes }

func (f *scheduleFake) one() schedule.Schedule {
	return schedule.Schedule{
		ID: knownSchedule, State: schedule.Active, Revision: 1, NextAt: f.at, LastAt: f.at, Fires: 3, Source: "admin", CreatedBy: "Bo",
		CreatedAt: f.at, UpdatedAt: f.at, Plan: schedule.Plan{
			Name: "News", Rule: recur.Rule{Kind: recur.Weekly, Times: []string{"09:00"}, Weekdays: []string{"mon"}}, Zone: "Europe/Berlin",
			StartsAt: f.at, EndsAt: f.at, MaxFires: 9, Except: []string{"2026-12-24"}, Missed: schedule.Skip,
			Target: json.RawMessage(`{"kind":"schedule-test","to":["ada"]}`),
		},
	}
}

func (f *scheduleFake) moments() []schedule.Moment {
	return []schedule.Moment{{
		Moment: recur.Moment{At: f.at, Local: "2026-03-29T03:00:00", Note: &recur.Note{Code: recur.Skipped, Wall: "2026-03-29T02:30:00", Detail: "Skipped."}},
		Spread: &schedule.Spread{First: f.at, Last: f.at, Zones: []schedule.ZoneMoment{{Zone: "Europe/Berlin", At: f.at}}},
	}}
}

func (f *scheduleFake) found(id string) (schedule.Schedule, error) {
	return f.one(), f.missing(id, knownSchedule)
}

// List has one that names the segment beta.
func (f *scheduleFake) List(_ context.Context, by schedule.Filter, _ notify.Page) ([]schedule.Schedule, string, error) {
	if by.Group != "" || by.Segment != "" && by.Segment != "beta" {
		return []schedule.Schedule{}, "", f.failing()
	}
	return []schedule.Schedule{f.one()}, "", f.failing()
}

func (f *scheduleFake) Get(_ context.Context, id string) (schedule.Schedule, error) {
	return f.found(id)
}

func (f *scheduleFake) Create(context.Context, schedule.Plan, schedule.Actor) (schedule.Schedule, error) {
	return f.one(), f.failing()
}

func (f *scheduleFake) Edit(_ context.Context, id string, _ schedule.Change) (schedule.Schedule, error) {
	return f.found(id)
}

func (f *scheduleFake) Delete(_ context.Context, id string) error {
	return f.missing(id, knownSchedule)
}

func (f *scheduleFake) Pause(_ context.Context, id string) (schedule.Schedule, error) {
	return f.found(id)
}

func (f *scheduleFake) Resume(_ context.Context, id string) (schedule.Schedule, error) {
	return f.found(id)
}

func (f *scheduleFake) Next(_ context.Context, id string, _ int) ([]schedule.Moment, error) {
	return f.moments(), f.missing(id, knownSchedule)
}

func (f *scheduleFake) Preview(context.Context, schedule.Plan, int) ([]schedule.Moment, error) {
	return f.moments(), f.failing()
}

func (f *scheduleFake) History(_ context.Context, id string, _ notify.Page) ([]schedule.Planned, string, error) {
	return []schedule.Planned{{
		ID: "sfr_1", ScheduleID: knownSchedule, PlannedAt: f.at, FiredAt: f.at, Status: schedule.Skipped, Missed: 2, Reason: "Missed.", Ref: "evt_1", Tries: 1,
	}}, "", f.missing(id, knownSchedule)
}

func (f *scheduleFake) Calendar(context.Context, time.Time, time.Time) (schedule.Calendar, error) {
	return schedule.Calendar{Dense: []string{}, Entries: []schedule.Entry{{
		At: f.at, Kind: "schedule", ID: knownSchedule, Name: "News", Target: "event", Status: "planned", Note: f.moments()[0].Note,
	}}}, f.failing()
}
