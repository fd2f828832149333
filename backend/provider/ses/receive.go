package ses

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"clarion/backend/notify"
)

// Receive verifies a letter of SNS and reads the SES event in it. The topic is
// told that its subscription is wanted only after the proof.
func (s *sender) Receive(ctx context.Context, r notify.CallbackRequest) ([]notify.Receipt, notify.CallbackAnswer, error) {
	e, err := s.verify(ctx, r)
	if err != nil {
		return nil, notify.CallbackAnswer{}, err
	}
	done := notify.CallbackAnswer{Status: http.StatusOK}
	switch e.Type {
	case subscribe:
		return nil, done, s.confirm(ctx, e)
	case unsubscribed:
		return nil, done, nil
	}
	var ev event
	if err := json.Unmarshal([]byte(e.Message), &ev); err != nil {
		if strings.HasPrefix(e.Message, "Successfully validated SNS topic") {
			return nil, done, nil // what SES publishes when the topic is chosen
		}
		return nil, notify.CallbackAnswer{}, fmt.Errorf("reading a ses event: %w", notify.ErrMalformed)
	}
	receipts := ev.receipts(e.MessageID, r.Now)
	for i := range receipts {
		receipts[i].Detail = s.line.Clean(receipts[i].Detail)
	}
	return receipts, done, nil
}

// confirm visits the address that makes the topic send its letters here.
func (s *sender) confirm(ctx context.Context, e *envelope) error {
	u, err := s.certificates.theirs(e.SubscribeURL)
	if err != nil || u.Query().Get("Action") != "ConfirmSubscription" || !sameTopic(u, s.topic) {
		return fmt.Errorf("ses callback: subscription: %w: %w", errNotTheirs, notify.ErrUnauthenticated)
	}
	if _, err := s.certificates.fetch(ctx, u); err != nil {
		return fmt.Errorf("confirm the subscription to the SES topic: %w", err)
	}
	return nil
}

func sameTopic(u *url.URL, topic string) bool { return u.Query().Get("TopicArn") == topic }
