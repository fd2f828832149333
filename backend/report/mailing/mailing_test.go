package mailing_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/report"
	"clarion/backend/report/mailing"
)

var noon = time.Date(2026, 3, 30, 12, 0, 0, 0, time.UTC)

// desk answers two reports: the head figures, and volume by channel.
type desk struct{ asked []report.Asked }

var head = report.Info{ID: "headline", Title: "At a glance", Chart: report.Figures, Params: []report.Param{{Name: "channel"}}, Columns: []report.Column{
	{Name: "accepted", Type: report.Count, Title: "Accepted"},
	{Name: "delivered_rate", Type: report.Ratio, Title: "Delivered"},
	{Name: "p50", Type: report.Number, Unit: report.Microseconds, Title: "Median"},
	{Name: "failed", Type: report.Count, Title: "Failed"},
}}

var usage = report.Info{ID: "usage", Title: "Use", Question: "What is used most?", Chart: report.Bars, Params: []report.Param{
	{Name: "channel"}, {Name: "integration"}, {Name: "group", Options: []string{"channel", "source"}, Default: "channel"}, {Name: "limit", Default: "20"},
}, Columns: []report.Column{
	{Name: "group", Type: report.Text, Title: "Group"},
	{Name: "messages", Type: report.Count, Title: "Messages"},
	{Name: "share", Type: report.Ratio, Title: "Share"},
}}

var volume = report.Info{ID: "volume", Title: "Volume", Chart: report.Stack, Params: []report.Param{
	{Name: "bucket", Options: report.Buckets, Default: "auto"}, {Name: "group", Options: []string{"channel"}, Default: "channel"},
}, Columns: []report.Column{
	{Name: "at", Type: report.Time, Title: "Time"}, {Name: "group", Type: report.Text, Title: "Group"},
	{Name: "messages", Type: report.Count, Title: "Messages"},
}}

func (d *desk) Menu() []report.Info { return []report.Info{head, usage, volume} }

func (d *desk) Ask(_ context.Context, id string, a report.Asked) (report.Answer, error) {
	d.asked = append(d.asked, a)
	answer := report.Answer{From: a.From, To: a.To, Zone: "Europe/Berlin", Lacks: []report.Lack{}}
	switch id {
	case "headline":
		answer.Rows = [][]any{{int64(12_500), 0.982, 1_629_205.0, int64(0)}}
		answer.Previous = [][]any{{int64(10_000), 0.992, nil, int64(3)}}
	case "usage":
		answer.Rows = [][]any{{"email", int64(9000), 0.75}, {"<b>", int64(3000), 0.25}, {"(other)", int64(0), nil}}
		answer.Previous = [][]any{{"email", int64(4500), 0.5}}
		answer.Lacks = []report.Lack{{Code: "needs_receipt", Detail: "x"}}
	case "volume":
		answer.Bucket = report.Bucket(a.Bucket)
		answer.Rows = [][]any{
			{"2026-03-28T23:00:00Z", "email", int64(1)}, {"2026-03-28T23:00:00Z", "sms", int64(2)},
			{"2026-03-29T22:00:00Z", "email", int64(3)}, {"2026-03-29T22:00:00Z", "sms", int64(0)},
		}
	}
	return answer, nil
}

// line keeps what it is given; it knows nobody called eve.
type line struct{ sent []mailing.Parcel }

func (l *line) CheckTo(raw json.RawMessage) error {
	if strings.Contains(string(raw), "eve") {
		return notify.InvalidField("recipients[0]", "unknown_recipient", "there is none")
	}
	return nil
}

func (l *line) Send(_ context.Context, p mailing.Parcel) (string, error) {
	l.sent = append(l.sent, p)
	return "evt_1", nil
}

func (l *line) Names(_ context.Context, column string) (map[string]string, error) {
	return map[string]string{"int_1": "Main " + column}, nil
}

