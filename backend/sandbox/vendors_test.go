package sandbox_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/sandbox"
)

// refusal is one request a vendor does not take: want is a part of the body
// that must be there.
type refusal struct {
	name   string
	ask    ask
	status int
	want   []string
}

// refuses runs the table, each against a sandbox of its own, and sees that the
// call is on the ledger but no message arrived.
func refuses(t *testing.T, cases []refusal) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := open(t, sandbox.Config{})
			got := b.must(c.ask)
			require.Equal(t, c.status, got.status, got.body)
			for _, part := range c.want {
				require.Contains(t, got.body, part)
			}
			require.Empty(t, b.messages())
			require.Len(t, b.requests(), 1)
			require.Equal(t, c.status, b.requests()[0].AnsweredStatus)
			require.Equal(t, sandbox.None, b.requests()[0].Fault)
		})
	}
}

func (a ask) as(auth string) ask      { a.auth = auth; return a }
func (a ask) via(method string) ask   { a.method = method; return a }
func (a ask) at(path string) ask      { a.path = path; return a }
func (a ask) in(kind string) ask      { a.kind = kind; return a }
func (a ask) saying(body string) ask  { a.body = body; return a }
func (a ask) but(old, new string) ask { a.body = strings.ReplaceAll(a.body, old, new); return a }

func TestSendGridAnswersLikeSendGrid(t *testing.T) {
	t.Parallel()
	good := mailTo("ada@example.com", "msg_1")
	refuses(t, []refusal{
		{"no credential", good.as(""), 401, []string{`{"errors":[{"message":"authorization required","field":null,"help":null}]}`}},
		{"wrong credential", good.as("SG.other"), 401, []string{"The provided authorization grant is invalid, expired, or revoked"}},
		{"basic instead of bearer", good.as("SG.key:"), 401, []string{"authorization grant is invalid"}},
		{"another path", good.at("/sendgrid/v3/mail/sent"), 404, []string{`"errors"`}},
		{"GET", good.via(http.MethodGet), 405, []string{"method not allowed"}},
		{"a form", good.in("application/x-www-form-urlencoded"), 415, []string{"Content-Type should be application/json."}},
		{"broken JSON", good.saying(`{"personalizations":[`), 400, []string{`{"message":"Bad Request","field":null,"help":null}`}},
		{"no personalizations", good.saying(`{"from":{"email":"a@example.com"}}`), 400, []string{`"field":"personalizations"`}},
		{"no to", good.but(`"to":[`, `"tx":[`), 400, []string{`"field":"personalizations.0.to"`, "The to array is required"}},
		{"bad to", mailTo("not an address", "msg_1"), 400, []string{
			`"message":"Does not contain a valid address."`, `"field":"personalizations.0.to.0.email"`,
			`"help":"http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html#message.personalizations.to"`,
		}},
		{"to without a dotted domain", mailTo("ada@localhost", "msg_1"), 400, []string{`personalizations.0.to.0.email`}},
		{"no from", good.but(`"from"`, `"form"`), 400, []string{`"field":"from.email"`}},
		{"bad from", good.but("shop@example.com", "shop"), 400, []string{`"field":"from.email"`}},
		{"unverified sender", good.but("shop@", "unverified@"), 403, []string{"verified Sender Identity"}},
		{"no subject", good.but(`"subject":"Shipped",`, ""), 400, []string{`"field":"subject"`, "The subject is required."}},
		{"no content", good.but(`"content"`, `"contents"`), 400, []string{`"field":"content"`}},
		{"empty content", good.but(`"value":"on its way"`, `"value":""`), 400, []string{`"field":"content.0.value"`}},
		{"html before text", good.but("text/plain", "text/x").but("text/html", "text/plain"), 400, []string{`"field":"content.1.type"`}},
		{"the same address twice", good.but(`"name":"Ada"}]`, `"name":"Ada"}],"cc":[{"email":"ADA@example.com"}]`), 400, []string{"should be unique"}},
		{"more than 1000 personalizations", good.saying(`{"from":{"email":"a@example.com"},"personalizations":[` + strings.Repeat(`{},`, 1000) + `{}]}`), 400, []string{"You have provided 1001 personalizations"}},
		{"more than 30 MB", good.saying(`"` + strings.Repeat("x", 31<<20) + `"`), 413, []string{"Payload Too Large"}},
	})
}

