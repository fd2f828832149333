package preference_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/preference"
)

type clock struct{ at time.Time }

func (c *clock) Now() time.Time { return c.at }

// memory keeps choices, and the last write.
type memory struct {
	kept map[string]notify.Preferences
	last preference.Write
}

func (m *memory) Preferences(_ context.Context, recipient string) (notify.Preferences, error) {
	return m.kept[recipient], nil
}

func (m *memory) PreferencesOf(_ context.Context, recipients []string) (map[string]notify.Preferences, error) {
	found := map[string]notify.Preferences{}
	for _, id := range recipients {
		found[id] = m.kept[id]
	}
	return found, nil
}

func (m *memory) CapCounts(_ context.Context, keys []notify.CapKey, _ time.Time) (map[notify.CapKey]int, error) {
	counts := map[notify.CapKey]int{}
	for i, key := range keys {
		counts[key] = i + 1
	}
	return counts, nil
}

func (m *memory) ChangePreferences(_ context.Context, w preference.Write) (notify.Preferences, error) {
	m.last = w
	after, err := w.Edit(m.kept[w.Recipient])
	if err == nil {
		m.kept[w.Recipient] = after
	}
	return after, err
}

func desk() (*preference.Preferences, *memory) {
	m := &memory{kept: map[string]notify.Preferences{}}
	return &preference.Preferences{Store: m, Clock: &clock{noon}, Categories: func(context.Context) (map[string]notify.Category, error) {
		return map[string]notify.Category{
			"news": {Name: "News", CategoryPolicy: notify.CategoryPolicy{Defaults: notify.CategoryDefaults{
				Channels: map[notify.Channel]notify.Setting{notify.Email: notify.Required},
			}}},
			"legal": {Name: "Legal", Mandatory: true},
		}, nil
	}, House: func(context.Context) (notify.HouseRules, error) {
		return notify.HouseRules{Timezone: "Asia/Shanghai"}, nil
	}}, m
}

func whole(choices notify.Preferences) func(notify.Preferences) notify.Preferences {
	return func(notify.Preferences) notify.Preferences { return choices }
}

func faultsOf(t *testing.T, err error) []string {
	t.Helper()
	var invalid *notify.Invalid
	require.ErrorAs(t, err, &invalid)
	var list []string
	for _, f := range invalid.Fields {
		list = append(list, f.Path+" "+f.Code)
	}
	return list
}

