package ses_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/providertest"
	"clarion/backend/provider/ses"
)

const (
	topicARN = "arn:aws:sns:eu-west-1:123456789012:clarion"
	certURL  = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b.pem"
)

// theKey signs in all tests: making one costs.
var theKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

type shape struct {
	name     string
	from, to time.Time
	key      any
}

func certificate(t *testing.T, s shape) string {
	private := crypto.Signer(theKey())
	if s.key != nil {
		private = s.key.(crypto.Signer)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: s.name}, DNSNames: []string{s.name}, NotBefore: s.from, NotAfter: s.to}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	require.NoError(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func good(t *testing.T) string {
	return certificate(t, shape{name: "sns.amazonaws.com", from: providertest.Now.Add(-time.Hour), to: providertest.Now.Add(time.Hour)})
}

// net answers for the whole internet and notes what was asked.
type internet struct {
	mu      sync.Mutex
	answers map[string]string
	asked   []string
}

func (n *internet) RoundTrip(r *http.Request) (*http.Response, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.asked = append(n.asked, r.URL.String())
	body, ok := n.answers[r.URL.String()]
	if !ok {
		return nil, errors.New("nobody is there")
	}
	status := http.StatusOK
	if strings.HasPrefix(body, "302 ") {
		status = http.StatusFound
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

func (n *internet) seen() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]string{}, n.asked...)
}

func receiver(t *testing.T, n *internet, changes provider.Values) notify.Receiver {
	t.Helper()
	s, err := ses.Manifest().New(settings(changes), provider.Deps{HTTP: &http.Client{Transport: n}, Now: func() time.Time { return providertest.Now }})
	require.NoError(t, err)
	return s.(notify.Receiver)
}

func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }

func letter(changes map[string]string) map[string]string {
	l := map[string]string{
		"Type": "Notification", "MessageId": "22b80b92", "TopicArn": topicARN, "Subject": "Amazon SES Email Event Notification",
		"Message":   `{"eventType":"Send","mail":{"messageId":"0102","destination":["ada@example.com"],"tags":{"message_id":["` + messageID + `"]}}}`,
		"Timestamp": stamp(providertest.Now), "SignatureVersion": "2", "SigningCertURL": certURL,
	}
	for key, value := range changes {
		l[key] = value
	}
	return l
}

// signed is a letter with its signature, by the published order of the fields.
func signed(t *testing.T, l map[string]string) notify.CallbackRequest {
	t.Helper()
	order := []string{"Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"}
	if l["Type"] != "Notification" {
		order = []string{"Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"}
	}
	text := ""
	for _, key := range order {
		if value, ok := l[key]; ok {
			text += key + "\n" + value + "\n"
		}
	}
	hash, sum := crypto.SHA256, sha256.New()
	if l["SignatureVersion"] == "1" {
		hash, sum = crypto.SHA1, sha1.New()
	}
	io.WriteString(sum, text)
	signature, err := rsa.SignPKCS1v15(rand.Reader, theKey(), hash, sum.Sum(nil))
	require.NoError(t, err)
	l["Signature"] = base64.StdEncoding.EncodeToString(signature)
	return request(t, l)
}

func request(t *testing.T, l map[string]string) notify.CallbackRequest {
	body, err := json.Marshal(l)
	require.NoError(t, err)
	return notify.CallbackRequest{Method: "POST", URL: providertest.CallbackURL, Header: http.Header{"X-Amz-Sns-Message-Type": {l["Type"]}}, Body: body, Now: providertest.Now}
}

func TestLettersOfBothSignatureVersionsAreAccepted(t *testing.T) {
	t.Parallel()
	cases := map[string]map[string]string{
		"version 1":             {"SignatureVersion": "1"},
		"version 2":             {},
		"with an empty subject": {"Subject": ""},
		"with a line break":     {"Subject": "a\nMessageId\nb"},
		"nearly too old":        {"Timestamp": stamp(providertest.Now.Add(-2 * time.Hour))},
		"a little ahead":        {"Timestamp": stamp(providertest.Now.Add(10 * time.Minute))},
	}
	for name, changes := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := &internet{answers: map[string]string{certURL: good(t)}}
			r := receiver(t, n, nil)
			for range 3 {
				receipts, answer, err := r.Receive(t.Context(), signed(t, letter(changes)))
				require.NoError(t, err)
				require.Equal(t, 200, answer.Status)
				require.Len(t, receipts, 1)
				require.Equal(t, messageID, receipts[0].MessageID)
			}
			require.Equal(t, []string{certURL}, n.seen(), "the certificate is fetched once")
		})
	}
	t.Run("without a subject", func(t *testing.T) {
		t.Parallel()
		l := letter(nil)
		delete(l, "Subject")
		_, _, err := receiver(t, &internet{answers: map[string]string{certURL: good(t)}}, nil).Receive(t.Context(), signed(t, l))
		require.NoError(t, err)
	})
}

