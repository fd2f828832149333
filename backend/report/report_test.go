package report_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/report"
)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	moment, err := time.Parse(time.RFC3339, text)
	require.NoError(t, err)
	return moment.UTC()
}

func question(t *testing.T, from, to, zone string, b report.Bucket) report.Question {
	t.Helper()
	place, err := time.LoadLocation(zone)
	require.NoError(t, err)
	return report.Question{From: at(t, from), To: at(t, to), Zone: place, Bucket: b}
}

func texts(list []time.Time) []string {
	out := []string{}
	for _, one := range list {
		out = append(out, one.UTC().Format(time.RFC3339))
	}
	return out
}

func TestDaysAndHoursAreThoseOfTheWallClock(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		q    report.Question
		want []string
	}{
		"a day of 25 hours": {
			question(t, "2026-10-23T22:00:00Z", "2026-10-26T23:00:00Z", "Europe/Berlin", report.Day),
			[]string{"2026-10-23T22:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"},
		},
		"a day of 23 hours": {
			question(t, "2026-03-28T23:00:00Z", "2026-03-30T22:00:00Z", "Europe/Berlin", report.Day),
			[]string{"2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"},
		},
		"the hour that comes twice stands twice": {
			question(t, "2026-10-24T23:30:00Z", "2026-10-25T02:00:00Z", "Europe/Berlin", report.Hour),
			[]string{"2026-10-24T23:00:00Z", "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z"},
		},
		"hours of Kathmandu begin at a quarter past": {
			question(t, "2026-10-24T00:00:00Z", "2026-10-24T01:20:00Z", "Asia/Kathmandu", report.Hour),
			[]string{"2026-10-23T23:15:00Z", "2026-10-24T00:15:00Z", "2026-10-24T01:15:00Z"},
		},
		"a day without midnight begins when it begins": {
			question(t, "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z", "Asia/Beirut", report.Day),
			[]string{"2026-03-27T22:00:00Z", "2026-03-28T22:00:00Z"},
		},
		"seconds are everybody's": {
			question(t, "2026-10-24T00:00:00.5Z", "2026-10-24T00:00:02Z", "Asia/Kathmandu", report.Second),
			[]string{"2026-10-24T00:00:00Z", "2026-10-24T00:00:01Z"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []time.Time
			for _, key := range tt.q.Keys() {
				got = append(got, tt.q.Beginning(key))
			}
			require.Equal(t, tt.want, texts(got))
		})
	}
}

func TestEveryMomentOfAYearIsInABucketOfTheQuestion(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"UTC", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia", "Asia/Beirut", "Africa/Casablanca"} {
		for _, b := range []report.Bucket{report.Hour, report.Day} {
			q := question(t, "2026-02-01T07:11:00Z", "2026-03-30T19:00:00Z", zone, b)
			keys := map[int64]bool{}
			for _, key := range q.Keys() {
				require.False(t, keys[key], "%s %s: a bucket stands once", zone, b)
				keys[key] = true
			}
			for moment := q.From; moment.Before(q.To); moment = moment.Add(7 * time.Minute) {
				require.True(t, keys[q.Key(moment)], "%s %s: %s", zone, b, moment)
			}
		}
	}
}

func TestStagesAreTheOffsetsOfTheZone(t *testing.T) {
	t.Parallel()
	hour := int64(time.Hour / time.Microsecond)
	q := question(t, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "Europe/Berlin", report.Day)
	require.Equal(t, []report.Stage{
		{Until: at(t, "2026-03-29T01:00:00Z").UnixMicro(), Offset: hour}, {Until: at(t, "2026-10-25T01:00:00Z").UnixMicro(), Offset: 2 * hour}, {Offset: hour},
	}, q.Stages())
	q.Zone = time.UTC
	require.Equal(t, []report.Stage{{}}, q.Stages())
}

func TestTheTimeBeforeHasAsManyDaysOrTheSameLength(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		q          report.Question
		from, upTo string
	}{
		"three days after the clocks went back": {
			question(t, "2026-10-24T22:00:00Z", "2026-10-27T23:00:00Z", "Europe/Berlin", report.Day), "2026-10-21T22:00:00Z", "2026-10-24T22:00:00Z",
		},
		"ninety minutes": {
			question(t, "2026-10-24T22:00:00Z", "2026-10-24T23:30:00Z", "Europe/Berlin", report.Minute), "2026-10-24T20:30:00Z", "2026-10-24T22:00:00Z",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := tt.q.Previous()
			require.Equal(t, []string{tt.from, tt.upTo}, texts([]time.Time{got.From, got.To}))
		})
	}
}