func TestChoicesAreChecked(t *testing.T) {
	t.Parallel()
	on, off := true, false
	category := func(key string, c notify.CategoryPreference) notify.Preferences {
		return notify.Preferences{Categories: map[string]notify.CategoryPreference{key: c}}
	}
	quiet := func(start, end string, days ...string) notify.Preferences {
		return notify.Preferences{QuietHours: &notify.QuietWindow{Enabled: true, Start: start, End: end, Days: days}}
	}
	lock := func(l notify.Lock) notify.Preferences { return notify.Preferences{Locks: []notify.Lock{l}} }
	for name, test := range map[string]struct {
		choices notify.Preferences
		want    []string
	}{
		"no choice at all":                            {notify.Preferences{}, nil},
		"a channel that is switched off":              {notify.Preferences{Channels: map[notify.Channel]bool{notify.SMS: false}}, nil},
		"an unknown channel":                          {notify.Preferences{Channels: map[notify.Channel]bool{"fax": false}}, []string{"channels.fax unknown_channel"}},
		"a category that is switched off":             {category("news", notify.CategoryPreference{Enabled: &off}), nil},
		"an unknown category":                         {category("ghosts", notify.CategoryPreference{Enabled: &off}), []string{"categories.ghosts unknown_category"}},
		"a mandatory category cannot be switched off": {category("legal", notify.CategoryPreference{Enabled: &off}), []string{"categories.legal.enabled mandatory"}},
		"a mandatory category may be left on":         {category("legal", notify.CategoryPreference{Enabled: &on}), nil},
		"a mandatory category without a choice":       {category("legal", notify.CategoryPreference{}), nil},
		"a mandatory category by its cadence":         {category("legal", notify.CategoryPreference{Cadence: notify.Never}), []string{"categories.legal.cadence mandatory"}},
		"a channel that the category requires": {
			category("news", notify.CategoryPreference{Channels: map[notify.Channel]bool{notify.Email: false}}), []string{"categories.news.channels.email mandatory"}},
		"an unknown channel of a category": {
			category("news", notify.CategoryPreference{Channels: map[notify.Channel]bool{"fax": true}}), []string{"categories.news.channels.fax unknown_channel"}},
		"a cadence that is none": {category("news", notify.CategoryPreference{Cadence: "yearly"}), []string{"categories.news.cadence not_an_option"}},
		"an unknown channel of a workflow": {
			notify.Preferences{Workflows: map[string]notify.WorkflowPreference{"w": {Channels: map[notify.Channel]bool{"fax": true}}}}, []string{"workflows.w.channels.fax unknown_channel"}},
		"quiet hours over midnight":    {quiet("22:00", "07:00", "mon", "sun"), nil},
		"quiet hours at no time":       {quiet("25:00", "7:00"), []string{"quiet_hours.start invalid_time", "quiet_hours.end invalid_time"}},
		"quiet hours without length":   {quiet("22:00", "22:00"), []string{"quiet_hours.end out_of_range"}},
		"quiet hours on no day":        {quiet("22:00", "23:00", "someday"), []string{"quiet_hours.days[0] not_an_option"}},
		"a cap":                        {notify.Preferences{FrequencyCap: &notify.Cap{Max: 3, Per: notify.PerDay}}, nil},
		"a cap of nothing":             {notify.Preferences{FrequencyCap: &notify.Cap{Per: "year"}}, []string{"frequency_cap.max out_of_range", "frequency_cap.per not_an_option"}},
		"a time zone that is none":     {notify.Preferences{Timezone: "Mars/Olympus"}, []string{"timezone invalid_timezone"}},
		"the machine's own zone":       {notify.Preferences{Timezone: "Local"}, []string{"timezone invalid_timezone"}},
		"a locale that is none":        {notify.Preferences{Locale: "x y"}, []string{"locale invalid_locale"}},
		"a lock with a reason":         {lock(notify.Lock{Category: "news", Channel: notify.SMS, Reason: "Asked by letter"}), nil},
		"a lock without a reason":      {lock(notify.Lock{Setting: "quiet_hours"}), []string{"locks[0].reason required"}},
		"a lock on nothing":            {lock(notify.Lock{Reason: "x"}), []string{"locks[0] required"}},
		"a lock on an unknown setting": {lock(notify.Lock{Setting: "mood", Reason: "x"}), []string{"locks[0].setting not_an_option"}},
		"a lock on two things":         {lock(notify.Lock{Category: "news", Workflow: "w", Reason: "x"}), []string{"locks[0].workflow conflict"}},
		"a lock on an unknown channel": {lock(notify.Lock{Channel: "fax", Reason: "x"}), []string{"locks[0].channel unknown_channel"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, m := desk()
			origin := preference.Origin{Party: preference.ByMember, ID: "mem_1", Source: "admin"}
			got, err := p.Change(t.Context(), preference.Change{Recipient: "ada", Origin: origin, Edit: whole(test.choices)})
			if test.want != nil {
				require.Equal(t, test.want, faultsOf(t, err))
				require.Empty(t, m.kept, "what is wrong is not stored")
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.choices, got)
			said := notify.Consent{Recipient: "ada", Kind: notify.ConsentChose, Source: notify.ByMember, Actor: "mem_1"}
			require.Equal(t, said, m.last.Said, "the proof names who spoke for whom")
			require.Equal(t, noon, m.last.Now)
			kept, err := p.Get(t.Context(), "ada")
			require.NoError(t, err)
			require.Equal(t, test.choices, kept)
		})
	}
}

func TestWhatWasStoredBeforeIsNotQuestionedAgain(t *testing.T) {
	t.Parallel()
	p, m := desk()
	off := false
	m.kept["ada"] = notify.Preferences{Categories: map[string]notify.CategoryPreference{"gone": {Enabled: &off}, "legal": {Enabled: &off}}}
	after, err := p.Change(t.Context(), preference.Change{Recipient: "ada", Edit: func(c notify.Preferences) notify.Preferences {
		c.Channels = map[notify.Channel]bool{notify.SMS: false}
		return c
	}})
	require.NoError(t, err)
	require.Len(t, after.Categories, 2)
}

