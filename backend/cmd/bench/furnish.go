package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"clarion/backend/notify"
)

const (
	people    = 2000
	crowdSize = 500
	// probes are recipients of their own, so that the sink tells them apart.
	probes = 4000
)

func personID(i int) string   { return fmt.Sprintf("person-%05d", i) }
func probeID(i int) string    { return fmt.Sprintf("probe-%05d", i) }
func probePhone(i int) string { return fmt.Sprintf("%s%05d", probePrefix, i) }

// probePrefix begins the numbers of the probes and of nobody else.
const probePrefix = "+44790090"

// furnish makes, through the public API, what the benchmarks send to: people
// with a number each, a crowd, three workflows with one text message each, and
// a key whose own rate is not what is measured.
func (h *house) furnish(ctx context.Context) error {
	var made struct {
		Data struct{ Secret string }
	}
	h.key = bootstrapKey
	err := h.ask(ctx, http.MethodPost, "/v1/api-keys", map[string]any{
		"name": "bench", "source": "shop", "rate_limit": 1_000_000,
		"scopes": []string{"events:write", "notifications:write", "recipients:write", "content:write", "content:publish", "read"},
	}, &made)
	if err != nil {
		return err
	}
	h.key = made.Data.Secret
	for priority, eventType := range map[notify.Priority]string{notify.High: codeEvent, notify.Medium: plainEvent, notify.Low: bulkEvent} {
		err := h.ask(ctx, http.MethodPut, "/v1/workflows/"+eventType, map[string]any{
			"event_type": eventType, "name": eventType, "category": "orders", "priority": priority,
			"steps": []map[string]any{{"key": "sms", "kind": "channel", "channel": "sms", "template": "order.shipped"}},
		}, nil)
		if err != nil {
			return err
		}
	}
	if err := h.populate(ctx, people, func(i int) (string, string) { return personID(i), fmt.Sprintf("+4470000%05d", i) }); err != nil {
		return err
	}
	if err := h.populate(ctx, probes, func(i int) (string, string) { return probeID(i), probePhone(i) }); err != nil {
		return err
	}
	crowd := make([]string, crowdSize)
	for i := range crowd {
		crowd[i] = personID(i)
	}
	if err := h.ask(ctx, http.MethodPut, "/v1/groups/crowd", map[string]any{"name": "Crowd"}, nil); err != nil {
		return err
	}
	return h.ask(ctx, http.MethodPost, "/v1/groups/crowd/members", map[string]any{"recipients": crowd}, nil)
}

// The event types of the workflows, one for each priority.
const (
	codeEvent  = "bench.code"
	plainEvent = "bench.plain"
	bulkEvent  = "bench.bulk"
)

func (h *house) populate(ctx context.Context, n int, one func(i int) (id, phone string)) error {
	const page = 500
	for from := 0; from < n; from += page {
		list := make([]map[string]any, 0, page)
		for i := from; i < min(from+page, n); i++ {
			id, phone := one(i)
			list = append(list, map[string]any{"id": id, "name": id, "locale": "en", "timezone": "Europe/London", "phone": phone})
		}
		if err := h.ask(ctx, http.MethodPost, "/v1/recipients/batch", map[string]any{"recipients": list}, nil); err != nil {
			return err
		}
	}
	return nil
}

// ask calls the API once and reads the answer into answer unless it is nil.
func (h *house) ask(ctx context.Context, method, path string, body, answer any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	request, err := http.NewRequestWithContext(ctx, method, h.door.URL()+path, bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+h.key)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	if response.StatusCode >= 300 {
		return fmt.Errorf("%s %s: status %d: %s", method, path, response.StatusCode, got)
	}
	if answer == nil {
		return nil
	}
	if err := json.Unmarshal(got, answer); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	return nil
}
