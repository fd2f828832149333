package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"clarion/backend/access"
	"clarion/backend/broadcast"
	"clarion/backend/ingest"
	"clarion/backend/notify"
	"clarion/backend/schedule"
)

func (h *house) plugSchedules(context.Context) error {
	mailer, err := h.reportMailer()
	if err != nil {
		return err
	}
	h.schedules = &schedule.Desk{
		Store: h.db, Others: h.plannedBroadcasts, Tell: func(id string) { h.changes.Tell("schedule", id) }, Clock: h.clock,
		Targets: map[string]schedule.Target{
			"event":        &requestTarget{acceptor: h.acceptor, sources: h.db.Sources, decode: ingest.Decode},
			"notification": &requestTarget{acceptor: h.acceptor, sources: h.db.Sources, decode: ingest.DecodeNotification},
			"broadcast":    broadcastTarget{h.broadcasts},
			"report":       reportTarget{mailer, h.clock},
		},
	}
	return nil
}

// fire lets schedules happen until the context ends.
func (h *house) fire(ctx context.Context) {
	(&schedule.Worker{
		Books: h.db, Targets: h.schedules.Targets, Clock: h.clock, Log: h.log, Tell: h.schedules.Tell, Observe: h.metrics.fired,
		Zone: h.timezone, Name: h.worker,
	}).Run(ctx)
}

// calendarStates are the states of broadcasts that are still to begin.
var calendarStates = []broadcast.State{broadcast.Draft, broadcast.Submitted, broadcast.Approved, broadcast.Scheduled}

const (
	calendarPage  = 200
	calendarPages = 5
)

// plannedBroadcasts are those that are to begin within a time, of the newest
// thousand that have not begun.
func (h *house) plannedBroadcasts(ctx context.Context, from, to time.Time) ([]schedule.Entry, error) {
	var list []schedule.Entry
	p := notify.Page{Limit: calendarPage}
	for range calendarPages {
		page, next, err := h.broadcasts.List(ctx, broadcast.Filter{State: calendarStates}, p)
		if err != nil {
			return nil, err
		}
		for _, b := range page {
			if !b.SendAt.IsZero() && !b.SendAt.Before(from) && b.SendAt.Before(to) {
				list = append(list, schedule.Entry{At: b.SendAt, Kind: "broadcast", ID: b.ID, Name: b.Name, Status: string(b.State)})
			}
		}
		if p.After = next; next == "" {
			break
		}
	}
	return list, nil
}

// requestTarget causes events, or notifications without a workflow.
type requestTarget struct {
	acceptor *ingest.Acceptor
	sources  func(ctx context.Context) ([]access.Source, error)
	decode   func(body []byte) (ingest.Request, error)
}

// fixedTimes are fields of a request that make no sense time and again.
var fixedTimes = []string{"send_at", "expires_at", "idempotency_key", "transactionId"}

// read makes a request of a target.
func (t *requestTarget) read(target json.RawMessage) (ingest.Request, error) {
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(target, &fields); err != nil {
		return ingest.Request{}, notify.InvalidField("", "wrong_type", "must be an object")
	}
	var source string
	if given, ok := fields["source"]; ok {
		if err := json.Unmarshal(given, &source); err != nil {
			return ingest.Request{}, notify.InvalidField("source", "wrong_type", "must be the key of a source")
		}
	}
	delete(fields, "kind")
	delete(fields, "source")
	for _, name := range fixedTimes {
		if _, given := fields[name]; given {
			return ingest.Request{}, notify.InvalidField(name, "not_allowed", "is the same each time: the schedule says when")
		}
	}
	body, err := json.Marshal(fields)
	if err != nil {
		return ingest.Request{}, fmt.Errorf("write the request of a schedule: %w", err)
	}
	r, err := t.decode(body)
	r.Source = source
	return r, err
}

// Check rehearses the request.
func (t *requestTarget) Check(ctx context.Context, target json.RawMessage) error {
	r, err := t.read(target)
	if err != nil {
		return err
	}
	if r.Source != "" {
		known, err := t.sources(ctx)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(known, func(s access.Source) bool { return s.Key == r.Source }) {
			return notify.InvalidField("source", "unknown_source", fmt.Sprintf("there is no source %q", r.Source))
		}
	}
	_, err = t.acceptor.Rehearse(ctx, r, nil)
	return err
}

// Fire accepts it, once for each key, and returns the id of the event.
func (t *requestTarget) Fire(ctx context.Context, f schedule.Fire) (string, error) {
	r, err := t.read(f.Target)
	if err != nil {
		return "", err
	}
	if r.Source == "" {
		r.Source = f.Source
	}
	if f.To != nil {
		r.To = make([]ingest.To, len(f.To))
		for i, id := range f.To {
			r.To[i].ID = id
		}
	}
	// What was accepted under the key stays, whatever the schedule says meanwhile.
	r.IdempotencyKey, r.Fingerprint = f.Key, f.Key
	sum := sha256.Sum256([]byte(f.Key))
	r.TraceID = hex.EncodeToString(sum[:16])
	if r.Metadata, err = withSchedule(r.Metadata, f); err != nil {
		return "", err
	}
	answer := t.acceptor.Accept(ctx, []ingest.Request{r})[0]
	return answer.EventID, answer.Err
}

// Audience is whom a request is for.
func (t *requestTarget) Audience(target json.RawMessage) (schedule.Audience, error) {
	var a schedule.Audience
	r, err := t.read(target)
	for _, to := range r.To {
		switch {
		case to.Inline != nil:
			return a, errors.New("where each recipient's own clock counts, recipients are named by their ids")
		case to.Group != "":
			a.Groups = append(a.Groups, to.Group)
		case to.Segment != "":
			a.Segments = append(a.Segments, to.Segment)
		default:
			a.Recipients = append(a.Recipients, to.ID)
		}
	}
	return a, err
}

// withSchedule adds to what is known of an event which schedule it comes from.
func withSchedule(given json.RawMessage, f schedule.Fire) (json.RawMessage, error) {
	all := map[string]any{"schedule": f.ScheduleID, "planned_at": f.At.UTC().Format(time.RFC3339)}
	if len(given) > 0 {
		own := map[string]any{}
		if err := json.Unmarshal(given, &own); err != nil {
			return nil, fmt.Errorf("read the metadata of a schedule: %w", err)
		}
		maps.Copy(all, own)
	}
	return json.Marshal(all)
}