func TestALockBindsTheRecipientAndTellsWhy(t *testing.T) {
	t.Parallel()
	off := false
	flow := notify.WorkflowPreference{Enabled: &off, Channels: map[notify.Channel]bool{notify.SMS: false}}
	for place, test := range map[string]struct {
		lock notify.Lock
		edit func(p *notify.Preferences)
	}{
		"paused_until":  {notify.Lock{Setting: "paused_until"}, func(p *notify.Preferences) { p.PausedUntil = noon }},
		"quiet_hours":   {notify.Lock{Setting: "quiet_hours"}, func(p *notify.Preferences) { p.QuietHours = &notify.QuietWindow{Start: "22:00", End: "07:00"} }},
		"frequency_cap": {notify.Lock{Setting: "frequency_cap"}, func(p *notify.Preferences) { p.FrequencyCap = &notify.Cap{Max: 1, Per: notify.PerDay} }},
		"channels.sms":  {notify.Lock{Channel: notify.SMS}, func(p *notify.Preferences) { p.Channels = map[notify.Channel]bool{notify.SMS: false} }},
		"categories.news": {notify.Lock{Category: "news"}, func(p *notify.Preferences) {
			p.Categories = map[string]notify.CategoryPreference{"news": {Enabled: &off}}
		}},
		"categories.news.channels.sms": {notify.Lock{Category: "news", Channel: notify.SMS}, func(p *notify.Preferences) {
			p.Categories = map[string]notify.CategoryPreference{"news": {Channels: flow.Channels}}
		}},
		"workflows.order":              {notify.Lock{Workflow: "order"}, func(p *notify.Preferences) { p.Workflows = map[string]notify.WorkflowPreference{"order": flow} }},
		"workflows.order.channels.sms": {notify.Lock{Workflow: "order", Channel: notify.SMS}, func(p *notify.Preferences) { p.Workflows = map[string]notify.WorkflowPreference{"order": flow} }},
	} {
		t.Run(place, func(t *testing.T) {
			t.Parallel()
			p, m := desk()
			test.lock.Reason = "Contract"
			m.kept["ada"] = notify.Preferences{Locks: []notify.Lock{test.lock}}
			change := preference.Change{Recipient: "ada", Origin: preference.Origin{Party: preference.ByRecipient}}
			change.Edit = func(c notify.Preferences) notify.Preferences {
				test.edit(&c)
				return c
			}
			_, err := p.Change(t.Context(), change)
			require.Equal(t, []string{place + " locked"}, faultsOf(t, err))
			require.ErrorContains(t, err, "Contract")

			change.Edit = func(c notify.Preferences) notify.Preferences {
				c.Locks, c.Locale = nil, "en"
				return c
			}
			after, err := p.Change(t.Context(), change)
			require.NoError(t, err, "the rest is the recipient's own")
			require.Len(t, after.Locks, 1, "and the lock the operator's")

			change.Origin.Party = preference.ByMember
			change.Edit = func(c notify.Preferences) notify.Preferences {
				test.edit(&c)
				return c
			}
			_, err = p.Change(t.Context(), change)
			require.NoError(t, err, "an operator is not bound")
		})
	}
}

func TestUnknownCategoriesCannotBeTold(t *testing.T) {
	t.Parallel()
	away := errors.New("away")
	p, _ := desk()
	p.Categories = func(context.Context) (map[string]notify.Category, error) { return nil, away }
	_, err := p.Change(t.Context(), preference.Change{Recipient: "ada", Edit: whole(notify.Preferences{})})
	require.ErrorIs(t, err, away)
}

func TestWhoHasNoTimeZoneLivesInTheHouses(t *testing.T) {
	t.Parallel()
	p, _ := desk()
	q := notify.WishQuestion{At: noon, Channel: notify.SMS, Choices: notify.Preferences{QuietHours: &notify.QuietWindow{Enabled: true, Start: "19:00", End: "21:00"}}}
	wish, err := p.Wish(t.Context(), q)
	require.NoError(t, err)
	require.Equal(t, noon.Add(time.Hour), wish.Quiet.Until, "it is eight in the evening in Shanghai")
	q.Timezone = "Europe/London"
	wish, err = p.Wish(t.Context(), q)
	require.NoError(t, err)
	require.Nil(t, wish.Quiet)
	p.House = func(context.Context) (notify.HouseRules, error) { return notify.HouseRules{}, errors.New("away") }
	q.Timezone = ""
	_, err = p.Wish(t.Context(), q)
	require.ErrorIs(t, err, notify.ErrUnavailable)
}

