package sandbox

import (
	"maps"
	"net/http"
	"strconv"
)

// answer is a whole HTTP response.
type answer struct {
	status      int
	contentType string
	header      map[string]string
	body        []byte
}

const (
	asJSON = "application/json; charset=utf-8"
	asText = "text/plain; charset=utf-8"
	asHTML = "text/html; charset=utf-8"
)

func (a answer) write(w http.ResponseWriter) {
	header := w.Header()
	for name, value := range a.header {
		header[name] = []string{value}
	}
	if a.contentType != "" {
		header["Content-Type"] = []string{a.contentType}
	}
	header["Content-Length"] = []string{strconv.Itoa(len(a.body))}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // a caller that left is no fault of the vendor
}

// broken is the same success with a body that stops in the middle and without
// the id a header would carry.
func (a answer) broken() answer {
	body := []byte(`{"id": "`)
	if len(a.body) > len(body) {
		body = a.body[:len(a.body)/2]
	}
	return answer{status: a.status, contentType: asJSON, body: body}
}

// with returns a with a header set, leaving the original alone.
func (a answer) with(name, value string) answer {
	header := maps.Clone(a.header)
	if header == nil {
		header = map[string]string{}
	}
	header[name] = value
	a.header = header
	return a
}

// failure is what the faults status and rate_limit answer.
func failure(v vendor, f Fault) answer {
	status := f.Status
	if f.Fault == RateLimit {
		status = http.StatusTooManyRequests
	}
	a := v.refuse(status)
	if status == http.StatusBadGateway || status == http.StatusGatewayTimeout {
		a = gateway(status)
	}
	if f.RetryAfterSeconds > 0 {
		a = a.with("Retry-After", strconv.Itoa(f.RetryAfterSeconds))
	}
	return a
}

// gateway is the page of the proxy in front of a vendor: 502 and 504 never come
// from the vendor's own programs.
func gateway(status int) answer {
	title := strconv.Itoa(status) + " " + http.StatusText(status)
	return answer{status: status, contentType: asHTML, body: []byte(
		"<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title +
			"</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n")}
}
