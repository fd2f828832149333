package ses

import (
	"strconv"
	"strings"
	"time"

	"clarion/backend/notify"
)

// event is what SES publishes: eventType from a configuration set,
// notificationType as feedback of an identity.
type event struct {
	EventType        string `json:"eventType"`
	NotificationType string `json:"notificationType"`
	Mail             struct {
		MessageID   string              `json:"messageId"`
		Destination []string            `json:"destination"`
		Tags        map[string][]string `json:"tags"`
	} `json:"mail"`
	Bounce struct {
		Type       string   `json:"bounceType"`
		SubType    string   `json:"bounceSubType"`
		Timestamp  string   `json:"timestamp"`
		Recipients []person `json:"bouncedRecipients"`
	} `json:"bounce"`
	Complaint struct {
		Timestamp    string   `json:"timestamp"`
		FeedbackType string   `json:"complaintFeedbackType"`
		Recipients   []person `json:"complainedRecipients"`
	} `json:"complaint"`
	Delivery struct {
		Timestamp    string   `json:"timestamp"`
		Recipients   []string `json:"recipients"`
		SMTPResponse string   `json:"smtpResponse"`
	} `json:"delivery"`
	Delay struct {
		Timestamp  string   `json:"timestamp"`
		Type       string   `json:"delayType"`
		Recipients []person `json:"delayedRecipients"`
	} `json:"deliveryDelay"`
	Reject struct {
		Reason string `json:"reason"`
	} `json:"reject"`
	Failure struct {
		Message string `json:"errorMessage"`
	} `json:"failure"`
	Open struct {
		Timestamp string `json:"timestamp"`
	} `json:"open"`
	Click struct {
		Timestamp string `json:"timestamp"`
		Link      string `json:"link"`
	} `json:"click"`
	Subscription struct {
		Timestamp string `json:"timestamp"`
		Now       struct {
			All bool `json:"unsubscribeAll"`
		} `json:"newTopicPreferences"`
	} `json:"subscription"`
}

// person is one recipient of a bounce, a complaint or a delay.
type person struct {
	Address    string `json:"emailAddress"`
	Status     string `json:"status"`
	Diagnostic string `json:"diagnosticCode"`
}

// receipts are one for each recipient the event names. An event that is not
// known changes nothing and keeps its name in Code.
func (e *event) receipts(letter string, now time.Time) []notify.Receipt {
	kind := e.EventType
	if kind == "" {
		kind = e.NotificationType
	}
	base := notify.Receipt{
		ProviderMessageID: e.Mail.MessageID, Code: strings.ToLower(strings.ReplaceAll(kind, " ", "_")), At: now,
	}
	if ids := e.Mail.Tags[tag]; len(ids) > 0 {
		base.MessageID = ids[0]
	}
	people := e.classify(kind, &base)
	if len(people) == 0 {
		for _, address := range e.Mail.Destination {
			people = append(people, person{Address: address})
		}
	}
	if len(people) == 0 {
		people = []person{{}}
	}
	list := make([]notify.Receipt, len(people))
	for i, p := range people {
		list[i] = base
		list[i].Address = mailboxOf(p.Address)
		list[i].DedupKey = letter + ":" + kind + ":" + strconv.Itoa(i)
		if p.Diagnostic != "" {
			list[i].Detail = p.Diagnostic
		}
	}
	return list
}

// classify fills in what the event means and returns the recipients it names.
func (e *event) classify(kind string, r *notify.Receipt) []person {
	switch kind {
	case "Send":
		r.Status = notify.Sent
	case "Delivery":
		r.Status, r.Detail, r.At = notify.Delivered, e.Delivery.SMTPResponse, at(e.Delivery.Timestamp, r.At)
		return plain(e.Delivery.Recipients)
	case "DeliveryDelay":
		r.Detail, r.At = e.Delay.Type, at(e.Delay.Timestamp, r.At)
		return e.Delay.Recipients
	case "Bounce":
		r.Status, r.At = notify.Failed, at(e.Bounce.Timestamp, r.At)
		r.Code, r.Detail = strings.ToLower(e.Bounce.Type+"_bounce"), e.Bounce.SubType
		if e.Bounce.Type == "Permanent" {
			r.Suppress = notify.Bounce
		}
		return e.Bounce.Recipients
	case "Complaint":
		r.Engagement, r.Suppress = notify.EngagedComplained, notify.Complaint
		r.Detail, r.At = e.Complaint.FeedbackType, at(e.Complaint.Timestamp, r.At)
		return e.Complaint.Recipients
	case "Reject":
		r.Status, r.Detail = notify.Failed, e.Reject.Reason
	case "Rendering Failure":
		r.Status, r.Detail = notify.Failed, e.Failure.Message
	case "Open":
		r.Engagement, r.At = notify.EngagedOpened, at(e.Open.Timestamp, r.At)
	case "Click":
		r.Engagement, r.Detail, r.At = notify.EngagedClicked, e.Click.Link, at(e.Click.Timestamp, r.At)
	case "Subscription":
		r.At = at(e.Subscription.Timestamp, r.At)
		if e.Subscription.Now.All {
			r.Engagement, r.Suppress = notify.EngagedUnsubscribed, notify.Unsubscribe
		}
	}
	return nil
}

func plain(addresses []string) []person {
	list := make([]person, len(addresses))
	for i, address := range addresses {
		list[i].Address = address
	}
	return list
}

func at(text string, now time.Time) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return now
	}
	return t.UTC()
}

// mailboxOf takes the mailbox out of an address with a name: SES repeats the
// destination as it was given.
func mailboxOf(address string) string {
	if from := strings.LastIndexByte(address, '<'); from >= 0 && strings.HasSuffix(address, ">") {
		return address[from+1 : len(address)-1]
	}
	return address
}
