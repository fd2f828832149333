package smtp

import (
	"context"
	"errors"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// judge turns how a conversation ended into a Result.
func (s *sender) judge(ctx context.Context, err error, l letter) notify.Result {
	if err == nil {
		return notify.Result{Outcome: notify.OK, ProviderMessageID: l.id}
	}
	var at *stopped
	if !errors.As(err, &at) {
		return provider.Broken(ctx, err, false)
	}
	var said *textproto.Error
	switch {
	case errors.As(err, &said):
		return s.reply(at.at, said)
	case errors.Is(err, errTooLarge):
		return notify.Result{Outcome: notify.ContentRejected, Code: "too_large", Detail: "The message is larger than the mail server takes."}
	case errors.Is(err, errNarrow):
		return notify.Result{Outcome: notify.InvalidRecipient, Code: "smtputf8_not_offered", Detail: "The mail server takes no address with letters beyond ASCII."}
	case errors.Is(err, errNoStartTLS):
		return notify.Result{Outcome: notify.Temporary, Code: "starttls_not_offered", Detail: "The mail server does not offer STARTTLS, and nothing is sent without encryption."}
	case errors.Is(err, errNoAuth):
		return notify.Result{Outcome: notify.AuthConfig, Code: "auth_not_offered", Detail: "The mail server offers no way to sign in that we know."}
	}
	r := provider.Broken(ctx, err, at.at == ending)
	var tls *handshake
	if errors.As(err, &tls) && r.Code != provider.CodeTimeout && r.Code != provider.CodeCancelled {
		r.Code, r.Detail = provider.CodeTLS, "Nothing was sent: the mail server's certificate or the TLS handshake failed."
	}
	return r
}

// enhanced is a status code of RFC 3463 at the beginning of a reply.
var enhanced = regexp.MustCompile(`^([245]\.[0-9]{1,3}\.[0-9]{1,3})(?:[ \n]|$)`)

// reply classes what the server said. A reply after the end of the content that
// is neither yes nor no leaves open what became of the letter.
func (s *sender) reply(at phase, said *textproto.Error) notify.Result {
	code := ""
	if found := enhanced.FindStringSubmatch(said.Msg); found != nil {
		code = found[1]
	}
	r := notify.Result{Code: strings.TrimSpace(strconv.Itoa(said.Code) + " " + code), Detail: s.line.Clean(strings.TrimSpace(strings.TrimPrefix(said.Msg, code)))}
	if r.Detail == "" {
		r.Detail = "The mail server gave no reason."
	}
	text := strings.ToLower(said.Msg)
	switch {
	case said.Code < 400 || said.Code > 599:
		r.Outcome = notify.Temporary
		if at == ending {
			r.Outcome = notify.Ambiguous
		}
	case said.Code < 500:
		r.Outcome = notify.Temporary
		if code == "4.7.28" || strings.Contains(text, "throttl") || strings.Contains(text, "rate limit") || strings.Contains(text, "too many") {
			r.Outcome = notify.RateLimited
		}
	default:
		r.Outcome = refusal(at, said.Code, code, text)
	}
	return r
}

// refusal classes a permanent refusal: by the phase where it says enough, then
// by the enhanced code, then by the old one.
func refusal(at phase, code int, detail, text string) notify.Outcome {
	switch {
	case at == greeting, at == securing, at == signing:
		return notify.AuthConfig // it does not want us at all
	case code == 530 || code == 534 || code == 535 || code == 538:
		return notify.AuthConfig
	}
	if class, known := classes[detail]; known {
		return class
	}
	switch {
	case at == mailing && code == 552:
		return notify.ContentRejected
	case at == mailing:
		return notify.AuthConfig // our sender
	case at == naming && strings.Contains(text, "relay"):
		return notify.AuthConfig // our server takes no mail for others from us
	case at == naming && strings.HasPrefix(detail, "5.7."):
		return notify.RecipientBlocked
	case at == naming && code == 552:
		return notify.Temporary // a full mailbox
	case at == naming && (strings.HasPrefix(detail, "5.1.") || detail == ""):
		return notify.InvalidRecipient
	}
	return notify.ContentRejected
}

// classes are the enhanced codes that mean the same wherever they are said.
var classes = map[string]notify.Outcome{
	"5.1.1": notify.InvalidRecipient, "5.1.2": notify.InvalidRecipient, "5.1.3": notify.InvalidRecipient,
	"5.1.6": notify.InvalidRecipient, "5.1.10": notify.InvalidRecipient, "5.2.1": notify.InvalidRecipient,
	"5.1.7": notify.AuthConfig, "5.1.8": notify.AuthConfig, // the sender's address
	"5.2.2": notify.Temporary, // a full mailbox
	"5.2.3": notify.ContentRejected, "5.3.4": notify.ContentRejected,
	"5.6.7":  notify.InvalidRecipient,                                                                                  // an address beyond ASCII
	"5.7.23": notify.AuthConfig, "5.7.25": notify.AuthConfig, "5.7.26": notify.AuthConfig, "5.7.27": notify.AuthConfig, // SPF, reverse DNS, DMARC
	"5.7.8": notify.AuthConfig, "5.7.9": notify.AuthConfig,
}

// Probe signs in and leaves.
func (s *sender) Probe(ctx context.Context) notify.Result {
	if ctx.Err() != nil {
		return provider.Cancelled()
	}
	timed, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c, err := s.pool.server.connect(timed)
	if err != nil {
		r := s.judge(ctx, err, letter{})
		r.Detail = s.line.Clean(r.Detail)
		return r
	}
	c.goodbye()
	return notify.Result{Outcome: notify.OK, Detail: s.pool.server.greets()}
}

// greets says what a successful visit proved.
func (s *server) greets() string {
	switch {
	case s.username != "":
		return "The mail server takes the password, over TLS."
	case s.security == noTLS:
		return "The mail server answers, without encryption."
	}
	return "The mail server answers, over TLS."
}
