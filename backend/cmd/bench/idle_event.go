package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"
)

// tenLimit is how long one event may take to become ten messages that all have
// arrived.
const tenLimit = 2 * time.Second

// tenMessages reports one event after the other to a house at rest and looks at
// the API until the last message of each is with its vendor.
func (b *bench) tenMessages(ctx context.Context, house *program) error {
	took := make([]time.Duration, b.size(20, 2))
	for i := range took {
		var err error
		if took[i], err = house.becomesTen(ctx, i); err != nil {
			return err
		}
	}
	slices.Sort(took)
	b.say("  one event, ten messages arrived      p50 %s, worst %s (%d samples); limit %s: %s\n\n",
		round(quantile(took, .5)), round(took[len(took)-1]), len(took), tenLimit, kept(took[len(took)-1] <= tenLimit))
	return nil
}

func (p *program) becomesTen(ctx context.Context, order int) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	began := time.Now()
	var event struct {
		EventID string `json:"event_id"`
	}
	body := fmt.Appendf(nil, `{"type":"order.shipped","to":["ada","wei"],"data":{"order_id":"%d","carrier":"DHL"}}`, order)
	if err := p.ask(ctx, http.MethodPost, "/v1/events", body, &event); err != nil {
		return 0, err
	}
	for {
		var messages []struct{ Status string }
		if err := p.ask(ctx, http.MethodGet, "/v1/messages?limit=50&event="+event.EventID, nil, &messages); err != nil {
			return 0, err
		}
		arrived := 0
		for _, m := range messages {
			switch m.Status {
			case "sent", "delivered":
				arrived++
			case "queued", "held", "sending":
			default:
				return 0, errors.New("a message is " + m.Status)
			}
		}
		if arrived == 10 {
			return time.Since(began), nil
		}
		if err := pause(ctx, 2*time.Millisecond); err != nil {
			return 0, fmt.Errorf("%d of ten messages arrived: %w", arrived, err)
		}
	}
}

// ask makes a request as the owner and reads the data of the answer.
func (p *program) ask(ctx context.Context, method, path string, body []byte, data any) error {
	request, err := http.NewRequestWithContext(ctx, method, p.url+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	request.Header.Set("Authorization", "Bearer "+bootstrapKey)
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode/100 != 2 {
		err = fmt.Errorf("status %d: %s", answer.StatusCode, text)
	}
	var envelope struct{ Data json.RawMessage }
	if err == nil {
		err = json.Unmarshal(text, &envelope)
	}
	if err == nil {
		err = json.Unmarshal(envelope.Data, data)
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	return nil
}
