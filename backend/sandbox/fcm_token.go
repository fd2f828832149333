package sandbox

import (
	"net/http"
	"net/url"
	"strings"
)

// tokenPath is the token_uri of a service account that lives in the sandbox.
// It is Google's account service, not FCM: it takes no faults and is not on the
// ledger.
const tokenPath = "/fcm/token"

// serveToken trades any signed assertion for the configured access token, as
// the first step of the FCM client library wants. The signature is not checked:
// whoever may read the sandbox's credential is already inside.
func (v fcm) serveToken(w http.ResponseWriter, body []byte) {
	form, err := url.ParseQuery(string(body))
	if err != nil || form.Get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer" || strings.Count(form.Get("assertion"), ".") != 2 {
		answer{status: http.StatusBadRequest, contentType: asJSON, body: toJSON(map[string]string{
			"error": "invalid_grant", "error_description": "Invalid JWT: a signed assertion is required.",
		})}.write(w)
		return
	}
	token := v.credentials["access_token"]
	if token == "" {
		token = "sandbox"
	}
	answer{status: http.StatusOK, contentType: asJSON, body: toJSON(map[string]any{
		"access_token": token, "expires_in": 3599, "token_type": "Bearer",
	})}.write(w)
}
