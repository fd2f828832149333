package digest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"clarion/backend/notify"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func entry(id string, rule notify.Digest) Entry { return Entry{Scope: "s", Rule: rule, ItemID: id} }

func TestWindows(t *testing.T) {
	t.Parallel()
	type step struct {
		at    time.Duration
		role  Role
		ends  time.Duration
		total int
	}
	for name, test := range map[string]struct {
		rule  notify.Digest
		steps []step
	}{
		"a fixed window counts from the first item": {notify.Digest{Seconds: 60}, []step{
			{0, Opened, time.Minute, 1}, {30 * time.Second, Joined, time.Minute, 2}, {59 * time.Second, Joined, time.Minute, 3},
		}},
		"what comes late joins the window that nobody has closed": {notify.Digest{Seconds: 60}, []step{
			{0, Opened, time.Minute, 1}, {2 * time.Minute, Joined, time.Minute, 2},
		}},
		"a sliding window counts from the newest item, up to its longest": {notify.Digest{Seconds: 60, Sliding: true, MaxSeconds: 90}, []step{
			{0, Opened, 60 * time.Second, 1}, {20 * time.Second, Joined, 80 * time.Second, 2}, {50 * time.Second, Joined, 90 * time.Second, 3},
		}},
		"a sliding window that has ended does not begin again": {notify.Digest{Seconds: 60, Sliding: true, MaxSeconds: 600}, []step{
			{0, Opened, time.Minute, 1}, {2 * time.Minute, Joined, time.Minute, 2},
		}},
		"so many items close it": {notify.Digest{Seconds: 60, Count: 2}, []step{
			{0, Opened, time.Minute, 1}, {10 * time.Second, Joined, 10 * time.Second, 2}, {11 * time.Second, Joined, 10 * time.Second, 3},
		}},
		"the first goes through and the second carries the window": {notify.Digest{Seconds: 60, Leading: true}, []step{
			{0, Led, time.Minute, 0}, {10 * time.Second, Opened, time.Minute, 1}, {20 * time.Second, Joined, time.Minute, 2},
		}},
		"nobody closes a window without items, and it opens anew": {notify.Digest{Seconds: 60, Leading: true}, []step{
			{0, Led, time.Minute, 0}, {time.Minute, Led, 2 * time.Minute, 0}, {70 * time.Second, Opened, 2 * time.Minute, 1},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := Window{ID: "d"}
			for _, s := range test.steps {
				var role Role
				w, role = w.Add(entry("item", test.rule), noon.Add(s.at))
				require.Equal(t, s.role, role, "after %s", s.at)
				require.Equal(t, noon.Add(s.ends), w.ClosesAt, "after %s", s.at)
				require.Equal(t, s.total, w.Total, "after %s", s.at)
			}
		})
	}
}

func TestAGivenEndStandsBeforeTheRule(t *testing.T) {
	t.Parallel()
	e := entry("item", notify.Digest{Seconds: 60, Sliding: true, MaxSeconds: 90})
	e.ClosesAt = noon.Add(time.Hour)
	w, _ := Window{}.Add(e, noon)
	require.Equal(t, e.ClosesAt, w.ClosesAt)
	w, _ = w.Add(e, noon.Add(time.Minute))
	require.Equal(t, e.ClosesAt, w.ClosesAt)
}

// TestEveryItemHasExactlyOnePlace adds at random and counts: one item carries a
// window, every other has joined it or went through, and none is forgotten.
func TestEveryItemHasExactlyOnePlace(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		rule := notify.Digest{
			Seconds: rapid.IntRange(1, 60).Draw(r, "seconds"), Sliding: rapid.Bool().Draw(r, "sliding"), MaxSeconds: 120,
			Leading: rapid.Bool().Draw(r, "leading"), Count: rapid.IntRange(0, 5).Draw(r, "count"),
		}
		w, now, opened, led, n := Window{ID: "d"}, noon, 0, 0, rapid.IntRange(1, 40).Draw(r, "items")
		for i := range n {
			now = now.Add(time.Duration(rapid.IntRange(0, 40).Draw(r, "pause")) * time.Second)
			var role Role
			w, role = w.Add(entry(string(rune('a'+i)), rule), now)
			switch role {
			case Opened:
				opened++
			case Led:
				led++
			}
			require.False(t, w.ClosesAt.After(w.OpenedAt.Add(120*time.Second)))
		}
		require.LessOrEqual(t, opened, 1)
		require.Equal(t, n, w.Total+led)
	})
}
