package whatsapp_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/providertest"
)

func receiver(t *testing.T, appSecret, verifyToken string) notify.Receiver {
	c := suite()
	c.Settings = provider.Values{"phone_number_id": "1", "access_token": token, "app_secret": appSecret, "verify_token": verifyToken}
	r, ok := c.Open(t, "http://127.0.0.1:1", provider.ClientOptions{}).(notify.Receiver)
	require.True(t, ok)
	return r
}

func sign(secret, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

func posted(signature, body string) notify.CallbackRequest {
	header := http.Header{}
	if signature != "" {
		header.Set("X-Hub-Signature-256", signature)
	}
	return notify.CallbackRequest{Method: "POST", Header: header, Body: []byte(body), Now: providertest.Now}
}

// XH-1, from GitHub's documentation of the same scheme. Its body is no JSON, so a
// proven one is malformed, which tells it from one that is refused.
func TestThePublishedVector(t *testing.T) {
	t.Parallel()
	const secret, body = "It's a Secret to Everybody", "Hello, World!"
	const signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
	r := receiver(t, secret, "")
	_, _, err := r.Receive(t.Context(), posted(signature, body))
	require.ErrorIs(t, err, notify.ErrMalformed)
	for i := range len(body) * 8 {
		flipped := []byte(body)
		flipped[i/8] ^= 1 << (i % 8)
		_, _, err := r.Receive(t.Context(), posted(signature, string(flipped)))
		require.ErrorIs(t, err, notify.ErrUnauthenticated, "bit %d of the body", i)
	}
	for i := range len(signature) {
		flipped := []byte(signature)
		flipped[i] ^= 1
		_, _, err := r.Receive(t.Context(), posted(string(flipped), body))
		require.ErrorIs(t, err, notify.ErrUnauthenticated, "character %d of the signature", i)
	}
	for name, given := range map[string]string{"none": "", "SHA-1": "sha1=757107ea", "cut": signature[:70], "empty": "sha256="} {
		_, _, err := r.Receive(t.Context(), posted(given, body))
		require.ErrorIs(t, err, notify.ErrUnauthenticated, name)
	}
	_, _, err = receiver(t, "", "").Receive(t.Context(), posted(sign("", body), body))
	require.ErrorIs(t, err, notify.ErrUnauthenticated, "without a secret nobody is believed")
}

func TestTheQuestionForTheVerifyToken(t *testing.T) {
	t.Parallel()
	ask := func(token, query string) (notify.CallbackAnswer, error) {
		receipts, answer, err := receiver(t, "", token).Receive(t.Context(), notify.CallbackRequest{Method: "GET", Query: query})
		require.Empty(t, receipts)
		return answer, err
	}
	answer, err := ask("a word", "hub.mode=subscribe&hub.verify_token=a+word&hub.challenge=11584%3C12")
	require.NoError(t, err)
	require.Equal(t, notify.CallbackAnswer{Status: 200, ContentType: "text/plain", Body: "11584<12"}, answer)
	for name, c := range map[string][2]string{
		"another word":  {"a word", "hub.mode=subscribe&hub.verify_token=a+work&hub.challenge=1"},
		"another mode":  {"a word", "hub.mode=unsubscribe&hub.verify_token=a+word&hub.challenge=1"},
		"no word":       {"a word", "hub.mode=subscribe&hub.challenge=1"},
		"no word of us": {"", "hub.mode=subscribe&hub.verify_token=&hub.challenge=1"},
	} {
		_, err := ask(c[0], c[1])
		require.ErrorIs(t, err, notify.ErrUnauthenticated, name)
	}
}

// The body as Meta writes it: what is not ASCII is escaped, so that reading and
// writing it anew would break the signature.
const statuses = `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"messaging_product":"whatsapp","statuses":[` +
	`{"id":"wamid.1","status":"read","timestamp":"1772366400","recipient_id":"447700900123","biz_opaque_callback_data":"msg_1"},` +
	`{"id":"wamid.1","status":"delivered","timestamp":"1772366399","recipient_id":"447700900123","biz_opaque_callback_data":"msg_1","pricing":{"billable":true}}]}}]},` +
	`{"id":"1","changes":[{"field":"messages","value":{"statuses":[` +
	`{"id":"wamid.2","status":"failed","timestamp":"1772366400","recipient_id":"4915","errors":[{"code":131050,"title":"Stopped","error_data":{"details":"Stopped \u2014 marketing"}}]},` +
	`{"id":"wamid.3","status":"failed","timestamp":"1772366400","recipient_id":"4916","errors":[{"code":131026,"title":"Message undeliverable"}]},` +
	`{"id":"wamid.4","status":"held_up","timestamp":"soon"}],` +
	`"messages":[{"id":"in.1","from":"4917","timestamp":"1772366400","type":"text","text":{"body":" Stop "}},{"id":"in.2","from":"4918","timestamp":"1772366400","text":{"body":"START"}},{"id":"in.3","from":"4919","text":{"body":"stop it"}}]}}]}]}`

func TestStatusesBecomeReceipts(t *testing.T) {
	t.Parallel()
	receipts, answer, err := receiver(t, "app-secret", "").Receive(t.Context(), posted(sign("app-secret", statuses), statuses))
	require.NoError(t, err)
	require.Equal(t, 200, answer.Status)
	at := time.Unix(1772366400, 0)
	require.Equal(t, []notify.Receipt{
		{DedupKey: "wamid.1:read", MessageID: "msg_1", ProviderMessageID: "wamid.1", Status: notify.Delivered, Engagement: notify.EngagedRead, Address: "+447700900123", At: at},
		{DedupKey: "wamid.1:delivered", MessageID: "msg_1", ProviderMessageID: "wamid.1", Status: notify.Delivered, Address: "+447700900123", At: at.Add(-time.Second)},
		{DedupKey: "wamid.2:failed", ProviderMessageID: "wamid.2", Status: notify.Failed, Suppress: notify.Unsubscribe, Address: "+4915", Code: "131050", Detail: "Stopped — marketing", At: at},
		{DedupKey: "wamid.3:failed", ProviderMessageID: "wamid.3", Status: notify.Failed, Address: "+4916", Code: "131026", Detail: "Message undeliverable", At: at},
		{DedupKey: "wamid.4:held_up", ProviderMessageID: "wamid.4", Code: "held_up"},
		{DedupKey: "in:in.1", Channel: notify.WhatsApp, Address: "+4917", Suppress: notify.Unsubscribe, Detail: "The person wrote STOP.", Words: "STOP", At: at},
		{DedupKey: "in:in.2", Channel: notify.WhatsApp, Address: "+4918", Resubscribe: true, Words: "START", At: at},
	}, receipts)
}
