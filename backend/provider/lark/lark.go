// Package lark is what Feishu's apps and robots have in common: the two places
// they live at, how a message is written, and how Feishu says no. It is no
// vendor and makes no call.
package lark

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// The two platforms.
const (
	Feishu = "feishu"
	Lark   = "lark"
)

// Base is the address of a platform, or what replaces it.
func Base(region string, d provider.Deps) string {
	switch {
	case d.BaseURL != "":
		return d.BaseURL
	case region == Lark:
		return "https://open.larksuite.com"
	}
	return "https://open.feishu.cn"
}

// Message is a message in Feishu's words: its kind and what it holds.
type Message struct {
	Kind string
	Body any
}

// Compose makes a card of what has a URL, a post of what has a title, and plain
// text of the rest. Plain text reads tags that call people, so a text with one
// goes as a post, which shows it.
func Compose(c notify.Content, label string) Message {
	switch {
	case c.URL != "":
		return Message{"interactive", card(c, label)}
	case c.Title != "" || strings.Contains(c.Text, "<at"):
		return Message{"post", map[string]any{"zh_cn": map[string]any{
			"title": c.Title, "content": [][]map[string]string{{{"tag": "text", "text": c.Text}}},
		}}}
	}
	return Message{"text", map[string]string{"text": c.Text}}
}

func card(c notify.Content, label string) map[string]any {
	plain := func(text string) map[string]string { return map[string]string{"tag": "plain_text", "content": text} }
	return map[string]any{
		"config": map[string]bool{"wide_screen_mode": true},
		"header": map[string]any{"title": plain(provider.Headline(c.Title, c.Text)), "template": "blue"},
		"elements": []map[string]any{
			{"tag": "div", "text": plain(c.Text)},
			{"tag": "action", "actions": []map[string]any{{"tag": "button", "type": "primary", "text": plain(label), "url": c.URL}}},
		},
	}
}

// Said is how Feishu says how a call went. Robots of old say it in other words.
type Said struct {
	Code   *int   `json:"code"`
	Status *int   `json:"StatusCode"`
	Text   string `json:"msg"`
}

// Yes reports whether a is Feishu's yes, and reads it into v.
func Yes(a provider.Answer, v any) bool {
	var s Said
	return a.Status == http.StatusOK && a.JSON(&s) && (s.Code != nil && *s.Code == 0 || s.Code == nil && s.Status != nil && *s.Status == 0) && a.JSON(v)
}

// Refusal judges an answer that is not the yes the caller looked for. Feishu
// says no with 200 or with a status of the caller's fault.
func Refusal(a provider.Answer) notify.Result {
	var s Said
	if a.Status >= http.StatusInternalServerError || !a.JSON(&s) || s.Code == nil || *s.Code == 0 {
		return a.ByStatus()
	}
	class, known := classes[*s.Code]
	if !known {
		class = notify.ContentRejected
		if a.Status != http.StatusOK && a.Status != http.StatusBadRequest {
			class = a.ByStatus().Outcome
		}
	}
	return notify.Result{Outcome: class, Code: strconv.Itoa(*s.Code), Detail: fmt.Sprintf("Feishu answered %d: %s", *s.Code, s.Text)}
}

var classes = provider.Classes(map[notify.Outcome][]int{
	notify.InvalidRecipient: {230002, 230029, 230034, 99992351, 99992361},
	notify.RecipientBlocked: {230013, 230018, 230035, 230038, 230053},
	notify.ContentRejected:  {9499, 19024, 230001, 230017, 230022, 230025, 230028},
	notify.AuthConfig: {
		10003, 10014, 19001, 19021, 19022, 230006, 230027, 99991401, 99991661, 99991663, 99991664, 99991671, 99991672, 99991677,
	},
	notify.RateLimited: {11232, 230020, 99991400},
	// The message is on its way already, says Feishu.
	notify.Ambiguous: {230049},
})

// TokenRefused reports whether a result says that the access token is not taken.
func TokenRefused(r notify.Result) bool {
	return r.Outcome == notify.AuthConfig && (r.Code == "99991661" || r.Code == "99991663" || r.Code == "99991664" || r.Code == "99991677")
}
