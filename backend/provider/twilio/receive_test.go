package twilio_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	twilioclient "github.com/twilio/twilio-go/client"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/providertest"
)

func receiver(t *testing.T, token string) notify.Receiver {
	c := suite()
	c.Settings["auth_token"] = token
	r, ok := c.Open(t, "http://127.0.0.1:1", provider.ClientOptions{}).(notify.Receiver)
	require.True(t, ok)
	return r
}

func callback(to, query, signature string, form url.Values) notify.CallbackRequest {
	h := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	if signature != "" {
		h.Set("X-Twilio-Signature", signature)
	}
	return notify.CallbackRequest{Method: "POST", URL: to, Query: query, Header: h, Body: []byte(form.Encode()), Now: providertest.Now}
}

// The published vectors: they are voice calls, so a proven one is malformed
// here, which tells it from one that is refused.
func TestThePublishedVectors(t *testing.T) {
	t.Parallel()
	p1 := url.Values{"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+14158675309"}, "Digits": {"1234"}, "From": {"+14158675309"}, "To": {"+18005551212"}}
	p2 := maps.Clone(p1)
	p2["Reason"], p2["ReasonConferenceEnded"] = []string{"Participant"}, []string{"test"}
	const page = "https://mycompany.com/myapp.php"
	const query = "foo=1&bar=2"
	cases := map[string]struct {
		request notify.CallbackRequest
		proven  bool
	}{
		"TW-1 the documentation's sample":           {callback(page, query, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", p1), true},
		"TW-1 with the query in the URL":            {callback(page+"?"+query, query, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", p1), true},
		"TW-1 with a fragment":                      {callback(page+"?"+query+"#rc=3", "", "RSOYDt4T1cUTdK1PDd93/VVr8B8=", p1), true},
		"TW-2 a name that begins like another":      {callback(page, query, "vOEb5UThFn24KEfnOFLQY2AE5FY=", p2), true},
		"TW-3 sorted wrongly":                       {callback(page, query, "95+Bu0JVPi0r/SsESZCVf0dWAjw=", p2), false},
		"TW-4 over http":                            {callback("http://mycompany.com/myapp.php", query, "n2xBNyzSW7rfYStDtOFiFMv7qNo=", p2), true},
		"TW-4 signed for http, checked as https":    {callback(page, query, "n2xBNyzSW7rfYStDtOFiFMv7qNo=", p2), false},
		"TW-5 a port that was not signed":           {callback("https://mycompany.com:1234/myapp.php", query, "vOEb5UThFn24KEfnOFLQY2AE5FY=", p2), true},
		"TW-1 with a parameter more":                {callback(page, query, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", p2), false},
		"TW-1 with another query":                   {callback(page, "foo=1&bar=3", "RSOYDt4T1cUTdK1PDd93/VVr8B8=", p1), false},
		"TW-1 without a query":                      {callback(page, "", "RSOYDt4T1cUTdK1PDd93/VVr8B8=", p1), false},
		"TW-1 without a signature":                  {callback(page, query, "", p1), false},
		"TW-1 with a signature that is not base64":  {callback(page, query, "???", p1), false},
		"TW-1 with the signature of an empty token": {callback(page, query, sign("", page+"?"+query, p1), p1), false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			receipts, _, err := receiver(t, "12345").Receive(t.Context(), c.request)
			require.Empty(t, receipts)
			if c.proven {
				require.ErrorIs(t, err, notify.ErrMalformed)
			} else {
				require.ErrorIs(t, err, notify.ErrUnauthenticated)
			}
		})
	}
}

// sign signs as Twilio does.
func sign(token, to string, form url.Values) string {
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write([]byte(to))
	for _, key := range slices.Sorted(maps.Keys(form)) {
		mac.Write([]byte(key + form.Get(key)))
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func TestStatusCallbacksAreRead(t *testing.T) {
	t.Parallel()
	const query = "message_id=" + messageID
	base := notify.Receipt{MessageID: messageID, ProviderMessageID: "SM1", Address: "+14155552671", At: providertest.Now}
	with := func(status string, change func(r *notify.Receipt)) notify.Receipt {
		out := base
		out.DedupKey = "SM1:" + status
		change(&out)
		return out
	}
	is := func(s notify.Status) func(*notify.Receipt) { return func(r *notify.Receipt) { r.Status = s } }
	cases := []struct {
		status string
		more   url.Values
		want   notify.Receipt
	}{
		{"accepted", nil, with("accepted", is(notify.Sent))},
		{"queued", nil, with("queued", is(notify.Sent))},
		{"sending", nil, with("sending", is(notify.Sent))},
		{"sent", nil, with("sent", is(notify.Sent))},
		{"delivered", url.Values{"RawDlrDoneDate": {"2603011200"}}, with("delivered", is(notify.Delivered))},
		{"read", nil, with("read", func(r *notify.Receipt) { r.Status, r.Engagement = notify.Delivered, notify.EngagedRead })},
		{"undelivered", url.Values{"ErrorCode": {"30003"}, "ErrorMessage": {"Unreachable"}},
			with("undelivered", func(r *notify.Receipt) { r.Status, r.Code, r.Detail = notify.Failed, "30003", "Unreachable" })},
		{"failed", url.Values{"ErrorCode": {"21610"}},
			with("failed", func(r *notify.Receipt) {
				r.Status, r.Code, r.Suppress = notify.Failed, "21610", notify.Unsubscribe
			})},
		{"canceled", nil, with("canceled", func(r *notify.Receipt) { r.Status, r.Code = notify.Failed, "canceled" })},
		{"teleported", nil, with("teleported", func(r *notify.Receipt) { r.Code = "teleported" })},
	}
	for _, c := range cases {
		t.Run(c.status, func(t *testing.T) {
			t.Parallel()
			form := url.Values{"MessageSid": {"SM1"}, "MessageStatus": {c.status}, "To": {"+14155552671"}, "AccountSid": {"ACtest0123456789"}}
			maps.Copy(form, c.more)
			signature := sign("12345", providertest.CallbackURL+"?"+query, form)
			receipts, answer, err := receiver(t, "12345").Receive(t.Context(), callback(providertest.CallbackURL, query, signature, form))
			require.NoError(t, err)
			require.Equal(t, http.StatusNoContent, answer.Status)
			require.Equal(t, []notify.Receipt{c.want}, receipts)
		})
	}
}

func TestAForeignMessageIdIsRefused(t *testing.T) {
	t.Parallel()
	form := url.Values{"MessageSid": {"SM1"}, "MessageStatus": {"delivered"}}
	signature := sign("12345", providertest.CallbackURL+"?message_id="+messageID, form)
	_, _, err := receiver(t, "12345").Receive(t.Context(), callback(providertest.CallbackURL, "message_id=msg_other", signature, form))
	require.ErrorIs(t, err, notify.ErrUnauthenticated)
}

func TestARepeatedParameterCannotChangeTheStatus(t *testing.T) {
	t.Parallel()
	form := url.Values{"MessageSid": {"SM1"}, "MessageStatus": {"sent"}}
	request := callback(providertest.CallbackURL, "", sign("12345", providertest.CallbackURL, form), form)
	request.Body = append(request.Body, []byte("&MessageStatus=failed&MessageSid=SM2")...)
	receipts, _, err := receiver(t, "12345").Receive(t.Context(), request)
	require.NoError(t, err)
	require.Equal(t, "SM1:sent", receipts[0].DedupKey)
}

func TestTwiliosOwnValidatorAgreesAboutEveryBit(t *testing.T) {
	t.Parallel()
	const to, sid = "https://hub.example.test/callbacks/int_1?message_id=" + messageID, "SM0123456789abcdef0123456789abcdef"
	form := url.Values{"MessageSid": {sid}, "MessageStatus": {"delivered"}, "To": {"+15005550010"}, "Odd": {"你好 & more"}}
	good := sign("12345", to, form)
	theirs, ours := twilioclient.NewRequestValidator("12345"), receiver(t, "12345")
	agree := func(to string, form url.Values, signature string, want bool, what string) {
		t.Helper()
		params := map[string]string{}
		for name := range form {
			params[name] = form.Get(name)
		}
		page, query, _ := strings.Cut(to, "?")
		_, _, err := ours.Receive(t.Context(), callback(page, query, signature, form))
		require.Equal(t, want, theirs.Validate(to, params, signature), what)
		require.Equal(t, want, !errors.Is(err, notify.ErrUnauthenticated), what)
	}
	agree(to, form, good, true, "as signed")
	for name, values := range form {
		for bit := range len(values[0]) * 8 {
			raw := []byte(values[0])
			raw[bit/8] ^= 1 << (bit % 8)
			other := maps.Clone(form)
			other[name] = []string{string(raw)}
			agree(to, other, good, false, fmt.Sprintf("bit %d of %s", bit, name))
		}
	}
	raw, err := base64.StdEncoding.DecodeString(good)
	require.NoError(t, err)
	for bit := range len(raw) * 8 {
		other := append([]byte(nil), raw...)
		other[bit/8] ^= 1 << (bit % 8)
		agree(to, form, base64.StdEncoding.EncodeToString(other), false, fmt.Sprintf("bit %d of the signature", bit))
	}
}

func TestWordsOfPeopleStopAndStart(t *testing.T) {
	t.Parallel()
	const to = "https://hub.example.com/callbacks/int_1"
	cases := map[string]struct {
		body, means string
		want        notify.Receipt
	}{
		"STOP":                                  {"Stop ", "", notify.Receipt{Suppress: notify.Unsubscribe, Detail: "The person wrote STOP.", Words: "STOP"}},
		"another of Twilio's words":             {"unsubscribe", "", notify.Receipt{Suppress: notify.Unsubscribe, Detail: "The person wrote STOP.", Words: "UNSUBSCRIBE"}},
		"START":                                 {"start", "", notify.Receipt{Resubscribe: true, Words: "START"}},
		"a word of the customer's own":          {"Arrêt", "STOP", notify.Receipt{Suppress: notify.Unsubscribe, Detail: "The person wrote STOP.", Words: "ARRÊT"}},
		"HELP, which Twilio answers":            {"help", "HELP", notify.Receipt{}},
		"STOP within a sentence is no keyword":  {"please stop by tomorrow", "", notify.Receipt{}},
		"what Twilio's own words say is heeded": {"STOP", "HELP", notify.Receipt{}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			form := url.Values{"MessageSid": {"SM1"}, "SmsStatus": {"received"}, "From": {"+447700900123"}, "To": {"+15005550006"}, "Body": {c.body}}
			if c.means != "" {
				form.Set("OptOutType", c.means)
			}
			receipts, answer, err := receiver(t, "12345").Receive(t.Context(), callback(to, "", sign("12345", to, form), form))
			require.NoError(t, err)
			require.Equal(t, "<Response/>", answer.Body, "nothing is written back: Twilio has answered")
			if c.want == (notify.Receipt{}) {
				require.Empty(t, receipts)
				return
			}
			c.want.DedupKey, c.want.Address, c.want.Channel, c.want.At = "in:SM1", "+447700900123", notify.SMS, providertest.Now
			require.Equal(t, []notify.Receipt{c.want}, receipts)
		})
	}
}
