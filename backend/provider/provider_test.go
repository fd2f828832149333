package provider_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

func manifest() provider.Manifest {
	return provider.Manifest{
		Name: "pigeon", Label: "Pigeon Post", Channel: notify.SMS, Docs: "https://pigeon.test/",
		Settings: []provider.Setting{
			{Key: "key", Label: "Key", Secret: true, Required: true},
			{Key: "mode", Label: "Mode", Default: "fast", Options: []string{"fast", "slow"}},
			{Key: "note", Label: "Note"},
		},
		New: func(provider.Values, provider.Deps) (notify.Sender, error) { return nil, nil },
	}
}

func TestCheckReportsEveryFaultWithItsPath(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		values provider.Values
		want   []string
	}{
		"complete":          {provider.Values{"key": "k"}, nil},
		"required, missing": {provider.Values{}, []string{"settings.key required"}},
		"required, empty":   {provider.Values{"key": ""}, []string{"settings.key required"}},
		"not an option":     {provider.Values{"key": "k", "mode": "lazy"}, []string{"settings.mode not_an_option"}},
		"all at once, in order": {provider.Values{"zzz": "1", "mode": "lazy", "abc": "2"},
			[]string{"settings.abc unknown_setting", "settings.key required", "settings.mode not_an_option", "settings.zzz unknown_setting"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := manifest().Check(c.values)
			if c.want == nil {
				require.NoError(t, err)
				return
			}
			var invalid *notify.Invalid
			require.ErrorAs(t, err, &invalid)
			var got []string
			for _, f := range invalid.Fields {
				got = append(got, f.Path+" "+f.Code)
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestWithFillsInDefaultsAndKeepsTheRest(t *testing.T) {
	t.Parallel()
	given := provider.Values{"key": "k", "mode": "", "note": ""}
	require.Equal(t, provider.Values{"key": "k", "mode": "fast"}, manifest().With(given))
	require.Equal(t, provider.Values{"key": "k", "mode": "", "note": ""}, given, "the input is left alone")
	require.Equal(t, provider.Values{"mode": "slow"}, manifest().With(provider.Values{"mode": "slow"}))
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	cases := map[string]time.Duration{
		"":                               0,
		"0":                              0,
		"120":                            2 * time.Minute,
		"3600":                           time.Hour,
		"3601":                           time.Hour,
		"1000000000":                     time.Hour,
		"9223372036854775807":            time.Hour,
		"99999999999999999999999999":     0,
		"-1":                             0,
		"-9223372036854775808":           0,
		"1.5":                            0,
		"soon":                           0,
		"Sun, 01 Mar 2026 12:00:30 GMT":  30 * time.Second,
		"Sun, 01 Mar 2026 11:59:00 GMT":  0,
		"Mon, 01 Mar 2049 12:00:00 GMT":  time.Hour,
		"Sunday, 01-Mar-26 12:01:00 GMT": time.Minute,
	}
	for header, want := range cases {
		t.Run(header, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, want, provider.RetryAfter(header, now))
		})
	}
}

func TestSoundFindsWhatIsWrongWithAManifest(t *testing.T) {
	t.Parallel()
	require.NoError(t, manifest().Sound())
	cases := map[string]struct {
		spoil func(m *provider.Manifest)
		want  string
	}{
		"no name":               {func(m *provider.Manifest) { m.Name = "" }, "lower-case"},
		"a name for show":       {func(m *provider.Manifest) { m.Name = "Pigeon Post" }, "lower-case"},
		"no label":              {func(m *provider.Manifest) { m.Label = "" }, "label"},
		"an unknown channel":    {func(m *provider.Manifest) { m.Channel = "smoke" }, "smoke"},
		"nothing to make it by": {func(m *provider.Manifest) { m.New = nil }, "New"},
		"a setting twice":       {func(m *provider.Manifest) { m.Settings = append(m.Settings, m.Settings[0]) }, "twice"},
		"a setting unnamed":     {func(m *provider.Manifest) { m.Settings[0].Key = "API Key" }, "lower-case words"},
		"a default not offered": {func(m *provider.Manifest) { m.Settings[1].Default = "lazy" }, "options"},
		"a default secret":      {func(m *provider.Manifest) { m.Settings[0].Default = "hunter2" }, "secret"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := manifest()
			c.spoil(&m)
			require.ErrorContains(t, m.Sound(), c.want)
		})
	}
}

func TestByStatusBelievesOnlyWhatRulesOutAcceptance(t *testing.T) {
	t.Parallel()
	clear := map[int]notify.Outcome{
		401: notify.AuthConfig, 403: notify.AuthConfig, 404: notify.AuthConfig, 405: notify.AuthConfig,
		407: notify.AuthConfig, 410: notify.AuthConfig, 413: notify.ContentRejected, 429: notify.RateLimited,
	}
	for status := 200; status < 600; status++ {
		want, known := clear[status]
		if !known {
			want = notify.Ambiguous
		}
		r := provider.Answer{Status: status, Header: http.Header{}}.ByStatus()
		require.Equal(t, want, r.Outcome, status)
		require.NotEmpty(t, r.Code)
		require.NotEmpty(t, r.Detail)
	}
}