func TestSendGridAcceptsWithAnIDAndAnEmptyBody(t *testing.T) {
	t.Parallel()
	b := open(t, sandbox.Config{})
	got := b.must(mailTo("ada@example.com", "msg_1"))
	require.Equal(t, 202, got.status)
	require.Empty(t, got.body)
	require.Len(t, got.header.Get("X-Message-Id"), 22)
}

func TestSendGridSandboxModeChecksAndDoesNotDeliver(t *testing.T) {
	t.Parallel()
	b := open(t, sandbox.Config{})
	got := b.must(mailTo("ada@example.com", "msg_1").but(`"reply_to"`, `"mail_settings":{"sandbox_mode":{"enable":true}},"reply_to"`))
	require.Equal(t, 200, got.status)
	require.Empty(t, b.messages())
}

func TestSendGridDeliversToEveryRecipientOfEveryPersonalization(t *testing.T) {
	t.Parallel()
	b := open(t, sandbox.Config{})
	body := `{"from":{"email":"shop@example.com"},"subject":"Hi","content":[{"type":"text/plain","value":"x"}],"custom_args":{"message_id":"msg_0"},
		"personalizations":[{"to":[{"email":"a@example.com"}],"cc":[{"email":"b@example.com"}],"bcc":[{"email":"c@example.com"}],"custom_args":{"message_id":"msg_1"}},
		{"to":[{"email":"d@example.com"}],"subject":"Own"}]}`
	require.Equal(t, 202, b.must(mailTo("", "").saying(body)).status)
	seen := map[string]string{}
	for _, m := range b.messages() {
		seen[m.To] = m.MessageID + " " + m.Subject
	}
	require.Equal(t, map[string]string{
		"a@example.com": "msg_1 Hi", "b@example.com": "msg_1 Hi", "c@example.com": "msg_1 Hi", "d@example.com": "msg_0 Own",
	}, seen)
	require.Len(t, b.requests(), 1)
}

func TestTwilioAnswersLikeTwilio(t *testing.T) {
	t.Parallel()
	form := func(pairs ...string) ask {
		values := url.Values{"To": {"+447700900123"}, "From": {"+15005550006"}, "Body": {"hi"}}
		for i := 0; i < len(pairs); i += 2 {
			values.Set(pairs[i], pairs[i+1])
		}
		a := textTo("", "", "")
		a.body = values.Encode()
		return a
	}
	good := form()
	code := func(n string) []string {
		return []string{`"code":` + n + `,`, `"more_info":"https://www.twilio.com/docs/errors/` + n + `"`, `"message":"`}
	}
	refuses(t, []refusal{
		{"no credential", good.as(""), 401, append(code("20003"), `"status":401`)},
		{"wrong token", good.as("AC1:other"), 401, code("20003")},
		{"wrong account", good.as("AC2:token"), 401, code("20003")},
		{"another account in the path", good.at("/twilio/2010-04-01/Accounts/AC2/Messages.json"), 404, code("20404")},
		{"another path", good.at("/twilio/2010-04-01/Accounts/AC1/Calls.json"), 404, code("20404")},
		{"GET", good.via(http.MethodGet), 405, code("20004")},
		{"JSON", good.in(jsonKind), 400, code("20001")},
		{"no To", form("To", ""), 400, code("21604")},
		{"no From", form("From", ""), 400, code("21603")},
		{"no Body", form("Body", ""), 400, code("21602")},
		{"1601 characters", form("Body", strings.Repeat("x", 1601)), 400, code("21617")},
		{"To is not a number", form("To", "ada"), 400, append(code("21211"), `"status":400`)},
		{"To is too short", form("To", "+4477"), 400, code("21211")},
		{"To invalid by magic", form("To", "+15005550001"), 400, code("21211")},
		{"To not routable by magic", form("To", "+15005550002"), 400, code("21612")},
		{"To region not enabled by magic", form("To", "+15005550003"), 400, code("21408")},
		{"To unsubscribed by magic", form("To", "+15005550004"), 400, code("21610")},
		{"To is a landline by magic", form("To", "+15005550009"), 400, code("21614")},
		{"From invalid by magic", form("From", "+15005550001"), 400, code("21212")},
		{"From not SMS-capable by magic", form("From", "+15005550007"), 400, code("21606")},
		{"From queue full by magic", form("From", "+15005550008"), 400, code("21611")},
		{"StatusCallback outside the machine", form("StatusCallback", "https://example.com/cb"), 400, code("21609")},
	})
}

