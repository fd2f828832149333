package dispatch

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"clarion/backend/notify"
)

func TestDispatchClaimsForItself(t *testing.T) {
	t.Parallel()
	h := newHouse()
	b := h.dispatch(t)
	require.Equal(t, [][]string{{"evt"}}, h.store.asked)
	require.Equal(t, noon.Add(5*time.Second), b.LeaseUntil)
	require.Equal(t, []EventDone{{ID: "evt", Status: notify.EventDispatched}}, b.Events)
	require.Equal(t, 7, b.Notifications[0].WorkflowVersion)
	require.Equal(t, notify.RecipientRef{ID: "ada", Name: "Ada"}, b.Notifications[0].Recipient)
}

func TestBulkIsLeftToTheQueueForLonger(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.store.events["evt"].Priority = notify.Low
	require.Equal(t, noon.Add(30*time.Second), h.dispatch(t).LeaseUntil)
}

func TestEventsThatOthersHaveDispatchedAreLeftAlone(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.store.events["evt"].Status = notify.EventDispatched
	require.NoError(t, h.Dispatch(t.Context(), notify.Medium, []string{"evt", "ghost"}))
	require.Empty(t, h.store.batches)
}

func TestMessagesOfEventsWithWhichOthersWereFasterAreNotQueued(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.event("other", "ada")
	h.store.lost["evt"] = true
	require.NoError(t, h.Dispatch(t.Context(), notify.Medium, []string{"evt", "other"}))
	require.Len(t, h.queue.deliver, 1)
	require.Len(t, h.queue.deliver[0].ids, 1)
	for _, m := range h.store.batches[0].Messages {
		require.Equal(t, m.EventID == "other", slices.Contains(h.queue.deliver[0].ids, m.ID))
	}
}

func TestMessagesAreQueuedByPriorityAndChannel(t *testing.T) {
	t.Parallel()
	h := newHouse()
	urgent := flow("urgent", notify.Email)
	urgent.Priority = notify.High
	h.workflows.list = []notify.Workflow{flow("shipped", notify.Email, notify.SMS), urgent}
	h.store.people["wei"] = Person{Recipient: notify.Recipient{ID: "wei", Addresses: []notify.Address{{Channel: notify.Email, Address: "wei@example.com"}}}}
	h.event("evt", "wei", "ada", "ada")
	h.event("low", "ada").Priority = notify.Low
	require.NoError(t, h.Dispatch(t.Context(), notify.Medium, []string{"evt", "low"}))

	got := map[string]int{}
	for _, q := range h.queue.deliver {
		got[fmt.Sprintf("%s %s", q.priority, q.channel)] += len(q.ids)
		for _, id := range q.ids {
			i := slices.IndexFunc(h.store.batches[0].Messages, func(m notify.Message) bool { return m.ID == id })
			require.Equal(t, q.channel, h.store.batches[0].Messages[i].Channel)
			require.Equal(t, q.priority, h.store.batches[0].Messages[i].Priority)
		}
	}
	require.Equal(t, map[string]int{"medium email": 2, "high email": 2, "medium sms": 1, "low email": 2, "low sms": 1}, got,
		"wei has no number, so one text is skipped; the event's priority wins over the workflow's")
	require.Len(t, h.store.batches[0].Messages, 9)
	require.Len(t, h.queue.deliver, 5, "one call for each priority and channel")
}

func TestEachStepOfADispatchTakesATurnOfItsPriority(t *testing.T) {
	t.Parallel()
	h := newHouse()
	ids := []string{"evt"}
	for i := range 17 {
		ids = append(ids, fmt.Sprint("evt-", i))
		h.event(ids[i+1], "ada", "wei")
	}
	require.NoError(t, h.Dispatch(t.Context(), notify.Low, ids))
	require.Equal(t, map[notify.Priority]int{notify.Low: 1 + 17*2}, h.turns.yields, "one for each recipient")
	require.Equal(t, map[notify.Priority]int{notify.Low: 2 + 18 + 2}, h.turns.taken, "bulk is claimed and saved in two parts; each event is decided by itself")
	require.Zero(t, h.turns.open[notify.Low], "and every turn is given back")
	require.Len(t, h.store.batches, 2)
}

