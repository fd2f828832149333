package sandbox_test

import (
	"errors"
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/sendgrid/sendgrid-go/helpers/eventwebhook"
	"github.com/stretchr/testify/require"
	twilioclient "github.com/twilio/twilio-go/client"

	"clarion/backend/notify"
	"clarion/backend/sandbox"
)

func atLeast(n int) func([]receipt) bool { return func(got []receipt) bool { return len(got) >= n } }

// events waits until n SendGrid events came, in however many posts.
func events(t *testing.T, n int) func([]receipt) bool {
	return func(got []receipt) bool { return len(mailEvents(t, got)) >= n }
}

func TestSendGridEventsCarryASignatureItsOwnLibraryAccepts(t *testing.T) {
	t.Parallel()
	c := collect(t)
	b := open(t, sandbox.Config{Callbacks: map[string]string{"sendgrid": c.URL + "/callbacks/int_1"}})
	b.must(mailTo("ada@example.com", "msg_1"))
	got := c.until(t, events(t, 2))
	require.ElementsMatch(t, []string{"processed", "delivered"}, words(t, got))

	key, err := eventwebhook.ConvertPublicKeyBase64ToECDSA(b.Account("sendgrid")["webhook_public_key"])
	require.NoError(t, err)
	for _, r := range got {
		signature, timestamp := r.header.Get(eventwebhook.VerificationHTTPHeader), r.header.Get(eventwebhook.TimestampHTTPHeader)
		ok, err := eventwebhook.VerifySignature(key, r.body, signature, timestamp)
		require.NoError(t, err)
		require.True(t, ok)
		ok, err = eventwebhook.VerifySignature(key, r.body[:len(r.body)-2], signature, timestamp)
		require.NoError(t, err)
		require.False(t, ok, "the line end after the array is signed too")
		require.Equal(t, c.URL+"/callbacks/int_1", r.url)
	}
	for _, e := range mailEvents(t, got) {
		require.Equal(t, "msg_1", e["message_id"])
		require.Equal(t, "att_1", e["attempt_id"], "all custom arguments come back")
		require.Equal(t, "ada@example.com", e["email"])
		require.NotEmpty(t, e["sg_event_id"])
		require.NotZero(t, e["timestamp"])
	}
}

func TestSendGridEventsBeginWithTheIDTheSendAnswered(t *testing.T) {
	t.Parallel()
	c := collect(t)
	b := open(t, sandbox.Config{Callbacks: map[string]string{"sendgrid": c.URL}})
	id := b.must(mailTo("ada@example.com", "msg_1")).header.Get("X-Message-Id")
	for _, e := range mailEvents(t, c.until(t, events(t, 2))) {
		require.Regexp(t, "^"+id+`\.`, e["sg_message_id"])
	}
}

func TestTwilioStatusesCarryASignatureItsOwnLibraryAccepts(t *testing.T) {
	t.Parallel()
	c := collect(t)
	b := open(t, sandbox.Config{})
	b.must(textTo("+447700900123", "msg_1", c.URL+"/callbacks/int_2"))
	got := c.until(t, atLeast(2))
	validator := twilioclient.NewRequestValidator("token")
	var statuses []string
	for _, r := range got {
		require.Equal(t, c.URL+"/callbacks/int_2?message_id=msg_1", r.url)
		require.True(t, validator.ValidateBody(r.url, r.body, r.header.Get("X-Twilio-Signature")))
		require.False(t, validator.ValidateBody(r.url+"0", r.body, r.header.Get("X-Twilio-Signature")))
		form, err := url.ParseQuery(string(r.body))
		require.NoError(t, err)
		require.Regexp(t, "^SM[0-9a-f]{32}$", form.Get("MessageSid"))
		require.Equal(t, "AC1", form.Get("AccountSid"))
		require.NotEmpty(t, r.header.Get("I-Twilio-Idempotency-Token"))
		statuses = append(statuses, form.Get("MessageStatus"))
	}
	require.ElementsMatch(t, []string{"sent", "delivered"}, statuses)
}

func TestTwilioBehindAProxyPostsToTheSetAddressAndSignsTheGivenOne(t *testing.T) {
	t.Parallel()
	c := collect(t)
	b := open(t, sandbox.Config{Callbacks: map[string]string{"twilio": c.URL}})
	b.must(textTo("+447700900123", "msg_1", "https://clarion.example.com/callbacks/int_2"))
	r := c.until(t, atLeast(1))[0]
	require.Equal(t, c.URL+"/callbacks/int_2?message_id=msg_1", r.url)
	validator := twilioclient.NewRequestValidator("token")
	require.True(t, validator.ValidateBody("https://clarion.example.com/callbacks/int_2?message_id=msg_1", r.body, r.header.Get("X-Twilio-Signature")))
}

