package delivery

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// ways are the accounts by which the store's messages went, by address.
func (h *house) ways() map[string]string {
	h.store.mu.Lock()
	defer h.store.mu.Unlock()
	got := map[string]string{}
	for _, f := range h.store.finishes {
		got[f.Address] = f.Integration
	}
	return got
}

// drain delivers what is queued again and again until nothing is put back.
func (h *house) drain(t *testing.T, ids ...string) {
	t.Helper()
	require.NoError(t, h.deliver(t, ids...))
	for seen := 0; seen < len(h.queue.chunks()); seen++ {
		require.NoError(t, h.deliver(t, h.queue.chunks()[seen].ids...))
	}
}

func TestAMessageGoesOnlyByAnAccountThatFitsIt(t *testing.T) {
	t.Parallel()
	ok := says(notify.OK)
	cases := map[string]struct {
		shape func(list []notify.Account)
		want  map[string]string
	}{
		"by category": {func(list []notify.Account) { list[0].Categories = []string{"marketing"} },
			map[string]string{"+44 1": "b", "+49 2": "a", "web:3": "b"}},
		"by country": {func(list []notify.Account) { list[0].Countries = []string{"+44", "+1"} },
			map[string]string{"+44 1": "a", "+49 2": "b", "web:3": "b"}},
		"by the kind of address": {func(list []notify.Account) {
			list[0].Takes = func(address string) bool { return strings.HasPrefix(address, "web:") }
		}, map[string]string{"+44 1": "b", "+49 2": "b", "web:3": "a"}},
		"none where none fits": {func(list []notify.Account) {
			list[0].Countries, list[1].Countries = []string{"+44"}, []string{"+44"}
		}, map[string]string{"+44 1": "a"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(ok)
			second := account("b", ok)
			second.Order = 1
			h.accounts.list = append(h.accounts.list, second)
			c.shape(h.accounts.list)
			ids := h.messages(3)
			for i, to := range []string{"+44 1", "+49 2", "web:3"} {
				h.store.messages[ids[i]].Address = to
			}
			h.store.messages[ids[1]].Category = "marketing"
			h.drain(t, ids...)
			require.Equal(t, c.want, h.ways())
		})
	}
}

func TestAFailoverPassesOverAccountsThatDoNotFit(t *testing.T) {
	t.Parallel()
	h := newHouse(says(notify.Temporary))
	second, third := account("b", says(notify.OK)), account("c", says(notify.OK))
	second.Countries = []string{"+44"}
	second.Order, third.Order = 1, 2
	h.accounts.list = append(h.accounts.list, second, third)
	ids := h.messages(1)
	h.store.messages[ids[0]].Address = "+49 1"
	h.drain(t, ids...)
	require.Equal(t, map[string]string{"+49 1": "c"}, h.ways())
}

func TestADayThatIsSpentSendsTheRestAnotherWay(t *testing.T) {
	t.Parallel()
	ok := says(notify.OK)
	h := newHouse(ok)
	second := account("b", ok)
	second.Order = 1
	h.accounts.list = append(h.accounts.list, second)
	h.accounts.list[0].PerDay = 3
	count := func() (n int) {
		for _, f := range h.store.finishes {
			if f.Integration == "a" {
				n++
			}
		}
		return n
	}
	h.drain(t, h.messages(10)...)
	require.Len(t, h.store.finishes, 10, "nothing is lost")
	require.Equal(t, 3, count())
	h.clock.move(24 * time.Hour)
	h.drain(t, h.messages(2)...)
	require.Equal(t, 5, count(), "tomorrow is another day")
}

func TestFormShiftsWeightAndDriftsBack(t *testing.T) {
	t.Parallel()
	f := form{score: 1}
	for range 30 {
		f.note(noon, false)
	}
	low := f.now(noon)
	require.InDelta(t, 0.21, low, 0.02)
	require.InDelta(t, (1+low)/2, f.now(noon.Add(formHalf)), 0.01, "half of it is back")
	for range 300 {
		f.note(noon, false)
	}
	require.InDelta(t, formFloor, f.now(noon), 1e-9, "a little is always left, to see it recover")
	for range 200 {
		f.note(noon, true)
	}
	require.Greater(t, f.now(noon), 0.99)
}