func TestLettersWithoutProofAreRefusedAndNothingIsFetched(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		settings provider.Values
		changes  map[string]string
		after    map[string]string
		remove   string
	}{
		"no topic is set":            {settings: provider.Values{"topic_arn": ""}},
		"another topic":              {changes: map[string]string{"TopicArn": topicARN + "2"}},
		"a day old":                  {changes: map[string]string{"Timestamp": stamp(providertest.Now.Add(-2*time.Hour - time.Second))}},
		"from the future":            {changes: map[string]string{"Timestamp": stamp(providertest.Now.Add(10*time.Minute + time.Second))}},
		"without a time":             {changes: map[string]string{"Timestamp": ""}},
		"an unknown version":         {changes: map[string]string{"SignatureVersion": "3"}},
		"without a version":          {changes: map[string]string{"SignatureVersion": ""}},
		"an unknown type":            {changes: map[string]string{"Type": "Notice"}},
		"a signature that is none":   {after: map[string]string{"Signature": "%%%"}},
		"an empty signature":         {after: map[string]string{"Signature": ""}},
		"a certificate by http":      {changes: map[string]string{"SigningCertURL": strings.Replace(certURL, "https", "http", 1)}},
		"a host that only begins so": {changes: map[string]string{"SigningCertURL": "https://sns.us-east-1.amazonaws.com.evil.test/a.pem"}},
		"a host behind an @":         {changes: map[string]string{"SigningCertURL": "https://sns.us-east-1.amazonaws.com@evil.test/a.pem"}},
		"a host with a port":         {changes: map[string]string{"SigningCertURL": "https://sns.us-east-1.amazonaws.com:8443/a.pem"}},
		"another service":            {changes: map[string]string{"SigningCertURL": "https://s3.us-east-1.amazonaws.com/sns.us-east-1.amazonaws.com/a.pem"}},
		"a host with a longer name":  {changes: map[string]string{"SigningCertURL": "https://evil.sns.us-east-1.amazonaws.com/a.pem"}},
		"a file of another kind":     {changes: map[string]string{"SigningCertURL": "https://sns.us-east-1.amazonaws.com/?Action=Publish"}},
		"this machine":               {changes: map[string]string{"SigningCertURL": "http://127.0.0.1/a.pem"}},
		"no address":                 {changes: map[string]string{"SigningCertURL": ""}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := &internet{answers: map[string]string{certURL: good(t)}}
			request := signed(t, letter(c.changes))
			if c.after != nil {
				l := letter(c.changes)
				for key, value := range c.after {
					l[key] = value
				}
				body, err := json.Marshal(l)
				require.NoError(t, err)
				request.Body = body
			}
			receipts, _, err := receiver(t, n, c.settings).Receive(t.Context(), request)
			require.ErrorIs(t, err, notify.ErrUnauthenticated)
			require.Empty(t, receipts)
			require.Empty(t, n.seen())
		})
	}
}

func TestEveryChangedFieldBreaksTheSignature(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"1", "2"} {
		for _, kind := range []string{"Notification", "SubscriptionConfirmation"} {
			base := letter(map[string]string{"SignatureVersion": version, "Type": kind})
			if kind != "Notification" {
				base["Token"], base["SubscribeURL"] = "2336412f37f", subscribeURL
				delete(base, "Subject")
			}
			r := receiver(t, &internet{answers: map[string]string{certURL: good(t), subscribeURL: "yes"}}, nil)
			_, _, err := r.Receive(t.Context(), signed(t, base))
			require.NoError(t, err)
			for field := range base {
				if field == "SignatureVersion" || field == "SigningCertURL" || field == "Type" || field == "TopicArn" {
					continue // the test of refusals has them
				}
				changed := map[string]string{}
				for key, value := range base {
					changed[key] = value
				}
				changed[field] = flipped(field, changed[field])
				_, _, err := r.Receive(t.Context(), request(t, changed))
				require.ErrorIs(t, err, notify.ErrUnauthenticated, "%s %s", kind, field)
			}
			other := map[string]string{"1": "2", "2": "1"}[version]
			base["SignatureVersion"] = other
			_, _, err = r.Receive(t.Context(), request(t, base))
			require.ErrorIs(t, err, notify.ErrUnauthenticated, "the version decides the hash")
		}
	}
}

