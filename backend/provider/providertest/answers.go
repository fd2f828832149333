package providertest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func (c Case) classes(t *testing.T) {
	covered := map[notify.Outcome]bool{notify.OK: true}
	for _, never := range c.Never {
		covered[never] = true
	}
	for _, f := range c.Fixtures {
		require.False(t, slices.Contains(c.Never, f.Want), "%s is called impossible and has a fixture", f.Want)
		covered[f.Want] = true
	}
	for _, class := range notify.Outcomes {
		require.True(t, covered[class], "no fixture for %s", class)
	}
	for _, f := range c.Fixtures {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			v := newVendor(t, reply(f.Answer))
			r := c.send(t, v)
			require.Equal(t, f.Want, r.Outcome, "%+v", r)
			require.Len(t, v.seen(), 1)
			require.Empty(t, r.ProviderMessageID)
			if f.Code != "" {
				require.Equal(t, f.Code, r.Code)
			}
		})
	}
}

const page = "<!DOCTYPE html><html><body><h1>Something in between</h1></body></html>"

func (c Case) unclear(t *testing.T) {
	html := http.Header{"Content-Type": {"text/html"}}
	json := http.Header{"Content-Type": {"application/json"}}
	answers := map[string]Answer{
		"200 with a page":        {200, html, page},
		"200 with broken JSON":   {200, json, `{"ok":tru`},
		"200 with another shape": {200, json, `[1,2,3]`},
		"200 with null":          {200, json, `null`},
		"204 with nothing":       {Status: 204},
		"400 with a page":        {400, html, page},
		"408 with nothing":       {Status: 408},
		"500 with a page":        {500, html, page},
		"500 with nothing":       {Status: 500},
		"502 with a page":        {502, html, page},
		"503 with a page":        {503, html, page},
		"504 with a page":        {504, html, page},
		"599 with nothing":       {Status: 599},
	}
	for i, a := range c.Unclear {
		answers[fmt.Sprintf("the vendor's own %d", i)] = a
	}
	for name, a := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVendor(t, reply(a))
			require.Equal(t, c.bare(a.Status), c.send(t, v).Outcome)
			require.Len(t, v.seen(), 1)
		})
	}
}

func (c Case) redirects(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			inside := newVendor(t, reply(c.Yes))
			v := newVendor(t, reply(Answer{Status: status, Body: c.Yes.Body}.With("Location", inside.url()+"/inside")))
			r := c.send(t, v)
			require.Equal(t, c.bare(status), r.Outcome)
			require.Empty(t, inside.seen(), "a redirect to a private address was followed")
		})
	}
}

func (c Case) retryAfter(t *testing.T) {
	forms := map[string]struct {
		header string
		want   time.Duration
	}{
		"seconds":       {"7", 7 * time.Second},
		"an HTTP date":  {Now.Add(30 * time.Second).Format(http.TimeFormat), 30 * time.Second},
		"a date passed": {Now.Add(-time.Hour).Format(http.TimeFormat), c.QuietWait},
		"years":         {"1000000000", time.Hour},
		"a date far on": {Now.AddDate(20, 0, 0).Format(http.TimeFormat), time.Hour},
		"negative":      {"-5", c.QuietWait},
		"words":         {"soon", c.QuietWait},
		"missing":       {"", c.QuietWait},
	}
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := c.Limited
			if form.header != "" {
				a = a.With("Retry-After", form.header)
			}
			v := newVendor(t, reply(a))
			r := c.send(t, v)
			require.Equal(t, notify.RateLimited, r.Outcome)
			require.Equal(t, form.want, r.RetryAfter)
			require.Len(t, v.seen(), 1)
		})
	}
	t.Run("a bare 429 is a rate limit", func(t *testing.T) {
		t.Parallel()
		v := newVendor(t, reply(Answer{Status: 429}.With("Retry-After", "3")))
		r := c.send(t, v)
		require.Equal(t, notify.RateLimited, r.Outcome)
		require.Equal(t, 3*time.Second, r.RetryAfter)
	})
}

// secrets lets the vendor repeat the whole request in its refusal, and all
// secrets in every encoding.
func (c Case) secrets(t *testing.T) {
	t.Run("when the request is echoed", func(t *testing.T) {
		t.Parallel()
		probe := newVendor(t, reply(c.Yes))
		require.Equal(t, notify.OK, c.send(t, probe).Outcome)
		sent := probe.seen()[0]
		texts := []string{sent.Path, sent.Query}
		for _, values := range sent.Header {
			texts = append(texts, values...)
		}
		for _, text := range texts {
			c.echo(t, text, sent.Header.Get("Authorization"))
		}
	})
	t.Run("when they come back encoded", func(t *testing.T) {
		t.Parallel()
		for _, form := range c.secretForms() {
			c.echo(t, form, form)
			c.echo(t, strings.Repeat("x", 290)+form, form)
		}
	})
}

func (c Case) echo(t *testing.T, text, secret string) {
	v := newVendor(t, reply(c.Echo(text)))
	r := c.send(t, v)
	require.NotEqual(t, notify.OK, r.Outcome)
	// What follows the scheme word in Authorization is the secret.
	if words := strings.Fields(secret); len(words) > 0 {
		require.NotContains(t, fmt.Sprintf("%+v", r), words[len(words)-1])
	}
}
