package feishu

import (
	"context"
	"net/http"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/lark"
)

// What Feishu takes of a message, in bytes.
const (
	textLimit = 150 << 10
	cardLimit = 30 << 10
)

// Send hands one message for one person or group to Feishu, which sends the
// same id only once an hour.
func (s *sender) Send(ctx context.Context, m notify.Outbound) notify.Result {
	message := lark.Compose(m.Content, s.label)
	content := string(provider.RawJSON(message.Body))
	limit := cardLimit
	if message.Kind == "text" {
		limit = textLimit
	}
	if no := provider.TooLong("message", content, limit); no != nil {
		return *no
	}
	body := provider.RawJSON(map[string]string{
		"receive_id": m.To, "msg_type": message.Kind, "content": content, "uuid": m.MessageID,
	})
	return s.ask(ctx, provider.Request{
		Method: http.MethodPost, URL: s.base + "/open-apis/im/v1/messages?receive_id_type=" + s.kind, Body: body,
	}, func(a provider.Answer) notify.Result {
		var taken struct {
			Data struct {
				ID string `json:"message_id"`
			} `json:"data"`
		}
		if lark.Yes(a, &taken) && taken.Data.ID != "" {
			return notify.Result{Outcome: notify.OK, ProviderMessageID: taken.Data.ID}
		}
		return lark.Refusal(a)
	})
}

// Probe asks who the app's bot is.
func (s *sender) Probe(ctx context.Context) notify.Result {
	return s.ask(ctx, provider.Request{Method: http.MethodGet, URL: s.base + "/open-apis/bot/v3/info"}, func(a provider.Answer) notify.Result {
		var known struct {
			Bot struct {
				Name string `json:"app_name"`
			} `json:"bot"`
		}
		if lark.Yes(a, &known) && known.Bot.Name != "" {
			return notify.Result{Outcome: notify.OK, Detail: "Feishu knows the bot " + known.Bot.Name + "."}
		}
		return lark.Refusal(a)
	})
}

// ask makes a request with the access token.
func (s *sender) ask(ctx context.Context, r provider.Request, judge func(provider.Answer) notify.Result) notify.Result {
	return s.pass.Use(ctx, func(token string) notify.Result {
		signed := r
		signed.Header, signed.Hide = http.Header{"Authorization": {"Bearer " + token}}, []string{token}
		for name, values := range r.Header {
			signed.Header[name] = values
		}
		return s.line.Ask(ctx, signed, judge)
	})
}

func readToken(a provider.Answer) (provider.Grant, notify.Result) {
	var given struct {
		Token   string `json:"tenant_access_token"`
		Seconds int    `json:"expire"`
	}
	if lark.Yes(a, &given) && given.Token != "" && given.Seconds > 0 {
		return provider.Grant{Token: given.Token, Seconds: given.Seconds}, notify.Result{Outcome: notify.OK}
	}
	return provider.Grant{}, lark.Refusal(a)
}
