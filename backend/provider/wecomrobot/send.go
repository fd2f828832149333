package wecomrobot

import (
	"context"
	"net/http"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// What a robot takes, in bytes.
const (
	textLimit     = 2048
	markdownLimit = 4096
)

type sender struct {
	line     *provider.Line
	url      string
	markdown bool
}

// Send posts to the robot's group; m.To is not used.
func (s *sender) Send(ctx context.Context, m notify.Outbound) notify.Result {
	body, no := s.compose(m.Content)
	if no != nil {
		return *no
	}
	return s.line.Ask(ctx, provider.Request{
		Method: http.MethodPost, URL: s.url, Body: body, Header: http.Header{provider.MessageHeader: {m.MessageID}},
	}, judge)
}

// compose makes a card of what has a URL, else a text in the robot's format.
func (s *sender) compose(c notify.Content) ([]byte, *notify.Result) {
	switch {
	case c.URL != "":
		return provider.RawJSON(map[string]any{"msgtype": "template_card", "template_card": map[string]any{
			"card_type": "text_notice", "main_title": map[string]string{"title": provider.Headline(c.Title, c.Text)},
			"sub_title_text": c.Text, "card_action": map[string]any{"type": 1, "url": c.URL},
		}}), provider.TooLong("text", c.Text, textLimit)
	case s.markdown:
		text := c.Text
		if c.Title != "" {
			text = "**" + c.Title + "**\n" + c.Text
		}
		return provider.RawJSON(map[string]any{"msgtype": "markdown", "markdown": map[string]string{"content": text}}),
			provider.TooLong("text", text, markdownLimit)
	}
	text := provider.Together(c.Title, c.Text)
	return provider.RawJSON(map[string]any{"msgtype": "text", "text": map[string]string{"content": text}}),
		provider.TooLong("text", text, textLimit)
}

func judge(a provider.Answer) notify.Result {
	if a.Yes(&struct{}{}) {
		return notify.Result{Outcome: notify.OK}
	}
	return a.ByErrcode(classes)
}

var classes = provider.Classes(map[notify.Outcome][]int{
	notify.ContentRejected: {40008, 40035, 44004, 45002, 40058},
	notify.AuthConfig:      {93000, 93004, 93008, 93017},
	notify.RateLimited:     {45009, 45033},
	notify.Temporary:       {-1},
})
