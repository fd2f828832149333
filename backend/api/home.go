package api

import (
	"context"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/explain"
	"clarion/backend/inbox"
	"clarion/backend/notify"
)

// quickstartType is the demo workflow that Home invites to try.
const quickstartType = "order.shipped"

type quickstartView struct {
	APIKey    *string         `json:"api_key"`
	Curl      string          `json:"curl"`
	EventType string          `json:"event_type"`
	Checklist []checklistItem `json:"checklist"`
}

type checklistItem struct {
	ID   string `json:"id"`
	Done bool   `json:"done"`
}

// quickstart is what Home shows on the first day: a command that works when it
// is pasted, and how far the person has come.
func (s *Server) quickstart(c *fiber.Ctx) error {
	ctx, cancel := s.deadline(c)
	defer cancel()
	list, err := s.checklist(ctx, callOf(c).ownRecipient().Recipient)
	if err != nil {
		return err
	}
	view := quickstartView{EventType: quickstartType, Checklist: list}
	key := "$CLARION_API_KEY"
	if s.DemoKey != "" {
		view.APIKey, key = &s.DemoKey, s.DemoKey
	}
	base := s.PublicURL
	if base == "" {
		base = c.Protocol() + "://" + string(c.Request().Header.Host())
	}
	view.Curl = fmt.Sprintf(`curl -X POST %s/v1/events \
  -H "Authorization: Bearer %s" \
  -H "Content-Type: application/json" \
  -d '{"type":"%s","to":["ada","wei"],"data":{"order_id":"1001","carrier":"DHL"}}'`, base, key, quickstartType)
	return replyOK(c, view)
}

func (s *Server) checklist(ctx context.Context, recipient string) ([]checklistItem, error) {
	one := notify.Page{Limit: 1}
	events, _, err := s.Explainer.Events(ctx, explain.EventFilter{}, one)
	if err != nil {
		return nil, err
	}
	arrived, _, err := s.Explainer.Messages(ctx, notify.MessageFilter{Status: []notify.Status{notify.Sent, notify.Delivered}}, one)
	if err != nil {
		return nil, err
	}
	items, _, err := s.Inbox.Items(ctx, inbox.Filter{Recipient: recipient, Status: "all"}, one)
	if err != nil {
		return nil, err
	}
	return []checklistItem{
		{"send_event", len(events) > 0},
		{"see_message", len(arrived) > 0},
		{"read_inbox", len(items) > 0 && !items[0].ReadAt.IsZero()},
	}, nil
}
