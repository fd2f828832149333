package oidc

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// issuer is a real one over HTTP: discovery, keys, codes bound to a challenge.
type issuer struct {
	*httptest.Server
	key       *rsa.PrivateKey
	claims    map[string]any
	challenge string
	nonce     string
	alg       string
}

func encoded(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	i := &issuer{key: key, alg: "RS256", claims: map[string]any{"email": "ada@example.com", "email_verified": true, "name": "Ada"}}
	mux := http.NewServeMux()
	say := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v)
	}
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		say(w, map[string]any{
			"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize", "token_endpoint": i.URL + "/token",
			"jwks_uri": i.URL + "/keys", "id_token_signing_alg_values_supported": []string{"RS256"},
		})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		say(w, map[string]any{"keys": []any{map[string]string{
			"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "k", "n": encoded(key.N.Bytes()), "e": encoded(big.NewInt(int64(key.E)).Bytes()),
		}}})
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		id, secret, _ := r.BasicAuth()
		if r.FormValue("code") != "good" || encoded(sum[:]) != i.challenge || id != "clarion" || secret != "s3cret" {
			http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
			return
		}
		say(w, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": i.token(t)})
	})
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	return i
}

func (i *issuer) token(t *testing.T) string {
	claims := map[string]any{"iss": i.URL, "aud": "clarion", "sub": "1", "exp": time.Now().Add(time.Hour).Unix(), "iat": time.Now().Unix(), "nonce": i.nonce}
	for name, value := range i.claims {
		claims[name] = value
	}
	body, err := json.Marshal(claims)
	require.NoError(t, err)
	text := encoded([]byte(`{"alg":"`+i.alg+`","kid":"k"}`)) + "." + encoded(body)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, i.key, crypto.SHA256, sum[:])
	require.NoError(t, err)
	if i.alg == "none" {
		signature = nil
	}
	return text + "." + encoded(signature)
}

// visit is what the browser does at the issuer.
func (i *issuer) visit(t *testing.T, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	q := u.Query()
	require.Equal(t, "S256", q.Get("code_challenge_method"))
	require.Equal(t, "https://clarion.example.com/back", q.Get("redirect_uri"))
	i.challenge, i.nonce = q.Get("code_challenge"), q.Get("nonce")
	return q
}

func (i *issuer) provider() *Provider {
	return New(Config{
		Issuer: i.URL, ClientID: "clarion", ClientSecret: "s3cret", RedirectURL: "https://clarion.example.com/back", Domains: []string{"example.com"},
	})
}

func TestAnIssuerSaysWhoSomebodyIs(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		spoil func(i *issuer, f *Flow, state, code *string)
		want  error
	}{
		"a good answer":                   {func(*issuer, *Flow, *string, *string) {}, nil},
		"another flow's state":            {func(_ *issuer, _ *Flow, state, _ *string) { *state = "x" }, ErrRefused},
		"no flow and no state":            {func(_ *issuer, f *Flow, state, _ *string) { f.State, *state = "", "" }, ErrRefused},
		"another flow's nonce":            {func(i *issuer, _ *Flow, _, _ *string) { i.nonce = "x" }, ErrRefused},
		"another flow's verifier":         {func(_ *issuer, f *Flow, _, _ *string) { f.Verifier += "x" }, ErrRefused},
		"a made-up code":                  {func(_ *issuer, _ *Flow, _, code *string) { *code = "bad" }, ErrRefused},
		"an address that is not verified": {func(i *issuer, _ *Flow, _, _ *string) { i.claims["email_verified"] = false }, ErrRefused},
		"an address of another domain":    {func(i *issuer, _ *Flow, _, _ *string) { i.claims["email"] = "ada@evil.example" }, ErrRefused},
		"no address":                      {func(i *issuer, _ *Flow, _, _ *string) { delete(i.claims, "email") }, ErrRefused},
		"a token for somebody else":       {func(i *issuer, _ *Flow, _, _ *string) { i.claims["aud"] = "other" }, ErrRefused},
		"a token of another issuer":       {func(i *issuer, _ *Flow, _, _ *string) { i.claims["iss"] = "https://evil.example" }, ErrRefused},
		"a token that has expired":        {func(i *issuer, _ *Flow, _, _ *string) { i.claims["exp"] = time.Now().Add(-time.Hour).Unix() }, ErrRefused},
		"a token that nobody signed":      {func(i *issuer, _ *Flow, _, _ *string) { i.alg = "none" }, ErrRefused},
		"another algorithm":               {func(i *issuer, _ *Flow, _, _ *string) { i.alg = "HS256" }, ErrRefused},
		"a key that is not the issuer's": {func(i *issuer, _ *Flow, _, _ *string) {
			i.key, _ = rsa.GenerateKey(rand.Reader, 2048)
		}, ErrRefused},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := newIssuer(t)
			p := i.provider()
			address, flow, err := p.Begin(t.Context())
			require.NoError(t, err)
			state, code := i.visit(t, address).Get("state"), "good"
			tt.spoil(i, &flow, &state, &code)
			who, err := p.Finish(t.Context(), flow, state, code)
			require.ErrorIs(t, err, tt.want)
			if tt.want == nil {
				require.Equal(t, Identity{"ada@example.com", "Ada"}, who)
				return
			}
			require.NotContains(t, err.Error(), "s3cret")
		})
	}
}

func TestAHouseStartsWhileItsIssuerIsDown(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	p := i.provider()
	i.Config.Handler, i.claims = http.NotFoundHandler(), nil
	_, _, err := p.Begin(t.Context())
	require.Error(t, err)
	require.NotErrorIs(t, err, ErrRefused)
}
