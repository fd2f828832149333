package smtp

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-msgauth/dkim"
	"github.com/wneessen/go-mail"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// writer makes emails of one account.
type writer struct {
	// from is the sender's mailbox, domain what stands behind its @.
	from, domain string
	// fromHeader is the sender as the header shows it.
	fromHeader  string
	unsubscribe provider.Unsubscribe
	signer      *dkim.SignOptions
}

func newWriter(v provider.Values) (*writer, error) {
	from, err := provider.MailboxSetting("from", "From address", v["from"])
	if err != nil {
		return nil, err
	}
	signer, err := signerOf(v)
	if err != nil {
		return nil, err
	}
	return &writer{
		from: from, domain: from[strings.LastIndexByte(from, '@')+1:], fromHeader: named(v["from_name"], from),
		unsubscribe: provider.Unsubscribe(v["list_unsubscribe"]), signer: signer,
	}, nil
}

func signerOf(v provider.Values) (*dkim.SignOptions, error) {
	set := 0
	for _, key := range []string{"dkim_domain", "dkim_selector", "dkim_key_pem"} {
		if v[key] != "" {
			set++
		}
	}
	switch set {
	case 0:
		return nil, nil
	case 3:
	default:
		return nil, notify.InvalidField("settings.dkim_key_pem", "incomplete", "DKIM needs a domain, a selector and a key, or none of them")
	}
	if strings.ContainsAny(v["dkim_domain"]+v["dkim_selector"], " ;=\r\n\t") {
		return nil, notify.InvalidField("settings.dkim_selector", "not_a_name", "DKIM domain and selector are names as in DNS")
	}
	key, err := mail.PrivKeyFromPEM([]byte(v["dkim_key_pem"]))
	if err != nil {
		return nil, notify.InvalidField("settings.dkim_key_pem", "not_a_private_key", "DKIM private key must be RSA or Ed25519 in PEM")
	}
	return &dkim.SignOptions{
		Domain: v["dkim_domain"], Selector: v["dkim_selector"], Signer: key, HeaderKeys: signed,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
	}, nil
}

// signed are the headers a signature covers; one-click unsubscription (RFC 8058)
// only counts when its own are among them.
var signed = []string{
	"From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Auto-Submitted",
	"List-Unsubscribe", "List-Unsubscribe-Post",
}

// letter is one email ready to be handed over.
type letter struct {
	id string
	to string
	// way is the envelope's sender, where it goes back to.
	way  string
	text []byte
	// wide is true when an address needs a server that takes UTF-8 in it.
	wide bool
}

// write makes the email. Its Message-ID is the same however often it is tried.
func (w *writer) write(m notify.Outbound, now time.Time) (letter, error) {
	to, err := provider.Mailbox(m.To)
	if err != nil {
		return letter{}, fmt.Errorf("write the address: %w", err)
	}
	id := m.MessageID + "@" + w.domain
	out := mail.NewMsg(mail.WithCharset(mail.CharsetUTF8), mail.WithEncoding(mail.EncodingQP), mail.WithNoDefaultUserAgent())
	out.SetDateWithValue(now)
	out.SetMessageIDWithValue(id)
	out.SetGenHeaderPreformatted("From", w.fromHeader)
	out.SetGenHeaderPreformatted("To", named(m.RecipientName, to))
	out.SetGenHeaderPreformatted("Subject", phrase(m.Content.Subject))
	out.SetGenHeaderPreformatted("Auto-Submitted", "auto-generated")
	for _, h := range w.unsubscribe.Headers(m) {
		out.SetGenHeaderPreformatted(mail.Header(h.Name), h.Value)
	}
	switch {
	case m.Content.Text == "":
		out.SetBodyString(mail.TypeTextHTML, m.Content.HTML)
	case m.Content.HTML == "":
		out.SetBodyString(mail.TypeTextPlain, m.Content.Text)
	default:
		out.SetBodyString(mail.TypeTextPlain, m.Content.Text)
		out.AddAlternativeString(mail.TypeTextHTML, m.Content.HTML)
	}
	text, err := w.sign(out, 1024+2*len(m.Content.Text)+2*len(m.Content.HTML))
	return letter{id: id, to: to, text: text, wide: wide(to) || wide(w.from)}, err
}

// sign is the email as it travels, about size bytes of it.
func (w *writer) sign(m *mail.Msg, size int) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(size)
	if _, err := m.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("write the email: %w", err)
	}
	if w.signer == nil {
		return b.Bytes(), nil
	}
	var out bytes.Buffer
	out.Grow(b.Len() + 1024)
	if err := dkim.Sign(&out, &b, w.signer); err != nil {
		return nil, fmt.Errorf("sign the email: %w", err)
	}
	return out.Bytes(), nil
}

func wide(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}

// named is a mailbox with its display name as a header needs it.
func named(name, mailbox string) string {
	if strings.TrimSpace(name) == "" {
		return "<" + mailbox + ">"
	}
	if atoms(name) {
		return name + " <" + mailbox + ">"
	}
	return encoded(name) + "\r\n <" + mailbox + ">"
}

// atoms reports whether a name may stand in a header as it is.
func atoms(s string) bool {
	return len(s) <= 60 && tidy(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return !(r == ' ' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z')
	})
}

// phrase is free text as a header needs it: as it is when it is short, plain and
// cannot be taken for something encoded.
func phrase(s string) string {
	plain := !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > 0x7e })
	if plain && len(s) <= 66 && tidy(s) && !strings.Contains(s, "=?") {
		return s
	}
	return encoded(s)
}

// tidy is false for text whose spaces a mail program may swallow.
func tidy(s string) bool { return strings.TrimSpace(s) == s && !strings.Contains(s, "  ") }

// wordBytes of text fit into one encoded word of at most 75 characters, and that
// into a line of 78 with the name of the header.
const wordBytes = 42

// encoded writes text as encoded words (RFC 2047), one a line, none of which
// cuts a character.
func encoded(s string) string {
	var words []string
	for len(s) > 0 {
		end := min(wordBytes, len(s))
		for end < len(s) && !utf8.RuneStart(s[end]) {
			end--
		}
		words = append(words, "=?UTF-8?B?"+base64.StdEncoding.EncodeToString([]byte(s[:end]))+"?=")
		s = s[end:]
	}
	return strings.Join(words, "\r\n ")
}
