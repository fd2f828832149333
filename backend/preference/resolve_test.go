package preference_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/preference"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func TestTheNearestChoiceDecidesAndSaysWhy(t *testing.T) {
	t.Parallel()
	on, off := true, false
	sms := func(on bool) map[notify.Channel]bool { return map[notify.Channel]bool{notify.SMS: on} }
	news := func(c notify.CategoryPreference) map[string]notify.CategoryPreference {
		return map[string]notify.CategoryPreference{"news": c}
	}
	flow := func(w notify.WorkflowPreference) map[string]notify.WorkflowPreference {
		return map[string]notify.WorkflowPreference{"weekly": w}
	}
	defaults := func(whole, sms notify.Setting) func(q *notify.WishQuestion) {
		return func(q *notify.WishQuestion) {
			q.Category.Defaults.Enabled = whole
			if sms != "" {
				q.Category.Defaults.Channels = map[notify.Channel]notify.Setting{notify.SMS: sms}
			}
		}
	}
	both := func(list ...func(q *notify.WishQuestion)) func(q *notify.WishQuestion) {
		return func(q *notify.WishQuestion) {
			for _, each := range list {
				each(q)
			}
		}
	}
	choose := func(p notify.Preferences) func(q *notify.WishQuestion) {
		return func(q *notify.WishQuestion) { q.Choices = p }
	}
	critical := func(q *notify.WishQuestion) { q.Critical = true }
	mandatory := func(q *notify.WishQuestion) { q.Category.Mandatory = true }
	for name, test := range map[string]struct {
		change  func(q *notify.WishQuestion)
		value   notify.Setting
		level   string
		rule    string
		says    string
		refused bool
	}{
		"nothing chosen is on":                        {func(*notify.WishQuestion) {}, notify.On, "built_in", "", "wants it", false},
		"a category that is off by default":           {defaults(notify.Off, ""), notify.Off, "default", "category:news", "unless the recipient switches it on", true},
		"a channel that is off by default":            {defaults("", notify.Off), notify.Off, "default_channel", "category:news", "sms", true},
		"a channel's default before the whole one":    {defaults(notify.Off, notify.On), notify.On, "default_channel", "", "wants it", false},
		"a choice before the default":                 {both(defaults(notify.Off, ""), choose(notify.Preferences{Categories: news(notify.CategoryPreference{Enabled: &on})})), notify.On, "category", "", "wants it", false},
		"a required default":                          {defaults(notify.Required, ""), notify.Required, "default", "", "cannot be switched off", false},
		"a category that is off":                      {choose(notify.Preferences{Categories: news(notify.CategoryPreference{Enabled: &off})}), notify.Off, "category", "category:news", "switched off the category news", true},
		"a category whose cadence is off":             {choose(notify.Preferences{Categories: news(notify.CategoryPreference{Cadence: notify.Never})}), notify.Off, "category_cadence", "category:news", "switched off the category news", true},
		"a channel before its category":               {choose(notify.Preferences{Categories: news(notify.CategoryPreference{Enabled: &off, Channels: sms(true)})}), notify.On, "category_channel", "", "wants it", false},
		"a channel that is off within it":             {choose(notify.Preferences{Categories: news(notify.CategoryPreference{Enabled: &on, Channels: sms(false)})}), notify.Off, "category_channel", "category:news", "sms for the category news", true},
		"a workflow before its category":              {choose(notify.Preferences{Workflows: flow(notify.WorkflowPreference{Enabled: &on}), Categories: news(notify.CategoryPreference{Channels: sms(false)})}), notify.On, "workflow", "", "wants it", false},
		"a workflow that is off":                      {choose(notify.Preferences{Workflows: flow(notify.WorkflowPreference{Enabled: &off})}), notify.Off, "workflow", "preference:workflow", "the workflow weekly", true},
		"a channel of a workflow before the workflow": {choose(notify.Preferences{Workflows: flow(notify.WorkflowPreference{Enabled: &on, Channels: sms(false)})}), notify.Off, "workflow_channel", "preference:workflow", "sms for the workflow weekly", true},
		"a channel that is off for everything":        {choose(notify.Preferences{Channels: sms(false), Workflows: flow(notify.WorkflowPreference{Channels: sms(true)})}), notify.Off, "channel", "preference:channel", "switched off sms", true},
		"a channel that is on says nothing by itself": {both(defaults(notify.Off, ""), choose(notify.Preferences{Channels: sms(true)})), notify.Off, "default", "category:news", "unless", true},
		"a pause before all":                          {choose(notify.Preferences{PausedUntil: noon.Add(time.Hour), Workflows: flow(notify.WorkflowPreference{Enabled: &on})}), notify.Off, "paused", "preference:pause", "13:00 on 21 November 2026", true},
		"a pause that is over":                        {choose(notify.Preferences{PausedUntil: noon}), notify.On, "built_in", "", "wants it", false},
		"others' choices do not matter":               {choose(notify.Preferences{Channels: map[notify.Channel]bool{notify.Email: false}, Workflows: map[string]notify.WorkflowPreference{"other": {Enabled: &off}}, Categories: map[string]notify.CategoryPreference{"other": {Enabled: &off}}}), notify.On, "built_in", "", "wants it", false},
		"critical passes over a channel":              {both(critical, choose(notify.Preferences{Channels: sms(false)})), notify.Required, "channel", "workflow:weekly", "Critical: The recipient switched off sms", false},
		"critical passes over a pause":                {both(critical, choose(notify.Preferences{PausedUntil: noon.Add(time.Hour)})), notify.Required, "paused", "workflow:weekly", "Critical: The recipient paused", false},
		"critical passes over a default":              {both(critical, defaults(notify.Off, "")), notify.Required, "default", "workflow:weekly", "Critical: ", false},
		"mandatory passes over a category":            {both(mandatory, choose(notify.Preferences{Categories: news(notify.CategoryPreference{Enabled: &off})})), notify.Required, "category", "category:news", "Mandatory: The recipient switched off", false},
		"mandatory passes over a channel":             {both(mandatory, choose(notify.Preferences{Channels: sms(false)})), notify.Required, "channel", "preference:channel", "Mandatory: ", false},
		"a required channel passes over the channel":  {both(defaults("", notify.Required), choose(notify.Preferences{Channels: sms(false)})), notify.Required, "channel", "preference:channel", "Mandatory: ", false},
		"a mandatory category's channel may be off":   {both(mandatory, defaults("", notify.Off)), notify.Off, "default_channel", "category:news", "unless", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := notify.WishQuestion{Category: notify.Category{Key: "news"}, Workflow: "weekly", Channel: notify.SMS, At: noon}
			test.change(&q)
			wish := preference.Resolve(q)
			require.Equal(t, test.value, wish.Value)
			require.Equal(t, test.level, wish.Levels[0].Level)
			require.Equal(t, test.rule, wish.Rule)
			require.Contains(t, wish.Detail, test.says)
			require.Equal(t, test.refused, wish.Refused)
			require.Equal(t, test.refused, wish.Wanted().Skip == notify.OptedOut)
			require.Equal(t, "built_in", wish.Levels[len(wish.Levels)-1].Level)
		})
	}
}

