package sandbox

import (
	"time"
)

// origin is the accepted message that callbacks are about.
type origin struct {
	Provider string `json:"provider"`
	// URL is Twilio's StatusCallback; SendGrid posts to its event webhook.
	URL       string            `json:"url,omitempty"`
	Account   string            `json:"account,omitempty"`
	Service   string            `json:"service,omitempty"`
	To        string            `json:"to"`
	From      string            `json:"from,omitempty"`
	VendorID  string            `json:"vendor_id"`
	MessageID string            `json:"message_id"`
	Args      map[string]string `json:"args,omitempty"`
}

// event is one callback a vendor owes. A duplicate is an event of its own that
// says the same.
type event struct {
	ID int64 `json:"-"`
	// Kind is the vendor's word; Code its error code, when it has one.
	Kind string    `json:"kind"`
	Code string    `json:"code,omitempty"`
	At   time.Time `json:"at"`
	Due  time.Time `json:"due"`

	origin *origin
	// next, tries and since belong to the lane that carries the event.
	next  time.Time
	tries int
	since time.Time
}

const (
	defaultDelay = 40 * time.Millisecond
	stageGap     = 20 * time.Millisecond
)

// stage is one step of a message's life at the vendor.
type stage struct{ kind, code string }

// mailStages is what SendGrid reports by fate; "" is the usual one.
var mailStages = map[string][]stage{
	"":            {{"processed", ""}, {"delivered", ""}},
	"bounce":      {{"processed", ""}, {"bounce", "bounce"}},
	"blocked":     {{"processed", ""}, {"bounce", "blocked"}},
	"dropped":     {{"dropped", ""}},
	"deferred":    {{"processed", ""}, {"deferred", ""}, {"delivered", ""}},
	"spamreport":  {{"processed", ""}, {"delivered", ""}, {"spamreport", ""}},
	"unsubscribe": {{"processed", ""}, {"delivered", ""}, {"unsubscribe", ""}},
	"open":        {{"processed", ""}, {"delivered", ""}, {"open", ""}},
	"click":       {{"processed", ""}, {"delivered", ""}, {"click", ""}},
}

// stages is what the vendor will report about a message with this fate.
func stages(provider, fate string) []stage {
	if provider == SendGrid {
		return mailStages[fate]
	}
	switch fate {
	case "":
		return []stage{{"sent", ""}, {"delivered", ""}}
	case "30001", "30002":
		return []stage{{"failed", fate}} // never left Twilio
	}
	return []stage{{"sent", ""}, {"undelivered", fate}}
}

// arrives reports whether a person receives a message with this fate.
func arrives(fate string) bool {
	switch fate {
	case "", "deferred", "spamreport", "unsubscribe", "open", "click":
		return true
	}
	return false
}

// plan makes the callbacks owed for what was accepted.
func (s *Sandbox) plan(parcels []parcel, c Callback) []*event {
	if c.Drop {
		return nil
	}
	var events []*event
	for _, p := range parcels {
		if p.origin == nil || p.origin.Provider == SendGrid && s.targets.get(SendGrid) == "" {
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

func (s *Sandbox) series(p parcel, c Callback) []*event {
	delay := time.Duration(c.DelayMS) * time.Millisecond
	if delay == 0 {
		delay = defaultDelay
	}
	now, real := s.clock(), time.Now()
	steps := stages(p.origin.Provider, p.fate)
	series := make([]*event, 0, len(steps)*(1+c.Duplicates))
	for n, step := range steps {
		wait := delay + time.Duration(n)*stageGap
		for range 1 + c.Duplicates {
			series = append(series, &event{
				Kind: step.kind, Code: step.code, origin: p.origin, At: now.Add(wait), Due: real.Add(wait),
			})
		}
	}
	return series
}
