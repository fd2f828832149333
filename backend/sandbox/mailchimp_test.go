package sandbox_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/sandbox"
)

func mailchimpTo(to, id string) ask {
	return ask{path: "/mailchimp/api/1.0/messages/send.json", kind: jsonKind, body: `{"key":"md-1","message":{
		"from_email":"shop@example.com","from_name":"Shop","subject":"Shipped","text":"on its way","html":"<p>on its way</p>",
		"to":[{"email":"` + to + `","name":"Ada","type":"to"}],"headers":{"X-Trace":"t1"},"metadata":{"message_id":"` + id + `"}}}`}
}

func TestMailchimpAnswersLikeMailchimp(t *testing.T) {
	t.Parallel()
	good := mailchimpTo("ada@example.com", "msg_1")
	name := func(word string) []string { return []string{`"name":"` + word + `"`, `"status":"error"`} }
	refuses(t, []refusal{
		{"wrong key", good.but("md-1", "md-2"), 401, name("Invalid_Key")},
		{"another path", good.at("/mailchimp/api/1.0/messages/send-raw.json"), 404, name("Unknown_Method")},
		{"GET", good.via(http.MethodGet), 405, name("Unknown_Method")},
		{"broken JSON", good.saying(`{`), 500, name("ValidationError")},
		{"nobody to write to", good.but(`{"email":"ada@example.com","name":"Ada","type":"to"}`, ""), 500, name("ValidationError")},
		{"a line break in the subject", good.but("Shipped", `a\nBcc: x`), 500, name("ValidationError")},
	})
	b := open(t, sandbox.Config{})
	for to, want := range map[string]string{
		"ada": `"status":"invalid"`, "rejected-unsub@sandbox.test": `"reject_reason":"unsub"`, "rejected-spam@sandbox.test": `"status":"rejected"`,
	} {
		require.Contains(t, b.must(mailchimpTo(to, "msg_1")).body, want)
	}
	require.Contains(t, b.must(good.but("shop@", "unverified@")).body, `"reject_reason":"unsigned"`)
	require.Empty(t, b.messages(), "nobody received any of them")
	require.Equal(t, `{"PING":"PONG!"}`, b.must(ask{path: "/mailchimp/api/1.0/users/ping2.json", body: `{"key":"md-1"}`}).body)
	require.Equal(t, 401, b.must(ask{path: "/mailchimp/api/1.0/users/ping2.json", body: `{"key":"md-2"}`}).status)
}

func TestMailchimpSignsTheAddressItWasGiven(t *testing.T) {
	t.Parallel()
	c := collect(t)
	b := open(t, sandbox.Config{Callbacks: map[string]string{"mailchimp": c.URL + "/callbacks/int_1"}})
	const public = "https://hub.example.test/callbacks/int_1"
	require.NoError(t, b.SetPublicURL("mailchimp", public))
	require.Error(t, b.SetPublicURL("twilio", public), "its messages name their own")
	b.must(mailchimpTo("bounce@sandbox.test", "msg_1"))
	kinds := map[string]bool{}
	for _, r := range c.until(t, func(got []receipt) bool { return len(got) >= 2 || len(got) == 1 && len(mailchimpEvents(t, got)) == 2 }) {
		form, err := url.ParseQuery(string(r.body))
		require.NoError(t, err)
		mac := hmac.New(sha1.New, []byte("wh-1"))
		mac.Write([]byte(public + "mandrill_events" + form.Get("mandrill_events")))
		require.Equal(t, base64.StdEncoding.EncodeToString(mac.Sum(nil)), r.header.Get("X-Mandrill-Signature"))
	}
	for _, e := range mailchimpEvents(t, c.receipts()) {
		kinds[e["event"].(string)] = true
		require.Equal(t, map[string]any{"message_id": "msg_1"}, e["msg"].(map[string]any)["metadata"])
	}
	require.Equal(t, map[string]bool{"send": true, "hard_bounce": true}, kinds)
}

func mailchimpEvents(t *testing.T, receipts []receipt) []map[string]any {
	t.Helper()
	var all []map[string]any
	for _, r := range receipts {
		form, err := url.ParseQuery(string(r.body))
		require.NoError(t, err)
		var events []map[string]any
		require.NoError(t, json.Unmarshal([]byte(form.Get("mandrill_events")), &events))
		all = append(all, events...)
	}
	return all
}
