// Package providertest is the suite every vendor passes. It plays the vendor on
// loopback, below HTTP where needed, and knows nothing of any single one: what
// is particular comes in a Case. It is for tests only.
package providertest

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// Now is the moment at which every case is played.
var Now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// CallbackURL is where the vendor is told to call back.
const CallbackURL = "https://hub.example.test/callbacks/int_1"

// patience is the time a call may take in these tests; calls that hang last
// that long.
const patience = 400 * time.Millisecond

// Fixture is an answer of the vendor and the class it must be given.
type Fixture struct {
	Name   string
	Answer Answer
	Want   notify.Outcome
	// Code is what the result must carry; empty means any.
	Code string
}

// Case is what the suite needs to know of one vendor.
type Case struct {
	Manifest provider.Manifest
	// Settings are complete; every secret among them is at least 8 long.
	Settings provider.Values
	Message  notify.Outbound
	// Yes is the vendor's acceptance and WantID the id in it. WantID is empty
	// for a vendor that gives none.
	Yes    Answer
	WantID string
	// Sent checks the one request of a successful call.
	Sent func(t *testing.T, r Request)
	// Fixtures hold every class the vendor can answer with, apart from ok.
	Fixtures []Fixture
	// Never are the classes this vendor has no answer for.
	Never []notify.Outcome
	// Unclear are answers with a status of success that prove nothing.
	Unclear []Answer
	// Statuses are the classes of answers that say nothing but their status, for
	// a vendor whose protocol is made of statuses; else they are ambiguous.
	Statuses map[int]notify.Outcome
	// Mark is how our id looks in a request; nil means as it is.
	Mark func(id string) string
	// Limited is a 429; QuietWait is the wait when it names no usable time.
	Limited   Answer
	QuietWait time.Duration
	// Echo builds a refusal in which the vendor repeats text.
	Echo func(text string) Answer
	// Probed is the vendor's word that the account works, and ProbePath what was
	// asked; both are empty for a vendor that cannot be asked.
	Probed    Answer
	ProbePath string
	// MayNotAsk is the vendor's answer to a probe by a key that may send and not
	// ask; empty for a vendor that has no such keys.
	MayNotAsk Answer
	// Token is the access token the house has for the account; empty for a
	// vendor without one.
	Token string
	// Incomplete maps the path of a fault to settings that have it.
	Incomplete map[string]provider.Values
}

// Run plays the whole suite.
func Run(t *testing.T, c Case) {
	t.Run("the manifest is sound", func(t *testing.T) { t.Parallel(); c.manifest(t) })
	t.Run("incomplete settings are refused with the path", func(t *testing.T) { t.Parallel(); c.incomplete(t) })
	t.Run("an accepted message is ok and has the vendor's id", func(t *testing.T) { t.Parallel(); c.accepted(t) })
	t.Run("concurrent messages do not mix", func(t *testing.T) { t.Parallel(); c.concurrent(t) })
	t.Run("answers are classed", func(t *testing.T) { t.Parallel(); c.classes(t) })
	t.Run("unclear answers are ambiguous", func(t *testing.T) { t.Parallel(); c.unclear(t) })
	t.Run("faults are classed", func(t *testing.T) { t.Parallel(); c.faults(t) })
	t.Run("over TLS a kept connection is no reason to send twice", func(t *testing.T) { t.Parallel(); c.keptAlive(t) })
	t.Run("what was never sent is temporary", func(t *testing.T) { t.Parallel(); c.neverSent(t) })
	t.Run("the context is obeyed", func(t *testing.T) { t.Parallel(); c.context(t) })
	t.Run("redirects are not followed", func(t *testing.T) { t.Parallel(); c.redirects(t) })
	t.Run("Retry-After is read in every form", func(t *testing.T) { t.Parallel(); c.retryAfter(t) })
	t.Run("a vendor that can be asked tells a good account from a bad one", func(t *testing.T) { t.Parallel(); c.probe(t) })
	t.Run("no secret is ever shown", func(t *testing.T) { t.Parallel(); c.secrets(t) })
}

