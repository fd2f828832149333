package feishurobot

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/lark"
)

// bodyLimit is what Feishu takes of a robot's message.
const bodyLimit = 20 << 10

type sender struct {
	line               *provider.Line
	url, secret, label string
}

// Send posts to the robot's group; m.To is not used.
func (s *sender) Send(ctx context.Context, m notify.Outbound) notify.Result {
	body := provider.RawJSON(s.compose(m.Content))
	if no := provider.TooLong("message", string(body), bodyLimit); no != nil {
		return *no
	}
	return s.line.Ask(ctx, provider.Request{
		Method: http.MethodPost, URL: s.url, Body: body, Header: http.Header{provider.MessageHeader: {m.MessageID}},
	}, func(a provider.Answer) notify.Result {
		if lark.Yes(a, &struct{}{}) {
			return notify.Result{Outcome: notify.OK}
		}
		return lark.Refusal(a)
	})
}

func (s *sender) compose(c notify.Content) map[string]any {
	message := lark.Compose(c, s.label)
	body := map[string]any{"msg_type": message.Kind}
	switch message.Kind {
	case "interactive":
		body["card"] = message.Body
	case "post":
		body["content"] = map[string]any{"post": message.Body}
	default:
		body["content"] = message.Body
	}
	if s.secret != "" {
		stamp := strconv.FormatInt(s.line.Now().Unix(), 10)
		body["timestamp"], body["sign"] = stamp, Sign(s.secret, stamp)
	}
	return body
}

// Sign is a robot's signature over a timestamp in seconds, which is part of the
// key: nothing is signed but the key itself.
func Sign(secret, stamp string) string {
	return base64.StdEncoding.EncodeToString(hmac.New(sha256.New, []byte(stamp+"\n"+secret)).Sum(nil))
}
