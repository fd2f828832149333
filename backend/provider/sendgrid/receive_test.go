package sendgrid_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/sendgrid/sendgrid-go/helpers/eventwebhook"
	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/providertest"
)

// The published vector of the signed event webhook.
const (
	vectorKey       = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g=="
	vectorStamp     = "1600112502"
	vectorSignature = "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM="
	vectorBody      = `[{"email":"hello@world.com","event":"dropped","reason":"Bounced Address","sg_event_id":"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA","sg_message_id":"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0","smtp-id":"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>","timestamp":1600112492}]` + "\r\n"
)

var vectorTime = time.Unix(1600112502, 0)

func receiver(t *testing.T, publicKey string) notify.Receiver {
	c := suite()
	c.Settings["webhook_public_key"] = publicKey
	r, ok := c.Open(t, "http://127.0.0.1:1", provider.ClientOptions{}).(notify.Receiver)
	require.True(t, ok)
	return r
}

func callback(body, stamp, signature string, now time.Time) notify.CallbackRequest {
	h := http.Header{}
	h.Set("X-Twilio-Email-Event-Webhook-Timestamp", stamp)
	h.Set("X-Twilio-Email-Event-Webhook-Signature", signature)
	return notify.CallbackRequest{Method: "POST", URL: providertest.CallbackURL, Header: h, Body: []byte(body), Now: now}
}

func TestThePublishedVectorIsAccepted(t *testing.T) {
	t.Parallel()
	receipts, answer, err := receiver(t, vectorKey).Receive(t.Context(), callback(vectorBody, vectorStamp, vectorSignature, vectorTime))
	require.NoError(t, err)
	require.Equal(t, 200, answer.Status)
	require.Equal(t, []notify.Receipt{{
		DedupKey: "ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA", ProviderMessageID: "LRzXl_NHStOGhQ4kofSm_A",
		Status: notify.Failed, Suppress: notify.Bounce, Address: "hello@world.com",
		Code: "dropped", Detail: "Bounced Address", At: time.Unix(1600112492, 0).UTC(),
	}}, receipts)
}

func TestCallbacksWithoutProofAreRefused(t *testing.T) {
	t.Parallel()
	good := func() notify.CallbackRequest {
		return callback(vectorBody, vectorStamp, vectorSignature, vectorTime)
	}
	cases := map[string]struct {
		key  string
		with func(r *notify.CallbackRequest)
	}{
		"without the trailing line end": {vectorKey, func(r *notify.CallbackRequest) { r.Body = r.Body[:len(r.Body)-2] }},
		"with one byte changed":         {vectorKey, func(r *notify.CallbackRequest) { r.Body[5] ^= 1 }},
		"with another timestamp":        {vectorKey, func(r *notify.CallbackRequest) { r.Header.Set("X-Twilio-Email-Event-Webhook-Timestamp", "1600112503") }},
		"with an empty timestamp":       {vectorKey, func(r *notify.CallbackRequest) { r.Header.Set("X-Twilio-Email-Event-Webhook-Timestamp", "") }},
		"with more after the signature": {vectorKey, func(r *notify.CallbackRequest) {
			r.Header.Set("X-Twilio-Email-Event-Webhook-Signature", vectorSignature+"more")
		}},
		"without a signature": {vectorKey, func(r *notify.CallbackRequest) { r.Header = http.Header{} }},
		"too old":             {vectorKey, func(r *notify.CallbackRequest) { r.Now = vectorTime.Add(10*time.Minute + time.Second) }},
		"from the future":     {vectorKey, func(r *notify.CallbackRequest) { r.Now = vectorTime.Add(-10*time.Minute - time.Second) }},
		"with no key set":     {"", func(*notify.CallbackRequest) {}},
		"with another key":    {publicText(t, newKey(t)), func(*notify.CallbackRequest) {}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := good()
			c.with(&request)
			receipts, _, err := receiver(t, c.key).Receive(t.Context(), request)
			require.ErrorIs(t, err, notify.ErrUnauthenticated)
			require.Empty(t, receipts)
		})
	}
	for _, edge := range []time.Duration{-10 * time.Minute, 10 * time.Minute} {
		_, _, err := receiver(t, vectorKey).Receive(t.Context(), callback(vectorBody, vectorStamp, vectorSignature, vectorTime.Add(edge)))
		require.NoError(t, err, "ten minutes either way are allowed")
	}
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return key
}

