package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/dispatch"
	"clarion/backend/ingest"
	"clarion/backend/notify"
)

func (s *Server) previewBroadcast(c *fiber.Ctx) error {
	in, err := decodeMaybe[struct {
		Recipient string `json:"recipient"`
	}](c)
	if err != nil {
		return err
	}
	return shown(s, c, "id", func(ctx context.Context, id string) (any, error) {
		return s.Broadcasts.Preview(ctx, id, in.Recipient)
	})
}

// triedMost is how many a test of a broadcast goes to at most.
const triedMost = 10

type trialInput struct {
	To json.RawMessage `json:"to"`
	As string          `json:"as"`
}

type trialAnswer struct {
	NotificationIDs []string `json:"notification_ids"`
	Recipients      []string `json:"recipients"`
}

// testBroadcast sends a broadcast to a few as a test, over the line that every
// message walks: to the member who asks, when nobody is named.
func (s *Server) testBroadcast(c *fiber.Ctx) error {
	in, err := decodeMaybe[trialInput](c)
	if err != nil {
		return err
	}
	current := callOf(c)
	to, err := current.tried(in.To)
	if err != nil {
		return err
	}
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	requests := make([]ingest.Request, len(to))
	for i, each := range to {
		if requests[i], err = s.trialOf(ctx, id, in.As, each); err != nil {
			return err
		}
		requests[i].Source, requests[i].TraceID = current.source(), current.trace
	}
	out := trialAnswer{[]string{}, []string{}}
	var faults []error
	for i, answer := range s.Acceptor.Accept(ctx, requests) {
		faults = append(faults, answer.Err)
		out.NotificationIDs = append(out.NotificationIDs, answer.NotificationIDs...)
		out.Recipients = append(out.Recipients, idOf(to[i]))
	}
	if err := errors.Join(faults...); err != nil {
		return fmt.Errorf("send a test of broadcast %s: %w", id, err)
	}
	return reply(c, fiber.StatusAccepted, out)
}

// trialOf is a test to one: with the row of whom it is tried as, or with their own
// when they are in the audience.
func (s *Server) trialOf(ctx context.Context, id, as string, to ingest.To) (ingest.Request, error) {
	like := as
	if as == "" {
		like = to.ID
	}
	trial, err := s.Broadcasts.Trial(ctx, id, like)
	if err == nil && as != "" && !trial.InAudience {
		err = notify.InvalidField("as", "not_in_audience", "is not in the audience")
	}
	if err != nil {
		return ingest.Request{}, err
	}
	data, err := dispatch.Over(trial.Data, trial.Row)
	if err != nil {
		return ingest.Request{}, err
	}
	return ingest.Request{
		Type: ingest.DirectType, To: []ingest.To{to}, Data: data, Priority: trial.Priority, Direct: &trial.Direct,
		Metadata: json.RawMessage(`{"broadcast":"` + id + `","test":"true"}`),
	}, nil
}

// tried reads whom a test goes to.
func (k *call) tried(raw json.RawMessage) ([]ingest.To, error) {
	if len(raw) == 0 || string(raw) == "null" {
		if k.kind != byMember || k.member.Member.RecipientID == "" {
			return nil, notify.InvalidField("to", "required", "an API key is no recipient: name one")
		}
		return []ingest.To{{ID: k.member.Member.RecipientID}}, nil
	}
	list, err := ingest.DecodeTo("to", raw)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 || len(list) > triedMost {
		return nil, notify.InvalidField("to", "out_of_range", fmt.Sprintf("must be 1 to %d recipients or addresses", triedMost))
	}
	for i, each := range list {
		if each.Group != "" || each.Segment != "" {
			return nil, notify.InvalidField(fmt.Sprintf("to[%d]", i), "one_recipient", "a test goes to people one by one")
		}
		// Who is only an address is one and the same at every test, and known by it.
		if in := each.Inline; in != nil && len(in.Addresses) > 0 && !bytes.Contains(raw, []byte(in.ID)) {
			in.ID = "test-" + in.Addresses[0].Address
		}
	}
	return list, nil
}

func idOf(to ingest.To) string {
	if to.Inline != nil {
		return to.Inline.ID
	}
	return to.ID
}