func TestAQueueThatFailsIsOnlyLogged(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.queue.err = errors.New("queue is away")
	h.turns.led = true
	h.store.groups["ops"] = members(501)
	h.store.events["evt"].To = []notify.Target{{Group: "ops"}, {Recipient: "ada"}}
	h.dispatch(t)
	require.Contains(t, h.log.String(), "enqueue messages")
	require.Contains(t, h.log.String(), "enqueue the next page")
}

func members(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("member-%04d", i)
	}
	return ids
}

func TestDirectSends(t *testing.T) {
	t.Parallel()
	t.Run("a template is rendered on each channel under the promised id", func(t *testing.T) {
		t.Parallel()
		h := newHouse()
		e := h.store.events["evt"]
		e.Type = "notification"
		e.Direct = &notify.Direct{Template: "welcome", Channels: []notify.Channel{notify.Email, notify.SMS}, Category: "account"}
		e.To = []notify.Target{{Recipient: "ada", NotificationID: "ntf_promised"}, {Group: "ops"}}
		h.store.groups["ops"] = []string{"ada", "wei"}
		h.store.people["wei"] = Person{Recipient: notify.Recipient{ID: "wei"}}
		b := h.dispatch(t)
		require.Len(t, b.Notifications, 2)
		require.Equal(t, "ntf_promised", b.Notifications[0].ID)
		require.True(t, notify.IsID(notify.NotificationID, b.Notifications[1].ID), "a member of a group gets an id at dispatch")
		require.Len(t, b.Messages, 4)
		require.Equal(t, "ntf_promised", b.Messages[1].NotificationID)
		require.Equal(t, "account", b.Messages[0].Category)
		require.Equal(t, "notification", b.Messages[0].Workflow)
		require.Equal(t, notify.Medium, b.Messages[0].Priority)
		require.Equal(t, "welcome", b.Messages[0].Template.Key)
	})
	t.Run("ready content is fitted to each channel and no template asked", func(t *testing.T) {
		t.Parallel()
		h := newHouse()
		e := h.store.events["evt"]
		e.Direct = &notify.Direct{Content: &notify.Content{Title: "Title", Body: "Body"}, Channels: []notify.Channel{notify.Email, notify.SMS, notify.InApp}}
		b := h.dispatch(t)
		require.Equal(t, "Title", b.Messages[0].Content.Subject)
		require.Equal(t, "Body", b.Messages[0].Content.Text)
		require.Equal(t, "Body", b.Messages[1].Content.Text)
		require.Equal(t, "Title", b.Messages[2].Content.Title)
		require.Equal(t, b.Messages[0].Content.Size(), b.Messages[0].SizeBytes)
		require.Empty(t, h.templates.asked)
	})
	t.Run("a test says that it is one, whoever wrote its words", func(t *testing.T) {
		t.Parallel()
		h := newHouse()
		h.store.events["evt"].Direct = &notify.Direct{Content: &notify.Content{Title: "Title", Body: "Body"}, Channels: []notify.Channel{notify.Email}, Test: true}
		require.Equal(t, "[Test] Title", h.dispatch(t).Messages[0].Content.Subject)
		h = newHouse()
		h.store.events["evt"].Direct = &notify.Direct{Template: "welcome", Channels: []notify.Channel{notify.Email}, Test: true}
		m, _ := h.message(t)
		require.Regexp(t, `^\[Test\] `, m.Content.Subject+m.Content.Title+m.Content.Text)
		require.Equal(t, m.Content.Size(), m.SizeBytes)
	})
	t.Run("preferences hold for direct sends as well", func(t *testing.T) {
		t.Parallel()
		h := newHouse()
		h.change(func(p *Person) { p.Preferences.Channels = map[notify.Channel]bool{notify.Email: false} })
		h.store.events["evt"].Direct = &notify.Direct{Template: "welcome", Channels: []notify.Channel{notify.Email}}
		m, _ := h.message(t)
		require.Equal(t, notify.OptedOut, m.SkipReason)
	})
}

