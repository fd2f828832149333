package fcm_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

const accessToken = "ya29.test-access-token-0123456789"

var privateKey = sync.OnceValue(func() []byte {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		panic(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
})

func serviceAccount(t testing.TB, tokenURL string) string {
	text, err := json.Marshal(map[string]string{
		"type": "service_account", "project_id": "clarion-test", "private_key_id": "kid0123456789",
		"private_key": string(privateKey()), "client_email": "sender@clarion-test.iam.gserviceaccount.test", "token_uri": tokenURL,
	})
	require.NoError(t, err)
	return string(text)
}

// google is the token endpoint.
type google struct {
	*httptest.Server
	asked atomic.Int64
	// answer is replaced by tests that need another.
	answer http.HandlerFunc
}

func googleToken(t testing.TB, body string) *google {
	g := &google{}
	g.answer = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, body)
	}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.asked.Add(1)
		g.answer(w, r)
	}))
	t.Cleanup(g.Close)
	return g
}

func TestOneTokenServesManyCalls(t *testing.T) {
	t.Parallel()
	g := googleToken(t, `{"access_token":"`+accessToken+`","token_type":"Bearer","expires_in":3600}`)
	firebase := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"name":"projects/p/messages/1"}`)
	}))
	t.Cleanup(firebase.Close)
	c := suite(t)
	c.Settings["credentials_json"] = serviceAccount(t, g.URL)
	s := c.Open(t, firebase.URL, provider.ClientOptions{Timeout: time.Minute})
	results := make(chan notify.Result)
	for range 20 {
		go func() { results <- s.Send(context.Background(), c.Message) }()
	}
	for range 20 {
		require.Equal(t, notify.OK, (<-results).Outcome)
	}
	require.EqualValues(t, 1, g.asked.Load())
}

func TestATokenThatIsNotGivenIsClassedAndNothingIsSent(t *testing.T) {
	t.Parallel()
	status := func(code int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code); io.WriteString(w, body) }
	}
	cases := map[string]struct {
		answer http.HandlerFunc
		want   notify.Outcome
	}{
		"the account is refused":   {status(400, `{"error":"invalid_grant","error_description":"Invalid JWT Signature."}`), notify.AuthConfig},
		"the account is forbidden": {status(401, `{}`), notify.AuthConfig},
		"too many tokens":          {status(429, `{}`), notify.Temporary},
		"google is down":           {status(503, `down`), notify.Temporary},
		"google answers nonsense":  {status(200, `nonsense`), notify.Temporary},
		"google hangs up":          {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, notify.Temporary},
		"google does not answer":   {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, notify.Temporary},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls atomic.Int64
			firebase := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { calls.Add(1) }))
			t.Cleanup(firebase.Close)
			g := googleToken(t, "")
			g.answer = func(w http.ResponseWriter, r *http.Request) {
				io.Copy(io.Discard, r.Body)
				tc.answer(w, r)
			}
			c := suite(t)
			c.Settings["credentials_json"] = serviceAccount(t, g.URL)
			r := c.Open(t, firebase.URL, provider.ClientOptions{}).Send(t.Context(), c.Message)
			require.Equal(t, tc.want, r.Outcome, "%+v", r)
			require.NotEmpty(t, r.Code)
			require.NotEmpty(t, r.Detail)
			require.Zero(t, calls.Load())
			require.EqualValues(t, 1, g.asked.Load())
		})
	}
}

func TestATokenThatFirebaseRefusesIsReplaced(t *testing.T) {
	t.Parallel()
	g := googleToken(t, `{"access_token":"`+accessToken+`","token_type":"Bearer","expires_in":3600}`)
	firebase := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		io.WriteString(w, `{"error":{"code":401,"message":"expired `+accessToken+`","status":"UNAUTHENTICATED"}}`)
	}))
	t.Cleanup(firebase.Close)
	c := suite(t)
	c.Settings["credentials_json"] = serviceAccount(t, g.URL)
	s := c.Open(t, firebase.URL, provider.ClientOptions{Timeout: time.Minute})
	for range 2 {
		r := s.Send(t.Context(), c.Message)
		require.Equal(t, notify.AuthConfig, r.Outcome)
		require.Equal(t, "expired [secret]", r.Detail)
	}
	require.EqualValues(t, 2, g.asked.Load())
}

func TestOtherCredentialsAreRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"not JSON":         "hello",
		"another kind":     `{"type":"external_account","credential_source":{"executable":{"command":"id"}}}`,
		"no key":           `{"type":"service_account","client_email":"a@b.test","token_uri":"https://x.test"}`,
		"no address":       `{"type":"service_account","private_key":"x"}`,
		"a JSON of a list": `[]`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := suite(t)
			c.Settings["credentials_json"] = text
			_, err := c.Manifest.New(c.Settings, provider.Deps{HTTP: provider.NewHTTPClient(provider.ClientOptions{})})
			require.ErrorContains(t, err, "settings.credentials_json")
		})
	}
}
