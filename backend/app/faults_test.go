package app

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/sandbox"
	"clarion/backend/sandbox/webpush"
	"clarion/backend/sandbox/wire"
)

// people are an address of each vendor that usually takes messages.
var people = map[string]string{
	"sendgrid": "ada@example.com", "ses": "ada@example.com", "mailchimp": "ada@example.com", "smtp": "ada@example.com",
	"twilio": "+447700900123", "sns": "+447700900123", "whatsapp": "+447700900123", "twiliowhatsapp": "+447700900123",
	"fcm": "tok-1", "slack": "C0GENERAL", "telegram": "1001", "webpush": webpush.Subscription("ada"), "webhook": "https://hooks.example.com/in",
	"wechat": "oSANDBOXada00000000000000000", "wecom": "ada", "wecomrobot": "group", "dingtalkwork": "ada", "dingtalk": "group",
	"feishu": "ou_ada", "feishurobot": "group",
}

// usual is what follows from a fault at nearly all vendors.
var usual = map[sandbox.FaultKind]notify.Outcome{
	sandbox.None: notify.OK, sandbox.RateLimit: notify.RateLimited, sandbox.Hang: notify.Ambiguous, sandbox.Reset: notify.Ambiguous,
	sandbox.TimeoutAfterAccept: notify.Ambiguous, sandbox.BadJSON: notify.Ambiguous, sandbox.Status: notify.Ambiguous,
	sandbox.Undelivered: notify.OK, sandbox.Bounce: notify.InvalidRecipient,
	wire.InvalidRecipient: notify.InvalidRecipient, wire.RecipientBlocked: notify.RecipientBlocked, wire.ContentRejected: notify.ContentRejected,
	wire.AuthConfig: notify.AuthConfig, wire.Temporary: notify.Temporary, wire.Partial: notify.InvalidRecipient,
	wire.OKWithError: notify.Ambiguous, wire.NoID: notify.Ambiguous, wire.WrongType: notify.OK, wire.HangMidBody: notify.Ambiguous,
	wire.ResetMidBody: notify.Ambiguous, wire.SlowBody: notify.Ambiguous, wire.HugeBody: notify.Ambiguous, wire.Redirect: notify.Ambiguous,
}

// otherwise is what follows at vendors that say it in another way.
var otherwise = map[string]map[sandbox.FaultKind]notify.Outcome{
	// Mail is taken first and comes back later.
	"sendgrid": {sandbox.Bounce: notify.OK}, "ses": {sandbox.Bounce: notify.OK}, "mailchimp": {sandbox.Bounce: notify.OK},
	"smtp": {sandbox.Status: notify.ContentRejected},
	// Those that say no below a success are understood.
	"slack": inside, "wechat": inside, "wecom": inside, "dingtalkwork": inside,
	"telegram": {sandbox.Bounce: notify.RecipientBlocked, wire.OKWithError: notify.ContentRejected},
	"feishu":   {sandbox.Bounce: notify.RecipientBlocked, wire.OKWithError: notify.ContentRejected},
	// A robot has nobody who could be out of reach: it is gone itself.
	"feishurobot": robot, "dingtalk": robot, "wecomrobot": robot,
	// Where the status is the whole protocol, the body says nothing.
	"webpush": {sandbox.BadJSON: notify.OK, wire.OKWithError: notify.OK, wire.NoID: notify.OK},
	"webhook": {
		sandbox.BadJSON: notify.OK, wire.OKWithError: notify.OK, wire.NoID: notify.OK,
		sandbox.Status: notify.RateLimited, wire.Redirect: notify.ContentRejected,
	},
}

var (
	inside = map[sandbox.FaultKind]notify.Outcome{wire.OKWithError: notify.ContentRejected}
	robot  = map[sandbox.FaultKind]notify.Outcome{sandbox.Bounce: notify.AuthConfig, wire.OKWithError: notify.ContentRejected}
)

func message(name string) notify.Outbound {
	data := map[string]string{"thing1": "x"}
	if name == "wechat" {
		data["template_id"] = "ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY"
	}
	return notify.Outbound{MessageID: notify.NewID(notify.MessageID), To: people[name], RecipientID: "ada", Content: notify.Content{
		Subject: "Hi", Title: "Hi", Text: "Hello", Body: "Hello", HTML: "<p>Hello</p>", URL: "https://shop.example.com/", Data: data,
	}}
}

// lentStation is a station whose sender has the house's access tokens, for vendors
// that give them.
func lentStation(t *testing.T, name string) *station {
	t.Helper()
	s := stationOf(t, name)
	if _, lends := tokenVendors[name]; lends {
		s.sender = hubs(t, name, 1, s.url, s.box.Account(name))[0]
	}
	if calls, hook := s.box.CallsBack(name); calls && !hook {
		require.NoError(t, s.box.SetCallbackURL(name, "http://127.0.0.1:9"))
	}
	return s
}

// endless are the faults in which the caller waits in vain.
var endless = []sandbox.FaultKind{sandbox.Hang, sandbox.TimeoutAfterAccept, wire.HangMidBody, wire.SlowBody}

