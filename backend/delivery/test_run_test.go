package delivery

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func answering(o notify.Outcome) *vendor {
	return &vendor{answer: func(context.Context, notify.Outbound) notify.Result { return notify.Result{Outcome: o} }}
}

// testRun is a house with a real account, a, before the given sandbox accounts.
func testRun(real *vendor, sandboxes ...*vendor) *house {
	h := newHouse(real)
	for i, v := range sandboxes {
		box := account(string(rune('b'+i)), v)
		box.Sandbox, box.Order = true, i+1
		h.accounts.list = append(h.accounts.list, box)
	}
	h.message("msg").Source = notify.TestSource
	return h
}

// walk delivers until the message has ended.
func (h *house) walk(t *testing.T) *notify.Message {
	t.Helper()
	for range 3 * maxAttempts {
		m := h.store.get("msg")
		if m.Status.Ended() {
			return &m
		}
		require.NoError(t, h.pass(t, "msg"))
	}
	require.Fail(t, "the message does not end")
	return nil
}

func TestATestRunNeverCallsARealVendor(t *testing.T) {
	t.Parallel()
	t.Run("it moves on to the sandbox", func(t *testing.T) {
		t.Parallel()
		real, box := answering(notify.OK), answering(notify.OK)
		h := testRun(real, box)
		require.Equal(t, notify.Sent, h.walk(t).Status)
		require.Equal(t, []int{0, 1}, []int{real.count(), box.count()})
	})
	t.Run("it ends as a dead letter where there is none", func(t *testing.T) {
		t.Parallel()
		real := answering(notify.OK)
		h := testRun(real)
		m := h.walk(t)
		require.Equal(t, notify.Failed, m.Status)
		require.Equal(t, "test_run", h.store.finishes[0].Result.Code)
		require.Zero(t, real.count())
	})
	t.Run("it fails over within the box only", func(t *testing.T) {
		t.Parallel()
		real, down, box := answering(notify.OK), answering(notify.Temporary), answering(notify.OK)
		h := testRun(real, down, box)
		require.Equal(t, notify.Sent, h.walk(t).Status)
		require.Equal(t, []int{0, 1, 1}, []int{real.count(), down.count(), box.count()})
	})
	t.Run("it gives up in the end when the box is down", func(t *testing.T) {
		t.Parallel()
		real, down := answering(notify.OK), answering(notify.Temporary)
		h := testRun(real, down)
		require.Equal(t, notify.Failed, h.walk(t).Status)
		require.Zero(t, real.count())
		require.LessOrEqual(t, down.count(), maxAttempts)
	})
	t.Run("others still go out by the real one", func(t *testing.T) {
		t.Parallel()
		real, box := answering(notify.OK), answering(notify.OK)
		h := testRun(real, box)
		h.store.messages["msg"].Source = "shop"
		require.Equal(t, notify.Sent, h.walk(t).Status)
		require.Equal(t, []int{1, 0}, []int{real.count(), box.count()})
	})
}

func TestATestRunMarksNoAddress(t *testing.T) {
	t.Parallel()
	for _, o := range []notify.Outcome{notify.InvalidRecipient, notify.RecipientBlocked} {
		h := testRun(answering(notify.OK), answering(o))
		require.Equal(t, notify.Failed, h.walk(t).Status)
		for _, f := range h.store.finishes {
			require.Empty(t, f.Suppress)
			require.False(t, f.InvalidAddress)
		}
	}
}
