package ingest

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"clarion/backend/notify"
)

// MaxBatch is the number of events one batch may hold; MaxTargets the number of
// entries in one "to".
const (
	MaxBatch   = 1000
	MaxTargets = 10_000
)

// aliases are the names other systems use for ours, so that a migrant's payload
// works unchanged.
var aliases = map[string]string{
	"name": "type", "event": "type", "recipients": "to", "payload": "data",
	"transactionId": "idempotency_key",
}

// recipientAliases are other systems' names for a recipient's id.
var recipientAliases = map[string]string{"subscriberId": "id", "user_id": "id", "distinct_id": "id"}

// Decode reads one event. Like all decoders here it keeps nothing of the body,
// whose memory belongs to the next request.
func Decode(body []byte) (Request, error) {
	if err := notify.CheckDepth(body); err != nil {
		return Request{}, err
	}
	return decode("", body)
}

// DecodeBatch reads {"events": […]}. An event that is wrong is answered by
// itself; only a document that is no batch at all is an error.
func DecodeBatch(body []byte) ([]Decoded, error) {
	if err := notify.CheckDepth(body); err != nil {
		return nil, err
	}
	members, err := object("", body)
	if err != nil {
		return nil, err
	}
	for _, m := range members {
		if m.name != "events" {
			return nil, notify.InvalidField(m.name, "unknown_field", "a batch has only events")
		}
	}
	if len(members) == 0 {
		return nil, notify.InvalidField("events", "required", "a batch needs events")
	}
	values, err := array("events", members[0].value)
	if err != nil {
		return nil, err
	}
	if len(values) == 0 || len(values) > MaxBatch {
		return nil, notify.InvalidField("events", "out_of_range", fmt.Sprintf("must hold 1 to %d events", MaxBatch))
	}
	decoded := make([]Decoded, len(values))
	for i, value := range values {
		decoded[i].Request, decoded[i].Err = decode("", value)
	}
	return decoded, nil
}

func decode(path string, body []byte) (Request, error) {
	members, err := object(path, body)
	if err != nil {
		return Request{}, err
	}
	var r reader
	req := Request{Fingerprint: fingerprint(body)}
	given := map[string]string{}
	for _, m := range members {
		field := m.name
		if ours, ok := aliases[field]; ok {
			field = ours
		}
		at := join(path, m.name)
		if other, twice := given[field]; twice {
			r.faults.Add(at, "duplicate", fmt.Sprintf("means the same as %s, which is also given", other))
			continue
		}
		given[field] = m.name
		r.event(&req, field, at, m.value)
	}
	if req.Type == "" {
		r.missing(join(path, cmp.Or(given["type"], "type")), "an event needs a type")
	}
	if given["to"] == "" {
		r.missing(join(path, "to"), "an event needs recipients")
	}
	return req, r.faults.Err()
}

// missing notes a required field unless a fault of that field is known already.
func (r *reader) missing(path, detail string) {
	for _, f := range r.faults.Fields {
		if f.Path == path {
			return
		}
	}
	r.faults.Add(path, "required", detail)
}

// event reads one field of an event.
func (r *reader) event(req *Request, field, path string, v jsontext.Value) {
	switch field {
	case "type":
		req.Type = r.short(path, v)
		if strings.HasPrefix(req.Type, notify.OurPrefix) {
			r.faults.Add(path, "reserved", "types that begin with "+notify.OurPrefix+" are Clarion's own")
		}
	case "idempotency_key":
		req.IdempotencyKey = r.short(path, v)
	default:
		r.envelope(req, field, path, v)
	}
}

// envelope reads the fields that events and direct notifications share.
func (r *reader) envelope(req *Request, field, path string, v jsontext.Value) {
	switch field {
	case "to":
		req.To = r.targets(path, v)
	case "data":
		req.Data = r.object(path, v)
	case "actor":
		req.Actor = r.short(path, v)
	case "tenant":
		req.Tenant = r.short(path, v)
	case "priority":
		req.Priority = r.priority(path, v)
	case "send_at":
		req.SendAt = r.time(path, v)
	case "expires_at":
		req.ExpiresAt = r.time(path, v)
	case "cancel_key":
		req.CancelKey = r.short(path, v)
	case "metadata":
		req.Metadata = r.object(path, v)
	default:
		r.faults.Add(path, "unknown_field", "is not a field of this request")
	}
}

func (r *reader) priority(path string, v jsontext.Value) notify.Priority {
	p := notify.Priority(r.text(path, v))
	if p != "" && !p.Known() {
		r.faults.Add(path, "not_an_option", "must be high, medium or low")
	}
	return p
}

func fingerprint(parts ...[]byte) string {
	h := sha256.New()
	for _, part := range parts {
		h.Write(part)
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
