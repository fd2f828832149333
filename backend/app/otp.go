package app

import (
	"context"
	"encoding/json"
	"fmt"

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
		Direct: &notify.Direct{Template: letter.Template, Content: letter.Content, Channels: letter.Channels, Workflow: &w},
	}})
	return answers[0].Err
}