func TestSendGridFatesByFaultAndByMagicAddress(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, to string
		fault    sandbox.FaultKind
		want     []string
		detail   string
		arrives  int
	}{
		{"the fault bounce", "ada@example.com", sandbox.Bounce, []string{"processed", "bounce"}, "bounce", 0},
		{"the fault undelivered", "ada@example.com", sandbox.Undelivered, []string{"dropped"}, "", 0},
		{"bounce@", "bounce@sandbox.test", sandbox.None, []string{"processed", "bounce"}, "bounce", 0},
		{"bounce@ with a tag", "bounce+7@sandbox.test", sandbox.None, []string{"processed", "bounce"}, "bounce", 0},
		{"blocked@", "blocked@sandbox.test", sandbox.None, []string{"processed", "bounce"}, "blocked", 0},
		{"dropped@", "dropped@sandbox.test", sandbox.None, []string{"dropped"}, "", 0},
		{"deferred@", "deferred@sandbox.test", sandbox.None, []string{"processed", "deferred", "delivered"}, "", 1},
		{"spamreport@", "spamreport@sandbox.test", sandbox.None, []string{"processed", "delivered", "spamreport"}, "", 1},
		{"unsubscribe@", "unsubscribe@sandbox.test", sandbox.None, []string{"processed", "delivered", "unsubscribe"}, "", 1},
		{"open@", "open@sandbox.test", sandbox.None, []string{"processed", "delivered", "open"}, "", 1},
		{"click@", "click@sandbox.test", sandbox.None, []string{"processed", "delivered", "click"}, "", 1},
		{"the same local part elsewhere", "bounce@example.com", sandbox.None, []string{"processed", "delivered"}, "", 1},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			box := collect(t)
			b := open(t, sandbox.Config{Callbacks: map[string]string{"sendgrid": box.URL}})
			require.NoError(t, b.SetFault(sandbox.Fault{Provider: "sendgrid", Fault: c.fault}))
			require.Equal(t, 202, b.must(mailTo(c.to, "msg_1")).status)
			got := mailEvents(t, box.until(t, events(t, len(c.want))))
			kinds, detail := []string{}, ""
			for _, e := range got {
				kinds = append(kinds, e["event"].(string))
				if e["type"] != nil {
					detail = e["type"].(string)
				}
			}
			require.ElementsMatch(t, c.want, kinds)
			require.Equal(t, c.detail, detail)
			require.Len(t, b.messages(), c.arrives)
		})
	}
}

func TestTwilioFatesByFaultAndByMagicNumber(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, to string
		fault    sandbox.FaultKind
		posts    int
		status   string
		code     string
	}{
		{"the fault undelivered", "+447700900123", sandbox.Undelivered, 2, "undelivered", "30003"},
		{"3", "+15005530003", sandbox.None, 2, "undelivered", "30003"},
		{"7", "+15005530007", sandbox.None, 2, "undelivered", "30007"},
		{"1", "+15005530001", sandbox.None, 1, "failed", "30001"},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			box := collect(t)
			b := open(t, sandbox.Config{})
			require.NoError(t, b.SetFault(sandbox.Fault{Provider: "twilio", Fault: c.fault}))
			require.Equal(t, 201, b.must(textTo(c.to, "msg_1", box.URL)).status)
			var last url.Values
			for _, r := range box.until(t, atLeast(c.posts)) {
				form, err := url.ParseQuery(string(r.body))
				require.NoError(t, err)
				if form.Get("ErrorCode") != "" {
					last = form
				}
			}
			require.Equal(t, []string{c.status, c.code}, []string{last.Get("MessageStatus"), last.Get("ErrorCode")})
			require.Empty(t, b.messages(), "nobody received it")
		})
	}
}

func TestDuplicatesSayTheSameAgain(t *testing.T) {
	t.Parallel()
	c := collect(t)
	b := open(t, sandbox.Config{Callbacks: map[string]string{"sendgrid": c.URL + "/sendgrid"}})
	for _, p := range []string{"sendgrid", "twilio"} {
		require.NoError(t, b.SetFault(sandbox.Fault{Provider: p, Fault: sandbox.None, Callback: sandbox.Callback{Duplicates: 2}}))
	}
	b.must(mailTo("ada@example.com", "msg_1"))
	times := map[string]int{}
	for _, e := range mailEvents(t, c.until(t, events(t, 6))) {
		times[e["sg_event_id"].(string)]++
	}
	require.Len(t, times, 2)
	for _, n := range times {
		require.Equal(t, 3, n)
	}

	c2 := collect(t)
	b.must(textTo("+447700900123", "msg_2", c2.URL))
	tokens := map[string]int{}
	for _, r := range c2.until(t, atLeast(6)) {
		tokens[r.header.Get("I-Twilio-Idempotency-Token")]++
	}
	require.Len(t, tokens, 2)
}

