package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"clarion/backend/notify"
)

// member is one name and value of a JSON object; the value is not copied.
type member struct {
	name  string
	value jsontext.Value
}

// splitter is a decoder that is kept for the next document: to make one costs
// more than to read a small document with it.
type splitter struct {
	dec *jsontext.Decoder
	in  bytes.Buffer
}

var splitters = sync.Pool{New: func() any { return &splitter{dec: jsontext.NewDecoder(&bytes.Buffer{})} }}

func split(body []byte) *splitter {
	s := splitters.Get().(*splitter)
	s.in = *bytes.NewBuffer(body)
	s.dec.Reset(&s.in)
	return s
}

// done lets go of the document, whose parts stay good.
func (s *splitter) done() {
	s.in = bytes.Buffer{}
	s.dec.Reset(&s.in)
	splitters.Put(s)
}

// object splits a JSON object into its members. Duplicate names and invalid
// UTF-8 at any depth are refused: two readers of such a text may disagree.
func object(path string, body []byte) ([]member, error) {
	s := split(body)
	defer s.done()
	dec := s.dec
	token, err := dec.ReadToken()
	if err != nil {
		return nil, syntax(path, err)
	}
	if token.Kind() != '{' {
		return nil, notify.InvalidField(path, "wrong_type", "must be an object")
	}
	members := make([]member, 0, 8)
	for dec.PeekKind() != '}' {
		name, err := dec.ReadToken()
		if err != nil {
			return nil, syntax(path, err)
		}
		key := name.String()
		value, err := dec.ReadValue()
		if err != nil {
			return nil, syntax(path, err)
		}
		members = append(members, member{key, value})
	}
	if _, err := dec.ReadToken(); err != nil {
		return nil, syntax(path, err)
	}
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, notify.Malformed(path, "malformed_json", "text after the end of the document")
	}
	return members, nil
}

// array splits a JSON array into its values.
func array(path string, body []byte) ([]jsontext.Value, error) {
	s := split(body)
	defer s.done()
	dec := s.dec
	token, err := dec.ReadToken()
	if err != nil {
		return nil, syntax(path, err)
	}
	if token.Kind() != '[' {
		return nil, notify.InvalidField(path, "wrong_type", "must be an array")
	}
	var values []jsontext.Value
	for dec.PeekKind() != ']' {
		value, err := dec.ReadValue()
		if err != nil {
			return nil, syntax(path, err)
		}
		values = append(values, value)
	}
	if _, err := dec.ReadToken(); err != nil {
		return nil, syntax(path, err)
	}
	return values, nil
}

// syntax turns the parser's error into ours, with the place it points at below
// the path of the text that was parsed.
func syntax(path string, err error) error {
	var fault *jsontext.SyntacticError
	if !errors.As(err, &fault) {
		return notify.Malformed(path, "malformed_json", "the document ends too early")
	}
	path = dotted(path, fault.JSONPointer)
	detail := strings.TrimPrefix(fault.Err.Error(), "jsontext: ")
	code := "malformed_json"
	if errors.Is(err, jsontext.ErrDuplicateName) {
		code = "duplicate_name"
	}
	return notify.Malformed(path, code, fmt.Sprintf("%s at byte %d", detail, fault.ByteOffset))
}

// dotted writes a JSON pointer the way our paths look: /to/0/email becomes
// to[0].email.
func dotted(path string, pointer jsontext.Pointer) string {
	for part := range pointer.Tokens() {
		if _, err := strconv.Atoi(part); err == nil && path != "" {
			path += "[" + part + "]"
			continue
		}
		path = join(path, part)
	}
	return path
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// reader reads values of the types we expect and notes every fault.
type reader struct {
	faults notify.Invalid
}

func (r *reader) text(path string, v jsontext.Value) string {
	switch v.Kind() {
	case '"':
		if bytes.IndexByte(v, '\\') < 0 {
			return string(v[1 : len(v)-1]) // the splitter has checked the rest
		}
		s, err := jsontext.AppendUnquote(nil, v)
		if err != nil {
			r.faults.Add(path, "wrong_type", "must be a string")
		}
		return string(s)
	case 'n':
		return ""
	default:
		r.faults.Add(path, "wrong_type", "must be a string")
		return ""
	}
}

// short is text of at most 255 characters, as keys and names are.
func (r *reader) short(path string, v jsontext.Value) string {
	s := r.text(path, v)
	if len(s) > 255 {
		r.faults.Add(path, "too_long", "must be at most 255 bytes")
	}
	r.storable(path, s)
	return s
}

// storable refuses what a text column cannot hold. One such value would fail
// the commit of everybody who shares it.
func (r *reader) storable(path, s string) {
	if strings.ContainsRune(s, 0) || !utf8.ValidString(s) {
		r.faults.Add(path, "invalid_character", "must be UTF-8 without NUL characters")
	}
}

func (r *reader) time(path string, v jsontext.Value) time.Time {
	s := r.text(path, v)
	if s == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		r.faults.Add(path, "invalid_time", "must be an RFC 3339 time such as 2030-01-01T00:00:00Z")
	}
	return at.UTC().Truncate(time.Microsecond)
}

// object is a copy of an object's text; null is nothing.
func (r *reader) object(path string, v jsontext.Value) json.RawMessage {
	switch v.Kind() {
	case '{':
		return bytes.Clone(v)
	case 'n':
		return nil
	default:
		r.faults.Add(path, "wrong_type", "must be an object")
		return nil
	}
}
