package dispatch

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// leaves is a LeaveStore over one digest.
type leaves struct {
	items []LeavingItem
	left  []Left
	lost  bool
}

func (l *leaves) Leaving(_ context.Context, ids []string, _ time.Time) ([]Leaving, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return []Leaving{{ID: ids[0], Priority: notify.Medium, Items: l.items}}, nil
}

func (l *leaves) SaveLeaving(_ context.Context, left Left) (bool, error) {
	l.left = append(l.left, left)
	return !l.lost, nil
}

const digestID = notify.DigestID + "1"

// waitsFor makes every message of the house wait for a digest.
func waitsFor(until time.Time) func(notify.WishQuestion) notify.Wish {
	return func(q notify.WishQuestion) notify.Wish {
		return notify.Wish{Value: notify.On, Detail: "The recipient wants it.", Gather: &notify.WishGather{
			Cadence: notify.Daily, Until: until, Detail: "It waits in the daily digest.", Rule: "preference:cadence",
		}}
	}
}

func TestWhatIsGatheredIsHeldAndAsksForItsPlace(t *testing.T) {
	t.Parallel()
	nine := noon.Add(21 * time.Hour)
	h := newHouse()
	h.wishes.answer = waitsFor(nine)
	m, decisions := h.message(t)
	last := decisions[len(decisions)-1]
	require.Equal(t, []any{notify.Held, notify.Digested, nine}, []any{m.Status, m.HeldFor, m.DueAt})
	require.Equal(t, &notify.Gathering{Scope: "cadence\nada\norders\nemail\ndaily", ClosesAt: nine}, m.Gather)
	require.Equal(t, []any{"cadence", "hold", nine, "preference:cadence"}, []any{last.Step, last.Outcome, last.Until, last.Rule})

	h = newHouse()
	h.wishes.answer = waitsFor(nine)
	h.store.events["evt"].ExpiresAt = noon.Add(time.Hour)
	m, _ = h.message(t)
	require.Equal(t, []any{notify.Held, noon.Add(time.Hour)}, []any{m.Status, m.DueAt})
	require.Nil(t, m.Gather, "what expires before the digest leaves is no part of it")

	h = newHouse()
	h.wishes.answer = waitsFor(nine)
	h.store.events["evt"].Direct = &notify.Direct{Category: "orders", Channels: []notify.Channel{notify.Email}, Address: "ada@example.com", Content: &notify.Content{Text: "Code"}}
	m, _ = h.message(t)
	require.Equal(t, notify.Queued, m.Status, "what was asked for at one address comes at once")
}

// departing is a house with a digest of some messages of ada's.
func departing(n int) (*house, *leaves) {
	h, l := newHouse(), &leaves{}
	h.Leaves = l
	for i := range n {
		id := fmt.Sprint(i)
		l.items = append(l.items, LeavingItem{At: noon.Add(time.Duration(i) * time.Minute), Message: notify.Message{
			ID: "msg_" + id, NotificationID: "ntf_" + id, EventID: "evt", Recipient: notify.RecipientRef{ID: "ada"}, Channel: notify.Email, Address: "old@example.com",
			Workflow: "shipped", Category: "orders", Priority: notify.Medium, Status: notify.Held, HeldFor: notify.Digested,
			Template: notify.TemplateRef{Key: "shipped", Version: 3}, Content: notify.Content{Text: "Text " + id},
		}})
	}
	return h, l
}

func (h *house) departs(t *testing.T, l *leaves) Left {
	t.Helper()
	require.NoError(t, h.Resume(t.Context(), notify.Medium, []string{digestID}))
	require.Len(t, l.left, 1)
	return l.left[0]
}

func TestADigestLeavesAsOneMessage(t *testing.T) {
	t.Parallel()
	h, l := departing(3)
	l.items[1].Template.Key = "returned"
	left := h.departs(t, l)
	require.Len(t, left.Carriers, 1)
	carrier := left.Carriers[0]
	require.Equal(t, []any{"msg_0", notify.Queued, "ada@example.com", "3 about ", noon}, []any{carrier.ID, carrier.Status, carrier.Address, carrier.Content.Text, carrier.DueAt})
	require.Equal(t, notify.Digested, carrier.HeldFor, "who delivers it asks about it once more")
	require.Len(t, left.Rest, 2)
	for _, m := range left.Rest {
		require.Equal(t, []any{notify.Skipped, notify.Digested}, []any{m.Status, m.SkipReason})
		d := left.Decisions[m.NotificationID]
		require.Equal(t, []any{"cadence", "skip", "message:msg_0", "It is one of 3 in the digest msg_0."}, []any{d[0].Step, d[0].Outcome, d[0].Rule, d[0].Detail})
	}
	require.Equal(t, "3 gathered.", left.Decisions["ntf_0"][0].Detail[len("Its digest leaves: "):])
	require.Equal(t, [][]string{{"msg_0"}}, [][]string{h.queue.deliver[0].ids})
	asked := h.templates.together[0]
	require.Equal(t, []any{"", 3, "Text 2"}, []any{asked.Template, asked.Digest.Total, asked.Digest.Items[2].Content.Text})

	h, l = departing(2)
	h.departs(t, l)
	require.Equal(t, "shipped", h.templates.together[0].Template, "messages of one template may have their digest from it")
}