func TestALockIsShownWithTheChoiceItHolds(t *testing.T) {
	t.Parallel()
	off := false
	lock := notify.Lock{Category: "news", Reason: "Asked by letter"}
	q := notify.WishQuestion{Category: notify.Category{Key: "news"}, Channel: notify.SMS, At: noon, Choices: notify.Preferences{
		Categories: map[string]notify.CategoryPreference{"news": {Enabled: &off}}, Locks: []notify.Lock{{Channel: notify.SMS, Reason: "Another"}, lock},
	}}
	require.Equal(t, &lock, preference.Resolve(q).Lock)
	q.Choices.PausedUntil = noon.Add(time.Hour)
	require.Nil(t, preference.Resolve(q).Lock, "the pause decides, and is not locked")
}

func TestCapsAndCadenceComeFromThePersonAndTheCategory(t *testing.T) {
	t.Parallel()
	q := notify.WishQuestion{Category: notify.Category{Key: "news"}, Workflow: "weekly", Channel: notify.SMS, At: noon}
	require.Empty(t, preference.Resolve(q).Caps)
	require.Equal(t, notify.Instant, preference.Resolve(q).Cadence)
	q.Choices.FrequencyCap = &notify.Cap{Max: 3, Per: notify.PerDay}
	q.Category.FrequencyCap = &notify.Cap{Max: 1, Per: notify.PerWeek}
	wish := preference.Resolve(q)
	require.Equal(t, []notify.WishCap{
		{Cap: notify.Cap{Max: 3, Per: notify.PerDay}, Rule: "preference:frequency_cap"},
		{Category: "news", Cap: notify.Cap{Max: 1, Per: notify.PerWeek}, Rule: "category:news"},
	}, wish.Caps)
	require.Empty(t, wish.CapsPassed)
	q.Category.Mandatory = true
	require.Contains(t, preference.Resolve(q).CapsPassed, "Mandatory")
	q.Critical = true
	require.Contains(t, preference.Resolve(q).CapsPassed, "Critical")
	q.Category.Cadence = notify.Daily
	require.Equal(t, notify.Instant, preference.Resolve(q).Cadence, "what is critical comes at once")
	q.Critical = false
	require.Equal(t, notify.Daily, preference.Resolve(q).Cadence)
	q.Choices.Categories = map[string]notify.CategoryPreference{"news": {Cadence: notify.Hourly}}
	require.Equal(t, notify.Hourly, preference.Resolve(q).Cadence)
}
