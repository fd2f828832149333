package mailing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"clarion/backend/notify"
	"clarion/backend/report"
)

// Asker answers reports.
type Asker interface {
	Menu() []report.Info
	Ask(ctx context.Context, id string, a report.Asked) (report.Answer, error)
}

// Line takes letters to people.
type Line interface {
	// CheckTo names what is wrong with who a letter is for.
	CheckTo(raw json.RawMessage) error
	// Send hands a letter over once for each key, and returns what it became.
	Send(ctx context.Context, p Parcel) (ref string, err error)
}

// Namer knows the names that people gave to integrations, categories and sources.
type Namer interface {
	Names(ctx context.Context, column string) (map[string]string, error)
}

// Parcel is a letter on its way.
type Parcel struct {
	To   json.RawMessage
	Data json.RawMessage
	// Key makes it the same letter when it is sent again.
	Key string
}

// Sending is an order whose time has come.
type Sending struct {
	Order
	// At is the time for which it was planned, Zone that of its schedule.
	At   time.Time
	Zone string
	Key  string
	// Schedule is the name of what sends it regularly, ScheduleID its id.
	Schedule, ScheduleID string
}

// Mailer sends reports.
type Mailer struct {
	Reports Asker
	Line    Line
	Namer   Namer
	Words   Words
	// URL is where the pages are.
	URL string
}

// Check names everything that is wrong with an order.
func (m *Mailer) Check(ctx context.Context, o Order, at time.Time, zone string) error {
	info, known := m.find(o.Report)
	if !known {
		return unknownReport(o.Report)
	}
	if o.Format != "" && o.Format != Table && o.Format != Brief {
		return notify.InvalidField("format", "not_an_option", "must be table or brief")
	}
	if len(o.Recipients) == 0 {
		return notify.InvalidField("recipients", "required", "somebody must get it")
	}
	if err := m.Line.CheckTo(o.Recipients); err != nil {
		return err
	}
	a, err := o.asked(at, zone)
	if err != nil {
		return err
	}
	_, err = report.Understand(info, fitting(a, info), at)
	return underParams(err)
}

func (m *Mailer) find(id string) (report.Info, bool) {
	for _, info := range m.Reports.Menu() {
		if info.ID == id {
			return info, true
		}
	}
	return report.Info{}, false
}

// Send asks the report and sends what it says.
func (m *Mailer) Send(ctx context.Context, s Sending) (string, error) {
	if err := m.Check(ctx, s.Order, s.At, s.Zone); err != nil {
		return "", err
	}
	data, err := m.Compose(ctx, s)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(data)
	if err != nil {
		return "", fmt.Errorf("write report %s as a letter: %w", s.Report, err)
	}
	ref, err := m.Line.Send(ctx, Parcel{To: s.Recipients, Data: text, Key: s.Key})
	if err != nil {
		return "", fmt.Errorf("send report %s: %w", s.Report, err)
	}
	return ref, nil
}

// Compose makes the data of a letter.
func (m *Mailer) Compose(ctx context.Context, s Sending) (Data, error) {
	info, known := m.find(s.Report)
	if !known {
		return Data{}, unknownReport(s.Report)
	}
	asked, err := s.asked(s.At, s.Zone)
	if err != nil {
		return Data{}, err
	}
	found := made{info: info, asked: fitting(asked, info), format: s.Format}
	if p, takes := info.Param("group"); takes && found.asked.Group == "" {
		found.asked.Group = p.Default
	}
	if found.answer, err = m.Reports.Ask(ctx, s.Report, found.asked); err != nil {
		return Data{}, fmt.Errorf("ask report %s for a letter: %w", s.Report, err)
	}
	if err := m.head(ctx, &found); err != nil {
		return Data{}, err
	}
	data := Data{Schedule: s.Schedule, Links: m.links(s, found)}
	named := map[string]map[string]string{}
	for _, column := range []string{"integration", "category", "source"} {
		if named[column], err = m.Namer.Names(ctx, column); err != nil {
			return Data{}, fmt.Errorf("find the names of every %s for a letter: %w", column, err)
		}
	}
	data.English = found.letter(speech{"en", m.Words["en"], named})
	data.Chinese = found.letter(speech{"zh-CN", m.Words["zh-CN"], named})
	return data, nil
}

// head asks for the figures at the head, by those of the filters that they take.
func (m *Mailer) head(ctx context.Context, found *made) error {
	for _, info := range m.Reports.Menu() {
		if info.Chart != report.Figures {
			continue
		}
		found.headInfo = info
		a := report.Asked{From: found.asked.From, To: found.asked.To, Zone: found.asked.Zone, Compare: "previous", Filters: map[string][]string{}}
		for name, values := range found.asked.Filters {
			if _, takes := info.Param(name); takes {
				a.Filters[name] = values
			}
		}
		var err error
		if found.head, err = m.Reports.Ask(ctx, info.ID, a); err != nil {
			return fmt.Errorf("ask for the head figures of a letter: %w", err)
		}
		return nil
	}
	return errors.New("there is no report of head figures")
}

// links lead to the same question: the page, the table file, and what sends it.
func (m *Mailer) links(s Sending, found made) Links {
	question := url.Values{"from": {stamp(found.answer.From)}, "to": {stamp(found.answer.To)}, "zone": {found.answer.Zone}}
	for name, value := range s.Params {
		if name != "span" && value != "" && (name == "compare" || len(found.asked.Filters[name]) > 0) {
			question.Set(name, value)
		}
	}
	file := url.Values{"format": {"csv"}}
	for name := range question {
		file.Set(name, question.Get(name))
	}
	for name, value := range map[string]string{"bucket": string(found.answer.Bucket), "limit": s.Params["limit"], "group": found.asked.Group} {
		if value != "" {
			file.Set(name, value)
		}
	}
	if found.asked.Group != "" {
		question.Set("by."+s.Report, found.asked.Group)
	}
	manage := ""
	if s.ScheduleID != "" {
		manage = m.URL + "/schedules/" + url.PathEscape(s.ScheduleID)
	}
	return Links{
		Page: m.URL + "/reports?" + question.Encode() + "#" + url.PathEscape(s.Report),
		CSV:  m.URL + "/v1/reports/" + url.PathEscape(s.Report) + "?" + file.Encode(), Manage: manage,
	}
}

func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339) }
