package otp

import (
	"fmt"
	"math"
	"strings"
	"time"

	"clarion/backend/notify"
)

// words are what a code says without a template. The last part of a text
// message is what phones read the code from.
var words = map[string]struct{ subject, text string }{
	"en": {"%s is your verification code", "%s is your verification code. It is valid for %d minutes. Do not share it with anyone."},
	"zh": {"您的验证码是 %s", "您的验证码是 %s，%d 分钟内有效。请勿告诉他人。"},
}

func letterOf(r Request, o OTP) Letter {
	place := notify.CodePlace(o.ID, o.Length)
	minutes := max(1, int(math.Ceil(o.ExpiresAt.Sub(o.CreatedAt).Minutes())))
	l := Letter{Request: r, ExpiresAt: o.ExpiresAt, Data: map[string]any{
		"code": place, "minutes": minutes, "expires_at": o.ExpiresAt.UTC().Format(time.RFC3339),
	}}
	if r.Template == "" {
		said, locale := words["en"], r.Locale
		if r.Inline != nil {
			locale = r.Inline.Locale
		}
		if strings.HasPrefix(strings.ToLower(locale), "zh") {
			said = words["zh"]
		}
		subject, text := fmt.Sprintf(said.subject, place), fmt.Sprintf(said.text, place, minutes)
		l.Content = &notify.Content{Subject: subject, Title: subject, Text: text, Body: text}
	}
	return l
}
