package provider

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"syscall"

	"clarion/backend/notify"
)

// The codes for faults that no vendor named.
const (
	CodeCancelled  = "cancelled"
	CodeTimeout    = "timeout"
	CodeRefused    = "refused_before_call"
	CodeUnreadable = "unreadable_answer"
	CodeTooLong    = "answer_too_long"
	CodeLost       = "connection_lost"
	CodeConnect    = "connect_failed"
	CodeDNS        = "name_not_resolved"
	CodeTLS        = "tls_failed"
	CodeNoListener = "connection_refused"
	CodeForbidden  = "address_not_allowed"
)

// JSON reads the answer's body into v and reports whether it could.
func (a Answer) JSON(v any) bool { return json.Unmarshal(a.Body, v) == nil }

// ByStatus judges an answer from which nothing but the status is of use. Only
// statuses that rule out acceptance are believed.
func (a Answer) ByStatus() notify.Result {
	code := fmt.Sprintf("http_%d", a.Status)
	switch a.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed,
		http.StatusProxyAuthRequired, http.StatusGone:
		return notify.Result{Outcome: notify.AuthConfig, Code: code,
			Detail: fmt.Sprintf("The vendor refused the account or the address with status %d.", a.Status)}
	case http.StatusRequestEntityTooLarge:
		return notify.Result{Outcome: notify.ContentRejected, Code: code, Detail: "The message is too large for the vendor."}
	case http.StatusTooManyRequests:
		return notify.Result{Outcome: notify.RateLimited, Code: code, Detail: "The vendor asked us to slow down."}
	}
	if a.Status < 300 {
		code = CodeUnreadable
	}
	return notify.Result{Outcome: notify.Ambiguous, Code: code,
		Detail: fmt.Sprintf("The vendor's answer with status %d does not say whether it took the message.", a.Status)}
}

// Gateway reports whether the status is that of a machine between us and the
// vendor, which cannot know what the vendor did.
func (a Answer) Gateway() bool {
	return a.Status == http.StatusBadGateway || a.Status == http.StatusGatewayTimeout
}

// CodeMayNotAsk is the code of a probe that the key has no right to make.
const CodeMayNotAsk = "may_not_ask"

// MayNotAsk is the result of a probe that the vendor refused because the key lacks
// the right to ask. That says nothing of its right to send.
func MayNotAsk() notify.Result {
	return notify.Result{Outcome: notify.Ambiguous, Code: CodeMayNotAsk,
		Detail: "The vendor knows the key, which has no right to ask about the account. Whether it may send is not known."}
}

// Cancelled is the result of a call whose context had ended before it began.
func Cancelled() notify.Result {
	return notify.Result{Outcome: notify.Temporary, Code: CodeCancelled, Detail: "The call was cancelled before it began."}
}

// unasked judges a call in which the SDK made no request at all.
func unasked(ctx context.Context, refusal error) notify.Result {
	if ctx.Err() != nil {
		return Cancelled()
	}
	detail := "The vendor's library refused the message."
	if refusal != nil {
		detail = "The vendor's library refused the message: " + refusal.Error()
	}
	return notify.Result{Outcome: notify.ContentRejected, Code: CodeRefused, Detail: detail}
}

// broken judges a call that brought no whole answer.
func broken(c *Call) notify.Result {
	return Broken(c.parent, errors.Join(c.ctx.Err(), c.fault), c.onWire)
}

// Broken judges a call that ended with err instead of a whole answer; sent says
// whether the vendor may have the message, ctx is the caller's. The error's own
// text is not used: it names the address, which may be a secret.
func Broken(ctx context.Context, err error, sent bool) notify.Result {
	code := faultCode(ctx, err, sent)
	if !sent {
		return notify.Result{Outcome: notify.Temporary, Code: code, Detail: "Nothing was sent to the vendor: " + faultText[code] + "."}
	}
	return notify.Result{Outcome: notify.Ambiguous, Code: code,
		Detail: "The request was sent, but whether the vendor took it is not known: " + faultText[code] + "."}
}

var faultText = map[string]string{
	CodeCancelled:  "the call was cancelled",
	CodeTimeout:    "the time was up",
	CodeTooLong:    "the answer exceeded the limit",
	CodeLost:       "the connection was lost",
	CodeConnect:    "no connection could be made",
	CodeDNS:        "the vendor's name could not be resolved",
	CodeTLS:        "the vendor's certificate or TLS handshake failed",
	CodeNoListener: "the connection was refused",
	CodeForbidden:  "the address leads inside and the operator does not allow it",
}

func faultCode(ctx context.Context, err error, sent bool) string {
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return CodeCancelled
	case errors.Is(err, context.Canceled), errors.Is(err, os.ErrDeadlineExceeded), timedOut(err):
		return CodeTimeout
	case errors.Is(err, ErrAnswerTooLong):
		return CodeTooLong
	case sent:
		return CodeLost
	case as[*Forbidden](err):
		return CodeForbidden
	case errors.Is(err, syscall.ECONNREFUSED):
		return CodeNoListener
	case as[*net.DNSError](err):
		return CodeDNS
	case as[*tls.CertificateVerificationError](err), as[x509.HostnameError](err), as[tls.RecordHeaderError](err), as[tls.AlertError](err):
		return CodeTLS
	}
	return CodeConnect
}

func timedOut(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}

func as[T error](err error) bool {
	_, ok := errors.AsType[T](err)
	return ok
}
