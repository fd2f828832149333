package ses

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"clarion/backend/sandbox/amazon"
	"clarion/backend/sandbox/wire"
)

// stages is what SES publishes by fate; "" is the usual one.
var stages = map[string][]wire.Stage{
	"":            {{Kind: "Send"}, {Kind: "Delivery"}},
	"bounce":      {{Kind: "Send"}, {Kind: "Bounce", Code: "Permanent"}},
	"transient":   {{Kind: "Send"}, {Kind: "Bounce", Code: "Transient"}},
	"deferred":    {{Kind: "Send"}, {Kind: "DeliveryDelay"}, {Kind: "Delivery"}},
	"rejected":    {{Kind: "Reject"}},
	"complaint":   {{Kind: "Send"}, {Kind: "Delivery"}, {Kind: "Complaint"}},
	"open":        {{Kind: "Send"}, {Kind: "Delivery"}, {Kind: "Open"}},
	"click":       {{Kind: "Send"}, {Kind: "Delivery"}, {Kind: "Click"}},
	"unsubscribe": {{Kind: "Send"}, {Kind: "Delivery"}, {Kind: "Subscription"}},
}

// fates are the local parts that decide a fate at sandbox.test and at the
// domain of SES's own simulator.
func fateOf(address string) string {
	local, domain, _ := strings.Cut(strings.ToLower(address), "@")
	if domain != "sandbox.test" && domain != "simulator.amazonses.com" {
		return ""
	}
	local, _, _ = strings.Cut(local, "+")
	if local == "suppressionlist" {
		return "bounce"
	}
	if _, known := stages[local]; known {
		return local
	}
	return ""
}

// lost reports whether nobody receives a message with this fate.
func lost(fate string) bool { return fate == "bounce" || fate == "transient" || fate == "rejected" }

// baseArg remembers where a caller reached the box: there it finds the
// certificate.
const baseArg = "box"

// topic carries events as SNS does, each in a signed letter of its own, once the
// address has said that it wants them.
type topic struct {
	signer    *amazon.Signer
	clock     func() time.Time
	confirmed atomic.Bool
}

// token is what an address shows to confirm its subscription.
const token = "sandbox-token"

func (t *topic) post(_ string, events []*wire.Event) (wire.Letter, error) {
	e := events[0] // one event a post
	base := e.Origin.Args[baseArg]
	letter := map[string]string{
		"TopicArn": Topic, "Timestamp": stamp(t.clock()), "SignatureVersion": "2", "SigningCertURL": base + certificatePath,
	}
	first := !t.confirmed.Load()
	if first {
		letter["Type"], letter["Token"], letter["MessageId"] = "SubscriptionConfirmation", token, wire.RandomWord()
		letter["Message"] = "You have chosen to subscribe to the topic " + Topic + ".\nTo confirm the subscription, visit the SubscribeURL included in this message."
		letter["SubscribeURL"] = base + confirmPath + "?Action=ConfirmSubscription&TopicArn=" + url.QueryEscape(Topic) + "&Token=" + token
	} else {
		// The same for every retry and duplicate of an event.
		id := sha256.Sum256([]byte(e.Origin.VendorID + e.Kind))
		letter["Type"], letter["MessageId"], letter["Message"] = "Notification", hex.EncodeToString(id[:16]), string(wire.ToJSON(record(e)))
		letter["Subject"] = "Amazon SES Email Event Notification"
	}
	signature, err := t.signer.Sign(letter["SignatureVersion"], signed(letter))
	if err != nil {
		return wire.Letter{}, err
	}
	letter["Signature"] = signature
	return wire.Letter{Again: first, Body: wire.ToJSON(letter), Header: http.Header{
		"Content-Type":           {"text/plain; charset=UTF-8"},
		"User-Agent":             {"Amazon Simple Notification Service Agent"},
		"X-Amz-Sns-Message-Type": {letter["Type"]},
		"X-Amz-Sns-Message-Id":   {letter["MessageId"]},
		"X-Amz-Sns-Topic-Arn":    {Topic},
	}}, nil
}

// signed is the text SNS signs: the named fields that are there, by name.
func signed(letter map[string]string) string {
	names := []string{"Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"}
	var b strings.Builder
	for _, name := range names {
		if value, ok := letter[name]; ok {
			b.WriteString(name + "\n" + value + "\n")
		}
	}
	return b.String()
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// record is one event as SES writes it.
func record(e *wire.Event) map[string]any {
	stamp := stamp(e.At)
	mail := map[string]any{
		"timestamp": stamp, "source": e.Origin.From, "messageId": e.Origin.VendorID, "sendingAccountId": "000000000000",
		"destination": []string{e.Origin.To}, "headersTruncated": false,
		"tags": map[string][]string{"message_id": {e.Origin.MessageID}, "ses:configuration-set": {e.Origin.Service}},
	}
	person := map[string]string{"emailAddress": e.Origin.To}
	about := map[string]any{"timestamp": stamp}
	switch e.Kind + e.Code {
	case "BouncePermanent":
		person["action"], person["status"], person["diagnosticCode"] = "failed", "5.1.1", "smtp; 550 5.1.1 user unknown"
		about["bounceType"], about["bounceSubType"], about["bouncedRecipients"] = "Permanent", "General", []any{person}
	case "BounceTransient":
		person["action"], person["status"], person["diagnosticCode"] = "failed", "4.2.2", "smtp; 452 4.2.2 mailbox full"
		about["bounceType"], about["bounceSubType"], about["bouncedRecipients"] = "Transient", "MailboxFull", []any{person}
	case "Complaint":
		about["complaintFeedbackType"], about["complainedRecipients"] = "abuse", []any{person}
	case "Delivery":
		about["recipients"], about["smtpResponse"] = []string{e.Origin.To}, "250 2.6.0 Message received"
	case "DeliveryDelay":
		person["status"], person["diagnosticCode"] = "4.3.0", "smtp; 451 4.3.0 try again later"
		about["delayType"], about["delayedRecipients"] = "TransientCommunicationFailure", []any{person}
	case "Reject":
		about = map[string]any{"reason": "Bad content"}
	case "Click":
		about["link"] = "https://example.com/"
	case "Subscription":
		about["newTopicPreferences"] = map[string]any{"unsubscribeAll": true}
	}
	field := strings.ToLower(e.Kind[:1]) + e.Kind[1:]
	out := map[string]any{"eventType": e.Kind, "mail": mail, field: about}
	e.Add(out)
	e.Add(about)
	return out
}

// confirmPath is where an address says that it wants the topic's letters.
const confirmPath = "/ses/sns/"

// confirm is that visit.
func (t *topic) confirm(r *http.Request) *wire.Answer {
	q := r.URL.Query()
	if q.Get("Action") != "ConfirmSubscription" || q.Get("TopicArn") != Topic || q.Get("Token") != token {
		return &wire.Answer{Status: http.StatusBadRequest, ContentType: "text/xml", Body: []byte(
			"<ErrorResponse><Error><Type>Sender</Type><Code>InvalidParameter</Code></Error></ErrorResponse>")}
	}
	t.confirmed.Store(true)
	return &wire.Answer{Status: http.StatusOK, ContentType: "text/xml", Body: []byte(
		"<ConfirmSubscriptionResponse><ConfirmSubscriptionResult><SubscriptionArn>" + Topic +
			":sandbox</SubscriptionArn></ConfirmSubscriptionResult></ConfirmSubscriptionResponse>")}
}
