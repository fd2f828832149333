package sandbox_test

import (
	"encoding/json"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/sandbox"
)

func TestStatusIsAnsweredInTheVendorsOwnWords(t *testing.T) {
	t.Parallel()
	tests := []struct {
		provider string
		status   int
		want     string
	}{
		{"sendgrid", 500, `{"errors":[{"message":"Internal Server Error","field":null,"help":null}]}`},
		{"sendgrid", 401, `"message":"The provided authorization grant is invalid, expired, or revoked"`},
		{"sendgrid", 413, `"message":"Payload Too Large"`},
		{"twilio", 503, `"code":20503,`},
		{"twilio", 500, `"code":20500,`},
		{"twilio", 401, `"code":20003,`},
		{"fcm", 503, `"errorCode":"UNAVAILABLE"`},
		{"fcm", 500, `"errorCode":"INTERNAL"`},
		{"fcm", 403, `"status":"PERMISSION_DENIED"`},
		{"fcm", 404, `"errorCode":"UNREGISTERED"`},
		{"slack", 503, `"error":"service_unavailable"`},
		{"slack", 500, `"error":"internal_error"`},
		{"slack", 504, "<html>"},
		{"twilio", 502, "<html>"},
		{"ses", 500, "unknown error"},
		{"mailchimp", 500, `"name":"GeneralError"`},
		{"mailchimp", 503, `"name":"ServiceUnavailable"`},
		{"ses", 403, "not authorized"},
		{"sns", 503, "<Code>ServiceUnavailable</Code>"},
		{"sns", 500, "<Code>InternalError</Code>"},
	}
	for _, c := range tests {
		b := open(t, sandbox.Config{})
		require.NoError(t, b.SetFault(sandbox.Fault{Provider: c.provider, Fault: sandbox.Status, Status: c.status, RetryAfterSeconds: 3}))
		got := b.must(sends[c.provider]("msg_1"))
		require.Equal(t, c.status, got.status)
		require.Contains(t, got.body, c.want)
		require.Equal(t, "3", got.header.Get("Retry-After"))
		require.Empty(t, b.messages(), "not accepted")
		require.Equal(t, []any{sandbox.Status, c.status, "msg_1"}, b.struck())
	}
}

// struck is what the newest ledger entry says about its fault.
func (b *box) struck() []any {
	r := b.requests()[0]
	return []any{r.Fault, r.AnsweredStatus, r.MessageID}
}

func TestRateLimitIsEachVendorsOwn429(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"sendgrid": "too many requests", "twilio": `"code":20429,`,
		"fcm": `"errorCode":"QUOTA_EXCEEDED"`, "slack": `"error":"ratelimited"`,
		"ses": "Maximum sending rate exceeded.", "mailchimp": "TooManyRequests", "sns": "<Code>Throttled</Code>",
	}
	for provider, body := range want {
		b := open(t, sandbox.Config{})
		require.NoError(t, b.SetFault(sandbox.Fault{Provider: provider, Fault: sandbox.RateLimit, RetryAfterSeconds: 7}))
		got := b.must(sends[provider]("msg_1"))
		require.Equal(t, 429, got.status)
		require.Contains(t, got.body, body)
		require.Equal(t, "7", got.header.Get("Retry-After"))
		if provider == "sendgrid" {
			require.Equal(t, "0", got.header.Get("X-RateLimit-Remaining"))
			require.NotEmpty(t, got.header.Get("X-RateLimit-Limit"))
			require.NotEmpty(t, got.header.Get("X-RateLimit-Reset"))
		}
		require.Empty(t, b.messages())
	}
}

func TestRateLimitWithoutSecondsSendsNoRetryAfterExceptSlackWhichAlwaysDoes(t *testing.T) {
	t.Parallel()
	for provider, want := range map[string]string{"sendgrid": "", "twilio": "", "fcm": "", "slack": "1"} {
		b := open(t, sandbox.Config{})
		require.NoError(t, b.SetFault(sandbox.Fault{Provider: provider, Fault: sandbox.RateLimit}))
		require.Equal(t, want, b.must(sends[provider]("msg_1")).header.Get("Retry-After"))
	}
}

func TestFaultsThatLeaveTheCallerWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	for provider := range sends {
		for kind, accepted := range map[sandbox.FaultKind]int{sandbox.Hang: 0, sandbox.Reset: 0, sandbox.TimeoutAfterAccept: 1} {
			t.Run(provider+" "+string(kind), func(t *testing.T) {
				t.Parallel()
				b := open(t, sandbox.Config{})
				require.NoError(t, b.SetFault(sandbox.Fault{Provider: provider, Fault: kind}))
				a := sends[provider]("msg_1")
				a.leaves = b.shortlyAfter(1)
				_, err := b.do(a)
				require.Error(t, err)
				require.Len(t, b.messages(), accepted)
				require.Len(t, b.requests(), 1)
				require.Equal(t, []any{kind, 0, "msg_1"}, b.struck())
			})
		}
	}
}

func TestBadJSONIsAcceptedAndUnreadable(t *testing.T) {
	t.Parallel()
	for provider, status := range map[string]int{"sendgrid": 202, "twilio": 201, "fcm": 200, "slack": 200, "ses": 200, "sns": 200, "mailchimp": 200} {
		b := open(t, sandbox.Config{})
		require.NoError(t, b.SetFault(sandbox.Fault{Provider: provider, Fault: sandbox.BadJSON}))
		got := b.must(sends[provider]("msg_1"))
		require.Equal(t, status, got.status)
		require.NotEmpty(t, got.body)
		require.False(t, json.Valid([]byte(got.body)), got.body)
		require.Empty(t, got.header.Get("X-Message-Id"))
		require.Len(t, b.messages(), 1)
	}
}

func TestBounceIsTheVendorsPermanentErrorWhereItIsKnownAtOnce(t *testing.T) {
	t.Parallel()
	for provider, want := range map[string]string{
		"twilio": `"code":21211`, "fcm": "UNREGISTERED", "slack": "channel_not_found",
		"sns": "<Code>InvalidParameter</Code>",
	} {
		b := open(t, sandbox.Config{})
		require.NoError(t, b.SetFault(sandbox.Fault{Provider: provider, Fault: sandbox.Bounce}))
		require.Contains(t, b.must(sends[provider]("msg_1")).body, want)
		require.Empty(t, b.messages())
		require.Equal(t, sandbox.Bounce, b.requests()[0].Fault)
	}
	b := open(t, sandbox.Config{})
	require.NoError(t, b.SetFault(sandbox.Fault{Provider: "slack", Fault: sandbox.Bounce}))
	got := b.must(hookWith("T1/B1/secret", `{"text":"hi"}`))
	require.Equal(t, []any{404, "channel_not_found"}, []any{got.status, got.body})
}

func TestARefusedCallIsRefusedWhateverTheFaultAfterAccepting(t *testing.T) {
	t.Parallel()
	b := open(t, sandbox.Config{})
	require.NoError(t, b.SetFault(sandbox.Fault{Provider: "slack", Fault: sandbox.BadJSON}))
	require.Contains(t, b.must(slackTo("C000MISSING", "msg_1")).body, "channel_not_found")
	require.Equal(t, []any{sandbox.None, 200, "msg_1"}, b.struck())
}

func TestAFaultStrikesOneVendorUntilItIsTakenBack(t *testing.T) {
	t.Parallel()
	b := open(t, sandbox.Config{})
	require.NoError(t, b.SetFault(sandbox.Fault{Provider: "fcm", Fault: sandbox.Status, Status: 503}))
	require.Equal(t, 503, b.must(pushTo("tok", "msg_1")).status)
	require.Equal(t, 200, b.must(slackTo("C0GENERAL", "msg_2")).status)
	require.NoError(t, b.SetFault(sandbox.Fault{Provider: "fcm", Fault: sandbox.None}))
	require.Equal(t, 200, b.must(pushTo("tok", "msg_3")).status)
}

