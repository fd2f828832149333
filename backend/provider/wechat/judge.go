package wechat

import (
	"net/http"
	"time"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

const (
	// codeDaily is WeChat's answer when the calls of the day are used up.
	codeDaily = "45009"
	// codeTwice is its answer to a message it has taken a minute ago: the first
	// answer was lost, and nothing has failed.
	codeTwice = "40241"
)

var classes = provider.Classes(map[notify.Outcome][]int{
	notify.OK:               {40241},
	notify.InvalidRecipient: {40003},
	notify.RecipientBlocked: {43004, 43101},
	notify.ContentRejected:  {40037, 47001, 41030, 47003, 45002, 40033},
	notify.AuthConfig:       {40001, 40014, 42001, 41001, 40013, 40125, 40164, 48001, 50002, 40243},
	notify.RateLimited:      {45009, 45011, 43117},
	notify.Temporary:        {-1},
})

// tokenCodes say that the access token is not taken.
var tokenCodes = map[string]bool{"40001": true, "40014": true, "42001": true, "41001": true}

func tokenRefused(r notify.Result) bool { return r.Outcome == notify.AuthConfig && tokenCodes[r.Code] }

// china is where the day of the limits begins and ends.
var china = time.FixedZone("UTC+8", 8*60*60)

// refusal reads an answer that is no plain yes.
func (s *sender) refusal(a provider.Answer) notify.Result {
	r := a.ByErrcode(classes)
	switch {
	case r.Code == codeTwice:
		return notify.Result{Outcome: notify.OK, Code: r.Code, Detail: "WeChat had taken this message already."}
	case r.Code == codeDaily:
		now := s.line.Now().In(china)
		r.RetryAfter = time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, china).Sub(now)
	}
	return r
}

func readToken(a provider.Answer) (provider.Grant, notify.Result) {
	var given struct {
		Token   string `json:"access_token"`
		Seconds int    `json:"expires_in"`
	}
	if a.Status == http.StatusOK && a.JSON(&given) && given.Token != "" && given.Seconds > 0 {
		return provider.Grant{Token: given.Token, Seconds: given.Seconds}, notify.Result{Outcome: notify.OK}
	}
	return provider.Grant{}, a.ByErrcode(classes)
}
