// Package ses is Amazon SES in the box: the v2 mail API and its events, carried
// and signed as SNS does. It knows the vendor's protocol and nothing of our
// provider.
package ses

import (
	"maps"
	"net/http"

	"clarion/backend/sandbox/amazon"
	"clarion/backend/sandbox/wire"
)

// Name is the vendor's name in paths, books and faults.
const Name = "ses"

// Topic carries the events of the box; Set is the configuration set it belongs
// to.
const (
	Topic = "arn:aws:sns:eu-west-1:000000000000:clarion-sandbox"
	Set   = "clarion-sandbox"
)

// Keys are what the box accepts unless told otherwise. They open nothing else.
var Keys = amazon.Keys

// Open sets the vendor up in its box.
func Open(b wire.Box) (wire.Vendor, error) {
	events := &topic{signer: amazon.NewSigner(b.Dir), clock: b.Clock}
	account := map[string]string{"topic_arn": Topic, "configuration_set": Set}
	maps.Copy(account, amazon.Account(b.Credentials))
	return wire.Vendor{
		Name: Name, Doors: []wire.Door{{Prefix: "/ses/", Desk: desk{b, events}}},
		Callbacks: &wire.Callbacks{
			Hook: true, Size: 1, Workers: 4, Stages: func(fate string) []wire.Stage { return stages[fate] },
			Post: events.post,
		},
		Account: account,
	}, nil
}

// certificatePath is where the box serves what it signs with.
const certificatePath = "/ses/sns/SimpleNotificationService-sandbox.pem"

// Ask is GET /v2/email/account, the certificate of SNS, and the visit that
// confirms a subscription.
func (v desk) Ask(r *http.Request) *wire.Answer {
	if r.Method != http.MethodGet {
		return nil
	}
	switch r.URL.Path {
	case certificatePath:
		text, err := v.topic.signer.Certificate()
		if err != nil {
			return &wire.Answer{Status: http.StatusInternalServerError, ContentType: wire.AsText, Body: []byte(err.Error())}
		}
		return &wire.Answer{Status: http.StatusOK, ContentType: wire.AsText, Body: text}
	case confirmPath:
		return v.topic.confirm(r)
	case "/ses/v2/email/account":
		if refusal := v.letIn(r, nil); refusal != nil {
			return refusal
		}
		a := wire.JSON(http.StatusOK, map[string]any{
			"SendingEnabled": true, "ProductionAccessEnabled": true, "EnforcementStatus": "HEALTHY", "DedicatedIpAutoWarmupEnabled": true,
			"SendQuota": map[string]float64{"Max24HourSend": 50000, "MaxSendRate": 14, "SentLast24Hours": 0},
		})
		return &a
	}
	return nil
}

// letIn answers a request whose signature is not good.
func (v desk) letIn(r *http.Request, body []byte) *wire.Answer {
	var a wire.Answer
	switch amazon.Check(r, body, v.box.Credentials) {
	case amazon.Unsigned:
		a = fault(http.StatusForbidden, "MissingAuthenticationTokenException", "Missing Authentication Token")
	case amazon.Stranger:
		a = fault(http.StatusForbidden, "UnrecognizedClientException", "The security token included in the request is invalid.")
	case amazon.Mismatched:
		a = fault(http.StatusForbidden, "InvalidSignatureException",
			"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
	default:
		return nil
	}
	return &a
}