func TestAVendorInBadFormGetsFewerChunks(t *testing.T) {
	t.Parallel()
	h := newHouse(says(notify.OK))
	h.accounts.list = append(h.accounts.list, account("b", says(notify.OK)))
	state := h.lanes.of(&h.accounts.list[0], notify.Medium)
	for range 60 {
		state.form.note(noon, false)
	}
	got := map[string]int{}
	for range 2000 {
		chosen, _ := h.route(h.accounts.list, notify.Medium)
		got[chosen.ID]++
	}
	require.Less(t, got["a"], 200, "about a twentieth")
	require.Positive(t, got["a"])
}

// probed is a vendor that can be asked about the account.
type probed struct {
	*vendor
	asked  int
	answer notify.Outcome
}

func (p *probed) Probe(context.Context) notify.Result {
	p.asked++
	return notify.Result{Outcome: p.answer}
}

func TestAnAccountThatTheVendorRefusesIsPausedAndItsMessagesHeld(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		sender func() notify.Sender
		paused bool
		status []notify.Status
	}{
		{"a vendor that confirms it when asked",
			func() notify.Sender { return &probed{vendor: says(notify.AuthConfig), answer: notify.AuthConfig} },
			true, []notify.Status{notify.Queued, notify.Queued, notify.Queued}},
		{"a vendor that knows the account and refused the message",
			func() notify.Sender { return &probed{vendor: says(notify.AuthConfig), answer: notify.OK} },
			false, []notify.Status{notify.Failed, notify.Failed, notify.Failed}},
		{"a vendor whose key may send and not ask, from the third in a row on",
			func() notify.Sender { return &probed{vendor: says(notify.AuthConfig), answer: notify.Ambiguous} },
			true, []notify.Status{notify.Failed, notify.Failed, notify.Queued}},
		{"a vendor that cannot be asked, from the third in a row on",
			func() notify.Sender { return says(notify.AuthConfig) },
			true, []notify.Status{notify.Failed, notify.Failed, notify.Queued}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sender := c.sender()
			h := newHouse(sender)
			for n, want := range c.status {
				id := h.messages(1)[0]
				require.NoError(t, h.deliver(t, id))
				got := h.store.get(id)
				require.Equal(t, want, got.Status, "message %d", n)
				if want == notify.Queued {
					require.Zero(t, got.Attempts, "waiting costs no attempt")
					require.Equal(t, noon.Add(heldFor), got.DueAt)
				}
			}
			require.Equal(t, c.paused, len(h.pauser.reasons) > 0)
			if p, ok := sender.(*probed); ok {
				want := 1 // the answer is believed for a while
				if p.answer == notify.Ambiguous {
					want = len(c.status) // none was given
				}
				require.Equal(t, want, p.asked)
			}
			for _, reason := range h.pauser.reasons {
				require.Contains(t, reason, "refuses the account")
			}
		})
	}
}

func TestMessagesOfARefusedAccountFailOverWhereTheyCan(t *testing.T) {
	t.Parallel()
	h := newHouse(&probed{vendor: says(notify.AuthConfig), answer: notify.AuthConfig})
	second := account("b", says(notify.OK))
	second.Order = 1
	h.accounts.list = append(h.accounts.list, second)
	h.drain(t, h.messages(1)...)
	require.Equal(t, "b", h.store.finishes[len(h.store.finishes)-1].Integration)
	require.Len(t, h.pauser.reasons, 1)
}

// pauser keeps why accounts were paused.
type pauser struct{ reasons []string }

func (p *pauser) Pause(_ context.Context, id, reason string) error {
	p.reasons = append(p.reasons, id+": "+reason)
	return nil
}

// quotas counts in memory.
type quotas struct{ taken map[string]int }

func (q *quotas) TakeQuota(_ context.Context, id, day string, limit, want int) (int, error) {
	if q.taken == nil {
		q.taken = map[string]int{}
	}
	key := fmt.Sprint(id, day)
	granted := min(want, limit-q.taken[key])
	q.taken[key] += granted
	return granted, nil
}

// Targets reads from the messages in memory.
func (m *memory) Targets(_ context.Context, ids []string) ([]Target, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []Target
	for _, id := range ids {
		if row := m.messages[id]; row != nil {
			list = append(list, Target{id, row.Category, row.Address})
		}
	}
	return list, nil
}
