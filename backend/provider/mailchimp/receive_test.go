package mailchimp_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/mailchimp"
	"clarion/backend/provider/providertest"
)

const webhookKey = "wh-key-0123456789ab"

func receiver(t *testing.T, key string) notify.Receiver {
	t.Helper()
	s, err := mailchimp.Manifest().New(settings(provider.Values{"webhook_key": key}), provider.Deps{HTTP: provider.NewHTTPClient(provider.ClientOptions{})})
	require.NoError(t, err)
	return s.(notify.Receiver)
}

// signed is a callback by the published scheme: the URL, then every parameter by
// its name.
func signed(key, events string) notify.CallbackRequest {
	mac := hmac.New(sha1.New, []byte(key))
	mac.Write([]byte(providertest.CallbackURL + "extra" + "1" + "mandrill_events" + events))
	return notify.CallbackRequest{
		Method: "POST", URL: providertest.CallbackURL, Now: providertest.Now,
		Body:   []byte(url.Values{"mandrill_events": {events}, "extra": {"1"}}.Encode()),
		Header: http.Header{"X-Mandrill-Signature": {base64.StdEncoding.EncodeToString(mac.Sum(nil))}},
	}
}

const sendEvent = `[{"event":"send","_id":"abc123","ts":1772366300,"msg":{"_id":"abc123","email":"ada@example.com","metadata":{"message_id":"` + messageID + `"}}}]`

func TestCallbacksWithoutProofAreRefused(t *testing.T) {
	t.Parallel()
	_, answer, err := receiver(t, webhookKey).Receive(t.Context(), signed(webhookKey, sendEvent))
	require.NoError(t, err)
	require.Equal(t, 200, answer.Status)
	cases := map[string]struct {
		key  string
		with func(r *notify.CallbackRequest)
	}{
		"with one byte changed":         {webhookKey, func(r *notify.CallbackRequest) { r.Body[40] ^= 1 }},
		"with a parameter more":         {webhookKey, func(r *notify.CallbackRequest) { r.Body = append(r.Body, "&more=1"...) }},
		"with a parameter twice":        {webhookKey, func(r *notify.CallbackRequest) { r.Body = append(r.Body, "&mandrill_events=%5B%5D"...) }},
		"at another address":            {webhookKey, func(r *notify.CallbackRequest) { r.URL += "x" }},
		"without a signature":           {webhookKey, func(r *notify.CallbackRequest) { r.Header = http.Header{} }},
		"with a signature that is none": {webhookKey, func(r *notify.CallbackRequest) { r.Header.Set("X-Mandrill-Signature", "%%%") }},
		"with no key set":               {"", func(*notify.CallbackRequest) {}},
		"with another key":              {"wh-key-other-one", func(*notify.CallbackRequest) {}},
		"with the key of the trial":     {webhookKey, func(r *notify.CallbackRequest) { *r = signed("test-webhook", sendEvent) }},
		"with an empty key":             {"", func(r *notify.CallbackRequest) { *r = signed("", sendEvent) }},
		"with a body that is no form":   {webhookKey, func(r *notify.CallbackRequest) { r.Body = []byte("%zz") }},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := signed(webhookKey, sendEvent)
			c.with(&r)
			receipts, _, err := receiver(t, c.key).Receive(t.Context(), r)
			require.ErrorIs(t, err, notify.ErrUnauthenticated)
			require.Empty(t, receipts)
		})
	}
	_, _, err = receiver(t, webhookKey).Receive(t.Context(), signed(webhookKey, `{"no":"list"}`))
	require.ErrorIs(t, err, notify.ErrMalformed)
}

func TestMailchimpMayTryTheAddressBeforeThereIsAKey(t *testing.T) {
	t.Parallel()
	for _, r := range []notify.CallbackRequest{{Method: "HEAD"}, signed("test-webhook", "[]")} {
		receipts, answer, err := receiver(t, "").Receive(t.Context(), r)
		require.NoError(t, err)
		require.Empty(t, receipts)
		require.Equal(t, 200, answer.Status)
	}
}

func TestEventsAreRead(t *testing.T) {
	t.Parallel()
	base := notify.Receipt{MessageID: messageID, ProviderMessageID: "abc123", Address: "ada@example.com", At: time.Unix(1772366300, 0).UTC()}
	with := func(event string, change func(r *notify.Receipt)) notify.Receipt {
		out := base
		out.DedupKey, out.Code = event+":abc123:1772366300", event
		change(&out)
		return out
	}
	cases := map[string]struct {
		fields string
		want   notify.Receipt
	}{
		"send is sent":           {`"event":"send"`, with("send", func(r *notify.Receipt) { r.Status = notify.Sent })},
		"delivered is delivered": {`"event":"delivered"`, with("delivered", func(r *notify.Receipt) { r.Status = notify.Delivered })},
		"a deferral is a note":   {`"event":"deferral"`, with("deferral", func(*notify.Receipt) {})},
		"a hard bounce fails and suppresses": {`"event":"hard_bounce"`,
			with("hard_bounce", func(r *notify.Receipt) { r.Status, r.Suppress = notify.Failed, notify.Bounce })},
		"a soft bounce fails and does not suppress": {`"event":"soft_bounce"`,
			with("soft_bounce", func(r *notify.Receipt) { r.Status = notify.Failed })},
		"a reject fails":        {`"event":"reject"`, with("reject", func(r *notify.Receipt) { r.Status = notify.Failed })},
		"an open is engagement": {`"event":"open"`, with("open", func(r *notify.Receipt) { r.Engagement = notify.EngagedOpened })},
		"a click is engagement": {`"event":"click","url":"https://example.com/o"`,
			with("click", func(r *notify.Receipt) { r.Engagement, r.Detail = notify.EngagedClicked, "https://example.com/o" })},
		"spam suppresses": {`"event":"spam"`,
			with("spam", func(r *notify.Receipt) { r.Engagement, r.Suppress = notify.EngagedComplained, notify.Complaint })},
		"unsub suppresses": {`"event":"unsub"`,
			with("unsub", func(r *notify.Receipt) { r.Engagement, r.Suppress = notify.EngagedUnsubscribed, notify.Unsubscribe })},
		"something new changes nothing": {`"event":"teleported"`, with("teleported", func(*notify.Receipt) {})},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			events := `[{` + c.fields + `,"_id":"abc123","ts":1772366300,"msg":{"_id":"abc123","email":"ada@example.com","metadata":{"message_id":"` + messageID + `"}}}]`
			receipts, _, err := receiver(t, webhookKey).Receive(t.Context(), signed(webhookKey, events))
			require.NoError(t, err)
			require.Equal(t, []notify.Receipt{c.want}, receipts)
		})
	}
}

func TestABatchWithOddFieldsIsReadAsFarAsItGoes(t *testing.T) {
	t.Parallel()
	events := `[{"type":"blacklist","action":"add","ts":1772366300,"reject":{"email":"x@example.com"}},
		{"event":"hard_bounce","_id":"a","ts":1772366300,"msg":{"_id":"a","email":"x@example.com","metadata":[],"diag":"550 no","bounce_description":"bad_mailbox"}}]`
	receipts, _, err := receiver(t, webhookKey).Receive(t.Context(), signed(webhookKey, events))
	require.NoError(t, err)
	require.Len(t, receipts, 2)
	require.Equal(t, []string{"blacklist", ""}, []string{receipts[0].Code, string(receipts[0].Status)})
	require.Equal(t, []string{"", "a", "550 no"}, []string{receipts[1].MessageID, receipts[1].ProviderMessageID, receipts[1].Detail})
}
