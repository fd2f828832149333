package ingest

import (
	"encoding/json"
	"mime"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"clarion/backend/notify"
)

// cloudEventHeaders are the context attributes of binary mode that we read
// (CloudEvents 1.0, HTTP protocol binding §3.1).
var cloudEventHeaders = []string{"specversion", "type", "source", "id", "subject", "time", "datacontenttype"}

// IsCloudEvent reports whether a request carries CloudEvents: by its content
// type in structured and batched mode, by ce- headers in binary mode.
func IsCloudEvent(contentType string, header func(string) string) bool {
	if contentType != "application/json" { // nearly all, and dear to parse
		media, _, _ := mime.ParseMediaType(contentType)
		if strings.HasPrefix(media, "application/cloudevents") {
			return true
		}
	}
	return header("ce-specversion") != ""
}

// DecodeCloudEvent reads CloudEvents 1.0 in any of the three modes. type is
// the event type, subject the recipient (group:key for a group), id with source
// the idempotency key.
func DecodeCloudEvent(contentType string, header func(string) string, body []byte) ([]Decoded, error) {
	if err := notify.CheckDepth(body); err != nil {
		return nil, err
	}
	media, _, _ := mime.ParseMediaType(contentType)
	switch media {
	case "application/cloudevents+json":
		return []Decoded{structured(body)}, nil
	case "application/cloudevents-batch+json":
		values, err := array("", body)
		if err != nil {
			return nil, err
		}
		if len(values) == 0 || len(values) > MaxBatch {
			return nil, notify.InvalidField("", "out_of_range", "a batch must hold 1 to 1000 events")
		}
		list := make([]Decoded, len(values))
		for i, value := range values {
			list[i] = structured(value)
		}
		return list, nil
	}
	attributes := map[string]string{}
	for _, name := range cloudEventHeaders {
		attributes[name] = headerValue(header("ce-" + name))
	}
	req, err := fromCloudEvent(attributes, body, fingerprint([]byte(attributes["id"]), body))
	return []Decoded{{req, err}}, nil
}

// headerValue undoes the percent-encoding of an attribute in a header (HTTP
// protocol binding §3.1.3.2). A text that is not encoded well stays as it is.
func headerValue(text string) string {
	if plain, err := url.PathUnescape(text); err == nil {
		return strings.Clone(plain)
	}
	return strings.Clone(text)
}

// structured reads one CloudEvent whose attributes and data are one document.
func structured(body []byte) Decoded {
	members, err := object("", body)
	if err != nil {
		return Decoded{Err: err}
	}
	var r reader
	attributes := map[string]string{}
	var data jsontext.Value
	for _, m := range members {
		switch {
		case m.name == "data":
			data = m.value
		case m.name == "data_base64":
			r.faults.Add(m.name, "wrong_type", "data must be a JSON object")
		case m.value.Kind() == '"':
			attributes[m.name] = r.text(m.name, m.value)
		}
	}
	if err := r.faults.Err(); err != nil {
		return Decoded{Err: err}
	}
	req, err := fromCloudEvent(attributes, data, fingerprint(body))
	return Decoded{req, err}
}

func fromCloudEvent(attributes map[string]string, data []byte, print string) (Request, error) {
	var r reader
	for _, required := range []string{"specversion", "id", "source", "type"} {
		if attributes[required] == "" {
			r.faults.Add(required, "required", "CloudEvents 1.0 requires "+required)
		}
		r.storable(required, attributes[required])
	}
	if strings.HasPrefix(attributes["type"], notify.OurPrefix) {
		r.faults.Add("type", "reserved", "types that begin with "+notify.OurPrefix+" are Clarion's own")
	}
	if v := attributes["specversion"]; v != "" && v != "1.0" {
		r.faults.Add("specversion", "not_an_option", "must be 1.0")
	}
	req := Request{Type: attributes["type"], Fingerprint: print, IdempotencyKey: attributes["source"] + "|" + attributes["id"]}
	if len(req.IdempotencyKey) > 255 {
		req.IdempotencyKey = fingerprint([]byte(req.IdempotencyKey))
	}
	subject := attributes["subject"]
	switch group, isGroup := strings.CutPrefix(subject, "group:"); {
	case subject == "":
		r.faults.Add("subject", "required", "names the recipient")
	case !notify.ValidKey(strings.TrimPrefix(subject, "group:")):
		r.faults.Add("subject", "invalid_id", "must be 1 to 255 characters without spaces")
	case isGroup:
		req.To = []To{{Group: group}}
	default:
		req.To = []To{{ID: subject}}
	}
	if len(data) > 0 {
		if _, err := object("data", data); err != nil {
			return req, err
		}
		req.Data = r.object("data", jsontext.Value(data))
	}
	req.Metadata, _ = json.Marshal(map[string]string{
		"cloudevents_source": attributes["source"], "cloudevents_id": attributes["id"],
	})
	return req, r.faults.Err()
}
