package api

import (
	"context"
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"

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

// reviewDoor is the door to one kind under review.
type reviewDoor struct {
	s    *Server
	kind approval.Kind
}

func (v reviewDoor) target(key string) approval.Target {
	return approval.Target{Kind: v.kind, Key: key}
}

func (v reviewDoor) history(c *fiber.Ctx) error {
	return shown(v.s, c, "key", func(ctx context.Context, key string) (approval.History, error) {
		return v.s.Reviews.History(ctx, v.target(key))
	})
}

func (v reviewDoor) diff(c *fiber.Ctx) error {
	q := queryOf(c)
	from, to := q.number("from"), q.number("to")
	if err := q.err(); err != nil {
		return err
	}
	key, err := param(c, "key")
	if err != nil {
		return err
	}
	return whole(v.s, c, func(ctx context.Context) ([]approval.Difference, error) {
		return v.s.Reviews.Diff(ctx, v.target(key), from, to)
	})
}

// number is a whole number that is not negative; zero when it is not given.
func (q *query) number(name string) int {
	value := q.text(name)
	if value == "" {
		return 0
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 {
		q.faults.Add(name, "out_of_range", "must be a whole number that is not negative")
	}
	return n
}

func (v reviewDoor) discard(c *fiber.Ctx) error {
	return shown(v.s, c, "key", func(ctx context.Context, key string) (approval.Head, error) {
		return v.s.Reviews.Discard(ctx, v.target(key))
	})
}

func (v reviewDoor) submit(c *fiber.Ctx) error {
	in, err := decodeMaybe[struct {
		Note     string `json:"note"`
		Revision int    `json:"revision"`
	}](c)
	if err != nil {
		return err
	}
	actor := callOf(c).reviewer()
	return shown(v.s, c, "key", func(ctx context.Context, key string) (approval.Head, error) {
		return v.s.Reviews.Submit(ctx, approval.Submission{Target: v.target(key), Actor: actor, Note: in.Note, Revision: in.Revision})
	})
}

func (v reviewDoor) withdraw(c *fiber.Ctx) error {
	actor := callOf(c).reviewer()
	return shown(v.s, c, "key", func(ctx context.Context, key string) (approval.Head, error) {
		return v.s.Reviews.Withdraw(ctx, v.target(key), actor)
	})
}

func (v reviewDoor) publish(c *fiber.Ctx) error {
	actor := callOf(c).reviewer()
	return shown(v.s, c, "key", func(ctx context.Context, key string) (approval.Published, error) {
		return v.s.Reviews.Publish(ctx, v.target(key), actor)
	})
}

func (v reviewDoor) rollback(c *fiber.Ctx) error {
	in, err := decode[struct {
		Version int    `json:"version"`
		Note    string `json:"note"`
	}](c)
	if err != nil {
		return err
	}
	change := approval.Change{Actor: callOf(c).reviewer(), Note: in.Note}
	return shown(v.s, c, "key", func(ctx context.Context, key string) (approval.Published, error) {
		return v.s.Reviews.Rollback(ctx, v.target(key), in.Version, change)
	})
}

func (v reviewDoor) retire(c *fiber.Ctx) error { return v.shelve(c, v.s.Reviews.Retire) }

func (v reviewDoor) unretire(c *fiber.Ctx) error { return v.shelve(c, v.s.Reviews.Unretire) }

func (v reviewDoor) shelve(c *fiber.Ctx, do func(context.Context, approval.Target, approval.Change) (approval.Published, error)) error {
	in, err := decodeMaybe[struct {
		Note string `json:"note"`
	}](c)
	if err != nil {
		return err
	}
	change := approval.Change{Actor: callOf(c).reviewer(), Note: in.Note}
	return shown(v.s, c, "key", func(ctx context.Context, key string) (approval.Published, error) {
		return do(ctx, v.target(key), change)
	})
}

// waiting is the approval of a key that can be decided.
func (v reviewDoor) waiting(ctx context.Context, key string) (string, error) {
	head, err := v.s.Reviews.Head(ctx, v.target(key))
	if err != nil {
		return "", err
	}
	if head.Approval == nil || head.Approval.State != approval.Waiting {
		return "", errors.Join(notify.ErrConflict, notify.InvalidField("state", "wrong_state", "nothing waits for approval"))
	}
	return head.Approval.ID, nil
}

func (v reviewDoor) approve(c *fiber.Ctx) error { return v.decide(c, v.s.approveByID) }

func (v reviewDoor) reject(c *fiber.Ctx) error { return v.decide(c, v.s.rejectByID) }

// decide decides what waits for a key.
func (v reviewDoor) decide(c *fiber.Ctx, do func(*fiber.Ctx, string) error) error {
	key, err := param(c, "key")
	if err != nil {
		return err
	}
	ctx, cancel := v.s.deadline(c)
	defer cancel()
	id, err := v.waiting(ctx, key)
	if err != nil {
		return err
	}
	return do(c, id)
}

// decodeMaybe reads a body that may be left out.
func decodeMaybe[T any](c *fiber.Ctx) (T, error) {
	if len(c.Request().Body()) == 0 {
		var zero T
		return zero, nil
	}
	return decode[T](c)
}
