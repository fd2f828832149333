package broadcast

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func TestPeopleWorthLookingAtAreShown(t *testing.T) {
	t.Parallel()
	one := func(id string, messages ...RehearsedMessage) Rehearsed {
		return Rehearsed{Recipient: notify.RecipientRef{ID: id}, Messages: messages}
	}
	goes := func(channel notify.Channel, locale string) RehearsedMessage {
		return RehearsedMessage{Channel: channel, Locale: locale, Status: notify.Queued}
	}
	skipped := func(reason notify.SkipReason) RehearsedMessage {
		return RehearsedMessage{Channel: notify.Email, Status: notify.Skipped, Reason: reason}
	}
	many := make([]Rehearsed, 50)
	for i := range many {
		many[i] = one(fmt.Sprint("m", i), skipped(notify.TemplateFailed))
	}
	var languages []Rehearsed
	for i := range 50 {
		languages = append(languages, one(fmt.Sprint("l", i), goes(notify.Email, fmt.Sprint("x", i))))
	}
	for name, tt := range map[string]struct {
		sample []Rehearsed
		want   []string
	}{
		"nobody": {nil, []string{}},
		"whose words cannot be made come first": {
			[]Rehearsed{one("a", goes(notify.Email, "en")), one("b", skipped(notify.TemplateFailed)), one("c", skipped(notify.NoTemplate))}, []string{"b", "c", "a"},
		},
		"two of each channel in each language": {
			[]Rehearsed{
				one("a", goes(notify.Email, "en")), one("b", goes(notify.Email, "en")), one("c", goes(notify.Email, "en")),
				one("d", goes(notify.Email, "zh-CN")), one("e", goes(notify.SMS, "en")), one("f", goes(notify.Email, "en"), goes(notify.SMS, "zh-CN")),
			}, []string{"a", "b", "d", "e", "f"},
		},
		"who gets nothing, when nobody gets anything": {
			[]Rehearsed{one("a", skipped(notify.OptedOut)), one("b", skipped(notify.OptedOut)), one("c", skipped(notify.OptedOut))}, []string{"a", "b"},
		},
		"not everybody whose words cannot be made": {many, []string{"m0", "m1", "m2", "m3"}},
		"twelve at most": {languages, []string{"l0", "l1", "l2", "l3", "l4", "l5", "l6", "l7", "l8", "l9", "l10", "l11"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := []string{}
			for _, each := range shown(tt.sample) {
				got = append(got, each.Recipient.ID)
			}
			require.Equal(t, tt.want, got)
		})
	}
}

func TestAPreviewIsOfOnePersonOrOfSome(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.made(plan)
	got, err := h.desk.Preview(t.Context(), b.ID, "p3")
	require.NoError(t, err)
	require.True(t, got.InAudience)
	require.Len(t, got.People, 1)
	got, err = h.desk.Preview(t.Context(), b.ID, "stranger")
	require.NoError(t, err)
	require.False(t, got.InAudience, "anybody may be looked at")
	require.Equal(t, "stranger", got.People[0].Recipient.ID)
	got, err = h.desk.Preview(t.Context(), b.ID, "")
	require.NoError(t, err)
	require.Len(t, got.People, eachMost, "all of them get the same")
}

func TestAPreviewSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.made(Plan{})
	for recipient, want := range map[string][]string{"": {"audience", "content", "channels"}, "p3": {"content", "channels"}} {
		_, err := h.desk.Preview(t.Context(), b.ID, recipient)
		var invalid *notify.Invalid
		require.ErrorAs(t, err, &invalid)
		var paths []string
		for _, f := range invalid.Fields {
			paths = append(paths, f.Path)
		}
		require.Equal(t, want, paths)
	}
}

func TestAPreviewLeavesAnAudienceAloneThatIsBeingFrozen(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.made(plan)
	_, err := h.desk.Submit(t.Context(), b.ID, Submission{By: author})
	require.NoError(t, err)
	_, err = h.desk.Preview(t.Context(), b.ID, "")
	require.ErrorIs(t, err, notify.ErrConflict)
}

func TestATrialIsATestWithTheFrozenWordsAndNoFiguresOfItsOwn(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.store.people[3].Data = json.RawMessage(`{"points":41}`)
	draft := plan
	draft.PerSecond, draft.Window = 5, &notify.Window{From: "08:00", To: "20:00", Timezone: "UTC"}
	b := h.submitted(draft)
	got, err := h.desk.Trial(t.Context(), b.ID, "p3")
	require.NoError(t, err)
	require.Equal(t, Trial{
		Direct: notify.Direct{
			Template: "news", Channels: []notify.Channel{notify.Email}, Pins: map[string]int{"news": 3}, Test: true,
		},
		Priority: notify.Low, Data: json.RawMessage(`{}`), Row: json.RawMessage(`{"points":41}`), InAudience: true,
	}, got)
	require.Equal(t, "marketing", h.now(b.ID).Category, "the broadcast itself stays as it was")
	got, err = h.desk.Trial(t.Context(), b.ID, "stranger")
	require.NoError(t, err)
	require.False(t, got.InAudience)
	require.Empty(t, h.store.launched)
}

func TestWhatWasApprovedIsKeptToCompareWith(t *testing.T) {
	t.Parallel()
	h := open(t)
	later := plan
	later.SendAt = h.clock.at.Add(time.Hour)
	b := h.submitted(later)
	_, err := h.desk.Approve(t.Context(), b.ID, Verdict{Hash: b.Hash, By: approver})
	require.NoError(t, err)
	other := later
	other.Category = "orders"
	b, err = h.desk.Edit(t.Context(), b.ID, Edit{Name: "Other news", Plan: other, By: author})
	require.NoError(t, err)
	require.NotNil(t, b.Before)
	require.Equal(t, []any{Approved, "News", "marketing", "Bo", 10}, []any{b.Before.State, b.Before.Name, b.Before.Plan.Category, b.Before.By, b.Before.People})
	was := *b.Before
	_, err = h.desk.Submit(t.Context(), b.ID, Submission{By: author})
	require.NoError(t, err)
	h.work()
	b, err = h.desk.Edit(t.Context(), b.ID, Edit{Name: "Third news", Plan: other, By: author})
	require.NoError(t, err)
	require.Equal(t, was, *b.Before, "what was only submitted since does not take its place")
}

func TestWhyItWasSentBackStaysInSightWhileItIsMended(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.submitted(plan)
	_, err := h.desk.Reject(t.Context(), b.ID, Verdict{Comment: "too long", By: approver})
	require.NoError(t, err)
	check, err := h.desk.Check(t.Context(), b.ID)
	require.NoError(t, err, "until it is edited it is shown as it was frozen")
	require.Equal(t, 10, check.Estimate.People)
	b, err = h.desk.Edit(t.Context(), b.ID, Edit{Name: "Short news", Plan: plan, By: author})
	require.NoError(t, err)
	require.Equal(t, []any{Draft, "too long", Rejected}, []any{b.State, b.Reason, b.Before.State})
	_, err = h.desk.Submit(t.Context(), b.ID, Submission{By: author})
	require.NoError(t, err)
	require.Empty(t, h.now(b.ID).Reason)
}
