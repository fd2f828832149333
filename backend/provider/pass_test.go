package provider

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// keeper is a Tokens of one process that remembers what it was asked.
type keeper struct {
	kept    string
	key     string
	fetched []notify.AccessToken
}

func (k *keeper) Token(ctx context.Context, key, refused string, fetch func(context.Context) (notify.AccessToken, error)) (string, error) {
	k.key = key
	if k.kept != "" && k.kept != refused {
		return k.kept, nil
	}
	token, err := fetch(ctx)
	if err != nil {
		return "", err
	}
	k.kept, k.fetched = token.Value, append(k.fetched, token)
	return k.kept, nil
}

var sunday = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func passAt(t *testing.T, k *keeper, answer http.HandlerFunc) *Pass {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	d := Deps{HTTP: NewHTTPClient(ClientOptions{Timeout: time.Minute}), Now: func() time.Time { return sunday }, Tokens: k}
	return &Pass{
		Line: NewLine(d, "theSecret"), Tokens: k, Account: []string{"acme", "https://acme.test", "id", "theSecret"},
		Ask: Request{Method: http.MethodPost, URL: server.URL + "/token", Body: []byte(`{}`)},
		Read: func(a Answer) (Grant, notify.Result) {
			var g struct {
				Token   string `json:"t"`
				Seconds int    `json:"s"`
			}
			if a.Status == http.StatusOK && a.JSON(&g) && g.Token != "" {
				return Grant{g.Token, g.Seconds}, notify.Result{Outcome: notify.OK}
			}
			return Grant{}, a.ByErrcode(map[int]notify.Outcome{40125: notify.AuthConfig, 40003: notify.InvalidRecipient, -1: notify.Temporary})
		},
		Refused: func(r notify.Result) bool { return r.Code == "40001" },
	}
}

func TestAPassIsRenewedOnceWhenItIsRefused(t *testing.T) {
	t.Parallel()
	refused := notify.Result{Outcome: notify.AuthConfig, Code: "40001"}
	ok := notify.Result{Outcome: notify.OK}
	for name, test := range map[string]struct {
		kept    string
		answers map[string]notify.Result
		want    notify.Result
		sent    []string
	}{
		"the kept one is taken":                {"old", map[string]notify.Result{"old": ok}, ok, []string{"old"}},
		"there was none":                       {"", map[string]notify.Result{"new": ok}, ok, []string{"new"}},
		"the kept one is refused":              {"old", map[string]notify.Result{"old": refused, "new": ok}, ok, []string{"old", "new"}},
		"the next one is refused as well":      {"old", map[string]notify.Result{"old": refused, "new": refused}, refused, []string{"old", "new"}},
		"the vendor has no other":              {"new", map[string]notify.Result{"new": refused}, refused, []string{"new"}},
		"another refusal is the message's own": {"old", map[string]notify.Result{"old": {Outcome: notify.Ambiguous, Code: "x"}}, notify.Result{Outcome: notify.Ambiguous, Code: "x"}, []string{"old"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := passAt(t, &keeper{kept: test.kept}, func(w http.ResponseWriter, _ *http.Request) {
				_, _ = w.Write([]byte(`{"t":"new","s":7200}`))
			})
			var sent []string
			got := p.Use(t.Context(), func(token string) notify.Result {
				sent = append(sent, token)
				return test.answers[token]
			})
			require.Equal(t, test.want, got)
			require.Equal(t, test.sent, sent)
		})
	}
}

func TestWithoutATokenNothingIsSent(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		want   notify.Outcome
		code   string
	}{
		"the secret is refused": {says(200, `{"errcode":40125,"errmsg":"invalid appsecret theSecret"}`), notify.AuthConfig, "40125"},
		"the vendor is busy":    {says(200, `{"errcode":-1,"errmsg":"busy"}`), notify.Temporary, "-1"},
		"a fault of no message": {says(200, `{"errcode":40003,"errmsg":"what"}`), notify.AuthConfig, "40003"},
		"a page":                {says(502, `<html>`), notify.Temporary, "http_502"},
		"too many":              {says(429, ``), notify.RateLimited, "http_429"},
		"no answer":             {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, notify.Temporary, CodeLost},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := passAt(t, &keeper{}, test.answer)
			r := p.Use(t.Context(), func(string) notify.Result { panic("sent without a token") })
			require.Equal(t, []any{test.want, test.code}, []any{r.Outcome, r.Code}, "%+v", r)
			require.NotContains(t, r.Detail, "theSecret")
			require.Contains(t, r.Detail, "No access token")
		})
	}
}

func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func TestATokenIsGivenUpBeforeItsEnd(t *testing.T) {
	t.Parallel()
	for seconds, used := range map[int]time.Duration{7200: 115 * time.Minute, 600: 5 * time.Minute, 301: 150500 * time.Millisecond, 2: time.Second} {
		require.Equal(t, used, usable(seconds))
	}
	k := &keeper{}
	p := passAt(t, k, says(200, `{"t":"new","s":7200}`))
	p.Use(t.Context(), func(string) notify.Result { return notify.Result{Outcome: notify.OK} })
	require.Equal(t, []notify.AccessToken{{Value: "new", ExpiresAt: sunday.Add(115 * time.Minute)}}, k.fetched)
	require.NotContains(t, k.key, "theSecret")
	require.True(t, strings.HasPrefix(k.key, "acme:"))
	first := k.key
	p.Account[3] = "another secret"
	require.NotEqual(t, first, p.key(), "another secret is another account")
}

func TestRawJSONWritesCharactersAsTheyAre(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"灯 <b> & '":                 `"灯 <b> & '"`,
		"a\u2028b\u2029c":           "\"a\u2028b\u2029c\"",
		`\u2028`:                    `"\\u2028"`,
		"\\\u2028\\":                "\"\\\\\u2028\\\\\"",
		"\"\n\t\x01":                `"\"\n\t\u0001"`,
		"\u2028 after \\u2028 this": "\"\u2028 after \\\\u2028 this\"",
	} {
		require.Equal(t, want, string(RawJSON(text)))
	}
}
