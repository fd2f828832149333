package recur

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	parsed, err := time.Parse(time.RFC3339, text)
	require.NoError(t, err)
	return parsed
}

func in(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	require.NoError(t, err)
	return zone
}

func TestWhatIsWrongWithARuleIsSaid(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rule Rule
		want []string
	}{
		"no kind":                              {Rule{}, []string{"kind not_an_option"}},
		"once without a time":                  {Rule{Kind: Once}, []string{"at invalid_time"}},
		"once on a date that is none":          {Rule{Kind: Once, At: "2027-02-30T09:00"}, []string{"at invalid_time"}},
		"once on the wall":                     {Rule{Kind: Once, At: "2027-02-28T09:00"}, nil},
		"once at a moment":                     {Rule{Kind: Once, At: "2027-02-28T09:00:00+02:00"}, nil},
		"an interval that is missing":          {Rule{Kind: Every}, []string{"every required"}},
		"an interval of nothing":               {Rule{Kind: Every, Every: &Interval{0, "hour"}}, []string{"every.n out_of_range"}},
		"an interval of more than a year":      {Rule{Kind: Every, Every: &Interval{8785, "hour"}}, []string{"every.n out_of_range"}},
		"an interval of days":                  {Rule{Kind: Every, Every: &Interval{1, "day"}}, []string{"every.unit not_an_option"}},
		"a day without times":                  {Rule{Kind: Daily}, []string{"times out_of_range"}},
		"a time that is none":                  {Rule{Kind: Daily, Times: []string{"09:00", "9:00", "24:00"}}, []string{"times[1] not_a_time", "times[2] not_a_time"}},
		"seconds":                              {Rule{Kind: Daily, Times: []string{"09:00:30"}}, nil},
		"a week without days":                  {Rule{Kind: Weekly, Times: []string{"09:00"}}, []string{"weekdays required"}},
		"a weekday that is none":               {Rule{Kind: Weekly, Times: []string{"09:00"}, Weekdays: []string{"mon", "Tue"}}, []string{"weekdays[1] not_an_option"}},
		"a month without days":                 {Rule{Kind: Monthly, Times: []string{"09:00"}}, []string{"month_days required"}},
		"a day that no month has":              {Rule{Kind: Monthly, Times: []string{"09:00"}, MonthDays: []int{32, 0, -1}}, []string{"month_days[0] out_of_range", "month_days[1] out_of_range"}},
		"a year without months":                {Rule{Kind: Yearly, Times: []string{"09:00"}, MonthDays: []int{1}}, []string{"months required"}},
		"a month that no year has":             {Rule{Kind: Yearly, Times: []string{"09:00"}, MonthDays: []int{1}, Months: []int{13}}, []string{"months[0] out_of_range"}},
		"fields of another kind":               {Rule{Kind: Daily, Times: []string{"09:00"}, Weekdays: []string{"mon"}, Cron: "@daily"}, []string{"weekdays not_allowed", "cron not_allowed"}},
		"a cron expression that is none":       {Rule{Kind: Cron, Cron: "61 * * * *"}, []string{"cron invalid_cron"}},
		"a cron expression with a zone":        {Rule{Kind: Cron, Cron: "TZ=Asia/Tokyo"}, []string{"cron invalid_cron"}},
		"a cron expression that is a delay":    {Rule{Kind: Cron, Cron: "@every 5m"}, []string{"cron invalid_cron"}},
		"a cron expression with seconds":       {Rule{Kind: Cron, Cron: "30 0 9 * * *"}, nil},
		"a cron expression by name":            {Rule{Kind: Cron, Cron: "@monthly"}, nil},
		"a recurrence rule that is none":       {Rule{Kind: RRule, RRule: "every day"}, []string{"rrule invalid_rrule"}},
		"a recurrence rule with a beginning":   {Rule{Kind: RRule, RRule: "DTSTART:20270101T090000Z\nRRULE:FREQ=DAILY"}, []string{"rrule invalid_rrule"}},
		"a recurrence rule that counts far":    {Rule{Kind: RRule, RRule: "FREQ=DAILY;COUNT=1001"}, []string{"rrule invalid_rrule"}},
		"an interval that no computer steps":   {Rule{Kind: RRule, RRule: "FREQ=SECONDLY;INTERVAL=9000000000000000000"}, []string{"rrule invalid_rrule"}},
		"hours that an interval never meets":   {Rule{Kind: RRule, RRule: "FREQ=HOURLY;INTERVAL=24;BYHOUR=3"}, []string{"rrule invalid_rrule"}},
		"places within an hour":                {Rule{Kind: RRule, RRule: "FREQ=HOURLY;BYSETPOS=1;BYMINUTE=1,2"}, []string{"rrule invalid_rrule"}},
		"small letters and a name in front":    {Rule{Kind: RRule, RRule: "rrule:freq=daily;"}, nil},
		"Easter, which is not in the standard": {Rule{Kind: RRule, RRule: "FREQ=YEARLY;BYEASTER=0"}, []string{"rrule invalid_rrule"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, f := range c.rule.Faults() {
				require.NotEmpty(t, f.Detail)
				got = append(got, f.Path+" "+f.Code)
			}
			require.Equal(t, c.want, got)
			_, err := New(c.rule, Frame{Anchor: at(t, "2027-01-01T00:00:00Z")})
			require.Equal(t, len(c.want) > 0, err != nil)
		})
	}
}

