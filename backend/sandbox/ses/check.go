package ses

import (
	"net/http"
	"net/mail"
	"strings"

	"clarion/backend/sandbox/wire"
)

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
	case simple.Body.Text == nil && simple.Body.HTML == nil:
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
