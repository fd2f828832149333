package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"clarion/backend/app"
	"clarion/backend/config"
)

const (
	mailEvent = "bench.mail"
	// stuckSID and spareSID are the first and the second account for texts; the
	// sink tells them apart by the path of their calls.
	stuckSID = "AC00000000000000000000000000000000"
	spareSID = "AC11111111111111111111111111111111"
)

// hungBench compares how fast emails go out while the first account for texts
// hangs with how fast they do while all vendors are well, and says how soon texts
// go by the second account.
func hungBench(ctx context.Context, b *bench) error {
	h, err := b.open(ctx, config.RoleAPI, config.RoleScheduler)
	if err != nil {
		return err
	}
	if err := h.furnishHung(ctx); err != nil {
		return err
	}
	mails, texts := b.size(20, 1), b.size(10, 1)
	var first time.Duration
	err = b.compare(ctx, comparison{
		name: "hung", unit: "emails", floor: 0.9, aim: 1, pairs: 3,
		ours: "emails while the first SMS account hangs", theirs: "emails while all vendors are well",
		runOurs: func(ctx context.Context) (result, error) {
			r, waited, err := h.mailsBeside(ctx, mails, texts, true)
			first = max(first, waited)
			return r, err
		},
		runTheirs: func(ctx context.Context) (result, error) {
			r, _, err := h.mailsBeside(ctx, mails, texts, false)
			return r, err
		},
	})
	b.say("  the first text went by the second account %.1f s after the start of the worker, at the latest; a call times out after 15 s\n", first.Seconds())
	return err
}

// furnishHung makes a second account for texts, people with mailboxes and a
// workflow that writes to them.
func (h *house) furnishHung(ctx context.Context) error {
	key := h.key
	h.key = bootstrapKey
	defer func() { h.key = key }()
	for _, one := range []struct {
		method, path string
		body         any
	}{
		{http.MethodPost, "/v1/integrations", map[string]any{"provider": "twilio", "name": "Spare", "weight": 1, "order": 900, "sandbox": true, "enabled": true,
			"settings": map[string]string{"account_sid": spareSID, "auth_token": "11111111111111111111111111111111", "from": "+15005550006"}}},
		{http.MethodPut, "/v1/workflows/" + mailEvent, map[string]any{"event_type": mailEvent, "name": mailEvent, "category": "orders", "priority": "medium",
			"steps": []map[string]any{{"key": "mail", "kind": "channel", "channel": "email", "template": "order.shipped"}}}},
		{http.MethodPut, "/v1/groups/mailboxes", map[string]any{"name": "Mailboxes"}},
	} {
		if err := h.ask(ctx, one.method, one.path, one.body, nil); err != nil {
			return err
		}
	}
	people, ids := make([]map[string]any, crowdSize), make([]string, crowdSize)
	for i := range people {
		ids[i] = fmt.Sprintf("mailbox-%05d", i)
		people[i] = map[string]any{"id": ids[i], "name": ids[i], "locale": "en", "timezone": "Europe/London", "email": ids[i] + "@example.com"}
	}
	if err := h.ask(ctx, http.MethodPost, "/v1/recipients/batch", map[string]any{"recipients": people}, nil); err != nil {
		return err
	}
	if err := h.ask(ctx, http.MethodPost, "/v1/groups/mailboxes/members", map[string]any{"recipients": ids}, nil); err != nil {
		return err
	}
	// The sink speaks for SendGrid and Twilio; the others stand aside.
	_, err := h.sql.Exec(ctx, "UPDATE integrations SET enabled = provider IN ('twilio', 'sendgrid') WHERE channel IN ('sms', 'email')")
	if err != nil {
		return fmt.Errorf("leave two accounts for texts and one for emails: %w", err)
	}
	return nil
}

// mailsBeside drains emails beside texts and measures the emails. It also says
// when the first text came after the worker had started. What hangs is answered
// at the end, so that the books can be checked.
func (h *house) mailsBeside(ctx context.Context, mails, texts int, hung bool) (r result, first time.Duration, err error) {
	if err := h.clear(ctx); err != nil {
		return r, 0, err
	}
	if err := h.crowds(plainEvent, texts).post(); err != nil {
		return r, 0, err
	}
	post := flood{url: h.door.URL(), key: h.key, clients: 8, n: mails, body: func(b []byte, i int) []byte {
		return fmt.Appendf(b, `{"type":%q,"to":[{"group":"mailboxes"}],"data":{"order_id":"%d","carrier":"DHL"},"idempotency_key":"mail-%d"}`, mailEvent, i, i)
	}}
	if err := post.post(); err != nil {
		return r, 0, err
	}
	release := func() {}
	if hung {
		release = h.sink.hang("/Accounts/" + stuckSID + "/")
	}
	defer release()
	var worker *app.App
	began := time.Now()
	r, err = h.measure(ctx, mails*crowdSize, func() (err error) {
		if worker, err = h.startWorker(ctx); err != nil {
			return err
		}
		return h.sink.awaitMails(ctx, mails*crowdSize)
	})
	if err == nil {
		var at time.Time
		at, err = h.sink.firstText(ctx)
		first = at.Sub(began)
	}
	release()
	if err == nil {
		err = h.drained(ctx, (mails+texts)*crowdSize)
	}
	if worker != nil {
		err = errors.Join(err, stop(worker))
	}
	if err != nil {
		return r, first, err
	}
	return r, first, h.exactBeside(ctx, mails*crowdSize, texts*crowdSize)
}

// exactBeside proves that every email was sent once and no text was lost or sent
// twice. A text whose call timed out before its answer is in doubt, and stays so.
func (h *house) exactBeside(ctx context.Context, mails, texts int) error {
	var gotMails, gotTexts int
	err := h.sql.QueryRow(ctx, `SELECT count(*) FILTER (WHERE channel = 'email' AND status = 'sent' AND attempts = 1),
		count(*) FILTER (WHERE channel = 'sms' AND status IN ('sent', 'unknown') AND attempts = 1) FROM messages`).Scan(&gotMails, &gotTexts)
	if err != nil {
		return fmt.Errorf("count what was sent: %w", err)
	}
	if t := h.sink.tally(); gotMails != mails || gotTexts != texts || t != (tally{calls: mails + texts, distinct: mails + texts}) {
		return fmt.Errorf("of %d emails and %d texts %d and %d went out once; the vendor counts %+v", mails, texts, gotMails, gotTexts, t)
	}
	return nil
}