func TestContentIsFittedToTheChannel(t *testing.T) {
	t.Parallel()
	all := notify.Content{Subject: "S", Text: "X", Title: "T", Body: "B"}
	for name, test := range map[string]struct {
		channel  notify.Channel
		in, want notify.Content
	}{
		"email keeps its own":             {notify.Email, all, all},
		"email from title and body":       {notify.Email, notify.Content{Title: "T", Body: "B"}, notify.Content{Subject: "T", Text: "B", Title: "T", Body: "B"}},
		"push from subject and text":      {notify.Push, notify.Content{Subject: "S", Text: "X"}, notify.Content{Subject: "S", Text: "X", Title: "S", Body: "X"}},
		"in-app from subject and text":    {notify.InApp, notify.Content{Subject: "S", Text: "X"}, notify.Content{Subject: "S", Text: "X", Title: "S", Body: "X"}},
		"sms keeps its own":               {notify.SMS, all, all},
		"sms from the body":               {notify.SMS, notify.Content{Title: "T", Body: "B"}, notify.Content{Text: "B", Title: "T", Body: "B"}},
		"slack from the title":            {notify.Slack, notify.Content{Title: "T"}, notify.Content{Text: "T", Title: "T"}},
		"sms from the subject if nothing": {notify.SMS, notify.Content{Subject: "S"}, notify.Content{Text: "S", Subject: "S"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, fit(test.in, test.channel))
		})
	}
}

// TestEveryLaneEndsOnce says for any people, preferences, suppressions and
// workflows: each recipient × workflow step is exactly one message row, and its
// decisions end with exactly one that explains its status.
func TestEveryLaneEndsOnce(t *testing.T) {
	t.Parallel()
	channels := []notify.Channel{notify.Email, notify.SMS, notify.Push, notify.InApp}
	anyChannel := rapid.SampledFrom(channels)
	choices := rapid.MapOf(anyChannel, rapid.Bool())
	rapid.Check(t, func(t *rapid.T) {
		h := newHouse()
		h.workflows.list = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) notify.Workflow {
			w := flow(rapid.StringMatching("w[a-z]{6}").Draw(t, "key"), rapid.SliceOfNDistinct(anyChannel, 1, 4, rapid.ID).Draw(t, "channels")...)
			w.Enabled, w.Critical = rapid.IntRange(0, 5).Draw(t, "enabled") > 0, rapid.Bool().Draw(t, "critical")
			w.ExpiresAfterSeconds = rapid.SampledFrom([]int{0, 1, 3600}).Draw(t, "expires")
			if rapid.Bool().Draw(t, "if") {
				limit := rapid.IntRange(5, 15).Draw(t, "limit")
				w.Steps[0].If = []notify.Condition{{Field: "data.total", Op: "lt", Value: json.RawMessage(fmt.Sprint(limit))}}
			}
			return w
		}), 0, 3).Draw(t, "workflows")
		h.workflows.categories["orders"] = notify.Category{Key: "orders", Mandatory: rapid.Bool().Draw(t, "mandatory")}
		h.routes.closed[notify.Push] = rapid.Bool().Draw(t, "no push")
		fault := rapid.SampledFrom([]error{nil, nil, notify.ErrNotFound, errors.New("broken")}).Draw(t, "template")
		for _, w := range h.workflows.list {
			h.templates.errs[w.Key] = fault
		}
		ids := rapid.SliceOfNDistinct(rapid.StringMatching("p[a-z]{5}"), 1, 5, rapid.ID).Draw(t, "people")
		for _, id := range ids {
			if rapid.IntRange(0, 5).Draw(t, "known") == 0 {
				continue
			}
			person := Person{Recipient: notify.Recipient{ID: id}}
			device := false
			for i, c := range rapid.SliceOfN(anyChannel, 0, 5).Draw(t, "addresses") {
				if c == notify.Push && device {
					continue // each further device has a message of its own
				}
				device = device || c == notify.Push
				a := notify.Address{Channel: c, Address: fmt.Sprintf("%s-%d", id, i), Invalid: rapid.IntRange(0, 3).Draw(t, "invalid") == 0}
				person.Addresses = append(person.Addresses, a)
				if rapid.IntRange(0, 3).Draw(t, "suppressed") == 0 {
					person.Suppressions = append(person.Suppressions, notify.Suppression{ID: "sup", Channel: c, Address: a.Address, Reason: notify.Bounce})
				}
			}
			person.Preferences = notify.Preferences{Channels: choices.Draw(t, "choices"), Categories: map[string]notify.CategoryPreference{
				"orders": {Enabled: rapid.SampledFrom([]*bool{nil, no()}).Draw(t, "category"), Channels: choices.Draw(t, "category choices")},
			}}
			if rapid.IntRange(0, 5).Draw(t, "erased") == 0 {
				person.ErasedAt = noon
			}
			h.store.people[id] = person
		}
		h.event("evt", ids...)
		require.NoError(t, h.Dispatch(t.Context(), notify.Medium, []string{"evt"}))
		checkBooks(t, h, ids)
	})
}

