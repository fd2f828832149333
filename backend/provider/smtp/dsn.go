package smtp

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"slices"
	"strings"

	"clarion/backend/notify"
)

// report is what a mail server says of one recipient (RFC 3464).
type report struct {
	action, status, said string
}

// mostParts bounds how many parts of a mail are looked at.
const mostParts = 20

var errNoReport = errors.New("the mail holds no delivery report")

// readReports finds the delivery report in a mail: it is the mail itself, or one
// of its parts.
func readReports(kind, encoding string, body io.Reader) ([]report, error) {
	media, params, err := mime.ParseMediaType(kind)
	if err != nil {
		return nil, errNoReport
	}
	if media == "message/delivery-status" || media == "message/global-delivery-status" {
		return fields(decoded(encoding, body))
	}
	if !strings.HasPrefix(media, "multipart/") {
		return nil, errNoReport
	}
	parts := multipart.NewReader(body, params["boundary"])
	for range mostParts {
		part, err := parts.NextRawPart()
		if err != nil {
			return nil, errNoReport
		}
		inner := part.Header.Get("Content-Type")
		if strings.HasPrefix(inner, "multipart/") && media == "multipart/report" {
			continue // what came back is quoted there
		}
		found, err := readReports(inner, part.Header.Get("Content-Transfer-Encoding"), part)
		if !errors.Is(err, errNoReport) {
			return found, err
		}
	}
	return nil, errNoReport
}

func decoded(encoding string, body io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	}
	return body
}

// fields reads the groups of a report: one about the mail, then one for each
// recipient.
func fields(body io.Reader) ([]report, error) {
	text, err := io.ReadAll(body)
	if err != nil {
		return nil, fmt.Errorf("read the delivery report: %w", err)
	}
	text = append(bytes.TrimSpace(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))), "\n\n"...)
	var list []report
	for r := textproto.NewReader(bufio.NewReader(bytes.NewReader(text))); ; {
		group, err := r.ReadMIMEHeader()
		if action := strings.ToLower(strings.TrimSpace(group.Get("Action"))); action != "" {
			list = append(list, report{action, code(group.Get("Status")), group.Get("Diagnostic-Code")})
		}
		if err != nil {
			break
		}
	}
	if len(list) == 0 {
		return nil, errNoReport
	}
	return list, nil
}

// code is the enhanced status without its comment.
func code(text string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	return first
}

// hard are the statuses that say that the address itself can never work.
var hard = []string{"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"}

// unspoken are words of servers that give no status of their own.
var unspoken = []string{"user unknown", "no such user", "unknown user", "does not exist", "no mailbox here", "invalid recipient", "recipient not found"}

// receipt is what a report says of a message.
func (r report) receipt(messageID string) notify.Receipt {
	out := notify.Receipt{
		DedupKey: "dsn:" + messageID + ":" + r.action + ":" + r.status, MessageID: messageID, Code: r.status, Detail: said(r.said),
	}
	if out.Code == "" {
		out.Code = r.action
	}
	switch r.action {
	case "failed":
		out.Status = notify.Failed
		vague := r.status == "" || r.status == "5.0.0"
		words := strings.ToLower(r.said)
		if slices.Contains(hard, r.status) || vague && slices.ContainsFunc(unspoken, func(w string) bool { return strings.Contains(words, w) }) {
			out.Suppress = notify.Bounce
		}
	case "delivered":
		out.Status = notify.Delivered
	}
	return out
}

// said is the server's own words, without the protocol before them.
func said(diagnostic string) string {
	if _, words, ok := strings.Cut(diagnostic, ";"); ok {
		diagnostic = words
	}
	return strings.TrimSpace(diagnostic)
}

// readMail splits a mail into headers and body. One that is a report without
// headers of its own has those of the request.
func readMail(kind string, raw []byte) (mail.Header, string, string, io.Reader) {
	media, _, _ := mime.ParseMediaType(kind)
	if strings.HasPrefix(media, "multipart/") || media == "message/delivery-status" {
		return nil, kind, "", bytes.NewReader(raw)
	}
	// Mail that a server keeps begins with a line that is no header.
	if rest, ok := bytes.CutPrefix(raw, []byte("From ")); ok {
		_, raw, _ = bytes.Cut(rest, []byte("\n"))
	}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return nil, "", "", bytes.NewReader(nil)
	}
	return m.Header, m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body
}
