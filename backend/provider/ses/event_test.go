package ses_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider/providertest"
)

func TestEventsAreRead(t *testing.T) {
	t.Parallel()
	const mail = `"mail":{"messageId":"0102","destination":["Ada <ada@example.com>"],"tags":{"message_id":["` + messageID + `"],"ses:configuration-set":["clarion"]}}`
	at := time.Date(2026, 3, 1, 11, 59, 0, 0, time.UTC)
	const when = `"timestamp":"2026-03-01T11:59:00.000Z"`
	receipt := func(kind string, change func(r *notify.Receipt)) notify.Receipt {
		r := notify.Receipt{DedupKey: "22b80b92:" + kind + ":0", MessageID: messageID, ProviderMessageID: "0102", Address: "ada@example.com", At: at}
		change(&r)
		return r
	}
	cases := map[string]struct {
		event string
		want  notify.Receipt
	}{
		"a send is sent": {`{"eventType":"Send",` + mail + `}`, receipt("Send", func(r *notify.Receipt) {
			r.Status, r.Code, r.At = notify.Sent, "send", providertest.Now
		})},
		"a delivery is delivered": {`{"eventType":"Delivery",` + mail + `,"delivery":{` + when + `,"recipients":["ada@example.com"],"smtpResponse":"250 ok"}}`,
			receipt("Delivery", func(r *notify.Receipt) { r.Status, r.Code, r.Detail = notify.Delivered, "delivery", "250 ok" })},
		"a delay is a note": {`{"eventType":"DeliveryDelay",` + mail + `,"deliveryDelay":{` + when + `,"delayType":"MailboxFull","delayedRecipients":[{"emailAddress":"ada@example.com"}]}}`,
			receipt("DeliveryDelay", func(r *notify.Receipt) { r.Code, r.Detail = "deliverydelay", "MailboxFull" })},
		"a permanent bounce fails and suppresses": {`{"eventType":"Bounce",` + mail + `,"bounce":{` + when + `,"bounceType":"Permanent","bounceSubType":"General","bouncedRecipients":[{"emailAddress":"ada@example.com","status":"5.1.1","diagnosticCode":"smtp; 550 no"}]}}`,
			receipt("Bounce", func(r *notify.Receipt) {
				r.Status, r.Suppress, r.Code, r.Detail = notify.Failed, notify.Bounce, "permanent_bounce", "smtp; 550 no"
			})},
		"a transient bounce fails and does not suppress": {`{"eventType":"Bounce",` + mail + `,"bounce":{` + when + `,"bounceType":"Transient","bounceSubType":"MailboxFull","bouncedRecipients":[{"emailAddress":"ada@example.com"}]}}`,
			receipt("Bounce", func(r *notify.Receipt) { r.Status, r.Code, r.Detail = notify.Failed, "transient_bounce", "MailboxFull" })},
		"an undetermined bounce does not suppress": {`{"eventType":"Bounce",` + mail + `,"bounce":{` + when + `,"bounceType":"Undetermined","bounceSubType":"Undetermined","bouncedRecipients":[{"emailAddress":"ada@example.com"}]}}`,
			receipt("Bounce", func(r *notify.Receipt) {
				r.Status, r.Code, r.Detail = notify.Failed, "undetermined_bounce", "Undetermined"
			})},
		"a complaint suppresses and moves nothing": {`{"notificationType":"Complaint",` + mail + `,"complaint":{` + when + `,"complaintFeedbackType":"abuse","complainedRecipients":[{"emailAddress":"ada@example.com"}]}}`,
			receipt("Complaint", func(r *notify.Receipt) {
				r.Engagement, r.Suppress, r.Code, r.Detail = notify.EngagedComplained, notify.Complaint, "complaint", "abuse"
			})},
		"a reject fails": {`{"eventType":"Reject",` + mail + `,"reject":{"reason":"Bad content"}}`, receipt("Reject", func(r *notify.Receipt) {
			r.Status, r.Code, r.Detail, r.At = notify.Failed, "reject", "Bad content", providertest.Now
		})},
		"a rendering failure fails": {`{"eventType":"Rendering Failure",` + mail + `,"failure":{"errorMessage":"no such part"}}`, receipt("Rendering Failure", func(r *notify.Receipt) {
			r.Status, r.Code, r.Detail, r.At = notify.Failed, "rendering_failure", "no such part", providertest.Now
		})},
		"an open is engagement": {`{"eventType":"Open",` + mail + `,"open":{` + when + `}}`,
			receipt("Open", func(r *notify.Receipt) { r.Engagement, r.Code = notify.EngagedOpened, "open" })},
		"a click is engagement": {`{"eventType":"Click",` + mail + `,"click":{` + when + `,"link":"https://example.com/o"}}`,
			receipt("Click", func(r *notify.Receipt) {
				r.Engagement, r.Code, r.Detail = notify.EngagedClicked, "click", "https://example.com/o"
			})},
		"leaving all lists suppresses": {`{"eventType":"Subscription",` + mail + `,"subscription":{` + when + `,"newTopicPreferences":{"unsubscribeAll":true}}}`,
			receipt("Subscription", func(r *notify.Receipt) {
				r.Engagement, r.Suppress, r.Code = notify.EngagedUnsubscribed, notify.Unsubscribe, "subscription"
			})},
		"leaving one list is a note": {`{"eventType":"Subscription",` + mail + `,"subscription":{` + when + `,"newTopicPreferences":{"unsubscribeAll":false}}}`,
			receipt("Subscription", func(r *notify.Receipt) { r.Code = "subscription" })},
		"something new changes nothing": {`{"eventType":"Teleported",` + mail + `,"more":[1]}`,
			receipt("Teleported", func(r *notify.Receipt) { r.Code, r.At = "teleported", providertest.Now })},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := receiver(t, &internet{answers: map[string]string{certURL: good(t)}}, nil)
			receipts, _, err := r.Receive(t.Context(), signed(t, letter(map[string]string{"Message": c.event})))
			require.NoError(t, err)
			require.Equal(t, []notify.Receipt{c.want}, receipts)
		})
	}
}

func TestOneBounceOfTwoRecipientsIsTwoReceipts(t *testing.T) {
	t.Parallel()
	event := `{"eventType":"Bounce","mail":{"messageId":"0102"},"bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"a@example.com"},{"emailAddress":"b@example.com"}]}}`
	receipts, _, err := receiver(t, &internet{answers: map[string]string{certURL: good(t)}}, nil).Receive(t.Context(), signed(t, letter(map[string]string{"Message": event})))
	require.NoError(t, err)
	require.Len(t, receipts, 2)
	require.NotEqual(t, receipts[0].DedupKey, receipts[1].DedupKey)
	require.Equal(t, []string{"a@example.com", "b@example.com"}, []string{receipts[0].Address, receipts[1].Address})
}

func TestAProvenLetterThatIsNoEventIsMalformed(t *testing.T) {
	t.Parallel()
	read := func(text string) error {
		r := receiver(t, &internet{answers: map[string]string{certURL: good(t)}}, nil)
		_, _, err := r.Receive(t.Context(), signed(t, letter(map[string]string{"Message": text})))
		return err
	}
	require.ErrorIs(t, read("hello"), notify.ErrMalformed)
	require.NoError(t, read("Successfully validated SNS topic for Amazon SES event publishing."), "SES says so when the topic is chosen")
}