func checkBooks(t *rapid.T, h *house, ids []string) {
	b := h.store.batches[0]
	type lane struct{ notification, channel string }
	rows := map[lane]notify.Message{}
	for _, m := range b.Messages {
		key := lane{m.NotificationID, string(m.Channel)}
		_, twice := rows[key]
		require.False(t, twice, "one row for each lane")
		rows[key] = m
	}
	steps := 0
	for _, w := range h.workflows.list {
		steps += len(w.Steps)
	}
	require.Len(t, b.Messages, steps*len(ids))
	require.Len(t, b.Notifications, len(h.workflows.list)*len(ids))
	queuedIDs := map[string]bool{}
	for _, q := range h.queue.deliver {
		for _, id := range q.ids {
			require.False(t, queuedIDs[id], "queued once")
			queuedIDs[id] = true
		}
	}
	for _, n := range b.Notifications {
		final := map[string][]notify.Decision{}
		for _, d := range n.Decisions {
			if d.Outcome != "pass" || d.Step == "template" {
				final[string(d.Channel)] = append(final[string(d.Channel)], d)
			}
		}
		for key, m := range rows {
			if key.notification != n.ID {
				continue
			}
			require.Len(t, final[key.channel], 1, "one final decision for each lane")
			end := final[key.channel][0]
			require.Equal(t, m.Status == notify.Queued, queuedIDs[m.ID], "queued if and only if it may be sent")
			switch m.Status {
			case notify.Queued:
				require.Equal(t, "pass", end.Outcome)
				require.NotEmpty(t, m.Address)
				p := h.store.people[m.Recipient.ID]
				_, stopped := suppressed(p.Suppressions, notify.Address{Channel: m.Channel, Address: m.Address}, &m)
				require.False(t, stopped, "nothing goes to a suppressed address")
			case notify.Skipped:
				require.Equal(t, "skip", end.Outcome)
				require.Equal(t, m.SkipReason, end.Reason)
				require.Contains(t, notify.SkipReasons, m.SkipReason)
				require.NotEmpty(t, end.Detail)
			default:
				require.Equal(t, notify.Expired, m.Status)
				require.Equal(t, "expired", end.Outcome)
			}
		}
	}
}