func mailer(t *testing.T) (*mailing.Mailer, *desk, *line) {
	t.Helper()
	words, err := mailing.ReadWords(os.DirFS("../../../frontend/src/lib/i18n"))
	require.NoError(t, err)
	d, l := &desk{}, &line{}
	return &mailing.Mailer{Reports: d, Line: l, Namer: l, Words: words, URL: "https://hub.test"}, d, l
}

func order(t *testing.T, text string) mailing.Order {
	t.Helper()
	o, err := mailing.DecodeOrder([]byte(text))
	require.NoError(t, err)
	return o
}

func TestALetterSaysTheReportInBothLanguages(t *testing.T) {
	t.Parallel()
	m, _, l := mailer(t)
	ref, err := m.Send(t.Context(), mailing.Sending{
		Order: order(t, `{"report":"usage","params":{"span":"7d","compare":"previous","channel":"email","integration":"int_1"},"recipients":["ada"]}`),
		At:    noon, Zone: "Europe/Berlin", Key: "schedule:sch_1:1", Schedule: "Every Monday", ScheduleID: "sch_1",
	})
	require.NoError(t, err)
	require.Equal(t, "evt_1", ref)
	require.Len(t, l.sent, 1)
	require.Equal(t, "schedule:sch_1:1", l.sent[0].Key)
	var data mailing.Data
	require.NoError(t, json.Unmarshal(l.sent[0].Data, &data))
	en, zh := data.English, data.Chinese
	require.Equal(t, []mailing.Figure{
		{Name: "Accepted", Value: "12,500", Before: "10,000", Change: "+25%"},
		{Name: "Delivery rate", Value: "98.2%", Before: "99.2%", Change: "−1 pp"},
	}, en.Head[:2])
	require.Equal(t, mailing.Figure{Name: en.Head[2].Name, Value: "1.6 s", Before: "–"}, en.Head[2], "nothing is compared with nothing")
	require.Equal(t, [][]mailing.Cell{
		{{Text: "Email"}, {Text: "9,000", Before: "4,500", Right: true}, {Text: "75%", Before: "50%", Right: true}},
		{{Text: "<b>"}, {Text: "3,000", Right: true}, {Text: "25%", Right: true}},
		{{Text: "All others"}, {Text: "0", Right: true}, {Text: "–", Right: true}},
	}, en.Rows, "the rows are compared by what they are about")
	require.Equal(t, "邮件", zh.Rows[0][0].Text)
	require.Equal(t, []mailing.Pair{{Name: "Channel", Value: "Email"}, {Name: "Integration", Value: "Main integration"}}, en.Filters)
	require.NotEmpty(t, en.Notes[0])
	require.NotEqual(t, en.Notes[0], zh.Notes[0])
	require.Equal(t, "2026-03-23 00:00", en.From, "seven whole days of Berlin")
	require.Equal(t, "2026-03-30 00:00", en.To)
	require.Equal(t, "https://hub.test/reports?by.usage=channel&channel=email&compare=previous&from=2026-03-22T23%3A00%3A00Z&integration=int_1&to=2026-03-29T22%3A00%3A00Z&zone=Europe%2FBerlin#usage", data.Links.Page)
	require.Equal(t, "https://hub.test/v1/reports/usage?channel=email&compare=previous&format=csv&from=2026-03-22T23%3A00%3A00Z&group=channel&integration=int_1&to=2026-03-29T22%3A00%3A00Z&zone=Europe%2FBerlin", data.Links.CSV)
	require.Equal(t, "https://hub.test/schedules/sch_1", data.Links.Manage)
}

