package api

import (
	"context"
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

func (f *broadcastFake) List(context.Context, broadcast.Filter, notify.Page) ([]broadcast.Broadcast, string, error) {
	return []broadcast.Broadcast{f.one()}, "", f.failing()
}

func (f *broadcastFake) Get(_ context.Context, id string) (broadcast.Broadcast, error) {
	return f.found(id)
}

func (f *broadcastFake) Create(context.Context, string, broadcast.Plan, broadcast.Actor) (broadcast.Broadcast, error) {
	return f.one(), f.failing()
}

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

func (f *broadcastFake) Cancel(_ context.Context, id, _ string, _ broadcast.Actor) (broadcast.Broadcast, error) {
	return f.found(id)
}

func (f *broadcastFake) Progress(_ context.Context, id string) (broadcast.Progress, error) {
	return broadcast.Progress{
		State: broadcast.Sending, People: 2, Reached: 1, Messages: 1, Counts: map[notify.Status]int{notify.Sent: 1},
	}, f.missing(id, knownBroadcast)
}

func (f *broadcastFake) Outcomes(_ context.Context, id string, _ notify.Page) ([]broadcast.Outcome, string, error) {
	return []broadcast.Outcome{{
		Recipient: notify.RecipientRef{ID: "ada", Name: "Ada"}, ChosenBy: "segment:beta",
		Messages: []broadcast.OutcomeMessage{{ID: knownMessage, Channel: notify.Email, Status: notify.Sent}},
	}}, "", f.missing(id, knownBroadcast)
}

func (f *broadcastFake) History(_ context.Context, id string) ([]broadcast.Entry, error) {
	return []broadcast.Entry{{Number: 1, At: f.at, Kind: "created", By: "Bo"}}, f.missing(id, knownBroadcast)
}
