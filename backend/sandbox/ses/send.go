package ses

import (
	"encoding/json"
	"net/http"
	"net/mail"

	"clarion/backend/notify"
	"clarion/backend/sandbox/wire"
)

// desk is POST /v2/email/outbound-emails.
type desk struct {
	box   wire.Box
	topic *topic
}

type content struct {
	Data    string
	Charset string
}

type email struct {
	From        string `json:"FromEmailAddress"`
	Destination struct {
		To []string `json:"ToAddresses"`
		Cc []string `json:"CcAddresses"`
	}
	ReplyTo []string `json:"ReplyToAddresses"`
	Content struct {
		Simple *struct {
			Subject content
			Body    struct {
				Text *content
				HTML *content `json:"Html"`
			}
			Headers []struct{ Name, Value string }
		}
	}
	Set  string                         `json:"ConfigurationSetName"`
	Tags []struct{ Name, Value string } `json:"EmailTags"`
}

// fault is SES's refusal: the class in a header, the words in the body.
func fault(status int, class, message string) wire.Answer {
	return wire.Answer{Status: status, ContentType: "application/json", Body: wire.ToJSON(map[string]string{"message": message})}.
		With("X-Amzn-Errortype", class)
}

func (v desk) Refuse(status int) wire.Answer {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return fault(status, "AccessDeniedException", "User is not authorized to perform: ses:SendEmail")
	case http.StatusNotFound:
		return fault(status, "UnknownOperationException", "")
	case http.StatusTooManyRequests:
		return fault(status, "TooManyRequestsException", "Maximum sending rate exceeded.")
	case http.StatusServiceUnavailable:
		return fault(status, "ServiceUnavailableException", "Service Unavailable")
	}
	if status >= http.StatusInternalServerError {
		return fault(status, "InternalServiceErrorException", "The request processing has failed because of an unknown error, exception, or failure.")
	}
	return fault(status, "BadRequestException", http.StatusText(status))
}

func (v desk) Spoil(kind wire.FaultKind, _ *wire.Call) (string, *wire.Answer) {
	if kind == wire.Bounce {
		return "bounce", nil
	}
	return "transient", nil
}

func (v desk) Read(r *http.Request, body []byte) wire.Call {
	var m email
	broken := json.Unmarshal(body, &m)
	c := wire.Call{MessageID: m.tag("message_id")}
	switch {
	case r.URL.Path != "/ses/v2/email/outbound-emails":
		return c.Refused(v.Refuse(http.StatusNotFound))
	case broken != nil || !wire.IsJSON(r):
		return c.Refused(fault(http.StatusBadRequest, "SerializationException", "The request body is no JSON of this operation."))
	}
	if refusal := v.letIn(r, body); refusal != nil {
		return c.Refused(*refusal)
	}
	if refusal := m.check(); refusal != nil {
		return c.Refused(*refusal)
	}
	return v.take(c, m, "http://"+r.Host)
}

func (m *email) tag(name string) string {
	for _, t := range m.Tags {
		if t.Name == name {
			return t.Value
		}
	}
	return ""
}

// take accepts a checked message; base is where the caller reached the box.
func (v desk) take(c wire.Call, m email, base string) wire.Call {
	id := "0102" + wire.RandomWord() + "-000000"
	c.Accepted = wire.JSON(http.StatusOK, map[string]string{"MessageId": id})
	for _, address := range m.Destination.To {
		to, _ := mail.ParseAddress(address) // check has read it
		fate := fateOf(to.Address)
		c.Parcels = append(c.Parcels, wire.Parcel{
			Message: m.message(to, c.MessageID), Fate: fate, Lost: lost(fate),
			Origin: &wire.Origin{
				Provider: Name, To: address, From: m.From, VendorID: id, MessageID: c.MessageID,
				Args: map[string]string{baseArg: base}, Service: m.Set,
			},
		})
	}
	return c
}

// named is an address as a mail program shows it.
func named(a *mail.Address) string {
	if a.Name == "" {
		return a.Address
	}
	return a.Name + " <" + a.Address + ">"
}

func (m *email) message(to *mail.Address, messageID string) wire.Message {
	simple := m.Content.Simple
	out := wire.Message{
		Provider: Name, Channel: notify.Email, To: to.Address, Subject: simple.Subject.Data, MessageID: messageID,
		Headers: map[string]string{},
	}
	if from, err := mail.ParseAddress(m.From); err == nil {
		out.Headers["From"] = named(from)
	}
	if to.Name != "" {
		out.Headers["To"] = named(to)
	}
	for _, h := range simple.Headers {
		out.Headers[h.Name] = h.Value
	}
	if simple.Body.Text != nil {
		out.Text = simple.Body.Text.Data
	}
	if simple.Body.HTML != nil {
		out.HTML = simple.Body.HTML.Data
	}
	return out
}
