package sandbox_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"clarion/backend/notify"
	"clarion/backend/sandbox"
)

const hookKey = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// post sends a request with headers of its own.
func (b *box) post(path string, header map[string]string, body string) reply {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.url+path, strings.NewReader(body))
	require.NoError(b.t, err)
	for name, value := range header {
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(r)
	require.NoError(b.t, err)
	defer func() { _ = answer.Body.Close() }()
	said, err := io.ReadAll(answer.Body)
	require.NoError(b.t, err)
	return reply{answer.StatusCode, answer.Header, string(said)}
}

// signed are the headers of a webhook, signed by the official library.
func signed(t *testing.T, key, body string, at time.Time) map[string]string {
	wh, err := standard.NewWebhook(key)
	require.NoError(t, err)
	signature, err := wh.Sign("msg_1", at, []byte(body))
	require.NoError(t, err)
	return map[string]string{"Content-Type": jsonKind, "webhook-id": "msg_1", "webhook-timestamp": strconv.FormatInt(at.Unix(), 10), "webhook-signature": signature}
}

func TestAWebhookIsTakenWhenItsSignatureIsRight(t *testing.T) {
	t.Parallel()
	now := time.Now()
	const body = `{"data":{"note":"你好 <b>"}}`
	hub := func(t *testing.T) *box {
		return open(t, sandbox.Config{Credentials: map[string]map[string]string{"webhook": {"signing_keys": hookKey}}})
	}
	b := hub(t)
	got := b.post("/webhook/https/hooks.example.com/in%2Fbox?x=1", signed(t, hookKey, body, now), body)
	require.Equal(t, 200, got.status, got.body)
	m := b.messages()[0]
	require.Equal(t, []any{notify.Webhook, "https://hooks.example.com/in%2Fbox?x=1", body, "msg_1"}, []any{m.Channel, m.To, m.Text, m.MessageID})
	require.Equal(t, "msg_1", m.Headers["webhook-id"])
	list := signed(t, hookKey, body, now)
	list["webhook-signature"] = "v1,bm90IHRoaXM= " + list["webhook-signature"] + " v1a,bm90IHRoaXM="
	require.Equal(t, 200, b.post("/webhook/https/x/", list, body).status, "one of several is enough")

	other := "whsec_" + base64.StdEncoding.EncodeToString([]byte("another key of 24 bytes!"))
	for name, c := range map[string]struct {
		path   string
		header map[string]string
		body   string
		status int
	}{
		"another key":      {"/webhook/https/x/", signed(t, other, body, now), body, 401},
		"another body":     {"/webhook/https/x/", signed(t, hookKey, body, now), `{"data":{"note":"你好 <i>"}}`, 401},
		"an old one":       {"/webhook/https/x/", signed(t, hookKey, body, now.Add(-6*time.Minute)), body, 401},
		"one of tomorrow":  {"/webhook/https/x/", signed(t, hookKey, body, now.Add(6*time.Minute)), body, 401},
		"no signature":     {"/webhook/https/x/", map[string]string{"Content-Type": jsonKind}, body, 401},
		"no JSON":          {"/webhook/https/x/", signed(t, hookKey, "hi", now), "hi", 400},
		"a gone endpoint":  {"/webhook/https/x/gone", signed(t, hookKey, body, now), body, 410},
		"a busy endpoint":  {"/webhook/https/x/busy", signed(t, hookKey, body, now), body, 429},
		"a broken one":     {"/webhook/https/x/broken", signed(t, hookKey, body, now), body, 500},
		"one that refuses": {"/webhook/https/x/refused", signed(t, hookKey, body, now), body, 422},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := hub(t)
			require.Equal(t, c.status, b.post(c.path, c.header, c.body).status)
			require.Empty(t, b.messages())
		})
	}
}

func TestAWebhookSignedWithAPrivateKeyIsTakenByItsPublicHalf(t *testing.T) {
	t.Parallel()
	seed := make([]byte, ed25519.SeedSize)
	key, private := ed25519.NewKeyFromSeed(seed), "whsk_"+base64.StdEncoding.EncodeToString(seed)
	b := open(t, sandbox.Config{Credentials: map[string]map[string]string{"webhook": {"signing_keys": private}}})
	const body = `{"data":{}}`
	header := signed(t, hookKey, body, time.Now())
	of := func(text string) string {
		return "v1a," + base64.StdEncoding.EncodeToString(ed25519.Sign(key, []byte("msg_1."+header["webhook-timestamp"]+"."+text)))
	}
	require.Equal(t, 401, b.post("/webhook/https/x/", header, body).status, "the shared key's alone is not enough")
	header["webhook-signature"] = of(body + " ")
	require.Equal(t, 401, b.post("/webhook/https/x/", header, body).status)
	header["webhook-signature"] = "v1,bm90IHRoaXM= " + of(body)
	require.Equal(t, 200, b.post("/webhook/https/x/", header, body).status)
}
