package api

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/audit"
)

// trail is what the audit log keeps of a route that changes something: an
// action, or the reason why nothing is kept. A route that says neither does
// not start.
type trail struct {
	// action is a target's kind and what was done to it: template.publish.
	action string
	keeps  keeps
	// untold is why a route is not recorded.
	untold string
}

// keeps alters what is recorded.
type keeps uint8

const (
	// noContent keeps who and which, but no state before and after: it would
	// hold people's data, which an append-only log could never forget.
	noContent keeps = 1 << iota
	// membersOnly records what people do by hand. What a business system does
	// with its key all day long is its own story.
	membersOnly
)

// audited records every success of the route. The first path parameter is the
// target's id; without one it is the id or key of the answer. The state before
// and after is what GET shows at the same path or further up.
func (r route) audited(action string, options ...keeps) route {
	r.trail.action = action
	for _, option := range options {
		r.trail.keeps |= option
	}
	return r
}

// unaudited says why a route is not in the audit log.
func (r route) unaudited(why string) route {
	r.trail.untold = why
	return r
}

func (r route) reads() bool { return r.method == fiber.MethodGet }

// note is what a handler knows better than its route.
type note struct {
	skip          bool
	target        string
	before, after any
}

// noted lets a handler tell the audit log the states itself.
func noted(c *fiber.Ctx, target string, before, after any) {
	callOf(c).note = note{target: target, before: before, after: after}
}

// unnoted lets a handler say that this time nothing was changed.
func unnoted(c *fiber.Ctx) { callOf(c).note.skip = true }

// recorded is the one place where the audit log is written. Every change is
// announced before it is made, so that none can happen without a trace.
func (s *Server) recorded(r route) fiber.Handler {
	if r.reads() || r.trail.action == "" {
		return r.do
	}
	view := s.viewOf(r)
	return func(c *fiber.Ctx) error {
		if r.trail.keeps&membersOnly != 0 && callOf(c).kind != byMember {
			return r.do(c)
		}
		before := look(c, view)
		begun, err := s.begin(c, r, before)
		if err != nil {
			return err
		}
		err = r.do(c)
		switch end := endOf(c, err); end {
		case nothingDone:
			s.unannounce(c, begun)
		default:
			s.record(c, r, began{begun, before, view, end})
		}
		return err
	}
}

// began is what record knows from before the change.
type began struct {
	id     string
	before json.RawMessage
	view   fiber.Handler
	end    ending
}

// ending is what an answer says about the change it is the answer to.
type ending uint8

const (
	nothingDone ending = iota
	allDone
	// endUnknown is an error of ours: the change may have been made before it.
	endUnknown
)

func endOf(c *fiber.Ctx, err error) ending {
	status := c.Response().StatusCode()
	if err != nil {
		f, _ := translate(err)
		status = f.status
	}
	switch {
	case status >= fiber.StatusInternalServerError:
		return endUnknown
	case status >= fiber.StatusMultipleChoices || callOf(c).note.skip:
		return nothingDone
	default:
		return allDone
	}
}

// begin announces a change, within the call's own time.
func (s *Server) begin(c *fiber.Ctx, r route, before json.RawMessage) (string, error) {
	ctx, cancel := s.deadline(c)
	defer cancel()
	e := s.entry(c, r)
	if before != nil && r.trail.keeps&noContent == 0 {
		e.Before = before
	}
	return s.Audit.Begin(ctx, e)
}

// unannounce takes an announcement back. One that stays after all is settled later.
func (s *Server) unannounce(c *fiber.Ctx, begun string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.life), finishTime)
	defer cancel()
	if err := s.Audit.Withdraw(ctx, begun); err != nil {
		s.log.Warn("an announced change was not made, and stays announced", "record", begun, "trace_id", callOf(c).trace, "error", err)
	}
}

func (s *Server) entry(c *fiber.Ctx, r route) audit.Entry {
	current := callOf(c)
	return audit.Entry{
		Actor: current.actor(), Action: r.trail.action, Target: audit.Target{Kind: r.trail.kind(), ID: targetOf(c, current.note)},
		TraceID: current.trace, IP: c.IP(),
	}
}

// kind is what an action is done to.
func (t trail) kind() string {
	kind, _, _ := strings.Cut(t.action, ".")
	return kind
}

// record appends what was done, and tells the pages that are open. The change has
// happened, so an answer that says otherwise would be wrong: when the log cannot be
// written, its announcement stays, and is settled later.
func (s *Server) record(c *fiber.Ctx, r route, b began) {
	e := s.entry(c, r)
	e.Begun = b.id
	switch {
	case b.end == endUnknown:
		e.Outcome = audit.Unknown
		if b.before != nil && r.trail.keeps&noContent == 0 {
			e.Before = b.before
		}
	case r.trail.keeps&noContent == 0:
		e.Before, e.After = statesOf(c, r, b.before, b.view)
	}
	defer s.Tell(e.Target.Kind, e.Target.ID)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.life), finishTime)
	defer cancel()
	if err := s.Audit.Record(ctx, e); err != nil {
		s.log.Error("a change stays announced, for the audit log could not be written", "action", e.Action, "target", e.Target.ID, "actor", e.Actor.ID,
			"trace_id", e.TraceID, "error", err)
	}
}

// actor is the caller as the audit log names one.
func (k *call) actor() audit.Actor {
	switch k.kind {
	case byKey:
		return audit.Actor{Kind: audit.APIKey, ID: k.key.ID, Name: k.key.Name}
	case byMember:
		name := k.member.Member.Name
		if name == "" {
			name = k.member.Member.Email
		}
		return audit.Actor{Kind: audit.Member, ID: k.member.Member.ID, Name: name}
	default:
		return audit.Actor{Kind: audit.House, ID: "clarion", Name: "Clarion"}
	}
}
