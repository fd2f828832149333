package slack

import (
	"net/http"
	"strings"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// judgeBot reads an answer of the Web API that is not a plain yes. Slack says
// no with status 200, and a yes without a timestamp proves nothing.
func judgeBot(a provider.Answer) notify.Result {
	var no struct {
		OK    *bool  `json:"ok"`
		Error string `json:"error"`
	}
	if a.Status == http.StatusTooManyRequests || a.Status >= 500 ||
		!a.JSON(&no) || no.OK == nil || *no.OK || no.Error == "" {
		return a.ByStatus()
	}
	return named(no.Error)
}

// judgeWebhook reads an answer of an incoming webhook: plain text, ok or a word.
func judgeWebhook(a provider.Answer) notify.Result {
	word := strings.TrimSpace(string(a.Body))
	switch {
	case a.Status == http.StatusOK && word == "ok":
		return notify.Result{Outcome: notify.OK}
	case a.Status < 400, a.Status == http.StatusTooManyRequests, a.Status >= 500:
		return a.ByStatus()
	}
	if _, known := classes[word]; known || isWord(word) {
		return named(word)
	}
	return a.ByStatus()
}

// isWord reports whether s looks like one of Slack's error words rather than a
// page from something in between.
func isWord(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool { return (r < 'a' || r > 'z') && r != '_' }) < 0
}

// named judges by Slack's error word. A word we do not know is a refusal all
// the same: trying the same message again would not help.
func named(word string) notify.Result {
	class, known := classes[word]
	if !known {
		class = notify.ContentRejected
	}
	detail := "Slack refused the message: " + word + "."
	if class == notify.Ambiguous {
		detail = "Slack answered " + word + ", after which part of the work may have been done."
	}
	return notify.Result{Outcome: class, Code: word, Detail: detail}
}

var classes = byWord(map[notify.Outcome]string{
	notify.InvalidRecipient: "channel_not_found user_not_found is_archived channel_is_archived cannot_dm_bot",
	notify.ContentRejected: "msg_too_long no_text invalid_blocks invalid_blocks_format msg_blocks_too_long " +
		"too_many_attachments invalid_payload",
	notify.AuthConfig: "not_in_channel restricted_action invalid_auth not_authed account_inactive token_revoked " +
		"token_expired missing_scope ekm_access_denied no_permission action_prohibited no_service " +
		"no_active_hooks invalid_token team_disabled",
	notify.RateLimited: "ratelimited rate_limited",
	// Slack says of these that part of the work may have been done.
	notify.Ambiguous: "internal_error fatal_error service_unavailable request_timeout",
})

func byWord(lists map[notify.Outcome]string) map[string]notify.Outcome {
	out := map[string]notify.Outcome{}
	for class, words := range lists {
		for word := range strings.FieldsSeq(words) {
			out[word] = class
		}
	}
	return out
}