func TestShuffleMixesTheOrder(t *testing.T) {
	t.Parallel()
	c := collect(t)
	b := open(t, sandbox.Config{Seed: 7, Callbacks: map[string]string{"sendgrid": c.URL}})
	require.NoError(t, b.SetFault(sandbox.Fault{Provider: "sendgrid", Fault: sandbox.None, Callback: sandbox.Callback{Shuffle: true}}))
	const n = 40
	for i := range n {
		b.must(mailTo("ada@example.com", fmt.Sprintf("msg_%d", i)))
	}
	first := map[any]any{}
	for _, e := range mailEvents(t, c.until(t, events(t, 2*n))) {
		if first[e["message_id"]] == nil {
			first[e["message_id"]] = e["event"]
		}
	}
	early := 0
	for _, event := range first {
		if event == "delivered" {
			early++
		}
	}
	require.Greater(t, early, 5, "some are delivered before they are processed")
	require.Less(t, early, n-5, "and some are not")
}

func TestDropSendsNone(t *testing.T) {
	t.Parallel()
	c := collect(t)
	b := open(t, sandbox.Config{Callbacks: map[string]string{"sendgrid": c.URL}})
	set := func(drop bool) {
		require.NoError(t, b.SetFault(sandbox.Fault{Provider: "sendgrid", Fault: sandbox.None, Callback: sandbox.Callback{DelayMS: 1, Drop: drop}}))
	}
	set(true)
	b.must(mailTo("ada@example.com", "msg_dropped"))
	set(false)
	b.must(mailTo("ada@example.com", "msg_2"))
	for _, e := range mailEvents(t, c.until(t, events(t, 2))) {
		require.Equal(t, "msg_2", e["message_id"])
	}
	require.Len(t, b.messages(), 2)
}

func TestDelayIsKept(t *testing.T) {
	t.Parallel()
	c := collect(t)
	b := open(t, sandbox.Config{})
	require.NoError(t, b.SetFault(sandbox.Fault{Provider: "twilio", Fault: sandbox.None, Callback: sandbox.Callback{DelayMS: 300}}))
	started := time.Now()
	b.must(textTo("+447700900123", "msg_1", c.URL))
	c.until(t, atLeast(1))
	require.GreaterOrEqual(t, time.Since(started), 300*time.Millisecond)
}

func TestTheReceiptComesAlthoughTheAnswerNeverDid(t *testing.T) {
	t.Parallel()
	c := collect(t)
	b := open(t, sandbox.Config{Callbacks: map[string]string{"sendgrid": c.URL}})
	require.NoError(t, b.SetFault(sandbox.Fault{Provider: "sendgrid", Fault: sandbox.TimeoutAfterAccept}))
	a := mailTo("ada@example.com", "msg_1")
	a.leaves = b.shortlyAfter(1)
	_, err := b.do(a)
	require.Error(t, err)
	require.ElementsMatch(t, []string{"processed", "delivered"}, words(t, c.until(t, events(t, 2))))
}

func TestARefusedCallbackIsSentAgain(t *testing.T) {
	t.Parallel()
	for _, provider := range []string{"sendgrid", "twilio"} {
		t.Run(provider, func(t *testing.T) {
			t.Parallel()
			c := collect(t)
			c.refuse = 3
			b := open(t, sandbox.Config{Callbacks: map[string]string{"sendgrid": c.URL}})
			a := mailTo("ada@example.com", "msg_1")
			if provider == "twilio" {
				a = textTo("+447700900123", "msg_1", c.URL)
			}
			b.must(a)
			c.until(t, func(got []receipt) bool {
				if provider == "sendgrid" {
					return len(mailEvents(t, got)) == 2
				}
				return len(got) == 2
			})
		})
	}
}

func TestWithoutAnEventWebhookSendGridMakesNoEvents(t *testing.T) {
	t.Parallel()
	c := collect(t)
	b := open(t, sandbox.Config{})
	b.must(mailTo("ada@example.com", "msg_early"))
	require.NoError(t, b.SetCallbackURL("sendgrid", c.URL))
	b.must(mailTo("ada@example.com", "msg_2"))
	for _, e := range mailEvents(t, c.until(t, events(t, 2))) {
		require.Equal(t, "msg_2", e["message_id"])
	}
}

func TestCallbacksStayOnTheMachine(t *testing.T) {
	t.Parallel()
	b := open(t, sandbox.Config{})
	for _, address := range []string{
		"http://example.com/cb", "http://10.0.0.1/cb", "http://169.254.169.254/", "http://0.0.0.0/", "http://localhost.example.com/",
		"ftp://127.0.0.1/", "//127.0.0.1/", "http://user@127.0.0.1/", "http://[::ffff:10.0.0.1]/", "not a url\x7f",
	} {
		var invalid *notify.Invalid
		require.True(t, errors.As(b.SetCallbackURL("sendgrid", address), &invalid), address)
		require.Equal(t, "url", invalid.Fields[0].Path)
	}
	for _, address := range []string{"http://127.0.0.1:1/cb", "http://localhost:1/cb", "https://[::1]/cb", "http://127.8.8.8/", ""} {
		require.NoError(t, b.SetCallbackURL("sendgrid", address), address)
	}
	require.Error(t, b.SetCallbackURL("slack", "http://127.0.0.1/"), "Slack calls nobody back")
	_, err := sandbox.Open(sandbox.Config{Callbacks: map[string]string{"sendgrid": "http://example.com"}})
	require.Error(t, err)
}
