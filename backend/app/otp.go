package app

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"clarion/backend/access"
	"clarion/backend/ingest"
	"clarion/backend/notify"
	"clarion/backend/otp"
)

// codeLine sends one-time codes by the line that everybody's messages walk:
// urgent, past what people switched off, and never after their time.
type codeLine struct {
	accept func(context.Context, []ingest.Request) []ingest.Answer
}

// Send accepts a letter as a direct notification.
func (l codeLine) Send(ctx context.Context, letter otp.Letter) error {
	data, err := json.Marshal(letter.Data)
	if err != nil {
		return fmt.Errorf("write the data of a one-time code: %w", err)
	}
	w := notify.Workflow{
		Key: notify.OTPType, EventType: notify.OTPType, Name: "One-time code", Enabled: true, Critical: true, Priority: notify.High,
	}
	for _, channel := range letter.Channels {
		w.Steps = append(w.Steps, notify.Step{Key: string(channel), Kind: notify.StepChannel, Channel: channel, Template: letter.Template})
	}
	answers := l.accept(ctx, []ingest.Request{{
		Source: letter.Source, Type: notify.OTPType, TraceID: letter.TraceID, Priority: notify.High, ExpiresAt: letter.ExpiresAt,
		To: []ingest.To{{ID: letter.To, Inline: letter.Inline}}, Data: data,
		Direct: &notify.Direct{Template: letter.Template, Content: letter.Content, Channels: letter.Channels, Workflow: &w, Address: letter.Address},
	}})
	return answers[0].Err
}

func (h *house) codeDesk() *otp.Desk {
	return &otp.Desk{Store: h.db, Line: codeLine{h.acceptor.Accept}, Codes: h.codes, Clock: h.clock}
}

// addressCodes are the codes that verify addresses: ours, whoever asks.
type addressCodes struct {
	desk   *otp.Desk
	people func(ctx context.Context, id string) (notify.Recipient, error)
}

// addressCodeLife is how long such a code is good: mail may be slow.
const addressCodeLife = 15 * time.Minute

// SendCode sends a code to one address, in its recipient's language.
func (a addressCodes) SendCode(ctx context.Context, recipient string, channel notify.Channel, address string) (string, time.Time, error) {
	person, err := a.people(ctx, recipient)
	if err != nil {
		return "", time.Time{}, err
	}
	sent, err := a.desk.Issue(ctx, otp.Request{
		To: recipient, Address: address, Locale: person.Locale, Channels: []notify.Channel{channel}, TTL: addressCodeLife,
		Source: access.BootstrapSource, TraceID: notify.NewID(""),
	})
	return sent.ID, sent.ExpiresAt, err
}

// TryCode tries a code.
func (a addressCodes) TryCode(ctx context.Context, id, code string) (bool, int, error) {
	v, err := a.desk.Verify(ctx, access.BootstrapSource, id, code)
	return v.Verified, v.AttemptsLeft, err
}
