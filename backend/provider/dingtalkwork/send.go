package dingtalkwork

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// textLimit is what DingTalk takes of a message's text, in bytes.
const textLimit = 5000

// Send hands one work notification for one person to DingTalk, which answers
// with the task that will carry it out.
func (s *sender) Send(ctx context.Context, m notify.Outbound) notify.Result {
	if m.To == "" || strings.Contains(m.To, ",") {
		return notify.Result{Outcome: notify.InvalidRecipient, Code: "not_one_person", Detail: "The address must be the user id of one person."}
	}
	if no := provider.TooLong("text", m.Content.Text, textLimit); no != nil {
		return *no
	}
	body := provider.RawJSON(map[string]any{
		"agent_id": s.agent, "userid_list": m.To, "to_all_user": false, "msg": s.compose(m.Content),
	})
	return s.pass.Use(ctx, func(token string) notify.Result {
		return s.line.Ask(ctx, provider.Request{
			Method: http.MethodPost, URL: s.at("/topapi/message/corpconversation/asyncsend_v2", token), Body: body,
			Header: http.Header{provider.MessageHeader: {m.MessageID}}, Hide: []string{token},
		}, judge)
	})
}

// compose makes a card of what has a URL, Markdown of what has a title, and
// plain text of the rest.
func (s *sender) compose(c notify.Content) map[string]any {
	switch {
	case c.URL != "":
		return map[string]any{"msgtype": "action_card", "action_card": map[string]string{
			"title": provider.Headline(c.Title, c.Text), "markdown": c.Text, "single_title": s.label, "single_url": c.URL,
		}}
	case c.Title != "":
		return map[string]any{"msgtype": "markdown", "markdown": map[string]string{"title": c.Title, "text": c.Text}}
	}
	return map[string]any{"msgtype": "text", "text": map[string]string{"content": c.Text}}
}

// Probe asks what the app may see, which needs a token and writes to nobody.
func (s *sender) Probe(ctx context.Context) notify.Result {
	return s.pass.Use(ctx, func(token string) notify.Result {
		return s.line.Ask(ctx, provider.Request{
			Method: http.MethodGet, URL: s.at("/auth/scopes", token), Hide: []string{token},
		}, func(a provider.Answer) notify.Result {
			if a.Yes(&struct{}{}) {
				return notify.Result{Outcome: notify.OK, Detail: "DingTalk knows the app and its secret."}
			}
			return refusal(a)
		})
	})
}

func judge(a provider.Answer) notify.Result {
	var taken struct {
		Task int64 `json:"task_id"`
	}
	if a.Yes(&taken) && taken.Task != 0 {
		return notify.Result{Outcome: notify.OK, ProviderMessageID: strconv.FormatInt(taken.Task, 10)}
	}
	return refusal(a)
}

// refusal reads an answer that is no yes. Code 88 wraps another one.
func refusal(a provider.Answer) notify.Result {
	r := a.ByErrcode(classes)
	var inner struct {
		Code string `json:"sub_code"`
		Text string `json:"sub_msg"`
	}
	if r.Code != "88" || !a.JSON(&inner) || inner.Code == "" {
		return r
	}
	r.Code, r.Outcome = inner.Code, notify.ContentRejected
	r.Detail = "The vendor answered " + inner.Code + ": " + inner.Text
	if code, err := strconv.Atoi(inner.Code); err == nil && classes[code] != "" {
		r.Outcome = classes[code]
	}
	return r
}

var classes = provider.Classes(map[notify.Outcome][]int{
	notify.InvalidRecipient: {33012, 60121, 40003},
	notify.ContentRejected:  {40035, 43004, 45002},
	notify.AuthConfig:       {88, 33001, 40001, 40014, 40078, 40089, 40096, 41001, 42001, 50002, 60011, 60020},
	notify.RateLimited:      {90002, 90003, 90004, 90005, 90006, 90018},
	notify.Temporary:        {-1},
})

func tokenRefused(r notify.Result) bool {
	return r.Outcome == notify.AuthConfig && (r.Code == "40014" || r.Code == "42001" || r.Code == "41001")
}

func readToken(a provider.Answer) (provider.Grant, notify.Result) {
	var given struct {
		Token   string `json:"access_token"`
		Seconds int    `json:"expires_in"`
	}
	if a.Yes(&given) && given.Token != "" && given.Seconds > 0 {
		return provider.Grant{Token: given.Token, Seconds: given.Seconds}, notify.Result{Outcome: notify.OK}
	}
	return provider.Grant{}, refusal(a)
}
