package sandbox

import (
	"net/http"
	"strconv"

	"clarion/backend/sandbox/wire"
)

// failure is what the faults status and rate_limit answer.
func failure(v wire.Desk, f Fault) wire.Answer {
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
	if f.RetryAfterSeconds > 0 {
		a = a.With("Retry-After", strconv.Itoa(f.RetryAfterSeconds))
	}
	return a
}

// gateway is the page of the proxy in front of a vendor: 502 and 504 never come
// from the vendor's own programs.
func gateway(status int) wire.Answer {
	title := strconv.Itoa(status) + " " + http.StatusText(status)
	return wire.Answer{Status: status, ContentType: wire.AsHTML, Body: []byte(
		"<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title +
			"</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n")}
}
