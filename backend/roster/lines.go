package roster

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"clarion/backend/notify"
)

const (
	// lineMost bounds one line of JSON, rowDataMost what is said to one recipient.
	lineMost    = 256 << 10
	rowDataMost = 16 << 10
	// shownMost is how much is kept of a line that is too long.
	shownMost = 1000
)

// Lines reads a file of JSON values, one on each line. Empty lines are left out.
type Lines struct {
	in *bufio.Reader
	// at is how many bytes were read, done how many lines.
	at   int64
	done int
}

// NewLines reads a file from its start.
func NewLines(r io.Reader) *Lines { return &Lines{in: bufio.NewReaderSize(r, 64<<10)} }

// Next returns the next row, whose one cell is the line, or io.EOF.
func (l *Lines) Next() (Row, error) {
	for {
		text, long, err := l.line()
		if err != nil && !errors.Is(err, io.EOF) {
			return Row{}, err
		}
		ended := err != nil
		if ended && len(text) == 0 {
			return Row{}, io.EOF
		}
		l.done++
		if l.done == 1 {
			text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
		}
		if text = bytes.TrimSpace(text); len(text) > 0 {
			return l.row(text, long), nil
		}
		if ended {
			return Row{}, io.EOF
		}
	}
}

func (l *Lines) row(text []byte, long bool) Row {
	row := Row{Line: l.done, Cells: []string{string(text)}}
	switch {
	case long:
		row.Cells[0] = strings.ToValidUTF8(string(text[:shownMost]), "") + "…"
		row.Fault = &Fault{Code: "too_long", Detail: "a line holds at most 256 KiB"}
	case !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0:
		row.Cells[0] = strings.ReplaceAll(strings.ToValidUTF8(string(text), "\ufffd"), "\x00", "\ufffd")
		row.Fault = &Fault{Code: "encoding", Detail: "is not UTF-8 text"}
	}
	return row
}

// line reads up to the end of a line; of one that is too long only the start is kept.
func (l *Lines) line() (text []byte, long bool, err error) {
	for {
		piece, err := l.in.ReadSlice('\n')
		l.at += int64(len(piece))
		if len(text)+len(piece) <= lineMost {
			text = append(text, piece...)
		} else {
			long = true
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return text, long, err
		}
	}
}

// rowOfJSON is a recipient as a line of JSON says it.
type rowOfJSON struct {
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Email     string          `json:"email"`
	Phone     string          `json:"phone"`
	Locale    string          `json:"locale"`
	Timezone  string          `json:"timezone"`
	Addresses []placeOfJSON   `json:"addresses"`
	Data      json.RawMessage `json:"data"`
}

type placeOfJSON struct {
	Channel notify.Channel `json:"channel"`
	Address string         `json:"address"`
	Label   string         `json:"label"`
}

// ReadJSON makes a recipient of a line: the id alone as a text, or an object.
func ReadJSON(line string) (notify.Recipient, []Fault) {
	in, fault := readRow(line)
	if fault != nil {
		return notify.Recipient{}, []Fault{*fault}
	}
	r := notify.Recipient{ID: in.ID, Name: in.Name, Locale: in.Locale, Timezone: in.Timezone, Data: in.Data}
	for _, place := range append([]placeOfJSON{{Channel: notify.Email, Address: in.Email}, {Channel: notify.SMS, Address: in.Phone}}, in.Addresses...) {
		if place.Address != "" {
			r.Addresses = append(r.Addresses, notify.Address{Channel: place.Channel, Address: place.Address, Label: place.Label})
		}
	}
	if r.ID == "" {
		return r, []Fault{{Column: "id", Code: "required", Detail: "the id is empty"}}
	}
	var faults []Fault
	var found notify.Invalid
	notify.CheckRecipient(&found, "", r)
	for _, f := range found.Fields {
		faults = append(faults, Fault{Column: f.Path, Code: f.Code, Detail: f.Detail})
	}
	return r, faults
}

func readRow(line string) (in rowOfJSON, fault *Fault) {
	if err := notify.CheckDepth([]byte(line)); err != nil {
		return in, &Fault{Code: "malformed", Detail: "is nested too deeply, or is not JSON"}
	}
	if strings.HasPrefix(line, `"`) {
		if json.Unmarshal([]byte(line), &in.ID) != nil {
			return in, &Fault{Code: "malformed", Detail: "is not JSON"}
		}
		return in, nil
	}
	decoder := json.NewDecoder(strings.NewReader(line))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&in)
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &kind):
		return in, &Fault{Column: kind.Field, Code: "wrong_type", Detail: "has the wrong type"}
	case err != nil && strings.Contains(err.Error(), "unknown field"):
		_, name, _ := strings.Cut(err.Error(), "unknown field ")
		return in, &Fault{Column: strings.Trim(name, `"`), Code: "unknown_field", Detail: "is no field of a row: give id, name, email, phone, locale, timezone, addresses and data"}
	case err != nil || decoder.More():
		return in, &Fault{Code: "malformed", Detail: "is not one JSON value"}
	}
	if string(in.Data) == "null" {
		in.Data = nil
	}
	var object map[string]json.RawMessage
	if len(in.Data) > 0 && json.Unmarshal(in.Data, &object) != nil {
		return in, &Fault{Column: "data", Code: "wrong_type", Detail: "must be an object"}
	}
	return in, nil
}