func TestWhatIsNoLongerWantedIsNotInTheDigest(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change  func(h *house, l *leaves)
		rest    []string
		carrier string
	}{
		"an opt-out from everything": {func(h *house, _ *leaves) {
			h.change(func(p *Person) { p.Preferences.Channels = map[notify.Channel]bool{notify.Email: false} })
		}, []string{"skipped opted_out", "skipped opted_out", "skipped opted_out"}, ""},
		"a workflow that was switched off": {func(h *house, _ *leaves) { h.workflows.list[0].Enabled = false },
			[]string{"skipped workflow_disabled", "skipped workflow_disabled", "skipped workflow_disabled"}, ""},
		"a workflow that is gone": {func(h *house, _ *leaves) { h.workflows.list = nil },
			[]string{"skipped digested", "skipped digested"}, "queued"},
		"somebody who was erased": {func(h *house, _ *leaves) { h.change(func(p *Person) { p.ErasedAt = noon }) },
			[]string{"skipped erased", "skipped erased", "skipped erased"}, ""},
		"somebody who is gone": {func(h *house, _ *leaves) { delete(h.store.people, "ada") },
			[]string{"skipped recipient_not_found", "skipped recipient_not_found", "skipped recipient_not_found"}, ""},
		"the first has expired": {func(_ *house, l *leaves) { l.items[0].ExpiresAt = noon },
			[]string{"expired ", "skipped digested"}, "queued"},
		"no address any more": {func(h *house, _ *leaves) { h.change(func(p *Person) { p.Addresses = nil }) },
			[]string{"skipped digested", "skipped digested"}, "skipped"},
		"words that fail": {func(h *house, _ *leaves) { h.templates.errs["together"] = fmt.Errorf("broken") },
			[]string{"skipped digested", "skipped digested"}, "skipped"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, l := departing(3)
			test.change(h, l)
			left := h.departs(t, l)
			var rest []string
			for _, m := range left.Rest {
				rest = append(rest, string(m.Status)+" "+string(m.SkipReason))
				require.NotEmpty(t, left.Decisions[m.NotificationID])
			}
			require.Equal(t, test.rest, rest)
			carrier := ""
			if len(left.Carriers) > 0 {
				carrier = string(left.Carriers[0].Status)
			}
			require.Equal(t, test.carrier, carrier)
			require.Equal(t, carrier == "queued", len(h.queue.deliver) == 1)
		})
	}
}

func TestADigestReachesEveryDevice(t *testing.T) {
	t.Parallel()
	h, l := departing(2)
	for i := range l.items {
		l.items[i].Channel = notify.Push
	}
	h.change(func(p *Person) {
		p.Addresses = []notify.Address{{Channel: notify.Push, Address: "phone"}, {Channel: notify.Push, Address: "tablet"}}
	})
	left := h.departs(t, l)
	require.Len(t, left.Carriers, 2)
	require.Equal(t, []string{"phone", "tablet"}, []string{left.Carriers[0].Address, left.Carriers[1].Address})
	require.Equal(t, left.Carriers[0].Content, left.Carriers[1].Content)
	require.NotEqual(t, left.Carriers[0].ID, left.Carriers[1].ID)
}

func TestADigestKeepsTheLatestExpiryOfItsItems(t *testing.T) {
	t.Parallel()
	h, l := departing(2)
	l.items[0].ExpiresAt, l.items[1].ExpiresAt = noon.Add(time.Hour), noon.Add(3*time.Hour)
	require.Equal(t, noon.Add(3*time.Hour), h.departs(t, l).Carriers[0].ExpiresAt)
	h, l = departing(2)
	l.items[0].ExpiresAt = noon.Add(time.Hour)
	require.Zero(t, h.departs(t, l).Carriers[0].ExpiresAt)
}

func TestADigestThatOthersHaveSentIsNotQueued(t *testing.T) {
	t.Parallel()
	h, l := departing(2)
	l.lost = true
	h.departs(t, l)
	require.Empty(t, h.queue.deliver)
}
