// Package mailing makes a letter of a report: it asks the question, puts the
// figures into words of each language and hands all of it to the line as the data
// of a template. It may not know how letters travel, nor how they look.
package mailing

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"clarion/backend/notify"
	"clarion/backend/report"
)

// Format is how much a letter says.
type Format string

// The formats: with the rows of the report, or the head figures and the link alone.
const (
	Table Format = "table"
	Brief Format = "brief"
)

// Order is which report goes to whom.
type Order struct {
	Report string `json:"report"`
	// Params are those of GET /v1/reports/{id}; "span", such as 7d or 24h, stands
	// for from and to and moves with the time of sending.
	Params map[string]string `json:"params,omitempty"`
	// Recipients are who gets it, as "to" of POST /v1/events.
	Recipients json.RawMessage `json:"recipients"`
	Format     Format          `json:"format,omitempty"`
}

// DecodeOrder reads an order strictly; faults carry the paths of its fields.
func DecodeOrder(raw []byte) (Order, error) {
	var o Order
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&o); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			return o, notify.InvalidField(wrong.Field, "wrong_type", "must be a "+wrong.Type.String())
		}
		if name, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); unknown {
			return o, notify.InvalidField(strings.Trim(name, `"`), "unknown_field", "is not a field of a report to be sent")
		}
		return o, notify.InvalidField("", "malformed_json", "must be an object")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return o, notify.InvalidField("", "malformed_json", "must be one object")
	}
	return o, nil
}

// params are what an order may say of the question besides the filters.
var params = []string{"span", "from", "to", "zone", "bucket", "compare", "group", "limit"}

// asked is the question of an order as of a time. Zone holds where it names none.
func (o Order) asked(at time.Time, zone string) (report.Asked, error) {
	var faults notify.Invalid
	a := report.Asked{
		Zone: o.Params["zone"], Bucket: o.Params["bucket"], Compare: o.Params["compare"], Group: o.Params["group"],
		Limit: o.Params["limit"], Filters: map[string][]string{},
	}
	if a.Zone == "" {
		a.Zone = zone
	}
	for name, value := range o.Params {
		switch {
		case slices.Contains(report.FilterNames, name):
			a.Filters[name] = strings.Split(value, ",")
		case !slices.Contains(params, name):
			faults.Add("params."+name, "unknown_field", "is not a parameter of reports")
		}
	}
	o.time(&a, at, &faults)
	return a, faults.Err()
}

// time adds from when to when is asked.
func (o Order) time(a *report.Asked, at time.Time, faults *notify.Invalid) {
	span := o.Params["span"]
	for name, into := range map[string]*time.Time{"from": &a.From, "to": &a.To} {
		text := o.Params[name]
		if text == "" {
			continue
		}
		if span != "" {
			faults.Add("params."+name, "conflict", "give either a span, or from and to")
			continue
		}
		moment, err := time.Parse(time.RFC3339, text)
		if err != nil {
			faults.Add("params."+name, "invalid_time", "must be a time such as 2026-11-21T09:00:00Z")
		}
		*into = moment
	}
	if !a.From.IsZero() || !a.To.IsZero() {
		return
	}
	if span == "" {
		span = "24h"
	}
	zone, err := time.LoadLocation(a.Zone)
	if err != nil {
		zone = time.UTC // the report itself says what is wrong with a zone
	}
	var ok bool
	if a.From, a.To, ok = Reach(span, at, zone); !ok {
		faults.Add("params.span", "not_an_option", "must be hours or days such as 24h or 7d, at most 1096d")
	}
}

var spanShape = regexp.MustCompile(`^([1-9][0-9]{0,3})([hd])$`)

// longest is how many days, or hours, a span has at most.
const longest = 1096

// Reach is the time a span stands for: hours up to the moment, or whole days up
// to the last midnight in the zone.
func Reach(span string, at time.Time, zone *time.Location) (from, to time.Time, ok bool) {
	parts := spanShape.FindStringSubmatch(span)
	if parts == nil {
		return from, to, false
	}
	n, err := strconv.Atoi(parts[1])
	if err != nil || n > longest {
		return from, to, false
	}
	if parts[2] == "h" {
		return at.Add(-time.Duration(n) * time.Hour), at, true
	}
	y, m, d := at.In(zone).Date()
	return time.Date(y, m, d-n, 0, 0, 0, 0, zone), time.Date(y, m, d, 0, 0, 0, 0, zone), true
}

// ask makes the question fit a letter: nobody reads a mail of a thousand hours.
func fitting(a report.Asked, info report.Info) report.Asked {
	if _, takes := info.Param("bucket"); takes && a.Bucket == "" && a.To.Sub(a.From) > 49*time.Hour {
		a.Bucket = string(report.Day)
	}
	return a
}

// underParams gives the faults of a report's own parameters the paths they have in
// an order.
func underParams(err error) error {
	var invalid *notify.Invalid
	if !errors.As(err, &invalid) {
		return err
	}
	for i, f := range invalid.Fields {
		invalid.Fields[i].Path = "params." + f.Path
	}
	return err
}

func unknownReport(id string) error {
	return notify.InvalidField("report", "unknown", fmt.Sprintf("there is no report %q", id))
}
