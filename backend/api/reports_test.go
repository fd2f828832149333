package api

import (
	"context"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
	"clarion/backend/notify"
	"clarion/backend/report"
	"clarion/backend/report/mailing"
)

const knownReport = "volume"

// reportFake is a desk with one report, which answers what it was asked.
type reportFake struct{ *fakes }

func (f *reportFake) Menu() []report.Info {
	return []report.Info{{
		ID: knownReport, Title: "Volume", Question: "How many?", Chart: report.Stack,
		Params: []report.Param{
			{Name: "bucket", Options: report.Buckets, Default: "auto"}, {Name: "channel", Options: []string{"email", "sms"}}, {Name: "tenant"},
			{Name: "limit", Default: "8"},
		},
		Columns: []report.Column{
			{Name: "at", Type: report.Time, Title: "Time"}, {Name: "group", Type: report.Text, Title: "Group"},
			{
				Name: "messages", Type: report.Count, Unit: report.Messages, Title: "Messages",
				Opens: &report.Door{List: "messages", From: map[string]string{"at": "at"}},
			},
			{Name: "share", Type: report.Ratio, Title: "Share", Of: "messages", Share: true},
		},
	}}
}

func (f *reportFake) Ask(_ context.Context, id string, a report.Asked) (report.Answer, error) {
	if err := f.missing(id, knownReport); err != nil {
		return report.Answer{}, err
	}
	info := f.Menu()[0]
	q, err := report.Understand(info, a, f.at)
	if err != nil {
		return report.Answer{}, err
	}
	answer := report.Answer{
		Columns: info.Names(), From: q.From, To: q.To, Zone: q.Zone.String(), Bucket: q.Bucket, Partial: q.Partial(f.at),
		Rows:        info.Reckon([][]any{{"2026-11-21T08:00:00Z", "=email", int64(3)}, {"2026-11-21T09:00:00Z", "sms", int64(0)}}),
		RefreshedAt: f.at, Store: report.Embedded, Lacks: []report.Lack{{Code: "clickhouse_away", Detail: "It does not answer."}},
	}
	if q.Compare {
		before := q.Previous()
		answer.PreviousFrom, answer.Previous = &before.From, [][]any{{"2026-11-20T08:00:00Z", "email", int64(1), nil}}
	}
	return answer, nil
}

func TestAReportIsAskedInEveryWayTheDocumentNames(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	key := h.key(access.ReportsRead)
	require.Equal(t, 200, h.do(ask{method: "GET", path: "/v1/reports", bearer: key}).status)
	whole := "/v1/reports/volume?from=2026-11-21T00:00:00Z&to=2026-11-21T09:30:00Z&zone=Europe/Berlin&bucket=hour&compare=previous&channel=email,sms&tenant=&limit=3"
	got := h.do(ask{method: "GET", path: whole, bearer: key})
	require.Equal(t, 200, got.status, "%s", got.raw)
	for _, part := range []string{`"zone":"Europe/Berlin"`, `"bucket":"hour"`, `"partial":["2026-11-21T09:00:00Z"]`, `"previous":[`, `"store":"embedded"`, `"lacks":[{`} {
		require.Contains(t, string(got.body.Data), part)
	}
}

func TestAReportIsATableFile(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	got := h.do(ask{method: "GET", path: "/v1/reports/volume?format=csv&compare=previous", bearer: h.key(access.ReportsRead)})
	require.Equal(t, 200, got.status)
	require.Equal(t, "text/csv; charset=utf-8", got.header.Get("Content-Type"))
	require.Equal(t, `attachment; filename="clarion-volume.csv"`, got.header.Get("Content-Disposition"))
	rows, err := csv.NewReader(strings.NewReader(string(got.raw))).ReadAll()
	require.NoError(t, err)
	require.Equal(t, [][]string{
		{"at", "group", "messages", "share", "previous_at", "previous_group", "previous_messages", "previous_share"},
		{"2026-11-21T08:00:00Z", "'=email", "3", "1", "2026-11-20T08:00:00Z", "email", "1", ""},
		{"2026-11-21T09:00:00Z", "sms", "0", "0", "", "", "", ""},
	}, rows, "no cell is a formula")
}

func TestWhatIsWrongWithAQuestionIsNamed(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	key := h.key(access.ReportsRead)
	tests := map[string]struct{ query, path, code string }{
		"no time":                       {"from=yesterday", "from", "invalid_time"},
		"a time that ends first":        {"from=2026-11-21T00:00:00Z&to=2026-11-20T00:00:00Z", "to", "out_of_range"},
		"more than three years":         {"from=2020-11-21T00:00:00Z&to=2026-11-20T00:00:00Z&bucket=day", "from", "out_of_range"},
		"no zone":                       {"zone=Atlantis", "zone", "unknown_zone"},
		"the machine's own zone":        {"zone=Local", "zone", "unknown_zone"},
		"no bucket":                     {"bucket=week", "bucket", "not_an_option"},
		"too many buckets":              {"bucket=second", "bucket", "too_many"},
		"another time to compare with":  {"compare=next", "compare", "not_an_option"},
		"a group it has not":            {"group=channel", "group", "not_taken"},
		"a filter it has not":           {"status=failed", "status", "not_taken"},
		"a channel there is none of":    {"channel=email,pigeon", "channel", "not_an_option"},
		"a limit beyond the most":       {"limit=501", "limit", "out_of_range"},
		"a limit that is no number":     {"limit=many", "limit", "out_of_range"},
		"a value longer than any key":   {"tenant=" + strings.Repeat("x", 256), "tenant", "invalid_text"},
		"a format that is none of both": {"format=xml", "format", "not_an_option"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := h.do(ask{method: "GET", path: "/v1/reports/volume?" + tt.query, bearer: key})
			require.Equal(t, 422, got.status, "%s", got.raw)
			require.Len(t, got.body.Error.Fields, 1)
			require.Equal(t, tt.path, got.body.Error.Fields[0].Path)
			require.Equal(t, tt.code, got.body.Error.Fields[0].Code)
		})
	}
	require.Equal(t, 404, h.do(ask{method: "GET", path: "/v1/reports/weather", bearer: key}).status)
}

func (f *reportFake) Send(_ context.Context, s mailing.Sending) (string, error) {
	if err := f.missing(s.Report, knownReport); err != nil {
		return "", err
	}
	if string(s.Recipients) == "[]" {
		return "", notify.InvalidField("recipients", "out_of_range", "must hold 1 to 100 entries")
	}
	return knownEvent, nil
}

func TestAReportIsSentByEmail(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	key := h.key(access.ReportsRead, access.NotificationsWrite)
	body := `{"params":{"span":"7d"},"recipients":["ada",{"id":"bo","email":"bo@example.com"}],"format":"brief"}`
	got := h.do(ask{method: "POST", path: "/v1/reports/volume/send", bearer: key, body: body})
	require.Equal(t, 202, got.status, "%s", got.raw)
	require.Contains(t, string(got.body.Data), knownEvent)
	got = h.do(ask{method: "POST", path: "/v1/reports/volume/send", bearer: key, body: `{"recipients":[]}`})
	require.Equal(t, 422, got.status)
	require.Equal(t, "recipients", got.body.Error.Fields[0].Path)
	require.Equal(t, 404, h.do(ask{method: "POST", path: "/v1/reports/weather/send", bearer: key, body: body}).status)
}
