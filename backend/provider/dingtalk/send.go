package dingtalk

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

const (
	// bodyLimit is what DingTalk takes of a message.
	bodyLimit = 20000
	// blocked is how long DingTalk refuses a robot that was too fast.
	blocked = 10 * time.Minute
)

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
		Method: http.MethodPost, URL: s.signed(), Body: body, Header: http.Header{provider.MessageHeader: {m.MessageID}},
	}, judge)
}

// signed is the address with the time and its signature.
func (s *sender) signed() string {
	if s.secret == "" {
		return s.url
	}
	stamp := strconv.FormatInt(s.line.Now().UnixMilli(), 10)
	return s.url + "&timestamp=" + stamp + "&sign=" + url.QueryEscape(Sign(s.secret, stamp))
}

// Sign is a robot's signature over a timestamp in milliseconds.
func Sign(secret, stamp string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = mac.Write([]byte(stamp + "\n" + secret)) // a hash never fails
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// compose makes a card of what has a URL, Markdown of what has a title, and
// plain text of the rest.
func (s *sender) compose(c notify.Content) map[string]any {
	switch {
	case c.URL != "":
		return map[string]any{"msgtype": "actionCard", "actionCard": map[string]string{
			"title": provider.Headline(c.Title, c.Text), "text": c.Text, "singleTitle": s.label, "singleURL": c.URL,
		}}
	case c.Title != "":
		return map[string]any{"msgtype": "markdown", "markdown": map[string]string{"title": c.Title, "text": c.Text}}
	}
	return map[string]any{"msgtype": "text", "text": map[string]string{"content": c.Text}}
}

// judge reads an answer. Code 310000 means several things that only its words
// tell apart.
func judge(a provider.Answer) notify.Result {
	if a.Yes(&struct{}{}) {
		return notify.Result{Outcome: notify.OK}
	}
	r := a.ByErrcode(classes)
	switch r.Code {
	case "310000":
		if strings.Contains(r.Detail, "keywords not in content") {
			r.Outcome = notify.ContentRejected
		}
	case "130101":
		r.RetryAfter = blocked
	}
	return r
}

var classes = provider.Classes(map[notify.Outcome][]int{
	notify.ContentRejected: {43004, 400101, 400102, 400105, 400106},
	notify.AuthConfig:      {310000, 300001, 400013},
	notify.RateLimited:     {130101},
	notify.Temporary:       {-1},
})
