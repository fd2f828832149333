package provider

import (
	"fmt"
	"net/mail"
	"net/url"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"clarion/backend/notify"
)

// RefuseMail says why an email may not leave: a line break or another control
// character in what becomes a header could add headers of its own, and text that
// is not UTF-8 would arrive as something else. The second result is false for an
// email that is fine.
func RefuseMail(m notify.Outbound) (notify.Result, bool) {
	refused := func(code, detail string) (notify.Result, bool) {
		return notify.Result{Outcome: notify.ContentRejected, Code: code, Detail: detail}, true
	}
	for _, header := range []struct{ name, value string }{{"subject", m.Content.Subject}, {"recipient_name", m.RecipientName}} {
		if hasControl(header.value) {
			return refused(header.name+"_control_character",
				"A line break or another control character stands in the "+strings.ReplaceAll(header.name, "_", " ")+".")
		}
	}
	for _, part := range []struct{ name, value string }{
		{"subject", m.Content.Subject}, {"recipient_name", m.RecipientName}, {"text", m.Content.Text}, {"html", m.Content.HTML},
	} {
		if !utf8.ValidString(part.value) {
			return refused(part.name+"_not_utf8", "The "+strings.ReplaceAll(part.name, "_", " ")+" is not valid UTF-8.")
		}
	}
	if _, err := Mailbox(m.To); err != nil {
		return notify.Result{Outcome: notify.InvalidRecipient, Code: "not_a_mailbox", Detail: "The address is not a mailbox: " + err.Error() + "."}, true
	}
	return notify.Result{}, false
}

// hasControl finds the ASCII and C1 control characters, the tab excepted.
func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\t' || r >= 0x7f && r <= 0x9f })
}

// Mailbox checks a plain mailbox and returns it as mail servers take it: with
// its domain in ASCII. The part before the @ stays as it is.
func Mailbox(address string) (string, error) {
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address {
		return "", fmt.Errorf("it must be plain, such as hello@example.com")
	}
	at := strings.LastIndexByte(address, '@')
	domain, err := idna.Lookup.ToASCII(address[at+1:])
	if err != nil {
		return "", fmt.Errorf("its domain cannot be one")
	}
	return address[:at+1] + domain, nil
}

// MailboxSetting is Mailbox for a setting; the error names its path.
func MailboxSetting(key, label, value string) (string, error) {
	box, err := Mailbox(value)
	if err != nil {
		return "", notify.InvalidField("settings."+key, "not_a_mailbox", label+" must be a plain mailbox such as hello@example.com")
	}
	return box, nil
}

// NameSetting refuses a name that could not stand in a header.
func NameSetting(key, label, value string) error {
	if hasControl(value) || !utf8.ValidString(value) {
		return notify.InvalidField("settings."+key, "control_character", label+" must be one line of text")
	}
	return nil
}

// Unsubscribe is where recipients of an account's mail sign off, a mailto: or
// https: address; {message_id} in it becomes ours. Empty means nowhere.
type Unsubscribe string

// messageIDMark stands in an Unsubscribe for the message's id.
const messageIDMark = "{message_id}"

// Check reports an address that could not stand in the header.
func (u Unsubscribe) Check() error {
	if u == "" {
		return nil
	}
	parsed, err := url.Parse(u.of("msg_1"))
	good := err == nil && (parsed.Scheme == "mailto" && strings.Contains(parsed.Opaque, "@") || parsed.Scheme == "https" && parsed.Host != "")
	if !good || strings.ContainsFunc(string(u), func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '<' || r == '>' || r == ',' }) {
		return notify.InvalidField("settings.list_unsubscribe", "not_an_address",
			"Unsubscribe address must begin with mailto: or https:// and hold no spaces, commas or angle brackets")
	}
	return nil
}

func (u Unsubscribe) of(messageID string) string {
	return strings.ReplaceAll(string(u), messageIDMark, url.QueryEscape(messageID))
}

// MailHeader is one header of an email.
type MailHeader struct{ Name, Value string }

// oneClick tells a mailbox that a bare POST is enough (RFC 8058).
var oneClick = MailHeader{"List-Unsubscribe-Post", "List-Unsubscribe=One-Click"}

// Headers are the headers of an email. A web address of the account's own stands
// alone: who has one keeps the unsubscriptions. Otherwise the message's own link
// is there, beside a mailbox that the account names. One click needs an address
// that alone says whose message it was.
func (u Unsubscribe) Headers(m notify.Outbound) []MailHeader {
	own := "<" + u.of(m.MessageID) + ">"
	switch {
	case strings.HasPrefix(string(u), "https:"):
		list := []MailHeader{{"List-Unsubscribe", own}}
		if strings.Contains(string(u), messageIDMark) {
			list = append(list, oneClick)
		}
		return list
	case m.Unsubscribe != "" && u != "":
		return []MailHeader{{"List-Unsubscribe", "<" + m.Unsubscribe + ">, " + own}, oneClick}
	case m.Unsubscribe != "":
		return []MailHeader{{"List-Unsubscribe", "<" + m.Unsubscribe + ">"}, oneClick}
	case u != "":
		return []MailHeader{{"List-Unsubscribe", own}}
	}
	return nil
}
