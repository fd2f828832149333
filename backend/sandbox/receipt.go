package sandbox

import (
	"time"

	"clarion/backend/sandbox/wire"
)

// event is a callback a vendor owes, on its way through a lane.
type event struct {
	wire.Event
	next  time.Time
	tries int
	since time.Time
	// taken is closed when the callback was answered or given up; nil for one that
	// an earlier process owed.
	taken chan struct{}
}

const (
	defaultDelay = 40 * time.Millisecond
	stageGap     = 20 * time.Millisecond
)

// plan makes the callbacks owed for what was accepted.
func (s *Sandbox) plan(parcels []wire.Parcel, c Callback) []*event {
	if c.Drop {
		return nil
	}
	var events []*event
	for _, p := range parcels {
		if p.Origin == nil || !s.listening(p.Origin.Provider) {
			continue
		}
		series := s.series(p, c)
		if c.Shuffle {
			s.faults.shuffle(len(series), func(i, j int) { // the times change places, not the facts
				series[i].Due, series[j].Due = series[j].Due, series[i].Due
			})
		}
		events = append(events, series...)
	}
	return events
}

// listening is false for a vendor whose hook has no address: it makes no events.
func (s *Sandbox) listening(provider string) bool {
	return !s.vendors[provider].Callbacks.Hook || s.targets.get(provider) != ""
}

func (s *Sandbox) series(p wire.Parcel, c Callback) []*event {
	delay := time.Duration(c.DelayMS) * time.Millisecond
	switch {
	case c.BeforeAnswer:
		delay = 0
	case delay == 0:
		delay = defaultDelay
	}
	now, real := s.clock(), time.Now()
	steps := s.vendors[p.Origin.Provider].Callbacks.Stages(p.Fate)
	if c.UnknownStatus {
		steps = append([]wire.Stage{{Kind: wire.Novelty}}, steps...)
	}
	series := make([]*event, 0, len(steps)*(1+c.Duplicates))
	for n, step := range steps {
		wait := delay + time.Duration(n)*stageGap
		for range 1 + c.Duplicates {
			series = append(series, &event{Event: wire.Event{
				Kind: step.Kind, Code: step.Code, Origin: p.Origin, At: now.Add(wait), Due: real.Add(wait), Odd: c.UnknownFields,
			}, taken: make(chan struct{})})
		}
	}
	return series
}
