package sendgrid

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"clarion/backend/sandbox/wire"
)

const (
	textNoFrom = `The from object must be provided for every email send. It is an object that requires the email parameter, but may also contain a name parameter.  e.g. {"email" : "example@example.com"}  or {"email" : "example@example.com", "name" : "Example Recipient"}.`
	textNoTo   = "The to array is required for all personalization objects, and must have at least one email object with a valid email address."
	textNoSub  = "The subject is required. You can get around this requirement if you use a template with a subject defined or if every personalization has a subject defined."
	textNoText = "Unless a valid template_id is provided, the content parameter is required. There must be at least one defined content block. We typically suggest both text/plain and text/html blocks are included, but only one block is required."
	textSender = "The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved. Visit https://sendgrid.com/docs/for-developers/sending-email/sender-identity/ to see the Sender Identity requirements"
)

// check answers the first thing SendGrid would not take, or nil.
func (m *mail) check() *wire.Answer {
	for _, step := range []func() *wire.Answer{m.checkFrom, m.checkRecipients, m.checkSubject, m.checkContent} {
		if refused := step(); refused != nil {
			return refused
		}
	}
	return nil
}

func badMail(message, field, help string) *wire.Answer {
	a := fault(http.StatusBadRequest, message, field, help)
	return &a
}

func (m *mail) checkFrom() *wire.Answer {
	switch {
	case m.From.Email == "":
		return badMail(textNoFrom, "from.email", "message.from")
	case !isMailbox(m.From.Email):
		return badMail("The from email does not contain a valid address.", "from.email", "message.from")
	case strings.HasPrefix(m.From.Email, "unverified@"):
		a := fault(http.StatusForbidden, textSender, "from", "")
		return &a
	}
	return nil
}

func (m *mail) checkRecipients() *wire.Answer {
	if len(m.Personalizations) == 0 {
		return badMail("The personalizations field is required and must have at least one personalization.", "personalizations", "-Personalizations-Errors")
	}
	if n := len(m.Personalizations); n > 1000 {
		return badMail(fmt.Sprintf("The personalization block is limited to 1000 personalizations per API request. You have provided %d personalizations. Please consider splitting this into multiple requests and resending your request.", n), "personalizations", "-Personalizations-Errors")
	}
	total := 0
	for i, p := range m.Personalizations {
		if refused := p.check("personalizations." + strconv.Itoa(i)); refused != nil {
			return refused
		}
		total += len(p.To) + len(p.Cc) + len(p.Bcc)
	}
	if total > 1000 {
		return badMail("There is a limit of 1000 total recipients (to + cc + bcc) per request.", "personalizations", "message.recipient-errors")
	}
	return nil
}

func (p personalization) check(path string) *wire.Answer {
	if len(p.To) == 0 {
		return badMail(textNoTo, path+".to", "message.personalizations.to")
	}
	seen := map[string]bool{}
	for _, list := range []struct {
		name      string
		mailboxes []mailbox
	}{{"to", p.To}, {"cc", p.Cc}, {"bcc", p.Bcc}} {
		for i, to := range list.mailboxes {
			if !isMailbox(to.Email) {
				return badMail("Does not contain a valid address.", path+"."+list.name+"."+strconv.Itoa(i)+".email", "message.personalizations."+list.name)
			}
			key := strings.ToLower(to.Email)
			if seen[key] {
				return badMail(fmt.Sprintf("Each email address in the personalization block should be unique between to, cc, and bcc. We found the first duplicate instance of [%s] in the %s.%s field.", to.Email, path, list.name), path, "message.recipient-errors")
			}
			seen[key] = true
		}
	}
	return nil
}

func (m *mail) checkSubject() *wire.Answer {
	if m.Subject != "" || m.TemplateID != "" {
		return nil
	}
	for _, p := range m.Personalizations {
		if p.Subject == "" {
			return badMail(textNoSub, "subject", "message.subject")
		}
	}
	return nil
}

func (m *mail) checkContent() *wire.Answer {
	if len(m.Content) == 0 && m.TemplateID == "" {
		return badMail(textNoText, "content", "message.content")
	}
	for i, part := range m.Content {
		path := "content." + strconv.Itoa(i)
		switch {
		case part.Type == "":
			return badMail("The content type parameter is required, and must be a string.", path+".type", "message.content.type")
		case part.Value == "":
			return badMail("The content value must be a string at least one character in length.", path+".value", "message.content.value")
		case part.Type == "text/plain" && i > 0:
			return badMail("If present, text/plain must be the first content block, followed by text/html.", path+".type", "message.content.type")
		}
	}
	return nil
}

// isMailbox is what SendGrid takes for an address: ASCII before the @, a dotted
// domain after it.
func isMailbox(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at > 64 || len(s) > 254 {
		return false
	}
	local, domain := s[:at], s[at+1:]
	for i := range len(local) {
		if local[i] <= ' ' || local[i] >= 0x7f || strings.IndexByte(`@,;:<>()[]\"`, local[i]) >= 0 {
			return false
		}
	}
	if local[0] == '.' || local[len(local)-1] == '.' || strings.Contains(local, "..") || !strings.Contains(domain, ".") {
		return false
	}
	for label := range strings.SplitSeq(domain, ".") {
		if label == "" || label[0] == '-' || strings.ContainsAny(label, " \t\r\n@,;:<>()[]\\\"/_") {
			return false
		}
	}
	return true
}
