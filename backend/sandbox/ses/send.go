package ses

import (
	"encoding/json"
	"mime"
	"net/http"
	"net/mail"
	"strings"

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
			Body    struct{ Text, Html *content }
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

// check answers the first thing SES would not take, or nil.
func (m *email) check() *wire.Answer {
	bad := func(message string) *wire.Answer {
		a := fault(http.StatusBadRequest, "BadRequestException", message)
		return &a
	}
	from, err := mail.ParseAddress(m.From)
	if err != nil {
		return bad("Missing '@' in the sender")
	}
	if strings.HasPrefix(from.Address, "unverified@") {
		a := fault(http.StatusBadRequest, "MessageRejected",
			"Email address is not verified. The following identities failed the check in region EU-WEST-1: "+from.Address)
		return &a
	}
	if m.Set != "" && m.Set != Set {
		a := fault(http.StatusNotFound, "NotFoundException", "Configuration set <"+m.Set+"> does not exist.")
		return &a
	}
	everybody := append(append([]string{}, m.Destination.To...), m.Destination.Cc...)
	if len(everybody) == 0 || len(everybody) > 50 {
		return bad("The number of recipients must be 1 to 50")
	}
	for _, address := range everybody {
		to, err := mail.ParseAddress(address)
		if err != nil || !strings.Contains(to.Address, ".") {
			return bad("Missing final '@domain'")
		}
		if strings.ContainsFunc(to.Address[strings.LastIndexByte(to.Address, '@'):], func(r rune) bool { return r > 0x7e }) {
			return bad("Domain contains illegal character")
		}
	}
	return m.checkContent(bad)
}

func (m *email) checkContent(bad func(string) *wire.Answer) *wire.Answer {
	simple := m.Content.Simple
	switch {
	case simple == nil:
		return bad("The content is missing")
	case simple.Body.Text == nil && simple.Body.Html == nil:
		return bad("Body has neither text nor HTML")
	case strings.ContainsAny(simple.Subject.Data, "\r\n"):
		return bad("Subject contains a line break")
	}
	for _, h := range simple.Headers {
		for _, r := range h.Name + h.Value {
			if r < ' ' || r > 0x7e {
				return bad("Header contains a character that is no printable ASCII")
			}
		}
	}
	return nil
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

func (m *email) message(to *mail.Address, messageID string) wire.Message {
	simple := m.Content.Simple
	from, err := new(mime.WordDecoder).DecodeHeader(m.From)
	if err != nil {
		from = m.From
	}
	out := wire.Message{
		Provider: Name, Channel: notify.Email, To: to.Address, Subject: simple.Subject.Data, MessageID: messageID,
		Headers: map[string]string{"From": from},
	}
	if to.Name != "" {
		out.Headers["To"] = to.Name + " <" + to.Address + ">"
	}
	for _, h := range simple.Headers {
		out.Headers[h.Name] = h.Value
	}
	if simple.Body.Text != nil {
		out.Text = simple.Body.Text.Data
	}
	if simple.Body.Html != nil {
		out.HTML = simple.Body.Html.Data
	}
	return out
}