// sent makes one call. One that waits in vain is given up once it is on the
// ledger, however fast this machine is.
func (s *station) sent(t *testing.T, name string, kind sandbox.FaultKind) notify.Result {
	t.Helper()
	before, _ := s.box.Requests(sandbox.RequestFilter{Limit: 1})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if slices.Contains(endless, kind) {
		go func() {
			tick := time.NewTicker(time.Millisecond)
			defer tick.Stop()
			for ctx.Err() == nil {
				now, _ := s.box.Requests(sandbox.RequestFilter{Limit: 1})
				if len(now) > 0 && (len(before) == 0 || now[0].ID != before[0].ID) {
					cancel()
				}
				<-tick.C
			}
		}()
	}
	return s.sender.Send(ctx, message(name))
}

func TestEachFaultOfEachVendorIsTheOutcomeItStandsFor(t *testing.T) {
	t.Parallel()
	for _, name := range sandbox.Providers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := lentStation(t, name)
			require.Equal(t, notify.OK, s.sent(t, name, sandbox.None).Outcome, "a good call, which also fetches what tokens there are")
			for _, kind := range s.box.Supports(name) {
				f := sandbox.Fault{Provider: name, Fault: kind}
				if kind == sandbox.Status {
					f.Status = 502
				}
				require.NoError(t, s.box.SetFault(f))
				want, other := otherwise[name][kind]
				if !other {
					want = usual[kind]
				}
				r := s.sent(t, name, kind)
				require.Equal(t, want, r.Outcome, "%s: %+v", kind, r)
				ledger, _ := s.box.Requests(sandbox.RequestFilter{Limit: 1})
				require.Equal(t, kind, ledger[0].Fault, "it struck")
			}
		})
	}
}

func TestRetryAfterOfTheBoxIsReadInEachOfItsForms(t *testing.T) {
	t.Parallel()
	s := lentStation(t, "sendgrid")
	for form, want := range map[sandbox.RetryAfterForm][2]time.Duration{
		"": {90 * time.Second, 90 * time.Second}, sandbox.InSeconds: {90 * time.Second, 90 * time.Second},
		// A date has no fractions, and time passes until it is read.
		sandbox.AsDate:   {time.Second, 90 * time.Second},
		sandbox.DatePast: {0, 0}, sandbox.Negative: {0, 0}, sandbox.InWords: {0, 0}, sandbox.Years: {time.Hour, time.Hour},
	} {
		for _, f := range []sandbox.Fault{{Fault: sandbox.RateLimit}, {Fault: sandbox.Status, Status: 503}} {
			f.Provider, f.RetryAfterSeconds, f.RetryAfterForm = "sendgrid", 90, form
			require.NoError(t, s.box.SetFault(f))
			r := s.sent(t, "sendgrid", f.Fault)
			require.GreaterOrEqual(t, r.RetryAfter, want[0], form)
			require.LessOrEqual(t, r.RetryAfter, want[1], form)
		}
	}
}

// reporting are the vendors that call back about a message.
func reporting(box *sandbox.Sandbox) []string {
	return slices.DeleteFunc(sandbox.Providers(), func(name string) bool {
		calls, _ := box.CallsBack(name)
		return !calls
	})
}

func TestCallbacksOfTheBoxDoWhatVendorsDoAtTheirWorst(t *testing.T) {
	t.Parallel()
	box, err := sandbox.Open(sandbox.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, box.Close()) })
	for _, name := range reporting(box) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := lentStation(t, name)
			receipts := s.hub(t, name)
			delivered := func(id string) func() bool {
				return func() bool {
					return slices.ContainsFunc(receipts(), func(r notify.Receipt) bool {
						return r.Status == notify.Delivered && (r.MessageID == id || r.ProviderMessageID == id)
					})
				}
			}
			for trick, c := range map[string]sandbox.Callback{
				"ten times and shuffled": {Duplicates: 9, Shuffle: true}, "unknown fields": {UnknownFields: true},
				"an unknown status": {UnknownStatus: true}, "before the answer": {BeforeAnswer: true, UnknownFields: true},
			} {
				require.NoError(t, s.box.SetFault(sandbox.Fault{Provider: name, Fault: sandbox.None, Callback: c}))
				m := message(name)
				r := s.sender.Send(t.Context(), m)
				require.Equal(t, notify.OK, r.Outcome, trick)
				if c.BeforeAnswer {
					require.True(t, delivered(m.MessageID)() || delivered(r.ProviderMessageID)(), "what became of it is known before the answer")
				}
				require.Eventually(t, func() bool { return delivered(m.MessageID)() || delivered(r.ProviderMessageID)() }, time.Minute, 5*time.Millisecond, trick)
				for _, each := range receipts() {
					require.NotEqual(t, notify.Failed, each.Status, "%s: what nobody has heard of changes nothing: %+v", trick, each)
				}
				if c.Duplicates > 0 {
					keys := map[string]int{}
					for _, each := range receipts() {
						keys[each.DedupKey]++
					}
					for key := range keys {
						require.NotEmpty(t, key)
					}
				}
			}
		})
	}
}
