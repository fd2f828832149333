package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/slack-go/slack"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// messageHeader names our id on a webhook call, whose body has no field for it.
const messageHeader = "X-Clarion-Message-Id"

type bot struct {
	line *provider.Line
	api  *slack.Client
}

// Send posts to the channel or person in m.To with chat.postMessage.
func (b *bot) Send(ctx context.Context, m notify.Outbound) notify.Result {
	if ctx.Err() != nil {
		return provider.Cancelled()
	}
	call := b.line.Start(ctx)
	defer call.End()
	blocks, err := rawBlocks(m.Content.Blocks)
	var channel, stamp string
	if err == nil {
		options := make([]slack.MsgOption, 0, 3)
		options = append(options, slack.MsgOptionText(m.Content.Text, false), slack.MsgOptionMetadata(slack.SlackMetadata{
			EventType: "clarion_message", EventPayload: map[string]any{"message_id": m.MessageID},
		}))
		if len(blocks) > 0 {
			options = append(options, slack.MsgOptionBlocks(blocks...))
		}
		channel, stamp, err = b.api.PostMessageContext(call.Context(), m.To, options...)
	}
	return b.line.Settle(call, err, func(a provider.Answer) notify.Result {
		if err == nil && a.Status == http.StatusOK && stamp != "" {
			return notify.Result{Outcome: notify.OK, ProviderMessageID: channel + ":" + stamp}
		}
		return judgeBot(a)
	})
}

type webhook struct {
	line *provider.Line
	url  string
}

// Send posts to the webhook's own channel; m.To is not used.
func (w *webhook) Send(ctx context.Context, m notify.Outbound) notify.Result {
	if ctx.Err() != nil {
		return provider.Cancelled()
	}
	call := w.line.Start(ctx)
	defer call.End()
	blocks, err := rawBlocks(m.Content.Blocks)
	if err == nil {
		post := slack.WebhookMessage{Text: m.Content.Text}
		if len(blocks) > 0 {
			post.Blocks = &slack.Blocks{BlockSet: blocks}
		}
		client := http.Client{
			Transport:     labelled{id: m.MessageID, next: w.line.HTTP().Transport},
			CheckRedirect: w.line.HTTP().CheckRedirect,
		}
		err = slack.PostWebhookCustomHTTPContext(call.Context(), w.url, &client, &post)
	}
	return w.line.Settle(call, err, judgeWebhook)
}

// labelled adds our id to the request the SDK builds and keeps to itself.
type labelled struct {
	id   string
	next http.RoundTripper
}

func (l labelled) RoundTrip(req *http.Request) (*http.Response, error) {
	marked := *req
	marked.Header = req.Header.Clone()
	marked.Header.Set(messageHeader, l.id)
	return l.next.RoundTrip(&marked)
}

// rawBlock carries one block through the SDK as it was written: the SDK's own
// types would drop what they do not know.
type rawBlock json.RawMessage

// BlockType names the type, which Slack reads from the JSON itself.
func (b rawBlock) BlockType() slack.MessageBlockType { return "" }

// ID names the block, which Slack reads from the JSON itself.
func (b rawBlock) ID() string { return "" }

// MarshalJSON returns the block as it was written.
func (b rawBlock) MarshalJSON() ([]byte, error) { return b, nil }

func rawBlocks(text json.RawMessage) ([]slack.Block, error) {
	if len(text) == 0 || string(text) == "null" {
		return nil, nil
	}
	var list []json.RawMessage
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf("reading blocks as a JSON array: %w", err)
	}
	blocks := make([]slack.Block, len(list))
	for i, one := range list {
		blocks[i] = rawBlock(one)
	}
	return blocks, nil
}
