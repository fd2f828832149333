package fcm

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/google"
	"golang.org/x/oauth2/jwt"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

const scope = "https://www.googleapis.com/auth/firebase.messaging"

// renewBefore is how long before its end a token is renewed.
const renewBefore = time.Minute

// account is a service account that has been read and found usable.
type account struct{ conf *jwt.Config }

// readAccount takes service accounts only: the other kinds of Google credential
// can name programs to run and addresses to call.
func readAccount(text string) (account, error) {
	if !json.Valid([]byte(text)) {
		return account{}, errors.New("the service account key is not JSON")
	}
	conf, err := google.JWTConfigFromJSON([]byte(text), scope)
	if err != nil {
		return account{}, errors.New("the key is not that of a service account")
	}
	if block, _ := pem.Decode(conf.PrivateKey); block == nil || conf.Email == "" {
		return account{}, errors.New("the service account key lacks client_email or private_key")
	}
	return account{conf}, nil
}

// secrets are the parts of the key file that must not be shown on their own.
func (a account) secrets() []string {
	out := []string{string(a.conf.PrivateKey), a.conf.PrivateKeyID}
	for line := range strings.Lines(string(a.conf.PrivateKey)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "-----") {
			out = append(out, line)
		}
	}
	return out
}

// tokens keeps one access token and fetches the next one once for all who wait.
type tokens struct {
	source oauth2.TokenSource
	now    func() time.Time

	mu      sync.Mutex
	token   *oauth2.Token
	fetched *fetch
}

type fetch struct {
	done  chan struct{}
	token *oauth2.Token
	err   error
}

func newTokens(a account, d provider.Deps) *tokens {
	ctx := context.WithValue(context.Background(), oauth2.HTTPClient, d.HTTP)
	return &tokens{source: freshSource{ctx, a.conf}, now: time.Now}
}

// freshSource asks anew each time; tokens decides when.
type freshSource struct {
	ctx  context.Context
	conf *jwt.Config
}

func (f freshSource) Token() (*oauth2.Token, error) { return f.conf.TokenSource(f.ctx).Token() }

// get returns a token, or the result to answer with when there is none. It
// waits no longer than ctx, whatever the fetch does.
func (t *tokens) get(ctx context.Context) (string, *notify.Result) {
	t.mu.Lock()
	if t.token != nil && (t.token.Expiry.IsZero() || t.now().Before(t.token.Expiry.Add(-renewBefore))) {
		defer t.mu.Unlock()
		return t.token.AccessToken, nil
	}
	f := t.fetched
	if f == nil {
		f = &fetch{done: make(chan struct{})}
		t.fetched = f
		go t.fetch(f)
	}
	t.mu.Unlock()
	select {
	case <-f.done:
	case <-ctx.Done():
		code := provider.CodeTimeout
		if errors.Is(ctx.Err(), context.Canceled) {
			code = provider.CodeCancelled
		}
		return "", &notify.Result{Outcome: notify.Temporary, Code: code,
			Detail: "Nothing was sent to the vendor: no access token had come when the call ended."}
	}
	if f.err != nil {
		return "", refusal(f.err)
	}
	return f.token.AccessToken, nil
}

func (t *tokens) fetch(f *fetch) {
	f.token, f.err = t.source.Token()
	t.mu.Lock()
	defer t.mu.Unlock()
	if f.err == nil {
		t.token = f.token
	}
	t.fetched = nil
	close(f.done)
}

// forget drops a token Firebase no longer takes, so that the next call gets
// another.
func (t *tokens) forget(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.token != nil && t.token.AccessToken == token {
		t.token = nil
	}
}

// refusal classes a token that was not given. The message itself was not sent
// in any case. The error's text is not shown: it may hold the signed request.
func refusal(err error) *notify.Result {
	if answer, ok := errors.AsType[*oauth2.RetrieveError](err); ok && answer.Response.StatusCode < http.StatusInternalServerError &&
		answer.Response.StatusCode != http.StatusTooManyRequests {
		return &notify.Result{Outcome: notify.AuthConfig, Code: "token_refused",
			Detail: "Google refused an access token for the service account."}
	}
	return &notify.Result{Outcome: notify.Temporary, Code: "token_unavailable",
		Detail: "Nothing was sent to the vendor: Google gave no access token."}
}

// withoutToken removes the access token from what Firebase said.
func withoutToken(r notify.Result, token string) notify.Result {
	r.Detail = strings.ReplaceAll(r.Detail, token, "[secret]")
	r.Code = strings.ReplaceAll(r.Code, token, "[secret]")
	return r
}