func TestRateStrikesThatShareAndTheSameSeedStrikesTheSameCalls(t *testing.T) {
	t.Parallel()
	run := func(seed uint64) (string, int) {
		b := open(t, sandbox.Config{Seed: seed})
		require.NoError(t, b.SetFault(sandbox.Fault{Provider: "fcm", Fault: sandbox.Status, Status: 503, Rate: 0.3}))
		pattern, struck := "", 0
		for range 400 {
			if b.must(pushTo("tok", "msg_1")).status == 503 {
				pattern, struck = pattern+"x", struck+1
			} else {
				pattern += "."
			}
		}
		return pattern, struck
	}
	first, struck := run(42)
	again, _ := run(42)
	other, _ := run(43)
	require.Equal(t, first, again)
	require.NotEqual(t, first, other)
	require.InDelta(t, 120, struck, 45) // five standard deviations
}

func TestFaultyFaultsAreRefusedWithTheirPaths(t *testing.T) {
	t.Parallel()
	good := sandbox.Fault{Provider: "twilio", Fault: sandbox.Status, Status: 503}
	tests := []struct {
		name, path string
		change     func(*sandbox.Fault)
	}{
		{"unknown provider", "provider", func(f *sandbox.Fault) { f.Provider = "mailgun" }},
		{"no fault", "fault", func(f *sandbox.Fault) { f.Fault = "" }},
		{"unknown fault", "fault", func(f *sandbox.Fault) { f.Fault = "explode" }},
		{"undelivered push", "fault", func(f *sandbox.Fault) { f.Provider, f.Fault = "fcm", sandbox.Undelivered }},
		{"undelivered post", "fault", func(f *sandbox.Fault) { f.Provider, f.Fault = "slack", sandbox.Undelivered }},
		{"status missing", "status", func(f *sandbox.Fault) { f.Status = 0 }},
		{"status of success", "status", func(f *sandbox.Fault) { f.Status = 200 }},
		{"status beyond", "status", func(f *sandbox.Fault) { f.Status = 600 }},
		{"rate over one", "rate", func(f *sandbox.Fault) { f.Rate = 1.1 }},
		{"rate below zero", "rate", func(f *sandbox.Fault) { f.Rate = -0.1 }},
		{"rate not a number", "rate", func(f *sandbox.Fault) { f.Rate = math.NaN() }},
		{"no words for it", "fault", func(f *sandbox.Fault) { f.Provider, f.Fault = "sendgrid", "recipient_blocked" }},
		{"no HTTP", "fault", func(f *sandbox.Fault) { f.Provider, f.Fault = "smtp", "redirect" }},
		{"an odd Retry-After", "retry_after_form", func(f *sandbox.Fault) { f.RetryAfterForm = "soonish" }},
		{"negative Retry-After", "retry_after_seconds", func(f *sandbox.Fault) { f.RetryAfterSeconds = -1 }},
		{"negative delay", "callback.delay_ms", func(f *sandbox.Fault) { f.Callback.DelayMS = -1 }},
		{"delay of an hour", "callback.delay_ms", func(f *sandbox.Fault) { f.Callback.DelayMS = 3_600_000 }},
		{"negative duplicates", "callback.duplicates", func(f *sandbox.Fault) { f.Callback.Duplicates = -1 }},
		{"too many duplicates", "callback.duplicates", func(f *sandbox.Fault) { f.Callback.Duplicates = 101 }},
	}
	b := open(t, sandbox.Config{})
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			f := good
			c.change(&f)
			var invalid *notify.Invalid
			require.True(t, errors.As(b.SetFault(f), &invalid))
			require.Len(t, invalid.Fields, 1)
			require.Equal(t, c.path, invalid.Fields[0].Path)
			require.NotEmpty(t, invalid.Fields[0].Code)
		})
	}
	for _, f := range b.Faults() {
		require.Equal(t, sandbox.None, f.Fault, "a refused fault changes nothing")
	}
}

func TestCloseLetsHangingCallersGo(t *testing.T) {
	t.Parallel()
	b := open(t, sandbox.Config{})
	require.NoError(t, b.SetFault(sandbox.Fault{Provider: "fcm", Fault: sandbox.Hang}))
	ended := make(chan error, 1)
	go func() {
		_, err := b.do(pushTo("tok", "msg_1"))
		ended <- err
	}()
	require.Eventually(t, func() bool { return len(b.requests()) == 1 }, patience, time.Millisecond)
	require.NoError(t, b.Close())
	require.Error(t, <-ended)
}
