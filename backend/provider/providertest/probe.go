package providertest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// probe plays the question whether the account works. No answer but the
// vendor's own yes may pass for one.
func (c Case) probe(t *testing.T) {
	ask := func(t *testing.T, a Answer) (notify.Result, []Request) {
		v := newVendor(t, reply(a))
		prober, ok := c.Open(t, v.url(), provider.ClientOptions{}).(notify.Prober)
		require.Equal(t, c.ProbePath != "", ok, "the case says whether the vendor can be asked")
		if !ok {
			return notify.Result{Outcome: notify.OK}, nil
		}
		r := prober.Probe(t.Context())
		c.check(t, r)
		return r, v.seen()
	}
	r, seen := ask(t, c.Probed)
	require.Equal(t, notify.OK, r.Outcome, "%+v", r)
	if c.ProbePath == "" {
		return
	}
	require.Len(t, seen, 1)
	require.Equal(t, c.ProbePath, seen[0].Path)
	require.NotContains(t, strings.ToLower(seen[0].Body), c.Message.To, "nobody is written to")
	if c.MayNotAsk.Status != 0 {
		r, _ := ask(t, c.MayNotAsk)
		require.Equal(t, provider.CodeMayNotAsk, r.Code, "a key that may not ask may still send")
		require.Equal(t, notify.Ambiguous, r.Outcome)
	}
	for name, a := range map[string]Answer{
		"refused":    {Status: http.StatusUnauthorized},
		"limited":    c.Limited,
		"unreadable": {Status: http.StatusOK, Body: "<html>welcome to the hotel</html>"},
		"echoed":     c.Echo(c.Manifest.SecretsOf(c.Settings)[0]),
		"empty":      {Status: http.StatusOK, Body: "{}"},
	} {
		t.Run(name, func(t *testing.T) {
			r, _ := ask(t, a)
			require.NotEqual(t, notify.OK, r.Outcome)
			if name == "refused" {
				require.Equal(t, notify.AuthConfig, r.Outcome)
			}
		})
	}
}
