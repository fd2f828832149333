package api

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/broadcast"
	"clarion/backend/notify"
)

// Broadcasts sends one message to many.
type Broadcasts interface { //nolint:interfacebloat // the port of one resource: every method is one of its routes
	List(ctx context.Context, f broadcast.Filter, p notify.Page) ([]broadcast.Broadcast, string, error)
	Get(ctx context.Context, id string) (broadcast.Broadcast, error)
	Create(ctx context.Context, name string, p broadcast.Plan, by broadcast.Actor) (broadcast.Broadcast, error)
	// Ready says what bars a plan, without looking at its audience.
	Ready(ctx context.Context, name string, p broadcast.Plan) error
	Edit(ctx context.Context, id string, e broadcast.Edit) (broadcast.Broadcast, error)
	// Check looks at the audience, the words and the reach as they are now.
	Check(ctx context.Context, id string) (broadcast.Check, error)
	// Preview renders it for one person, or for some worth looking at.
	Preview(ctx context.Context, id, recipient string) (broadcast.Preview, error)
	// Trial says how it is tried out, with the row of one of its audience.
	Trial(ctx context.Context, id, as string) (broadcast.Trial, error)
	Submit(ctx context.Context, id string, s broadcast.Submission) (broadcast.Broadcast, error)
	Approve(ctx context.Context, id string, v broadcast.Verdict) (broadcast.Broadcast, error)
	BreakGlass(ctx context.Context, id string, v broadcast.Verdict) (broadcast.Broadcast, error)
	Reject(ctx context.Context, id string, v broadcast.Verdict) (broadcast.Broadcast, error)
	Pause(ctx context.Context, id, reason string, by broadcast.Actor) (broadcast.Broadcast, error)
	Resume(ctx context.Context, id string, by broadcast.Actor) (broadcast.Broadcast, error)
	Cancel(ctx context.Context, id string, c broadcast.Cancellation) (broadcast.Broadcast, error)
	// Recall takes back what has gone out, and asked again what failed.
	Recall(ctx context.Context, id, reason string, by broadcast.Actor) (broadcast.Broadcast, error)
	// Quota is how much of today's quota is taken.
	Quota(ctx context.Context) (broadcast.Quota, error)
	Progress(ctx context.Context, id string) (broadcast.Progress, error)
	Outcomes(ctx context.Context, f broadcast.OutcomeFilter, p notify.Page) ([]broadcast.Outcome, string, error)
	History(ctx context.Context, id string) ([]broadcast.Entry, error)
}

func (s *Server) broadcastRoutes() []route {
	check := post("/v1/broadcasts/:id/check", access.Read, s.checkBroadcast).unaudited("it sends nothing and changes no plan")
	check.once = false
	preview := post("/v1/broadcasts/:id/preview", access.Read, s.previewBroadcast).unaudited("it sends nothing and changes no plan")
	preview.once = false
	return []route{
		get("/v1/broadcasts", access.Read, s.listBroadcasts),
		post("/v1/broadcasts", access.NotificationsWrite, s.createBroadcast).audited("broadcast.create"),
		get("/v1/broadcasts/quota", access.Read, s.broadcastQuota),
		get("/v1/broadcasts/:id", access.Read, s.getBroadcast),
		put("/v1/broadcasts/:id", access.NotificationsWrite, s.putBroadcast).audited("broadcast.save"),
		check, preview,
		post("/v1/broadcasts/:id/test", access.NotificationsWrite, s.testBroadcast).unaudited("a message tells its own story"),
		get("/v1/broadcasts/:id/progress", access.Read, s.broadcastProgress),
		get("/v1/broadcasts/:id/recipients", access.Read, s.broadcastRecipients),
		get("/v1/broadcasts/:id/history", access.Read, s.broadcastHistory),
		post("/v1/broadcasts/:id/submit", access.NotificationsWrite, s.submitBroadcast).audited("broadcast.submit"),
		post("/v1/broadcasts/:id/approve", access.ContentApprove, s.approveBroadcast).audited("broadcast.approve"),
		post("/v1/broadcasts/:id/break-glass", access.Admin, s.breakGlass).audited("broadcast.break_glass"),
		post("/v1/broadcasts/:id/reject", access.ContentApprove, s.rejectBroadcast).audited("broadcast.reject"),
		post("/v1/broadcasts/:id/pause", access.DeliveriesWrite, s.pauseBroadcast).audited("broadcast.pause"),
		post("/v1/broadcasts/:id/resume", access.DeliveriesWrite, s.resumeBroadcast).audited("broadcast.resume"),
		post("/v1/broadcasts/:id/cancel", access.DeliveriesWrite, s.cancelBroadcast).audited("broadcast.cancel"),
		post("/v1/broadcasts/:id/recall", access.DeliveriesWrite, s.recallBroadcast).audited("broadcast.recall"),
	}
}

// broadcaster is the caller as broadcasts know one.
func (k *call) broadcaster() broadcast.Actor {
	return broadcast.Actor{
		ID: k.id(), Name: k.actor().Name, Source: k.source(), MayApprove: k.allows(access.ContentApprove),
		Owner: k.kind == byMember && k.member.Member.Role == access.Owner,
	}
}

func (s *Server) listBroadcasts(c *fiber.Ctx) error {
	q := queryOf(c)
	f := broadcast.Filter{
		State: options(q, "state", broadcast.States), Q: q.text("q"), Group: q.text("group"), Segment: q.text("segment"), Author: q.text("author"),
	}
	return listed(s, c, q, f, s.Broadcasts.List)
}