func TestTwilioAcceptsWithTheWholeResource(t *testing.T) {
	t.Parallel()
	b := open(t, sandbox.Config{})
	tests := []struct{ name, from, body, status, segments string }{
		{"a number sends at once", "From", "hi", "queued", "1"},
		{"160 places are one text", "From", strings.Repeat("x", 160), "queued", "1"},
		{"161 places are two", "From", strings.Repeat("x", 161), "queued", "2"},
		{"a euro sign takes two places", "From", strings.Repeat("€", 81), "queued", "2"},
		{"Chinese fits 70", "From", strings.Repeat("你", 70), "queued", "1"},
		{"71 Chinese are two texts", "From", strings.Repeat("你", 71), "queued", "2"},
		{"a service picks the sender later", "MessagingServiceSid", "hi", "accepted", "0"},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			a := textTo("", "", "")
			a.body = url.Values{"To": {"+447700900123"}, c.from: {"+15005550006"}, "Body": {c.body}}.Encode()
			got := b.must(a)
			require.Equal(t, 201, got.status)
			var resource struct {
				SID, Status, To, Body, URI string
				NumSegments                string `json:"num_segments"`
				ErrorCode                  *int   `json:"error_code"`
			}
			require.NoError(t, json.Unmarshal([]byte(got.body), &resource))
			require.Regexp(t, "^SM[0-9a-f]{32}$", resource.SID)
			require.Equal(t, "/2010-04-01/Accounts/AC1/Messages/"+resource.SID+".json", resource.URI)
			require.Equal(t, []string{c.status, c.segments, c.body}, []string{resource.Status, resource.NumSegments, resource.Body})
			require.Nil(t, resource.ErrorCode)
		})
	}
}

func TestFCMAnswersLikeFCM(t *testing.T) {
	t.Parallel()
	good := pushTo("tok", "msg_1")
	fcmError := func(code string) []string {
		return []string{`"@type":"type.googleapis.com/google.firebase.fcm.v1.FcmError"`, `"errorCode":"` + code + `"`}
	}
	refuses(t, []refusal{
		{"no credential", good.as(""), 401, []string{`"status":"UNAUTHENTICATED"`}},
		{"wrong credential", good.as("other"), 401, []string{`"status":"UNAUTHENTICATED"`}},
		{"another path", good.at("/fcm/v1/projects/demo/messages:send/x"), 404, []string{`"status":"NOT_FOUND"`}},
		{"GET", good.via(http.MethodGet), 405, []string{`"error"`}},
		{"broken JSON", good.saying(`{"message":`), 400, []string{`"status":"INVALID_ARGUMENT"`, "google.rpc.BadRequest"}},
		{"no target", good.but(`"token"`, `"tokens"`), 400, append(fcmError("INVALID_ARGUMENT"), "Recipient of the message is not set.")},
		{"two targets", good.but(`"token":"tok"`, `"token":"tok","topic":"news"`), 400, []string{"oneof", "fieldViolations"}},
		{"a number in data", good.but(`"url":"https://example.com/o/1"`, `"n":12`), 400, []string{"google.rpc.BadRequest", "(TYPE_STRING), 12"}},
		{"a reserved data key", good.but(`"url"`, `"google.x"`), 400, append(fcmError("INVALID_ARGUMENT"), "google.x")},
		{"more than 4096 bytes", good.but("on its way", strings.Repeat("x", 4100)), 400, append(fcmError("INVALID_ARGUMENT"), "too big")},
		{"unregistered token", pushTo("unregistered-7", "msg_1"), 404, append(fcmError("UNREGISTERED"), `"status":"NOT_FOUND"`)},
		{"invalid token", pushTo("invalid-7", "msg_1"), 400, append(fcmError("INVALID_ARGUMENT"), "The registration token is not a valid FCM registration token")},
		{"token of another sender", pushTo("mismatch-7", "msg_1"), 403, fcmError("SENDER_ID_MISMATCH")},
		{"third-party credential", pushTo("thirdparty-7", "msg_1"), 401, fcmError("THIRD_PARTY_AUTH_ERROR")},
	})
}

