package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/suppression"
)

func TestAnEndpointThatOnlyFailsForDaysIsSuppressed(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		day := 24 * time.Hour
		// One endpoint for each story: ten messages, the first and last of which
		// died so long ago.
		stories := []struct {
			name        string
			first, last time.Duration
			change      string
			want        bool
		}{
			{"only failures", 108 * time.Hour, time.Minute, "", true},
			{"a late success", 108 * time.Hour, time.Minute, "sent", false},
			{"one bad hour", time.Hour, time.Minute, "", false},
			{"messages of today that died at once", 20 * time.Hour, time.Minute, "", false},
			{"quiet since", 108 * time.Hour, 3 * time.Hour, "", false},
			{"our own settings", 108 * time.Hour, time.Minute, "outcome", false},
			{"test runs", 108 * time.Hour, time.Minute, "source", false},
			{"another channel", 108 * time.Hour, time.Minute, "channel", false},
			{"too few", 108 * time.Hour, time.Minute, "few", false},
		}
		messages := queued(t, db, 10*len(stories))
		want := map[string]bool{}
		for s, story := range stories {
			address := fmt.Sprintf("https://hooks.example.com/%d", s)
			for i, m := range messages[10*s : 10*s+10] {
				died := start.Add(-story.first + (story.first-story.last)*time.Duration(i)/9)
				row := map[string]any{"channel": "webhook", "status": "failed", "outcome": "temporary", "source": "shop", "sent": int64(0), "dead": micros(died)}
				switch {
				case story.change == "sent" && i == 5:
					row["status"], row["sent"], row["dead"] = "sent", micros(died), int64(0)
				case story.change == "few" && i == 5:
					row["status"], row["dead"] = "cancelled", int64(0)
				case story.change == "outcome":
					row["outcome"] = "auth_config"
				case story.change == "source":
					row["source"] = notify.TestSource
				case story.change == "channel":
					row["channel"] = "telegram"
				}
				_, err := db.w.NewRaw("UPDATE messages SET recipient_id = 'erp', channel = ?, address = ?, status = ?, outcome = ?, source = ?, sent_at = ?, dead_at = ?, created_at = ? WHERE id = ?",
					row["channel"], address, row["status"], row["outcome"], row["source"], row["sent"], row["dead"], micros(died), m.ID).Exec(t.Context())
				require.NoError(t, err)
			}
			if story.want {
				want[address] = true
			}
		}
		look := func() int {
			n, err := db.SuppressFailing(t.Context(), suppression.Failing{
				Reason:  notify.Bounce,
				Channel: notify.Webhook, Since: start.Add(-5 * day), Before: start.Add(-4 * day), After: start.Add(-2 * time.Hour), Least: 10, Detail: "d",
			}, start)
			require.NoError(t, err)
			for _, each := range n {
				require.True(t, notify.IsID(notify.SuppressionID, each.ID))
			}
			return len(n)
		}
		require.Equal(t, 1, look())
		require.Zero(t, look(), "once")
		list, _, err := db.Suppressions(t.Context(), suppression.Filter{}, notify.Page{Limit: 100})
		require.NoError(t, err)
		got := map[string]bool{}
		for _, s := range list {
			got[s.Address] = true
			require.Equal(t, notify.Bounce, s.Reason)
			require.Equal(t, "d", s.Detail)
		}
		require.Equal(t, want, got)
	})
}
