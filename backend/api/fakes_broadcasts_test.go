package api

import (
	"context"
	"encoding/json"
	"maps"

	"clarion/backend/broadcast"
	"clarion/backend/notify"
)

const knownBroadcast = "bct_1"

func init() {
	maps.Copy(bodies, map[string]string{
		"POST /v1/broadcasts":                 `{"name":"News","audience":{"segments":["beta"]},"template":"order","channels":["email"],"category":"orders"}`,
		"PUT /v1/broadcasts/:id":              `{"name":"News","audience":{"everybody":true},"content":{"title":"Hi"},"channels":["in_app"],"revision":1}`,
		"POST /v1/broadcasts/:id/approve":     `{"hash":"h"}`,
		"POST /v1/broadcasts/:id/break-glass": `{"hash":"h","reason":"an outage"}`,
		"POST /v1/broadcasts/:id/test":        `{"to":["ada"]}`,
		"POST /v1/broadcasts/:id/reject":      `{"reason":"no"}`,
	})
}

type broadcastFake struct{ *fakes }

func (f *broadcastFake) one() broadcast.Broadcast {
	estimate := broadcast.Estimate{
		People: 2, Sampled: 2, Reached: 1, Channels: []broadcast.ChannelEstimate{{Channel: notify.Email, Messages: 1, Parts: 1}},
		Skips: []broadcast.SkipEstimate{{Channel: notify.Email, Reason: notify.OptedOut, People: 1}},
	}
	return broadcast.Broadcast{
		ID: knownBroadcast, Name: "News", State: broadcast.Submitted, Revision: 2, Authors: []string{"mem_1"}, Source: "admin",
		Plan: broadcast.Plan{
			Audience: broadcast.Audience{Segments: []string{"beta"}}, Template: "order", Channels: []notify.Channel{notify.Email}, Category: "orders",
		},
		Frozen: &broadcast.Frozen{
			Pins: []broadcast.Pin{{Kind: "template", Key: "order", Version: 1, Hash: "h"}}, People: 2, Digest: "d", Estimate: estimate,
			Findings: []broadcast.Finding{{Code: "quiet_hours", Level: broadcast.Warns, Path: "send_at", Detail: "Quiet.", People: 1}}, At: f.at,
		},
		Hash: "h", People: 2, CreatedBy: "Bo", CreatedAt: f.at, UpdatedAt: f.at,
	}
}

func (f *broadcastFake) found(id string) (broadcast.Broadcast, error) {
	return f.one(), f.missing(id, knownBroadcast)
}

// List has one by mem_1 that names the segment beta.
func (f *broadcastFake) List(_ context.Context, by broadcast.Filter, _ notify.Page) ([]broadcast.Broadcast, string, error) {
	if by.Group != "" || by.Segment != "" && by.Segment != "beta" || by.Author != "" && by.Author != "mem_1" {
		return []broadcast.Broadcast{}, "", f.failing()
	}
	return []broadcast.Broadcast{f.one()}, "", f.failing()
}

func (f *broadcastFake) Get(_ context.Context, id string) (broadcast.Broadcast, error) {
	return f.found(id)
}

func (f *broadcastFake) Create(context.Context, string, broadcast.Plan, broadcast.Actor) (broadcast.Broadcast, error) {
	return f.one(), f.failing()
}

func (f *broadcastFake) Ready(context.Context, string, broadcast.Plan) error { return f.failing() }

func (f *broadcastFake) Edit(_ context.Context, id string, _ broadcast.Edit) (broadcast.Broadcast, error) {
	return f.found(id)
}

func (f *broadcastFake) Check(_ context.Context, id string) (broadcast.Check, error) {
	one := f.one()
	return broadcast.Check{
		Findings: one.Frozen.Findings, Estimate: one.Frozen.Estimate,
		Previews: []broadcast.Rehearsed{{
			Recipient: notify.RecipientRef{ID: "ada", Name: "Ada"},
			Messages:  []broadcast.RehearsedMessage{{Channel: notify.Email, Status: notify.Queued, Content: notify.Content{Subject: "Hi"}, Parts: 1}},
		}},
	}, f.missing(id, knownBroadcast)
}

