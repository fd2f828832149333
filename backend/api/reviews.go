package api

import (
	"context"

	"clarion/backend/access"
	"clarion/backend/approval"
	"clarion/backend/notify"
)

// Reviews is the way of content to people: submitted, decided, published.
type Reviews interface { //nolint:interfacebloat // the port of one resource: every method is one of its routes
	Head(ctx context.Context, t approval.Target) (approval.Head, error)
	Heads(ctx context.Context, kind approval.Kind, keys []string) (map[string]approval.Head, error)
	History(ctx context.Context, t approval.Target) (approval.History, error)
	Diff(ctx context.Context, t approval.Target, from, to int) ([]approval.Difference, error)
	Submit(ctx context.Context, s approval.Submission) (approval.Head, error)
	Withdraw(ctx context.Context, t approval.Target, actor approval.Actor) (approval.Head, error)
	Discard(ctx context.Context, t approval.Target) (approval.Head, error)
	Publish(ctx context.Context, t approval.Target, actor approval.Actor) (approval.Published, error)
	Rollback(ctx context.Context, t approval.Target, version int, c approval.Change) (approval.Published, error)
	Retire(ctx context.Context, t approval.Target, c approval.Change) (approval.Published, error)
	Unretire(ctx context.Context, t approval.Target, c approval.Change) (approval.Published, error)

	List(ctx context.Context, f approval.Filter, p notify.Page) ([]approval.Row, string, error)
	Counts(ctx context.Context) (approval.Counts, error)
	View(ctx context.Context, id string, actor approval.Actor) (approval.View, error)
	Approve(ctx context.Context, id string, v approval.Verdict) (approval.Approval, error)
	Reject(ctx context.Context, id string, v approval.Verdict) (approval.Approval, error)
	Comment(ctx context.Context, id string, c approval.Comment) (approval.Comment, error)
}

// reviewed are the kinds under review, by their place in the address.
var reviewed = []struct {
	path string
	kind approval.Kind
}{
	{"/v1/templates/:key", approval.Template},
	{"/v1/workflows/:key", approval.Workflow},
	{"/v1/layouts/:key", approval.Layout},
	{"/v1/partials/:key", approval.Partial},
}

// reviewRoutes are the same for every kind under review.
func (s *Server) reviewRoutes() []route {
	var all []route
	for _, r := range reviewed {
		v := reviewDoor{s, r.kind}
		all = append(all,
			get(r.path+"/history", access.Read, v.history),
			get(r.path+"/diff", access.Read, v.diff),
			remove(r.path+"/draft", access.ContentWrite, v.discard).audited(string(r.kind)+".discard"),
			post(r.path+"/submit", access.ContentWrite, v.submit).audited(string(r.kind)+".submit"),
			orBy(access.ContentApprove, post(r.path+"/withdraw", access.ContentWrite, v.withdraw)).audited(string(r.kind)+".withdraw"),
			post(r.path+"/approve", access.ContentApprove, v.approve).audited(string(r.kind)+".approve"),
			post(r.path+"/reject", access.ContentApprove, v.reject).audited(string(r.kind)+".reject"),
			orBy(access.ContentPublish, post(r.path+"/publish", access.ContentApprove, v.publish)).audited(string(r.kind)+".publish"),
			orBy(access.ContentPublish, post(r.path+"/rollback", access.ContentApprove, v.rollback)).audited(string(r.kind)+".rollback"),
			orBy(access.ContentPublish, post(r.path+"/retire", access.ContentApprove, v.retire)).audited(string(r.kind)+".retire"),
			orBy(access.ContentPublish, post(r.path+"/unretire", access.ContentApprove, v.unretire)).audited(string(r.kind)+".unretire"),
		)
	}
	return all
}

// orBy lets in callers with another permission too.
func orBy(other access.Permission, r route) route {
	r.or = other
	return r
}

// reviewer is the caller as reviews know one.
func (k *call) reviewer() approval.Actor {
	return approval.Actor{
		ID: k.id(), Member: k.kind == byMember, Owner: k.kind == byMember && k.member.Member.Role == access.Owner,
		MayApprove: k.allows(access.ContentApprove), MayPublish: k.allows(access.ContentPublish),
	}
}

// pushes reports whether what the caller saves is live at once: content as code.
func (k *call) pushes() bool { return k.kind == byKey && k.allows(access.ContentPublish) }
