package api

import (
	"context"
	"encoding/json"

	"clarion/backend/approval"
	"clarion/backend/notify"
)

const knownApproval = "apr_1"

// reviewFake is a desk on which one approval of version 2 waits.
type reviewFake struct{ *fakes }

func (f *reviewFake) approval() approval.Approval {
	return approval.Approval{
		ID: knownApproval, Kind: approval.Template, Key: "order", Version: 2, Base: 1, Title: "Order", Hash: "h", State: approval.Waiting,
		Authors: []string{"mem_2"}, SubmittedBy: "mem_2", SubmittedAt: f.at,
	}
}

func (f *reviewFake) head(t approval.Target) approval.Head {
	a := f.approval()
	a.Kind, a.Key = t.Kind, t.Key
	return approval.Head{Kind: t.Kind, Key: t.Key, State: approval.InReview, LiveVersion: 1, Approval: &a, Open: &approval.Version{
		Version: 2, Stage: approval.InReview, Revision: 3, Editors: []string{"mem_2"}, CreatedBy: "mem_2", CreatedAt: f.at, UpdatedBy: "mem_2", UpdatedAt: f.at,
	}}
}

func (f *reviewFake) Head(_ context.Context, t approval.Target) (approval.Head, error) {
	err := f.failing()
	for _, known := range []string{"order", "order.shipped", "plain"} {
		if t.Key == known {
			return f.head(t), err
		}
	}
	if err == nil {
		err = notify.ErrNotFound
	}
	return approval.Head{}, err
}

func (f *reviewFake) Heads(_ context.Context, kind approval.Kind, keys []string) (map[string]approval.Head, error) {
	heads := map[string]approval.Head{}
	for _, key := range keys {
		heads[key] = f.head(approval.Target{Kind: kind, Key: key})
	}
	return heads, f.failing()
}

func (f *reviewFake) History(_ context.Context, t approval.Target) (approval.History, error) {
	return approval.History{
		Versions: []approval.Version{*f.head(t).Open}, Names: map[string]string{"mem_2": "Bo"},
		Publications: []approval.Publication{{ID: "pub_1", Version: 1, How: approval.Pushed, By: "key_1", At: f.at}},
	}, f.failing()
}

func (f *reviewFake) Diff(context.Context, approval.Target, int, int) ([]approval.Difference, error) {
	return []approval.Difference{{Path: "layout", Before: "a", After: "b", Changed: true}}, f.failing()
}

func (f *reviewFake) Submit(_ context.Context, s approval.Submission) (approval.Head, error) {
	return f.head(s.Target), f.failing()
}

func (f *reviewFake) Withdraw(_ context.Context, t approval.Target, _ approval.Actor) (approval.Head, error) {
	return f.head(t), f.failing()
}

func (f *reviewFake) Discard(_ context.Context, t approval.Target) (approval.Head, error) {
	return f.head(t), f.failing()
}

func (f *reviewFake) moved(t approval.Target, note string) (approval.Published, error) {
	return approval.Published{Head: f.head(t), Note: note}, f.failing()
}

func (f *reviewFake) Publish(_ context.Context, t approval.Target, _ approval.Actor) (approval.Published, error) {
	return f.moved(t, approval.NobodyElse)
}

func (f *reviewFake) Rollback(_ context.Context, t approval.Target, _ int, c approval.Change) (approval.Published, error) {
	return f.moved(t, c.Note)
}

func (f *reviewFake) Retire(_ context.Context, t approval.Target, c approval.Change) (approval.Published, error) {
	return f.moved(t, c.Note)
}

func (f *reviewFake) Unretire(_ context.Context, t approval.Target, c approval.Change) (approval.Published, error) {
	return f.moved(t, c.Note)
}

func (f *reviewFake) List(context.Context, approval.Filter, notify.Page) ([]approval.Row, string, error) {
	return []approval.Row{{Approval: f.approval(), SubmittedByName: "Bo"}}, "", f.failing()
}

func (f *reviewFake) Counts(context.Context) (approval.Counts, error) {
	return approval.Counts{Waiting: 1, Kinds: map[approval.Kind]int{approval.Template: 1}}, f.failing()
}

func (f *reviewFake) View(_ context.Context, id string, actor approval.Actor) (approval.View, error) {
	a := f.approval()
	return approval.View{
		Approval: a, Present: "h", Document: json.RawMessage(`{}`), Sections: []approval.Difference{{Path: "layout", After: "b", Changed: true}},
		Pins: []approval.Pin{{Kind: approval.Layout, Key: "plain", Version: 1}}, Reach: []string{}, Names: map[string]string{"mem_2": "Bo"}, Bar: approval.Bar(a, actor),
		Comments: []approval.Comment{{ID: "com_1", Body: "Why?", By: "mem_2", At: f.at}},
	}, f.missing(id, knownApproval)
}

func (f *reviewFake) Approve(_ context.Context, id string, v approval.Verdict) (approval.Approval, error) {
	if err := f.missing(id, knownApproval); err != nil {
		return approval.Approval{}, err
	}
	if v.Hash != "h" {
		return f.approval(), &approval.ChangedError{Hash: "h"}
	}
	return f.approval(), nil
}

func (f *reviewFake) Reject(_ context.Context, id string, _ approval.Verdict) (approval.Approval, error) {
	return f.approval(), f.missing(id, knownApproval)
}

func (f *reviewFake) Comment(_ context.Context, id string, c approval.Comment) (approval.Comment, error) {
	c.ID, c.At = "com_2", f.at
	return c, f.missing(id, knownApproval)
}