// bare is the class of an answer that says nothing but its status.
func (c Case) bare(status int) notify.Outcome {
	if known, ok := c.Statuses[status]; ok {
		return known
	}
	return notify.Ambiguous
}

// Open makes the case's sender against a vendor at base.
func (c Case) Open(t testing.TB, base string, o provider.ClientOptions) notify.Sender {
	t.Helper()
	if o.Timeout == 0 {
		o.Timeout = patience
	}
	client := provider.NewHTTPClient(o)
	t.Cleanup(client.CloseIdleConnections)
	s, err := c.Manifest.New(c.Settings, provider.Deps{
		HTTP: client, BaseURL: base, CallbackURL: CallbackURL, Now: func() time.Time { return Now }, Tokens: lent(c.Token),
	})
	require.NoError(t, err)
	return s
}

// send makes one call against a vendor and proves what holds for every call: at
// most one request, a known class, and no secret in what it says.
func (c Case) send(t *testing.T, v *vendor) notify.Result {
	t.Helper()
	r := c.Open(t, v.url(), provider.ClientOptions{}).Send(t.Context(), c.Message)
	require.LessOrEqual(t, len(v.seen()), 1, "one call is at most one request")
	c.check(t, r)
	return r
}

func (c Case) check(t *testing.T, r notify.Result) {
	t.Helper()
	require.Contains(t, notify.Outcomes, r.Outcome)
	if r.Outcome != notify.OK {
		require.NotEmpty(t, r.Code, "a fault has a code")
		require.NotEmpty(t, r.Detail, "a fault has a sentence")
	}
	shown := fmt.Sprintf("%+v", r)
	for _, form := range c.secretForms() {
		require.NotContains(t, shown, form)
	}
}

func (c Case) secretForms() []string {
	var forms []string
	secrets := c.Manifest.SecretsOf(c.Settings)
	if c.Token != "" {
		secrets = append(secrets, c.Token)
	}
	for _, s := range secrets {
		forms = append(forms, s, url.QueryEscape(s), url.PathEscape(s), base64.StdEncoding.EncodeToString([]byte(s)))
	}
	return forms
}

func (c Case) manifest(t *testing.T) {
	require.NoError(t, c.Manifest.Sound())
	require.NoError(t, c.Manifest.Check(c.Manifest.With(c.Settings)))
	require.Equal(t, c.Message.Channel, c.Manifest.Channel)
	secrets := c.Manifest.SecretsOf(c.Settings)
	require.NotEmpty(t, secrets, "the case must hold a secret")
	for _, s := range secrets {
		require.GreaterOrEqual(t, len(s), 8, "a short secret could be missed")
	}
}

func (c Case) incomplete(t *testing.T) {
	all := maps.Clone(c.Incomplete)
	for _, s := range c.Manifest.Settings {
		if s.Required && s.Default == "" {
			without := maps.Clone(c.Settings)
			delete(without, s.Key)
			all["settings."+s.Key] = without
		}
	}
	withMore := maps.Clone(c.Settings)
	withMore["no_such_setting"] = "x"
	all["settings.no_such_setting"] = withMore
	for path, settings := range all {
		t.Run(path, func(t *testing.T) {
			_, err := c.Manifest.New(settings, provider.Deps{HTTP: provider.NewHTTPClient(provider.ClientOptions{})})
			var invalid *notify.Invalid
			require.ErrorAs(t, err, &invalid)
			require.True(t, slices.ContainsFunc(invalid.Fields, func(f notify.FieldError) bool { return f.Path == path }), "%v", err)
			for _, form := range c.secretForms() {
				require.NotContains(t, err.Error(), form)
			}
		})
	}
}

func (c Case) accepted(t *testing.T) {
	v := newVendor(t, reply(c.Yes))
	r := c.send(t, v)
	require.Equal(t, notify.Result{Outcome: notify.OK, ProviderMessageID: c.WantID}, r)
	require.Len(t, v.seen(), 1)
	c.Sent(t, v.seen()[0])
}