// flipped changes one bit, leaving a time a time and base64 base64.
func flipped(field, value string) string {
	if field == "Timestamp" {
		return stamp(providertest.Now.Add(time.Millisecond))
	}
	b := []byte(value)
	b[len(b)/2] ^= 1
	if field == "Signature" {
		return string(b[:len(b)/2]) + map[bool]string{true: "B", false: "A"}[value[len(b)/2] == 'A'] + string(b[len(b)/2+1:])
	}
	return string(b)
}

func TestCertificatesThatProveNothingAreRefused(t *testing.T) {
	t.Parallel()
	now := providertest.Now
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	cases := map[string]string{
		"not a certificate":  "hello",
		"another name":       certificate(t, shape{name: "evil.test", from: now.Add(-time.Hour), to: now.Add(time.Hour)}),
		"no longer valid":    certificate(t, shape{name: "sns.amazonaws.com", from: now.Add(-2 * time.Hour), to: now.Add(-time.Hour)}),
		"not yet valid":      certificate(t, shape{name: "sns.amazonaws.com", from: now.Add(time.Hour), to: now.Add(2 * time.Hour)}),
		"a small key":        certificate(t, shape{name: "sns.amazonaws.com", from: now.Add(-time.Hour), to: now.Add(time.Hour), key: small}),
		"a chain to nowhere": good(t) + certificate(t, shape{name: "Some Authority", from: now.Add(-time.Hour), to: now.Add(time.Hour)}),
	}
	for name, text := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := receiver(t, &internet{answers: map[string]string{certURL: text}}, nil).Receive(t.Context(), signed(t, letter(nil)))
			require.ErrorIs(t, err, notify.ErrUnauthenticated)
		})
	}
	for name, answers := range map[string]map[string]string{"an absent file": {}, "a redirect": {certURL: "302 elsewhere"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := receiver(t, &internet{answers: answers}, nil).Receive(t.Context(), signed(t, letter(nil)))
			require.Error(t, err)
			require.NotErrorIs(t, err, notify.ErrUnauthenticated, "it is not the caller's fault: SNS shall try again")
		})
	}
}

const subscribeURL = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=" + topicARN + "&Token=2336412f37f"

func TestASubscriptionIsConfirmedOnlyAfterProofAndOnlyAtSNS(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		url  string
		good bool
	}{
		"at SNS":              {subscribeURL, true},
		"elsewhere":           {"https://evil.test/?Action=ConfirmSubscription&TopicArn=" + topicARN, false},
		"by http":             {"http" + subscribeURL[len("https"):], false},
		"of another topic":    {strings.Replace(subscribeURL, "clarion", "other", 1), false},
		"with another action": {strings.Replace(subscribeURL, "ConfirmSubscription", "DeleteTopic", 1), false},
		"on this machine":     {"http://127.0.0.1/?Action=ConfirmSubscription&TopicArn=" + topicARN, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := &internet{answers: map[string]string{certURL: good(t), c.url: "yes"}}
			l := letter(map[string]string{"Type": "SubscriptionConfirmation", "Token": "2336412f37f", "SubscribeURL": c.url})
			delete(l, "Subject")
			receipts, _, err := receiver(t, n, nil).Receive(t.Context(), signed(t, l))
			require.Empty(t, receipts)
			if c.good {
				require.NoError(t, err)
				require.Equal(t, []string{certURL, c.url}, n.seen())
				return
			}
			require.ErrorIs(t, err, notify.ErrUnauthenticated)
			require.Equal(t, []string{certURL}, n.seen(), "nothing but the certificate is asked for")
		})
	}
	t.Run("with a wrong signature", func(t *testing.T) {
		t.Parallel()
		n := &internet{answers: map[string]string{certURL: good(t), subscribeURL: "yes"}}
		l := letter(map[string]string{"Type": "SubscriptionConfirmation", "Token": "t", "SubscribeURL": subscribeURL, "Signature": "AAAA"})
		_, _, err := receiver(t, n, nil).Receive(t.Context(), request(t, l))
		require.ErrorIs(t, err, notify.ErrUnauthenticated)
		require.Equal(t, []string{certURL}, n.seen())
	})
}