func TestMessagesAreJudgedAsThingsStandNow(t *testing.T) {
	t.Parallel()
	p, m := desk()
	quiet := &notify.QuietWindow{Enabled: true, Start: "11:00", End: "14:00"}
	m.kept["ada"] = notify.Preferences{Timezone: "Europe/London", Channels: map[notify.Channel]bool{notify.SMS: false}, QuietHours: quiet}
	m.kept["eve"] = notify.Preferences{FrequencyCap: &notify.Cap{Max: 3, Per: notify.PerDay}}
	wake := noon.Add(2 * time.Hour)
	message := func(person string, channel notify.Channel, change func(m *notify.Message)) notify.Message {
		m := notify.Message{Recipient: notify.RecipientRef{ID: person}, Channel: channel, Category: "news"}
		change(&m)
		return m
	}
	held := func(m *notify.Message) { m.HeldFor = notify.QuietHours }
	list, err := p.Ask(t.Context(), []notify.Message{
		message("ada", notify.SMS, func(*notify.Message) {}),
		message("ada", notify.Push, func(*notify.Message) {}),
		message("ada", notify.Push, func(m *notify.Message) { m.ExpiresAt = noon.Add(time.Hour) }),
		message("ada", notify.Push, func(m *notify.Message) { m.Source = notify.TestSource }),
		message("ada", notify.SMS, func(m *notify.Message) { m.Critical = true }),
		message("eve", notify.SMS, held),
		message("eve", notify.SMS, func(*notify.Message) {}),
		message("eve", notify.Email, held),
	})
	require.NoError(t, err)
	type short struct {
		step  string
		skip  notify.SkipReason
		until time.Time
		caps  int
	}
	var got []short
	for _, j := range list {
		got = append(got, short{j.Step, j.Skip, j.Until, len(j.Caps)})
	}
	require.Equal(t, []short{
		{"preference", notify.OptedOut, time.Time{}, 0},
		{"quiet hours", "", wake, 0},
		{"quiet hours", "", noon.Add(time.Hour), 0},
		{"preference", "", time.Time{}, 0},
		{"preference", "", time.Time{}, 0},
		{"preference", "", time.Time{}, 1},
		{"preference", "", time.Time{}, 0},
		{"preference", "", time.Time{}, 0},
	}, got, "what was held is held against its caps, what is required is not")
}

func TestWhatHoldsIsToldForEverySwitchOrForOneWorkflow(t *testing.T) {
	t.Parallel()
	p, m := desk()
	p.Workflow = func(_ context.Context, key string) (notify.Workflow, error) {
		if key != "alarm" {
			return notify.Workflow{}, notify.ErrNotFound
		}
		step := notify.Step{Kind: notify.StepChannel, Channel: notify.SMS}
		return notify.Workflow{Key: key, Category: "news", Critical: true, Steps: []notify.Step{step, step, {Kind: notify.StepChannel, Channel: notify.Push}}}, nil
	}
	m.kept["ada"] = notify.Preferences{
		Channels:     map[notify.Channel]bool{notify.SMS: false},
		QuietHours:   &notify.QuietWindow{Enabled: true, Start: "19:00", End: "21:00"},
		FrequencyCap: &notify.Cap{Max: 3, Per: notify.PerDay}, PausedUntil: noon.Add(-time.Hour),
	}
	all, err := p.Effective(t.Context(), preference.EffectiveQuestion{Recipient: "ada"})
	require.NoError(t, err)
	require.Len(t, all.Entries, 2*(1+len(notify.Channels)), "every category, as a whole and by every channel")
	require.Equal(t, []any{noon, "Asia/Shanghai", noon.Add(time.Hour)}, []any{all.At, all.Timezone, all.QuietUntil})
	require.Zero(t, all.PausedUntil, "that is over")
	require.Equal(t, []preference.CapState{{WishCap: notify.WishCap{Cap: notify.Cap{Max: 3, Per: notify.PerDay}, Rule: "preference:frequency_cap"}, Used: 1}}, all.Caps)
	outcomes := map[string]string{}
	for _, e := range all.Entries {
		outcomes[e.Category+" "+string(e.Channel)] = e.Outcome + " " + string(e.Value)
	}
	require.Equal(t, []string{"skip off", "hold required", "hold on", "hold required", "hold required"},
		[]string{outcomes["news sms"], outcomes["news email"], outcomes["news "], outcomes["legal "], outcomes["legal sms"]})

	one, err := p.Effective(t.Context(), preference.EffectiveQuestion{Recipient: "ada", Workflow: "alarm", At: noon.Add(-48 * time.Hour)})
	require.NoError(t, err)
	require.Len(t, one.Entries, 2)
	require.Equal(t, []any{"alarm", notify.SMS, "send", notify.Required}, []any{one.Entries[0].Workflow, one.Entries[0].Channel, one.Entries[0].Outcome, one.Entries[0].Value})
	require.NotZero(t, one.PausedUntil)
	_, err = p.Effective(t.Context(), preference.EffectiveQuestion{Recipient: "ada", Workflow: "ghost"})
	require.ErrorIs(t, err, notify.ErrNotFound)
}
