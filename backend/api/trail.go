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

// recorded is the one place where the audit log is written.
func (s *Server) recorded(r route) fiber.Handler {
	if r.reads() || r.trail.action == "" {
		return r.do
	}
	view := s.viewOf(r)
	return func(c *fiber.Ctx) error {
		current := callOf(c)
		if r.trail.keeps&membersOnly != 0 && current.kind != byMember {
			return r.do(c)
		}
		before := look(c, view)
		if err := r.do(c); err != nil {
			return err
		}
		if c.Response().StatusCode() < fiber.StatusMultipleChoices && !current.note.skip {
			s.record(c, r, before, view)
		}
		return nil
	}
}

// record appends what was done. The change has happened, so an answer that says
// otherwise would be wrong: when the log cannot be written, our own log says so.
func (s *Server) record(c *fiber.Ctx, r route, before json.RawMessage, view fiber.Handler) {
	current := callOf(c)
	kind, _, _ := strings.Cut(r.trail.action, ".")
	e := audit.Entry{
		Actor: current.actor(), Action: r.trail.action, Target: audit.Target{Kind: kind, ID: targetOf(c, current.note)},
		TraceID: current.trace, IP: c.IP(),
	}
	if r.trail.keeps&noContent == 0 {
		e.Before, e.After = statesOf(c, r, before, view)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.life), finishTime)
	defer cancel()
	if err := s.Audit.Record(ctx, e); err != nil {
		s.log.Error("the audit log misses a change", "action", e.Action, "target", e.Target.ID, "actor", e.Actor.ID,
			"trace_id", e.TraceID, "error", err)
	}
}

func statesOf(c *fiber.Ctx, r route, before json.RawMessage, view fiber.Handler) (any, any) {
	n := callOf(c).note
	if n.before != nil || n.after != nil {
		return n.before, n.after
	}
	if r.method == fiber.MethodDelete {
		return before, nil
	}
	after := look(c, view)
	if after == nil {
		after = stateIn(c.Response().Body(), targetOf(c, n))
	}
	return before, after
}

// viewOf finds the GET that shows what the route changes: at the same path, or
// one step up for paths such as /v1/templates/:key/publish, or the list.
func (s *Server) viewOf(r route) fiber.Handler {
	if r.trail.keeps&noContent != 0 || !strings.Contains(r.path, ":") {
		return nil
	}
	for path := r.path; path != ""; path = path[:strings.LastIndexByte(path, '/')] {
		if view, ok := s.views[path]; ok {
			return view
		}
	}
	return nil
}

// look asks a GET handler within another request and leaves no trace of it in
// the answer.
func look(c *fiber.Ctx, view fiber.Handler) json.RawMessage {
	if view == nil {
		return nil
	}
	response := c.Response()
	status, body := response.StatusCode(), append([]byte(nil), response.Body()...)
	defer func() {
		response.SetStatusCode(status)
		response.SetBodyRaw(body)
	}()
	if err := view(c); err != nil {
		return nil
	}
	return stateIn(response.Body(), targetOf(c, callOf(c).note))
}

// named is how things say who they are.
type named struct {
	ID  string `json:"id"`
	Key string `json:"key"`
}

// stateIn takes the state of a target out of an answer: its data, or the one
// row of a list that is about it.
func stateIn(body []byte, target string) json.RawMessage {
	var answer struct {
		Data json.RawMessage `json:"data"`
		Page json.RawMessage `json:"page"`
	}
	if json.Unmarshal(body, &answer) != nil || string(answer.Data) == "null" {
		return nil
	}
	if answer.Page == nil {
		return answer.Data
	}
	var rows []json.RawMessage
	if json.Unmarshal(answer.Data, &rows) != nil {
		return nil
	}
	for _, row := range rows {
		var n named
		if json.Unmarshal(row, &n) == nil && target != "" && (n.ID == target || n.Key == target) {
			return row
		}
	}
	return nil
}

func targetOf(c *fiber.Ctx, n note) string {
	if n.target != "" {
		return n.target
	}
	if names := c.Route().Params; len(names) > 0 {
		id, err := param(c, names[0])
		if err == nil {
			return id
		}
	}
	var made named
	if json.Unmarshal(stateIn(c.Response().Body(), ""), &made) != nil || made.ID == "" {
		return made.Key
	}
	return made.ID
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