func TestABucketThatIsNotWholeIsNamed(t *testing.T) {
	t.Parallel()
	q := question(t, "2026-11-20T08:30:00Z", "2026-11-20T12:00:00Z", "UTC", report.Hour)
	require.Equal(t, []string{"2026-11-20T08:00:00Z"}, texts(q.Partial(at(t, "2026-11-21T00:00:00Z"))), "the question begins in the middle of it")
	require.Equal(t, []string{"2026-11-20T08:00:00Z", "2026-11-20T10:00:00Z"}, texts(q.Partial(at(t, "2026-11-20T10:10:00Z"))), "it is not over yet")
	q.From = at(t, "2026-11-20T08:00:00Z")
	require.Empty(t, q.Partial(at(t, "2026-11-21T00:00:00Z")))
}

func TestABucketIsChosenThatFits(t *testing.T) {
	t.Parallel()
	info := report.Info{Params: []report.Param{{Name: "bucket", Options: report.Buckets, Default: "auto"}}}
	now := at(t, "2026-11-21T12:00:00Z")
	for span, want := range map[time.Duration]report.Bucket{
		time.Minute: report.Second, time.Hour: report.Minute, 24 * time.Hour: report.Hour, 31 * 24 * time.Hour: report.Day, 1000 * 24 * time.Hour: report.Day,
	} {
		q, err := report.Understand(info, report.Asked{From: now.Add(-span), To: now}, now)
		require.NoError(t, err)
		require.Equal(t, want, q.Bucket, span)
	}
	_, err := report.Understand(info, report.Asked{From: now.Add(-time.Hour), Bucket: "second"}, now)
	var faults *notify.Invalid
	require.ErrorAs(t, err, &faults)
	require.Equal(t, "bucket", faults.Fields[0].Path)
	require.Contains(t, faults.Fields[0].Detail, "3600 buckets of a second; at most 1500")
}

func TestASeriesHasNoGapsAndPutsSmallGroupsTogether(t *testing.T) {
	t.Parallel()
	q := question(t, "2026-11-20T08:00:00Z", "2026-11-20T10:00:00Z", "UTC", report.Hour)
	first := q.From.UnixMicro()
	rows := [][]any{{first, "email", int64(9)}, {first, "sms", int64(4)}, {first, "push", int64(3)}, {first, "slack", int64(2)}}
	got := report.Series{Grouped: true, Keep: 2, Figures: 1}.Whole(q, rows)
	require.Equal(t, [][]any{
		{"2026-11-20T08:00:00Z", "email", int64(9)}, {"2026-11-20T08:00:00Z", "sms", int64(4)}, {"2026-11-20T08:00:00Z", report.Rest, int64(5)},
		{"2026-11-20T09:00:00Z", "email", int64(0)}, {"2026-11-20T09:00:00Z", "sms", int64(0)}, {"2026-11-20T09:00:00Z", report.Rest, int64(0)},
	}, got)
	require.Len(t, report.Week([][]any{{int64(1), int64(0), int64(5)}}), 7*24)
}

func TestRatesAreReckonedAndNothingIsDividedByNothing(t *testing.T) {
	t.Parallel()
	info := report.Info{Columns: []report.Column{
		{Name: "group", Type: report.Text}, {Name: "all", Type: report.Count}, {Name: "rate", Of: "some", By: "all"}, {Name: "some", Type: report.Count},
		{Name: "share", Of: "all", Share: true},
	}}
	require.Equal(t, [][]any{{"a", int64(4), 0.25, int64(1), 1.0}, {"b", int64(0), nil, int64(0), 0.0}},
		info.Reckon([][]any{{"a", int64(4), int64(1)}, {"b", int64(0), int64(0)}}))
	require.Equal(t, [][]any{{"a", int64(4), 0.25, int64(1), 0.5}}, info.Reckon([][]any{{"a", int64(4), int64(1), int64(8)}}),
		"shares are of all rows, those that were not asked for among them")
	require.Equal(t, "at most three years before to", func() string {
		_, err := report.Understand(info, report.Asked{From: at(t, "2020-01-01T00:00:00Z"), To: at(t, "2026-01-01T00:00:00Z")}, at(t, "2026-01-01T00:00:00Z"))
		var faults *notify.Invalid
		require.ErrorAs(t, err, &faults)
		return faults.Fields[0].Detail[len("must be "):]
	}())
}