func (s *Server) getBroadcast(c *fiber.Ctx) error { return shown(s, c, "id", s.Broadcasts.Get) }

func (s *Server) checkBroadcast(c *fiber.Ctx) error { return shown(s, c, "id", s.Broadcasts.Check) }

func (s *Server) broadcastProgress(c *fiber.Ctx) error {
	return shown(s, c, "id", s.Broadcasts.Progress)
}

func (s *Server) broadcastRecipients(c *fiber.Ctx) error {
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	q := queryOf(c)
	f := broadcast.OutcomeFilter{
		Broadcast: id, Recall: options(q, "recall", broadcast.RecallOutcomes),
		Reached: option(q, "reached", []broadcast.Reached{broadcast.ReachedYes, broadcast.ReachedNo}),
	}
	return listed(s, c, q, f, s.Broadcasts.Outcomes)
}

func (s *Server) broadcastHistory(c *fiber.Ctx) error {
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	return whole(s, c, func(ctx context.Context) ([]broadcast.Entry, error) { return s.Broadcasts.History(ctx, id) })
}

// broadcastInput is what people write of a broadcast.
type broadcastInput struct {
	Name string `json:"name"`
	broadcast.Plan
	Revision int `json:"revision"`
}

func (s *Server) createBroadcast(c *fiber.Ctx) error {
	in, err := decode[broadcastInput](c)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	made, err := s.Broadcasts.Create(ctx, in.Name, in.Plan, callOf(c).broadcaster())
	if err != nil {
		return err
	}
	return reply(c, fiber.StatusCreated, made)
}

func (s *Server) putBroadcast(c *fiber.Ctx) error {
	in, err := decode[broadcastInput](c)
	if err != nil {
		return err
	}
	edit := broadcast.Edit{Name: in.Name, Plan: in.Plan, Revision: in.Revision, By: callOf(c).broadcaster()}
	return shown(s, c, "id", func(ctx context.Context, id string) (broadcast.Broadcast, error) {
		return s.Broadcasts.Edit(ctx, id, edit)
	})
}

func (s *Server) submitBroadcast(c *fiber.Ctx) error {
	in, err := decodeMaybe[struct {
		Note     string `json:"note"`
		Revision int    `json:"revision"`
	}](c)
	if err != nil {
		return err
	}
	submission := broadcast.Submission{Note: in.Note, Revision: in.Revision, By: callOf(c).broadcaster()}
	return shown(s, c, "id", func(ctx context.Context, id string) (broadcast.Broadcast, error) {
		return s.Broadcasts.Submit(ctx, id, submission)
	})
}

func (s *Server) approveBroadcast(c *fiber.Ctx) error {
	return s.decideBroadcast(c, s.Broadcasts.Approve)
}

func (s *Server) breakGlass(c *fiber.Ctx) error { return s.decideBroadcast(c, s.Broadcasts.BreakGlass) }

func (s *Server) rejectBroadcast(c *fiber.Ctx) error {
	return s.decideBroadcast(c, s.Broadcasts.Reject)
}

func (s *Server) decideBroadcast(c *fiber.Ctx, do func(context.Context, string, broadcast.Verdict) (broadcast.Broadcast, error)) error {
	in, err := decode[struct {
		Hash   string `json:"hash"`
		Reason string `json:"reason"`
	}](c)
	if err != nil {
		return err
	}
	verdict := broadcast.Verdict{Hash: in.Hash, Comment: in.Reason, By: callOf(c).broadcaster()}
	return shown(s, c, "id", func(ctx context.Context, id string) (broadcast.Broadcast, error) { return do(ctx, id, verdict) })
}

func (s *Server) pauseBroadcast(c *fiber.Ctx) error { return s.steerBroadcast(c, s.Broadcasts.Pause) }

func (s *Server) recallBroadcast(c *fiber.Ctx) error { return s.steerBroadcast(c, s.Broadcasts.Recall) }

func (s *Server) cancelBroadcast(c *fiber.Ctx) error {
	in, err := decodeMaybe[struct {
		Reason string `json:"reason"`
		Keep   bool   `json:"keep_sent"`
	}](c)
	if err != nil {
		return err
	}
	cancel := broadcast.Cancellation{Reason: in.Reason, Keep: in.Keep, By: callOf(c).broadcaster()}
	return shown(s, c, "id", func(ctx context.Context, id string) (broadcast.Broadcast, error) {
		return s.Broadcasts.Cancel(ctx, id, cancel)
	})
}

func (s *Server) broadcastQuota(c *fiber.Ctx) error {
	ctx, cancel := s.deadline(c)
	defer cancel()
	quota, err := s.Broadcasts.Quota(ctx)
	if err != nil {
		return err
	}
	return replyOK(c, quota)
}

func (s *Server) resumeBroadcast(c *fiber.Ctx) error {
	by := callOf(c).broadcaster()
	return shown(s, c, "id", func(ctx context.Context, id string) (broadcast.Broadcast, error) {
		return s.Broadcasts.Resume(ctx, id, by)
	})
}

func (s *Server) steerBroadcast(c *fiber.Ctx, do func(context.Context, string, string, broadcast.Actor) (broadcast.Broadcast, error)) error {
	in, err := decodeMaybe[struct {
		Reason string `json:"reason"`
	}](c)
	if err != nil {
		return err
	}
	by := callOf(c).broadcaster()
	return shown(s, c, "id", func(ctx context.Context, id string) (broadcast.Broadcast, error) { return do(ctx, id, in.Reason, by) })
}
