package wire

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"strconv"
)

// Answer is a whole HTTP response.
type Answer struct {
	Status      int
	ContentType string
	Header      map[string]string
	Body        []byte
}

// The content types vendors answer with.
const (
	AsJSON = "application/json; charset=utf-8"
	AsText = "text/plain; charset=utf-8"
	AsHTML = "text/html; charset=utf-8"
)

// Write sends the answer.
func (a Answer) Write(w http.ResponseWriter) {
	header := w.Header()
	for name, value := range a.Header {
		header[name] = []string{value}
	}
	if a.ContentType != "" {
		header["Content-Type"] = []string{a.ContentType}
	}
	header["Content-Length"] = []string{strconv.Itoa(len(a.Body))}
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body) // a caller that left is no fault of the vendor
}

// Broken is the same success with a body that stops in the middle and without
// the id a header would carry.
func (a Answer) Broken() Answer {
	body := []byte(`{"id": "`)
	if len(a.Body) > len(body) {
		body = a.Body[:len(a.Body)/2]
	}
	return Answer{Status: a.Status, ContentType: AsJSON, Body: body}
}

// Bare is the same success that says nothing of the message: no id, no code.
func (a Answer) Bare() Answer {
	body := "{}"
	switch a.ContentType {
	case "text/xml":
		body = "<Response></Response>"
	case AsText:
		body = ""
	}
	return Answer{Status: a.Status, ContentType: a.ContentType, Body: []byte(body)}
}

// With returns a with a header set, leaving the original alone.
func (a Answer) With(name, value string) Answer {
	header := maps.Clone(a.Header)
	if header == nil {
		header = map[string]string{}
	}
	header[name] = value
	a.Header = header
	return a
}

// JSON is an answer with v as its body.
func JSON(status int, v any) Answer {
	return Answer{Status: status, ContentType: AsJSON, Body: ToJSON(v)}
}

// ToJSON writes what the vendors write: no HTML escaping, no trailing newline.
func ToJSON(v any) []byte {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic("sandbox: an answer that cannot be JSON: " + err.Error())
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}
