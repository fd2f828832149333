package sandbox

import (
	"net/http"
	"strings"
)

// asker is a vendor that can be asked whether an account works. The books keep
// nothing of it: nobody was written to.
type asker interface {
	// ask answers such a question, nil when the request is none.
	ask(r *http.Request) *answer
}

// ask is GET /v3/scopes.
func (v sendGrid) ask(r *http.Request) *answer {
	if r.Method != http.MethodGet || r.URL.Path != "/sendgrid/v3/scopes" {
		return nil
	}
	a := answer{status: http.StatusOK, contentType: asJSON, body: toJSON(map[string][]string{"scopes": {"mail.send", "scopes.read"}})}
	if v.credentials != nil && !sameSecret(r.Header.Get("Authorization"), "Bearer "+v.credentials["api_key"]) {
		a = v.refuse(http.StatusUnauthorized)
	}
	return &a
}

// ask is GET /2010-04-01/Accounts/{sid}.json.
func (v twilio) ask(r *http.Request) *answer {
	account, ok := strings.CutPrefix(r.URL.Path, "/twilio/2010-04-01/Accounts/")
	if !ok || r.Method != http.MethodGet || strings.Contains(account, "/") {
		return nil
	}
	account, ok = strings.CutSuffix(account, ".json")
	if !ok {
		return nil
	}
	user, token, given := r.BasicAuth()
	good := given && sameSecret(user, v.credentials["account_sid"]) && sameSecret(token, v.credentials["auth_token"]) && account == user
	if v.credentials != nil && !good {
		return twilioError(http.StatusUnauthorized, 20003, "Authenticate")
	}
	return &answer{status: http.StatusOK, contentType: "application/json", body: toJSON(map[string]string{
		"sid": account, "friendly_name": "Sandbox", "status": "active", "type": "Full",
		"uri": "/2010-04-01/Accounts/" + account + ".json",
	})}
}

// ask is POST /api/auth.test.
func (v slackAPI) ask(r *http.Request) *answer {
	if r.URL.Path != "/slack/api/auth.test" {
		return nil
	}
	token := r.FormValue("token")
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		token = bearer
	}
	a := answer{status: http.StatusOK, contentType: asJSON, body: toJSON(map[string]any{
		"ok": true, "url": "https://sandbox.slack.com/", "team": "Sandbox", "user": "clarion", "team_id": "T0SANDBOX1",
		"user_id": "U0SANDBOX1", "bot_id": "B0SANDBOX1",
	})}
	switch {
	case v.credentials != nil && token == "":
		a = slackError(http.StatusOK, "not_authed")
	case v.credentials != nil && !sameSecret(token, v.credentials["bot_token"]):
		a = slackError(http.StatusOK, "invalid_auth")
	}
	return &a
}
