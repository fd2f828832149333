package fcm_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/fcm"
	"clarion/backend/provider/providertest"
)

const messageID = "msg_0198c0ffee0000000000000000000004"

func says(status int, body string) providertest.Answer {
	return providertest.Answer{Status: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}
}

// fcmError is the shape of a refusal with Firebase's own detail.
func fcmError(status int, word, code, message string) providertest.Answer {
	text, _ := json.Marshal(message)
	return says(status, fmt.Sprintf(`{"error":{"code":%d,"status":%q,"message":%s,"details":[{"@type":"type.googleapis.com/google.firebase.fcm.v1.FcmError","errorCode":%q}]}}`, status, word, text, code))
}

func suite(t testing.TB) providertest.Case {
	settings := provider.Values{"project_id": "clarion-test", "credentials_json": serviceAccount(t, googleToken(t, `{"access_token":"`+accessToken+`","token_type":"Bearer","expires_in":3600}`).URL)}
	return providertest.Case{
		Manifest: fcm.Manifest(),
		Settings: settings,
		Message: notify.Outbound{
			MessageID: messageID, Channel: notify.Push, To: "device-token-1", Priority: notify.High,
			ExpiresAt: providertest.Now.Add(time.Hour),
			Content: notify.Content{Title: "Shipped", Body: "On its way", Image: "https://x.test/a.png", URL: "https://x.test/o/1",
				Data: map[string]string{"order": "A1"}},
		},
		Probed:    says(200, `{"name":"projects/clarion-test/messages/fake_message_id"}`),
		ProbePath: "/v1/projects/clarion-test/messages:send",
		Yes:       says(200, `{"name":"projects/clarion-test/messages/0:1500415314455276%31bd1c96f9fd7ecd"}`),
		WantID:    "projects/clarion-test/messages/0:1500415314455276%31bd1c96f9fd7ecd",
		Sent:      sent,
		Fixtures: []providertest.Fixture{
			{Name: "UNREGISTERED wins over the status word", Answer: fcmError(404, "INVALID_ARGUMENT", "UNREGISTERED", "test error"), Want: notify.InvalidRecipient, Code: "UNREGISTERED"},
			{Name: "UNREGISTERED wins over a 400", Answer: fcmError(400, "INVALID_ARGUMENT", "UNREGISTERED", "test error"), Want: notify.InvalidRecipient},
			{Name: "SENDER_ID_MISMATCH", Answer: fcmError(403, "INVALID_ARGUMENT", "SENDER_ID_MISMATCH", "test error"), Want: notify.AuthConfig},
			{Name: "QUOTA_EXCEEDED", Answer: fcmError(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", "test error"), Want: notify.RateLimited},
			{Name: "UNAVAILABLE", Answer: fcmError(503, "UNAVAILABLE", "UNAVAILABLE", "test error"), Want: notify.Temporary},
			{Name: "UNAVAILABLE asking for a pause", Answer: fcmError(503, "UNAVAILABLE", "UNAVAILABLE", "test error").With("Retry-After", "1"), Want: notify.Temporary},
			{Name: "INTERNAL", Answer: fcmError(500, "INTERNAL", "INTERNAL", "test error"), Want: notify.Ambiguous, Code: "INTERNAL"},
			{Name: "THIRD_PARTY_AUTH_ERROR", Answer: fcmError(401, "INVALID_ARGUMENT", "THIRD_PARTY_AUTH_ERROR", "test error"), Want: notify.AuthConfig},
			{Name: "APNS_AUTH_ERROR", Answer: fcmError(401, "UNAUTHENTICATED", "APNS_AUTH_ERROR", "test error"), Want: notify.AuthConfig},
			{Name: "not JSON", Answer: says(500, "not json"), Want: notify.Ambiguous},
			{Name: "a field of the wrong type", Answer: says(400, `{"error":{"code":400,"message":"Invalid value at 'message.data[0].value' (TYPE_STRING), 12","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"message.data[0].value","description":"Invalid value at 'message.data[0].value' (TYPE_STRING), 12"}]}]}}`), Want: notify.ContentRejected},
			{Name: "a token that is none", Answer: fcmError(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", "The registration token is not a valid FCM registration token"), Want: notify.InvalidRecipient},
			{Name: "a bad argument that is not the token", Answer: fcmError(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", "Message too big"), Want: notify.ContentRejected},
			{Name: "text about a token without FcmError condemns none", Answer: says(400, `{"error":{"code":400,"message":"The registration token is odd","status":"INVALID_ARGUMENT"}}`), Want: notify.ContentRejected},
			{Name: "a refused credential", Answer: says(401, `{"error":{"code":401,"message":"Request had invalid authentication credentials.","status":"UNAUTHENTICATED"}}`), Want: notify.AuthConfig},
			{Name: "no permission", Answer: says(403, `{"error":{"code":403,"message":"Permission denied","status":"PERMISSION_DENIED"}}`), Want: notify.AuthConfig},
			{Name: "an unknown project", Answer: says(404, `{"error":{"code":404,"message":"Requested entity was not found.","status":"NOT_FOUND"}}`), Want: notify.AuthConfig},
			{Name: "a 503 with a page", Answer: says(503, "<html></html>"), Want: notify.Ambiguous},
			{Name: "an odd refusal", Answer: says(409, `{"error":{"code":409,"message":"odd","status":"ABORTED"}}`), Want: notify.ContentRejected},
		},
		// Firebase does not know who opted out.
		Never:     []notify.Outcome{notify.RecipientBlocked},
		Unclear:   []providertest.Answer{says(200, `{}`), says(200, `{"name":""}`), says(200, `{"name":"projects/p/mess`), says(300, `{"name":"projects/p/messages/1"}`)},
		Limited:   fcmError(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", "slow down"),
		QuietWait: time.Minute,
		Echo:      func(text string) providertest.Answer { return fcmError(400, "INVALID_ARGUMENT", text, text) },
		Incomplete: map[string]provider.Values{
			"settings.credentials_json": {"project_id": "clarion-test"},
			"settings.project_id":       {"project_id": "../x", "credentials_json": settings["credentials_json"]},
		},
	}
}

func sent(t *testing.T, r providertest.Request) {
	require.Equal(t, "/v1/projects/clarion-test/messages:send", r.Path)
	require.Equal(t, "Bearer "+accessToken, r.Header.Get("Authorization"))
	require.JSONEq(t, `{"message":{
		"token": "device-token-1",
		"notification": {"title": "Shipped", "body": "On its way", "image": "https://x.test/a.png"},
		"data": {"order": "A1", "message_id": "`+messageID+`", "url": "https://x.test/o/1"},
		"android": {"priority": "high", "ttl": "3600s"},
		"apns": {"headers": {"apns-priority": "10", "apns-expiration": "1772370000"}},
		"webpush": {"headers": {"TTL": "3600"}}
	}}`, r.Body)
}

func TestFCMPassesTheSuite(t *testing.T) { providertest.Run(t, suite(t)) }

func BenchmarkSend(b *testing.B) { providertest.Bench(b, suite(b)) }

func TestTheSandboxNeedsNoCredentials(t *testing.T) {
	t.Parallel()
	c := suite(t)
	delete(c.Settings, "credentials_json")
	require.Empty(t, providertest.Capture(t, c).Header.Get("Authorization"))
}

func TestAPlainPushNamesNoPlatform(t *testing.T) {
	t.Parallel()
	c := suite(t)
	c.Message.Priority, c.Message.ExpiresAt = notify.Medium, time.Time{}
	c.Message.Content = notify.Content{Title: "Hi", Body: "there"}
	require.JSONEq(t, `{"message":{"token":"device-token-1","notification":{"title":"Hi","body":"there"},"data":{"message_id":"`+messageID+`"}}}`,
		providertest.Capture(t, c).Body)
}

func TestTheSDKsRefusalIsNotACall(t *testing.T) {
	t.Parallel()
	c := suite(t)
	c.Message.Content.Image = "not a url"
	// Nobody listens there: a call would be temporary.
	r := c.Open(t, "http://127.0.0.1:1", provider.ClientOptions{}).Send(t.Context(), c.Message)
	require.Equal(t, notify.ContentRejected, r.Outcome)
	require.Equal(t, provider.CodeRefused, r.Code)
}
