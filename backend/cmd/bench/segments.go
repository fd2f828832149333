package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// previewMost is how long a preview of a million recipients may take.
const previewMost = time.Second

// segmentsBench times the preview of segments over a million recipients on
// PostgreSQL, through HTTP: the count and the sample.
func segmentsBench(ctx context.Context, b *bench) error {
	d := &desk{bench: b, driver: "pgx", crowd: b.size(1_000_000, 5_000)}
	if err := d.open(ctx); err != nil {
		return err
	}
	if b.hold != "" {
		return d.wait(ctx)
	}
	defer func() { _ = d.close() }()
	b.say("| rule | recipients | median | slowest of %d |\n|---|---:|---:|---:|\n", previewTimes)
	slow := []string{}
	for _, one := range previews {
		count, took, err := d.preview(ctx, one.rule)
		if err != nil {
			return fmt.Errorf("preview %s: %w", one.name, err)
		}
		b.say("| %s | %d | %.0f ms | %.0f ms |\n", one.name, count, took[len(took)/2].Seconds()*1000, took[len(took)-1].Seconds()*1000)
		if took[len(took)/2] > previewMost {
			slow = append(slow, one.name)
		}
	}
	if len(slow) > 0 && !b.quick {
		return fmt.Errorf("over %s: %s", previewMost, strings.Join(slow, ", "))
	}
	return nil
}

// crowdFillings are recipients as a large house has them: each with attributes
// and a mailbox, half with a phone, a tenth with choices, a fifth with messages.
func crowdFillings(people int) []filling {
	return []filling{
		{people, `INSERT INTO recipients (id, name, locale, timezone, data, created_at, updated_at)
			SELECT 'person-' || {i}, 'Person ' || i, CASE i % 5 WHEN 0 THEN 'zh-CN' WHEN 1 THEN 'de' ELSE 'en' END, 'Europe/London',
				'{"tier":"' || CASE i % 20 WHEN 0 THEN 'gold' WHEN 1 THEN 'silver' ELSE 'basic' END || '","age":' || (18 + i % 60)
				|| ',"city":"city-' || (i % 1000) || '","tags":["t' || (i % 7) || '"],"plan":{"seats":' || (i % 50) || '}}', {at}, {at} FROM n`},
		{people, `INSERT INTO addresses (recipient_id, channel, address, created_at)
			SELECT 'person-' || {i}, 'email', 'person-' || i || '@example.com', {at} FROM n`},
		{people / 2, `INSERT INTO addresses (recipient_id, channel, address, created_at)
			SELECT 'person-' || {i}, 'sms', CASE i % 3 WHEN 0 THEN '+44' ELSE '+86' END || CAST(7000000000 + i AS TEXT), {at} FROM n`},
		{people / 10, `INSERT INTO preferences (recipient_id, document, updated_at)
			SELECT 'person-' || {i}, '{"channels":{"sms":false},"categories":{"news":{"enabled":' || CASE i % 2 WHEN 0 THEN 'true' ELSE 'false' END || '}}}', {at} FROM n`},
		{1, `INSERT INTO groups (key, name, created_at) SELECT 'staff', 'Staff', {at} FROM n`},
		{people / 20, `INSERT INTO group_members (group_key, recipient_id) SELECT 'staff', 'person-' || {i} FROM n`},
		{people / 5, `INSERT INTO messages (id, notification_id, event_id, trace_id, source, recipient_id, channel, address, workflow, category,
				priority, status, content, created_at, sent_at, delivered_at)
			SELECT 'msg_' || {i}, 'ntf_' || {i}, 'evt_' || {i}, 't', 'shop', 'person-' || {i}, 'email', 'x', 'letter', 'news', 'low', 'delivered',
				'{content}', {at}, {at} + 1000, {at} + 2000 FROM n`},
		{people / 10, `INSERT INTO message_events (message_id, at, kind, channel, source) SELECT 'msg_' || {i}, {at}, 'opened', 'email', 'shop' FROM n`},
	}
}

// previews are rules as people write them, from the rare to the common.
var previews = []struct{ name, rule string }{
	{"one city in a thousand", `{"field":"data.city","op":"eq","value":"city-7"}`},
	{"gold tier", `{"field":"data.tier","op":"eq","value":"gold"}`},
	{"gold or silver, over 40", `{"all":[{"field":"data.tier","op":"in","value":["gold","silver"]},{"field":"data.age","op":"gt","value":40}]}`},
	{"an element of a list", `{"field":"data.tags","op":"contains","value":"t3"}`},
	{"an attribute within another", `{"field":"data.plan.seats","op":"gte","value":25}`},
	{"language and not in a group", `{"all":[{"field":"locale","op":"eq","value":"en"},{"field":"group","op":"not_in","value":["staff"]}]}`},
	{"a reachable mailbox", `{"field":"address","op":"reachable","channel":"email"}`},
	{"a British number", `{"field":"address","op":"country","channel":"sms","value":["+44"]}`},
	{"texts are not switched off", `{"field":"preference","op":"on","channel":"sms"}`},
	{"the news is wanted by text", `{"field":"effective","op":"on","category":"news","channel":"sms"}`},
	{"the news would not be sent", `{"field":"effective","op":"off","category":"news"}`},
	{"opened the news this month", `{"field":"activity","op":"opened","category":"news","days":30}`},
	{"was sent nothing this month", `{"not":{"field":"activity","op":"sent","days":30}}`},
	{"gold readers, reachable, not staff", `{"all":[{"field":"data.tier","op":"eq","value":"gold"},{"field":"activity","op":"opened","days":30},
		{"field":"address","op":"reachable","channel":"email"},{"field":"group","op":"not_in","value":["staff"]}]}`},
	{"any of four kinds", `{"any":[{"field":"data.tier","op":"eq","value":"gold"},{"field":"group","op":"in","value":["staff"]},
		{"field":"activity","op":"opened","days":30},{"field":"locale","op":"eq","value":"zh-CN"}]}`},
}

const previewTimes = 5

// preview asks who fits a rule so often and returns the count and the sorted times.
func (d *desk) preview(ctx context.Context, rule string) (int, []time.Duration, error) {
	var found struct {
		Data struct{ Count int }
	}
	var took []time.Duration
	for range previewTimes {
		body := `{"rule":` + rule + `}`
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, d.app.URL()+"/v1/segments/preview", bytes.NewReader([]byte(body)))
		if err != nil {
			return 0, nil, fmt.Errorf("ask: %w", err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer "+bootstrapKey)
		began := time.Now()
		response, err := d.client.Do(request)
		if err != nil {
			return 0, nil, fmt.Errorf("ask: %w", err)
		}
		text, err := io.ReadAll(response.Body)
		took = append(took, time.Since(began))
		_ = response.Body.Close()
		if err == nil && response.StatusCode != http.StatusOK {
			err = fmt.Errorf("status %d: %s", response.StatusCode, text)
		}
		if err == nil {
			err = json.Unmarshal(text, &found)
		}
		if err != nil {
			return 0, nil, fmt.Errorf("read the answer: %w", err)
		}
	}
	slices.Sort(took)
	return found.Data.Count, took, nil
}