func publicText(t *testing.T, key *ecdsa.PrivateKey) string {
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	require.NoError(t, err)
	return base64.StdEncoding.EncodeToString(der)
}

func rsaKey(t *testing.T) string {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	require.NoError(t, err)
	return base64.StdEncoding.EncodeToString(der)
}

// signed makes a callback as SendGrid signs it.
func signed(t *testing.T, key *ecdsa.PrivateKey, body string) notify.CallbackRequest {
	stamp := strconv.FormatInt(providertest.Now.Unix(), 10)
	sum := sha256.Sum256([]byte(stamp + body))
	signature, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
	require.NoError(t, err)
	return callback(body, stamp, base64.StdEncoding.EncodeToString(signature), providertest.Now)
}

func TestEventsAreRead(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	r := receiver(t, publicText(t, key))
	at := time.Unix(1772366300, 0).UTC()
	base := notify.Receipt{DedupKey: "e1", MessageID: messageID, ProviderMessageID: "abc", Address: "ada@example.com", At: at}
	with := func(change func(r *notify.Receipt)) notify.Receipt {
		out := base
		change(&out)
		return out
	}
	cases := map[string]struct {
		event string
		want  notify.Receipt
	}{
		"processed is sent": {`"event":"processed"`, with(func(r *notify.Receipt) { r.Status, r.Code = notify.Sent, "processed" })},
		"delivered is delivered": {`"event":"delivered","response":"250 OK"`,
			with(func(r *notify.Receipt) { r.Status, r.Code, r.Detail = notify.Delivered, "delivered", "250 OK" })},
		"deferred is a note": {`"event":"deferred","response":"451 later","attempt":"3"`,
			with(func(r *notify.Receipt) { r.Code, r.Detail = "deferred", "451 later" })},
		"a bounce fails and suppresses": {`"event":"bounce","type":"bounce","reason":"550 no such user","status":"5.1.1"`,
			with(func(r *notify.Receipt) {
				r.Status, r.Suppress, r.Code, r.Detail = notify.Failed, notify.Bounce, "bounce", "550 no such user"
			})},
		"a block fails and does not suppress": {`"event":"bounce","type":"blocked","reason":"421 policy"`,
			with(func(r *notify.Receipt) { r.Status, r.Code, r.Detail = notify.Failed, "blocked", "421 policy" })},
		"dropped for a bounce": {`"event":"dropped","reason":"Bounced Address"`, with(func(r *notify.Receipt) {
			r.Status, r.Suppress, r.Code, r.Detail = notify.Failed, notify.Bounce, "dropped", "Bounced Address"
		})},
		"dropped for an unsubscription": {`"event":"dropped","reason":"Unsubscribed Address"`, with(func(r *notify.Receipt) {
			r.Status, r.Suppress, r.Code, r.Detail = notify.Failed, notify.Unsubscribe, "dropped", "Unsubscribed Address"
		})},
		"dropped for a complaint": {`"event":"dropped","reason":"Spam Reporting Address"`, with(func(r *notify.Receipt) {
			r.Status, r.Suppress, r.Code, r.Detail = notify.Failed, notify.Complaint, "dropped", "Spam Reporting Address"
		})},
		"dropped for our fault suppresses nobody": {`"event":"dropped","reason":"Invalid SMTPAPI header"`,
			with(func(r *notify.Receipt) {
				r.Status, r.Code, r.Detail = notify.Failed, "dropped", "Invalid SMTPAPI header"
			})},
		"an open is engagement":   {`"event":"open"`, with(func(r *notify.Receipt) { r.Engagement, r.Code = notify.EngagedOpened, "open" })},
		"a machine's open is not": {`"event":"open","sg_machine_open":true`, with(func(r *notify.Receipt) { r.Code = "machine_open" })},
		"a click names the link": {`"event":"click","url":"https://x.test/"`, with(func(r *notify.Receipt) {
			r.Engagement, r.Code, r.Detail = notify.EngagedClicked, "click", "https://x.test/"
		})},
		"a complaint suppresses": {`"event":"spamreport"`, with(func(r *notify.Receipt) {
			r.Engagement, r.Suppress, r.Code = notify.EngagedComplained, notify.Complaint, "spamreport"
		})},
		"leaving a group is about the group": {`"event":"group_unsubscribe"`, with(func(r *notify.Receipt) {
			r.Engagement, r.Suppress, r.Group, r.Code = notify.EngagedUnsubscribed, notify.Unsubscribe, true, "group_unsubscribe"
		})},
		"joining a group again too": {`"event":"group_resubscribe"`, with(func(r *notify.Receipt) {
			r.Resubscribe, r.Group, r.Code = true, true, "group_resubscribe"
		})},
		"unsubscribing suppresses": {`"event":"unsubscribe"`, with(func(r *notify.Receipt) {
			r.Engagement, r.Suppress, r.Code = notify.EngagedUnsubscribed, notify.Unsubscribe, "unsubscribe"
		})},
		"an unknown event changes nothing": {`"event":"teleported","category":["a"],"new_field":{"x":[1]}`,
			with(func(r *notify.Receipt) { r.Code = "teleported" })},
		"a field of an odd type costs nothing": {`"event":"delivered","response":{"code":250}`,
			with(func(r *notify.Receipt) { r.Status, r.Code, r.Detail = notify.Delivered, "delivered", `{"code":250}` })},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := `[{"email":"ada@example.com","sg_event_id":"e1","sg_message_id":"abc.filter-1","timestamp":1772366300,"message_id":"` + messageID + `",` + c.event + `}]`
			receipts, _, err := r.Receive(t.Context(), signed(t, key, body))
			require.NoError(t, err)
			require.Equal(t, []notify.Receipt{c.want}, receipts)
		})
	}
}