func TestFCMNamesTheMessage(t *testing.T) {
	t.Parallel()
	b := open(t, sandbox.Config{})
	require.Regexp(t, `^\{"name":"projects/demo/messages/0:\d+%[0-9a-f]{24}"\}$`, b.must(pushTo("tok", "msg_1")).body)
	require.Equal(t, `{"name":"projects/demo/messages/fake_message_id"}`, b.must(pushTo("tok", "msg_2").but(`{"message"`, `{"validate_only":true,"message"`)).body)
	require.Len(t, b.messages(), 1, "validate_only delivers nothing")
}

func TestAServiceAccountCanLiveInTheSandbox(t *testing.T) {
	t.Parallel()
	b := open(t, sandbox.Config{})
	a := ask{path: "/fcm/token", kind: "application/x-www-form-urlencoded", body: "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=a.b.c"}
	got := b.must(a)
	require.Equal(t, 200, got.status)
	require.Contains(t, got.body, `"access_token":"ya29"`)
	require.Equal(t, 400, b.must(a.saying("grant_type=password")).status)
	require.Empty(t, b.requests(), "a token is not a send")
}

func TestSlackAnswersLikeSlack(t *testing.T) {
	t.Parallel()
	good := slackTo("C0GENERAL", "msg_1")
	word := func(w string) []string { return []string{`{"error":"` + w + `","ok":false}`} }
	blocks := func(raw string) ask {
		return good.but(`[{"type":"section","text":{"type":"mrkdwn","text":"*on its way*"}}]`, raw)
	}
	refuses(t, []refusal{
		{"no credential", good.as(""), 200, word("not_authed")},
		{"wrong credential", good.as("xoxb-2"), 200, word("invalid_auth")},
		{"another method", good.at("/slack/api/chat.update"), 200, word("unknown_method")},
		{"broken JSON", good.saying(`{`), 200, word("invalid_json")},
		{"another content type", good.in("text/plain"), 200, word("invalid_post_type")},
		{"missing channel", slackTo("C000MISSING", "msg_1"), 200, word("channel_not_found")},
		{"archived channel", slackTo("C000ARCHIVED", "msg_1"), 200, word("is_archived")},
		{"bot is not in the channel", slackTo("C000OUTSIDE", "msg_1"), 200, word("not_in_channel")},
		{"restricted channel", slackTo("C000RESTRICTED", "msg_1"), 200, word("restricted_action")},
		{"missing user", slackTo("U000MISSING", "msg_1"), 200, word("user_not_found")},
		{"internal error", slackTo("C000INTERNAL", "msg_1"), 200, word("internal_error")},
		{"not a channel at all", slackTo("ada@example.com", "msg_1"), 200, word("channel_not_found")},
		{"nothing to say", good.saying(`{"channel":"C0GENERAL"}`), 200, word("no_text")},
		{"too long", good.but(`"on its way"`, `"`+strings.Repeat("x", 40001)+`"`), 200, word("msg_too_long")},
		{"blocks are no list", blocks(`{"type":"section"}`), 200, word("invalid_blocks_format")},
		{"blocks are broken text", blocks(`"[{"`), 200, word("invalid_blocks_format")},
		{"unknown block", blocks(`[{"type":"poster"}]`), 200, word("invalid_blocks")},
		{"section without text", blocks(`[{"type":"section"}]`), 200, word("invalid_blocks")},
		{"header over 150", blocks(`[{"type":"header","text":{"type":"plain_text","text":"` + strings.Repeat("x", 151) + `"}}]`), 200, word("invalid_blocks")},
		{"51 blocks", blocks("[" + strings.Repeat(`{"type":"divider"},`, 50) + `{"type":"divider"}]`), 200, word("invalid_blocks")},
	})
}