func (f *broadcastFake) Preview(_ context.Context, id, recipient string) (broadcast.Preview, error) {
	return broadcast.Preview{People: []broadcast.Rehearsed{{
		Recipient: notify.RecipientRef{ID: recipient},
		Messages:  []broadcast.RehearsedMessage{{Channel: notify.Email, Locale: "en", Status: notify.Queued, Content: notify.Content{Subject: "Hi"}, Parts: 1}},
	}}, InAudience: recipient == "ada"}, f.missing(id, knownBroadcast)
}

func (f *broadcastFake) Trial(_ context.Context, id, as string) (broadcast.Trial, error) {
	trial := broadcast.Trial{
		Direct: notify.Direct{Template: "order", Channels: []notify.Channel{notify.Email}, Test: true}, Priority: notify.Low, Data: json.RawMessage(`{"a":1,"b":1}`),
	}
	if as == "ada" {
		trial.Row, trial.InAudience = json.RawMessage(`{"b":2}`), true
	}
	return trial, f.missing(id, knownBroadcast)
}

func (f *broadcastFake) Submit(_ context.Context, id string, _ broadcast.Submission) (broadcast.Broadcast, error) {
	return f.found(id)
}

func (f *broadcastFake) Approve(_ context.Context, id string, _ broadcast.Verdict) (broadcast.Broadcast, error) {
	return f.found(id)
}

func (f *broadcastFake) BreakGlass(_ context.Context, id string, _ broadcast.Verdict) (broadcast.Broadcast, error) {
	return f.found(id)
}

func (f *broadcastFake) Reject(_ context.Context, id string, _ broadcast.Verdict) (broadcast.Broadcast, error) {
	return f.found(id)
}

func (f *broadcastFake) Pause(_ context.Context, id, _ string, _ broadcast.Actor) (broadcast.Broadcast, error) {
	return f.found(id)
}

func (f *broadcastFake) Resume(_ context.Context, id string, _ broadcast.Actor) (broadcast.Broadcast, error) {
	return f.found(id)
}

func (f *broadcastFake) Quota(context.Context) (broadcast.Quota, error) {
	return broadcast.Quota{Date: "2026-11-22", Day: broadcast.Room{Limit: 100, Taken: 2}, Needs: 1}, f.failing()
}

func (f *broadcastFake) Cancel(_ context.Context, id string, _ broadcast.Cancellation) (broadcast.Broadcast, error) {
	return f.found(id)
}

func (f *broadcastFake) Recall(_ context.Context, id, _ string, _ broadcast.Actor) (broadcast.Broadcast, error) {
	return f.found(id)
}

// recallFake takes the known message back.
type recallFake struct{ *fakes }

func (f *recallFake) Recall(_ context.Context, id string) (broadcast.Taken, error) {
	return broadcast.Taken{MessageID: id, Outcome: broadcast.RecallCannot, Detail: "An email cannot be taken back."}, f.missing(id, knownMessage)
}

func (f *broadcastFake) Progress(_ context.Context, id string) (broadcast.Progress, error) {
	return broadcast.Progress{
		State: broadcast.Sending, People: 2, Reached: 1, Messages: 1, Counts: map[notify.Status]int{notify.Sent: 1},
	}, f.missing(id, knownBroadcast)
}

func (f *broadcastFake) Outcomes(_ context.Context, o broadcast.OutcomeFilter, _ notify.Page) ([]broadcast.Outcome, string, error) {
	if o.Reached == broadcast.ReachedNo {
		return []broadcast.Outcome{}, "", nil
	}
	return []broadcast.Outcome{{
		Recipient: notify.RecipientRef{ID: "ada", Name: "Ada"}, ChosenBy: "segment:beta",
		Messages: []broadcast.OutcomeMessage{{ID: knownMessage, Channel: notify.Email, Status: notify.Sent}},
	}}, "", f.missing(o.Broadcast, knownBroadcast)
}

func (f *broadcastFake) History(_ context.Context, id string) ([]broadcast.Entry, error) {
	return []broadcast.Entry{{Number: 1, At: f.at, Kind: "created", By: "Bo"}}, f.missing(id, knownBroadcast)
}