func TestABatchIsReadWholeAndSafely(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	r := receiver(t, publicText(t, key))
	receipts, _, err := r.Receive(t.Context(), signed(t, key, `[{"event":"processed","sg_message_id":"a.1","timestamp":1},{"event":"delivered","sg_message_id":"a.1","timestamp":"x"},{}]`))
	require.NoError(t, err)
	require.Len(t, receipts, 3)
	require.NotEqual(t, receipts[0].DedupKey, receipts[1].DedupKey, "events without an id still differ")
	require.Equal(t, providertest.Now, receipts[1].At, "without a time of its own it is now")
	require.Empty(t, receipts[2].Status)
	for _, body := range []string{``, `{}`, `[1]`, `[{"event":`, `"text"`} {
		_, _, err := r.Receive(t.Context(), signed(t, key, body))
		require.ErrorIs(t, err, notify.ErrMalformed, "%q", body)
	}
}

func TestSendGridsOwnVerifierAgreesAboutEveryBit(t *testing.T) {
	t.Parallel()
	theirs, err := eventwebhook.ConvertPublicKeyBase64ToECDSA(vectorKey)
	require.NoError(t, err)
	ours := receiver(t, vectorKey)
	agree := func(body, stamp, signature, what string) {
		t.Helper()
		said, err := eventwebhook.VerifySignature(theirs, []byte(body), signature, stamp)
		_, _, refused := ours.Receive(t.Context(), callback(body, stamp, signature, vectorTime))
		require.Equal(t, err == nil && said, !errors.Is(refused, notify.ErrUnauthenticated), what)
		require.Equal(t, body+stamp+signature == vectorBody+vectorStamp+vectorSignature, err == nil && said, what)
	}
	agree(vectorBody, vectorStamp, vectorSignature, "as published")
	flip := func(text string, bit int) string {
		raw := []byte(text)
		raw[bit/8] ^= 1 << (bit % 8)
		return string(raw)
	}
	for bit := range len(vectorBody) * 8 {
		agree(flip(vectorBody, bit), vectorStamp, vectorSignature, fmt.Sprintf("bit %d of the body", bit))
	}
	for bit := range len(vectorStamp) * 8 {
		agree(vectorBody, flip(vectorStamp, bit), vectorSignature, fmt.Sprintf("bit %d of the time", bit))
	}
	raw, err := base64.StdEncoding.DecodeString(vectorSignature)
	require.NoError(t, err)
	for bit := range len(raw) * 8 {
		agree(vectorBody, vectorStamp, base64.StdEncoding.EncodeToString([]byte(flip(string(raw), bit))), fmt.Sprintf("bit %d of the signature", bit))
	}
}