func TestSlackTakesAForm(t *testing.T) {
	t.Parallel()
	b := open(t, sandbox.Config{})
	a := ask{path: "/slack/api/chat.postMessage", kind: "application/x-www-form-urlencoded", body: url.Values{
		"token": {"xoxb-1"}, "channel": {"C0GENERAL"}, "text": {"hi"}, "blocks": {`[{"type":"divider"}]`},
		"metadata": {`{"event_type":"clarion","event_payload":{"message_id":"msg_1"}}`},
	}.Encode()}
	got := b.must(a)
	var posted struct {
		OK          bool
		Channel, TS string
		Message     struct{ Text, Type string }
	}
	require.NoError(t, json.Unmarshal([]byte(got.body), &posted))
	require.True(t, posted.OK)
	require.Equal(t, []string{"C0GENERAL", "hi", "message"}, []string{posted.Channel, posted.Message.Text, posted.Message.Type})
	require.Regexp(t, `^\d+\.\d{6}$`, posted.TS)
	require.Equal(t, "msg_1", b.messages()[0].MessageID)
	require.JSONEq(t, `[{"type":"divider"}]`, string(b.messages()[0].Blocks))
}

func TestSlackWebhookAnswersLikeSlack(t *testing.T) {
	t.Parallel()
	refuses(t, []refusal{
		{"wrong secret", hookWith("T1/B1/other", `{"text":"hi"}`), 403, []string{"invalid_token"}},
		{"no secret", hookWith("T1/B1", `{"text":"hi"}`), 404, []string{"no_service"}},
		{"broken JSON", hookWith("T1/B1/secret", `{`), 400, []string{"invalid_payload"}},
		{"nothing to say", hookWith("T1/B1/secret", `{}`), 400, []string{"no_text"}},
		{"bad blocks", hookWith("T1/B1/secret", `{"blocks":[{"type":"poster"}]}`), 400, []string{"invalid_blocks"}},
		{"missing channel", hookWith("T1/B1/secret", `{"text":"hi","channel":"C000MISSING"}`), 404, []string{"channel_not_found"}},
	})
}

func TestSlackWebhookSaysOKAndTheLedgerHidesItsSecret(t *testing.T) {
	t.Parallel()
	b := open(t, sandbox.Config{})
	got := b.must(hookWith("T1/B1/secret", `{"text":"hi","metadata":{"event_payload":{"message_id":"msg_1"}}}`))
	require.Equal(t, "ok", got.body)
	form := b.must(hookWith("T1/B1/secret", url.Values{"payload": {`{"text":"again"}`}}.Encode()).in("application/x-www-form-urlencoded"))
	require.Equal(t, "ok", form.body)
	headed := hookWith("T1/B1/secret", `{"text":"third"}`)
	headed.named = "msg_3"
	b.must(headed)
	require.Equal(t, []string{"msg_3", "", "msg_1"}, []string{b.messages()[0].MessageID, b.messages()[1].MessageID, b.messages()[2].MessageID})
	require.Equal(t, "msg_3", b.requests()[0].MessageID)
	require.Equal(t, "T1/B1", b.messages()[1].To)
	require.Equal(t, "/slack/services/T1/B1/…", b.requests()[0].Path)
}
