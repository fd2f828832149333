package api

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/delivery"
	"clarion/backend/notify"
)

// maxIDs is how many things one request may name.
const maxIDs = 1000

// Letters puts dead letters back on the line, or ends them.
type Letters interface {
	Replay(ctx context.Context, s delivery.Selection) (delivery.ReplayCounts, error)
	Preview(ctx context.Context, s delivery.Selection) (delivery.ReplayCounts, error)
	Discard(ctx context.Context, s delivery.Selection, reason string) (int, error)
	Resend(ctx context.Context, messageID string) error
}

func (s *Server) letterRoutes() []route {
	return []route{
		get("/v1/dead-letters", access.Read, s.listLetters),
		get("/v1/dead-letters/causes", access.Read, s.listCauses),
		post("/v1/dead-letters/replay", access.DeliveriesWrite, s.replayLetters).audited("dead_letters.replay"),
		post("/v1/dead-letters/discard", access.DeliveriesWrite, s.discardLetters).audited("dead_letters.discard"),
	}
}

func (s *Server) listLetters(c *fiber.Ctx) error {
	q := queryOf(c)
	return listed(s, c, q, q.messages(), s.Explainer.DeadLetters)
}

func (s *Server) listCauses(c *fiber.Ctx) error {
	q := queryOf(c)
	f := q.messages()
	if err := q.err(); err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	causes, err := s.Explainer.Causes(ctx, f)
	if err != nil {
		return err
	}
	return replyOK(c, causes)
}

// oneOrMany is a list that may be given as its only member, as in a query.
type oneOrMany[T ~string] []T

// UnmarshalJSON reads "sms" as well as ["sms"].
func (l *oneOrMany[T]) UnmarshalJSON(text []byte) error {
	var one T
	if err := json.Unmarshal(text, &one); err == nil {
		*l = nil
		if one != "" {
			*l = oneOrMany[T]{one}
		}
		return nil
	}
	return json.Unmarshal(text, (*[]T)(l))
}

// filterInput is the query of GET /v1/messages as a document.
type filterInput struct {
	Status      oneOrMany[notify.Status]   `json:"status"`
	Channel     oneOrMany[notify.Channel]  `json:"channel"`
	Priority    oneOrMany[notify.Priority] `json:"priority"`
	Source      string                     `json:"source"`
	Workflow    string                     `json:"workflow"`
	Category    string                     `json:"category"`
	Recipient   string                     `json:"recipient"`
	Group       string                     `json:"group"`
	Template    string                     `json:"template"`
	Integration string                     `json:"integration"`
	Tenant      string                     `json:"tenant"`
	TraceID     string                     `json:"trace_id"`
	Event       string                     `json:"event"`
	ErrorCode   string                     `json:"error_code"`
	SkipReason  notify.SkipReason          `json:"skip_reason"`
	Q           string                     `json:"q"`
	From        time.Time                  `json:"from"`
	To          time.Time                  `json:"to"`
}

func (f *filterInput) filter() notify.MessageFilter {
	if f == nil {
		return notify.MessageFilter{}
	}
	return notify.MessageFilter{
		Status: f.Status, Channel: f.Channel, Priority: f.Priority, Source: f.Source, Workflow: f.Workflow,
		Category: f.Category, Recipient: f.Recipient, Group: f.Group, Template: f.Template,
		Integration: f.Integration, Tenant: f.Tenant, TraceID: f.TraceID, EventID: f.Event, ErrorCode: f.ErrorCode,
		SkipReason: f.SkipReason, Q: f.Q, From: f.From.UTC(), To: f.To.UTC(),
	}
}

type selectionInput struct {
	IDs    []string     `json:"ids"`
	Filter *filterInput `json:"filter"`
}

// selection demands that the caller says what is meant: nothing named would be
// everything there is. An empty filter says so plainly.
func (in selectionInput) selection() (delivery.Selection, error) {
	var faults notify.Invalid
	switch {
	case len(in.IDs) == 0 && in.Filter == nil:
		faults.Add("ids", "required", "give ids or a filter")
	case len(in.IDs) > 0 && in.Filter != nil:
		faults.Add("filter", "conflict", "give ids or a filter, not both")
	case len(in.IDs) > maxIDs:
		faults.Add("ids", "out_of_range", fmt.Sprintf("must hold at most %d ids", maxIDs))
	}
	checkOptions(&faults, "filter.status", in.Filter.filter().Status, notify.Statuses)
	checkOptions(&faults, "filter.channel", in.Filter.filter().Channel, channelNames)
	checkOptions(&faults, "filter.priority", in.Filter.filter().Priority, notify.Priorities)
	return delivery.Selection{IDs: in.IDs, Filter: in.Filter.filter()}, faults.Err()
}

func checkOptions[T ~string](faults *notify.Invalid, path string, given, allowed []T) {
	for i, value := range given {
		if !slices.Contains(allowed, value) {
			faults.Add(fmt.Sprintf("%s[%d]", path, i), "not_an_option", fmt.Sprintf("must be of %v", allowed))
		}
	}
}

type replayInput struct {
	selectionInput
	Preview  bool   `json:"preview"`
	Template string `json:"template"`
}

func (s *Server) replayLetters(c *fiber.Ctx) error {
	in, err := decode[replayInput](c)
	if err != nil {
		return err
	}
	selected, err := in.selection()
	if err != nil {
		return err
	}
	switch in.Template {
	case "", "original":
	case "current":
		selected.Current = true
	default:
		return notify.InvalidField("template", "not_an_option", "must be original (as it was made) or current (rendered anew)")
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	do := s.Letters.Replay
	if in.Preview {
		unnoted(c)
		do = s.Letters.Preview
	}
	counts, err := do(ctx, selected)
	if err != nil {
		return err
	}
	return replyOK(c, counts)
}

type discardInput struct {
	selectionInput
	Reason string `json:"reason"`
}

func (s *Server) discardLetters(c *fiber.Ctx) error {
	in, err := decode[discardInput](c)
	if err != nil {
		return err
	}
	selected, err := in.selection()
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	n, err := s.Letters.Discard(ctx, selected, in.Reason)
	if err != nil {
		return err
	}
	return replyOK(c, map[string]int{"discarded": n})
}