func TestARuleThatNeverComesEnds(t *testing.T) {
	t.Parallel()
	for _, r := range []Rule{
		{Kind: Monthly, Times: []string{"09:00"}, MonthDays: []int{30}, Months: []int{2}},
		{Kind: Cron, Cron: "0 0 31 4 *"},
		{Kind: RRule, RRule: "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30"},
		{Kind: RRule, RRule: "FREQ=DAILY;BYSETPOS=7"},
		{Kind: RRule, RRule: "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31"},
		{Kind: RRule, RRule: "FREQ=MINUTELY;INTERVAL=10080;BYDAY=MO,TU,WE,TH,SA,SU"}, // it begins on a Friday
		{Kind: RRule, RRule: "FREQ=DAILY;UNTIL=20261231"},
	} {
		times, err := New(r, Frame{Anchor: at(t, "2027-01-01T00:00:00Z")})
		require.NoError(t, err)
		_, ok := times.Next(at(t, "2027-01-01T00:00:00Z"))
		require.False(t, ok, "%+v", r)
	}
}

func TestWhatClocksDoToATimeIsExplained(t *testing.T) {
	t.Parallel()
	berlin, york := in(t, "Europe/Berlin"), in(t, "America/New_York")
	for name, c := range map[string]struct {
		rule  Rule
		zone  *time.Location
		after string
		want  Moment
	}{
		"an hour that is skipped": {
			Rule{Kind: Daily, Times: []string{"02:30"}}, berlin, "2026-03-28T12:00:00Z",
			Moment{At: at(t, "2026-03-29T01:00:00Z"), Local: "2026-03-29T03:00:00", Note: &Note{
				Skipped, "2026-03-29T02:30:00", "02:30 does not exist on 29 March 2026: the clocks are set forward. It happens at 03:00.",
			}},
		},
		"an hour that comes twice": {
			Rule{Kind: Cron, Cron: "30 1 * * *"}, york, "2026-10-31T12:00:00Z",
			Moment{At: at(t, "2026-11-01T05:30:00Z"), Local: "2026-11-01T01:30:00", Note: &Note{
				Twice, "2026-11-01T01:30:00", "01:30 comes twice on 1 November 2026: the clocks are set back. It happens the first time.",
			}},
		},
		"every hour, of which one comes twice": {
			Rule{Kind: Cron, Cron: "30 * * * *"}, york, "2026-11-01T05:30:00Z",
			Moment{At: at(t, "2026-11-01T06:30:00Z"), Local: "2026-11-01T01:30:00", Note: &Note{
				Both, "2026-11-01T01:30:00", "01:30 comes twice on 1 November 2026: the clocks are set back. It happens both times.",
			}},
		},
		"every hour, of which one is skipped": {
			Rule{Kind: RRule, RRule: "FREQ=HOURLY;BYMINUTE=30"}, berlin, "2026-03-29T00:30:00Z",
			Moment{At: at(t, "2026-03-29T01:30:00Z"), Local: "2026-03-29T03:30:00"},
		},
		"an interval, which clocks do not touch": {
			Rule{Kind: Every, Every: &Interval{90, "minute"}}, berlin, "2026-03-29T00:30:00Z",
			Moment{At: at(t, "2026-03-29T01:30:00Z"), Local: "2026-03-29T03:30:00"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			times, err := New(c.rule, Frame{Zone: c.zone, Anchor: at(t, "2026-01-01T00:00:00Z")})
			require.NoError(t, err)
			got := times.Upcoming(at(t, c.after), 1)
			require.Len(t, got, 1)
			got[0].wall = time.Time{}
			require.Equal(t, c.want, got[0])
		})
	}
}

