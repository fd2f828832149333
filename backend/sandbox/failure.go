package sandbox

import (
	"net/http"
	"strconv"
	"time"

	"clarion/backend/sandbox/wire"
)

// failure is what the faults status and rate_limit answer.
func failure(v wire.Desk, f Fault, now time.Time) wire.Answer {
	status := f.Status
	if f.Fault == RateLimit {
		status = http.StatusTooManyRequests
	}
	a := v.Refuse(status)
	_, unproxied := v.(wire.Unproxied)
	if unproxied {
		return a
	}
	if status == http.StatusBadGateway || status == http.StatusGatewayTimeout {
		a = gateway(status)
	}
	if text := f.retryAfter(now); text != "" {
		a = a.With("Retry-After", text)
	}
	return a
}

// RetryAfterForm is a way to write Retry-After.
type RetryAfterForm string

// The forms: a number, a date, and what cannot be obeyed.
const (
	InSeconds RetryAfterForm = "seconds"
	AsDate    RetryAfterForm = "date"
	DatePast  RetryAfterForm = "date_passed"
	Negative  RetryAfterForm = "negative"
	Years     RetryAfterForm = "years"
	InWords   RetryAfterForm = "words"
)

var retryAfterForms = []RetryAfterForm{"", InSeconds, AsDate, DatePast, Negative, Years, InWords}

// retryAfter is the header, empty for none.
func (f Fault) retryAfter(now time.Time) string {
	wait := time.Duration(f.RetryAfterSeconds) * time.Second
	switch f.RetryAfterForm {
	case AsDate:
		return now.Add(wait).UTC().Format(http.TimeFormat)
	case DatePast:
		return now.Add(-time.Hour).UTC().Format(http.TimeFormat)
	case Negative:
		return "-5"
	case Years:
		return "1000000000"
	case InWords:
		return "soon"
	}
	if f.RetryAfterSeconds > 0 {
		return strconv.Itoa(f.RetryAfterSeconds)
	}
	return ""
}

// gateway is the page of the proxy in front of a vendor: 502 and 504 never come
// from the vendor's own programs.
func gateway(status int) wire.Answer {
	title := strconv.Itoa(status) + " " + http.StatusText(status)
	return wire.Answer{Status: status, ContentType: wire.AsHTML, Body: []byte(
		"<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title +
			"</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n")}
}