func TestASeriesIsReadAcross(t *testing.T) {
	t.Parallel()
	m, d, _ := mailer(t)
	data, err := m.Compose(t.Context(), mailing.Sending{Order: order(t, `{"report":"volume","params":{"span":"30d"},"recipients":["ada"]}`), At: noon, Zone: "Europe/Berlin"})
	require.NoError(t, err)
	require.Equal(t, "day", d.asked[0].Bucket, "a letter has no thousand hours")
	en := data.English
	require.Equal(t, []mailing.Head{{Name: "Time"}, {Name: "Email", Right: true}, {Name: "SMS", Right: true}}, en.Columns)
	require.Equal(t, [][]mailing.Cell{
		{{Text: "2026-03-29"}, {Text: "1", Right: true}, {Text: "2", Right: true}},
		{{Text: "2026-03-30"}, {Text: "3", Right: true}, {Text: "0", Right: true}},
	}, en.Rows)
}

func TestABriefLetterHasNoRows(t *testing.T) {
	t.Parallel()
	m, _, _ := mailer(t)
	data, err := m.Compose(t.Context(), mailing.Sending{Order: order(t, `{"report":"usage","recipients":["ada"],"format":"brief"}`), At: noon})
	require.NoError(t, err)
	require.Empty(t, data.English.Rows)
	require.Len(t, data.English.Head, 4)
	require.Empty(t, data.Links.Manage, "nobody sends it regularly")
}

func TestWhatIsWrongWithAnOrderIsNamed(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ order, path, code string }{
		"another field":            {`{"report":"usage","recipients":["ada"],"to":1}`, "to", "unknown_field"},
		"a report of no text":      {`{"report":7}`, "report", "wrong_type"},
		"no report there is":       {`{"report":"weather","recipients":["ada"]}`, "report", "unknown"},
		"nobody":                   {`{"report":"usage"}`, "recipients", "required"},
		"somebody unknown":         {`{"report":"usage","recipients":["eve"]}`, "recipients[0]", "unknown_recipient"},
		"another format":           {`{"report":"usage","recipients":["ada"],"format":"pdf"}`, "format", "not_an_option"},
		"a span of weeks":          {`{"report":"usage","recipients":["ada"],"params":{"span":"2w"}}`, "params.span", "not_an_option"},
		"a span beyond the most":   {`{"report":"usage","recipients":["ada"],"params":{"span":"1097d"}}`, "params.span", "not_an_option"},
		"a span and a beginning":   {`{"report":"usage","recipients":["ada"],"params":{"span":"7d","from":"2026-03-01T00:00:00Z"}}`, "params.from", "conflict"},
		"a beginning of no time":   {`{"report":"usage","recipients":["ada"],"params":{"from":"March"}}`, "params.from", "invalid_time"},
		"a parameter there is not": {`{"report":"usage","recipients":["ada"],"params":{"colour":"red"}}`, "params.colour", "unknown_field"},
		"a filter it has not":      {`{"report":"volume","recipients":["ada"],"params":{"channel":"sms"}}`, "params.channel", "not_taken"},
		"a zone there is not":      {`{"report":"usage","recipients":["ada"],"params":{"zone":"Atlantis"}}`, "params.zone", "unknown_zone"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, _, l := mailer(t)
			o, err := mailing.DecodeOrder([]byte(tt.order))
			if err == nil {
				_, err = m.Send(t.Context(), mailing.Sending{Order: o, At: noon, Zone: "UTC"})
			}
			var invalid *notify.Invalid
			require.True(t, errors.As(err, &invalid), "%v", err)
			require.Equal(t, tt.path, invalid.Fields[0].Path)
			require.Equal(t, tt.code, invalid.Fields[0].Code)
			require.Empty(t, l.sent)
		})
	}
}

func TestDaysOfALetterAreWholeWhereTheClocksChange(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	from, to, ok := mailing.Reach("1d", noon, berlin)
	require.True(t, ok)
	require.Equal(t, 23*time.Hour, to.Sub(from), "the day on which the clocks went forward")
	from, to, ok = mailing.Reach("24h", noon, berlin)
	require.True(t, ok)
	require.Equal(t, []time.Time{noon.Add(-24 * time.Hour), noon}, []time.Time{from, to})
}