func TestTwoTimesOfOneSkippedHourHappenOnce(t *testing.T) {
	t.Parallel()
	times, err := New(Rule{Kind: Daily, Times: []string{"02:10", "02:50", "03:00", "03:10"}}, Frame{Zone: in(t, "Europe/Berlin")})
	require.NoError(t, err)
	var got []string
	for _, m := range times.Upcoming(at(t, "2026-03-28T23:00:00Z"), 3) {
		got = append(got, m.Local)
	}
	require.Equal(t, []string{"2026-03-29T03:00:00", "2026-03-29T03:10:00", "2026-03-30T02:10:00"}, got)
}

func TestARuleKeepsWithinItsFrame(t *testing.T) {
	t.Parallel()
	berlin := in(t, "Europe/Berlin")
	from, until := at(t, "2026-12-23T08:00:00Z"), at(t, "2026-12-28T08:00:00Z")
	for name, c := range map[string]struct {
		rule Rule
		want []string
	}{
		"both ends belong to it, dates that are excepted do not": {
			Rule{Kind: Daily, Times: []string{"09:00"}},
			[]string{"2026-12-23T09:00:00", "2026-12-24T09:00:00", "2026-12-27T09:00:00", "2026-12-28T09:00:00"},
		},
		"an interval begins with the beginning": {
			Rule{Kind: Every, Every: &Interval{36, "hour"}},
			[]string{"2026-12-23T09:00:00", "2026-12-24T21:00:00", "2026-12-27T21:00:00"},
		},
		"a rule of every second goes on after the day": {
			Rule{Kind: RRule, RRule: "FREQ=SECONDLY;INTERVAL=100000"},
			[]string{"2026-12-23T09:00:00", "2026-12-24T12:46:40", "2026-12-28T00:06:40"},
		},
		"a count counts what is excepted too": {
			Rule{Kind: RRule, RRule: "FREQ=DAILY;COUNT=5"},
			[]string{"2026-12-23T09:00:00", "2026-12-24T09:00:00", "2026-12-27T09:00:00"},
		},
		"an end in UTC": {
			Rule{Kind: RRule, RRule: "FREQ=DAILY;UNTIL=20261224T080000Z"}, []string{"2026-12-23T09:00:00", "2026-12-24T09:00:00"},
		},
		"an end that is a date takes it in": {
			Rule{Kind: RRule, RRule: "FREQ=DAILY;UNTIL=20261224"}, []string{"2026-12-23T09:00:00", "2026-12-24T09:00:00"},
		},
		"once, too late": {Rule{Kind: Once, At: "2026-12-28T09:00:01"}, nil},
		"once, a moment": {Rule{Kind: Once, At: "2026-12-24T00:00:00Z"}, []string{"2026-12-24T01:00:00"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			times, err := New(c.rule, Frame{Zone: berlin, Anchor: from, From: from, Until: until, Except: []string{"2026-12-25", "2026-12-26"}})
			require.NoError(t, err)
			var got []string
			for _, m := range times.Upcoming(at(t, "2026-01-01T00:00:00Z"), 9) {
				got = append(got, m.Local)
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestARuleFarFromItsBeginningIsTheSameAndQuick(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"FREQ=SECONDLY;INTERVAL=7", "FREQ=MINUTELY;INTERVAL=11", "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,FR;WKST=SU",
		"FREQ=MONTHLY;INTERVAL=5", "FREQ=MONTHLY;INTERVAL=2;BYDAY=2WE", "FREQ=YEARLY;INTERVAL=3;BYMONTH=2;BYMONTHDAY=-1", "FREQ=YEARLY;INTERVAL=2",
	} {
		start := at(t, "2026-01-31T10:20:30Z")
		far, err := New(Rule{Kind: RRule, RRule: text}, Frame{Anchor: start})
		require.NoError(t, err)
		// The same rule as the library works it from its very beginning.
		option, _, err := parseRRule(text)
		require.NoError(t, err)
		option.Dtstart = start
		whole, err := newWhole(option)
		require.NoError(t, err)
		for _, after := range []string{"2026-01-31T10:20:29Z", "2026-02-03T00:00:00Z", "2026-07-31T10:20:30Z"} {
			want := whole(at(t, after))
			got, ok := far.Next(at(t, after))
			require.True(t, ok)
			require.Equal(t, want.Format(time.RFC3339), got.Format(time.RFC3339), "%s after %s", text, after)
		}
	}
	times, err := New(Rule{Kind: RRule, RRule: "FREQ=SECONDLY"}, Frame{Anchor: at(t, "1990-01-01T00:00:00Z")})
	require.NoError(t, err)
	next, _ := times.Next(at(t, "2026-07-01T00:00:00.5Z"))
	require.Equal(t, "2026-07-01T00:00:01Z", next.Format(time.RFC3339))
}
