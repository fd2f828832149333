package api

import (
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/approval"
	"clarion/backend/notify"
)

func (s *Server) approvalRoutes() []route {
	return []route{
		get("/v1/approvals", access.Read, s.listApprovals),
		get("/v1/approvals/counts", access.Read, s.countApprovals),
		get("/v1/approvals/:id", access.Read, s.getApproval),
		post("/v1/approvals/:id/approve", access.ContentApprove, s.approve).audited("approval.approve"),
		post("/v1/approvals/:id/reject", access.ContentApprove, s.reject).audited("approval.reject"),
		orBy(access.ContentApprove, post("/v1/approvals/:id/comment", access.ContentWrite, s.comment)).audited("approval.comment"),
		orBy(access.ContentApprove, post("/v1/approvals/:id/withdraw", access.ContentWrite, s.withdraw)).audited("approval.withdraw"),
	}
}

func (s *Server) listApprovals(c *fiber.Ctx) error {
	q := queryOf(c)
	filter := approval.Filter{
		State: options(q, "state", approval.States), Kind: options(q, "kind", approval.Kinds), Key: q.text("key"),
	}
	return listed(s, c, q, filter, s.Reviews.List)
}

func (s *Server) countApprovals(c *fiber.Ctx) error {
	ctx, cancel := s.deadline(c)
	defer cancel()
	counts, err := s.Reviews.Counts(ctx)
	if err != nil {
		return err
	}
	return replyOK(c, counts)
}

func (s *Server) getApproval(c *fiber.Ctx) error {
	actor := callOf(c).reviewer()
	return shown(s, c, "id", func(ctx context.Context, id string) (approval.View, error) {
		return s.Reviews.View(ctx, id, actor)
	})
}

func (s *Server) approve(c *fiber.Ctx) error { return byID(c, s.approveByID) }

func (s *Server) reject(c *fiber.Ctx) error { return byID(c, s.rejectByID) }

func byID(c *fiber.Ctx, do func(*fiber.Ctx, string) error) error {
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	return do(c, id)
}

// approveByID approves what the caller looked at. If that is no longer what
// would go live, the answer is 409 with the present difference as its data.
func (s *Server) approveByID(c *fiber.Ctx, id string) error {
	in, err := decode[struct {
		Hash    string `json:"hash"`
		Comment string `json:"comment"`
		Publish *bool  `json:"publish"`
	}](c)
	if err != nil {
		return err
	}
	if in.Hash == "" {
		return notify.InvalidField("hash", "required", "give the present_hash of the approval you looked at")
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	actor := callOf(c).reviewer()
	_, err = s.Reviews.Approve(ctx, id, approval.Verdict{
		Actor: actor, Hash: in.Hash, Comment: in.Comment, Hold: in.Publish != nil && !*in.Publish,
	})
	var changed *approval.ChangedError
	if errors.As(err, &changed) {
		return s.replyChanged(c, id, changed)
	}
	if err != nil {
		return err
	}
	return s.replyView(ctx, c, id, actor)
}

func (s *Server) replyView(ctx context.Context, c *fiber.Ctx, id string, actor approval.Actor) error {
	view, err := s.Reviews.View(ctx, id, actor)
	if err != nil {
		return err
	}
	return replyOK(c, view)
}

// replyChanged refuses with what would go live now.
func (s *Server) replyChanged(c *fiber.Ctx, id string, changed *approval.ChangedError) error {
	ctx, cancel := s.deadline(c)
	defer cancel()
	view, err := s.Reviews.View(ctx, id, callOf(c).reviewer())
	if err != nil {
		return err
	}
	data, err := marshal(view)
	if err != nil {
		return err
	}
	fault, err := marshal(faultBody{typeConflict, []notify.FieldError{{Path: "hash", Code: "changed", Detail: changed.Error()}}})
	if err != nil {
		return err
	}
	const status = fiber.StatusConflict
	return replyRaw(c, status, envelope{
		code: status, message: "what would go live has changed; look again", data: data, fault: fault, trace: callOf(c).trace,
	})
}

func (s *Server) rejectByID(c *fiber.Ctx, id string) error {
	in, err := decode[struct {
		Comment string `json:"comment"`
	}](c)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	actor := callOf(c).reviewer()
	if _, err := s.Reviews.Reject(ctx, id, approval.Verdict{Actor: actor, Comment: in.Comment}); err != nil {
		return err
	}
	return s.replyView(ctx, c, id, actor)
}

func (s *Server) comment(c *fiber.Ctx) error {
	in, err := decode[struct {
		Section string `json:"section"`
		Body    string `json:"body"`
	}](c)
	if err != nil {
		return err
	}
	by := callOf(c).id()
	return shown(s, c, "id", func(ctx context.Context, id string) (approval.Comment, error) {
		return s.Reviews.Comment(ctx, id, approval.Comment{Section: in.Section, Body: in.Body, By: by})
	})
}

func (s *Server) withdraw(c *fiber.Ctx) error {
	actor := callOf(c).reviewer()
	return shown(s, c, "id", func(ctx context.Context, id string) (approval.View, error) {
		view, err := s.Reviews.View(ctx, id, actor)
		if err != nil {
			return view, err
		}
		if view.State != approval.Waiting && view.State != approval.Approved || !view.PublishedAt.IsZero() {
			return view, errors.Join(notify.ErrConflict, notify.InvalidField("state", "decided", "the approval is "+string(view.State)))
		}
		if _, err := s.Reviews.Withdraw(ctx, approval.Target{Kind: view.Kind, Key: view.Key}, actor); err != nil {
			return view, err
		}
		return s.Reviews.View(ctx, id, actor)
	})
}
