package fcm

import (
	"net/http"
	"strings"

	"clarion/backend/sandbox/wire"
)

// tokenPath is the token_uri of a service account that lives in the sandbox.
// It is Google's account service, not FCM: it takes no faults and is not on the
// ledger.
const tokenPath = "/fcm/token"

// Ask trades any signed assertion for the configured access token, as the first
// step of the FCM client library wants. The signature is not checked: whoever
// may read the sandbox's credential is already inside.
func (v desk) Ask(r *http.Request) *wire.Answer {
	if r.URL.Path != tokenPath {
		return nil
	}
	if r.PostFormValue("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer" || strings.Count(r.PostFormValue("assertion"), ".") != 2 {
		a := wire.JSON(http.StatusBadRequest, map[string]string{
			"error": "invalid_grant", "error_description": "Invalid JWT: a signed assertion is required.",
		})
		return &a
	}
	token := v.box.Credentials["access_token"]
	if token == "" {
		token = "sandbox"
	}
	a := wire.JSON(http.StatusOK, map[string]any{"access_token": token, "expires_in": 3599, "token_type": "Bearer"})
	return &a
}
