package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/suppression"
)

func TestASuppressionThatHasEndedBlocksNothingAndSaysSo(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		put(t, db, true, start, notify.Recipient{ID: "ada", Addresses: []notify.Address{{Channel: notify.Email, Address: "Ada@example.com"}}})
		blocked := func() int {
			people, err := db.People(ctx, []string{"ada"})
			require.NoError(t, err)
			return len(people[0].Suppressions)
		}
		entry := notify.Suppression{
			ID: notify.NewID(notify.SuppressionID), Channel: notify.Email, Address: "ada@example.com",
			Reason: notify.SoftBounce, ExpiresAt: start.Add(time.Hour),
		}
		added, err := db.AddSuppression(ctx, entry, start)
		require.NoError(t, err)
		require.Equal(t, entry.ExpiresAt, added.ExpiresAt)
		n, err := db.EndSuppressions(ctx, start.Add(59*time.Minute))
		require.NoError(t, err)
		require.Zero(t, n)
		require.Equal(t, 1, blocked())
		n, err = db.EndSuppressions(ctx, start.Add(time.Hour))
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Zero(t, blocked())
		found, err := db.Suppression(ctx, added.ID)
		require.NoError(t, err)
		require.True(t, found.Ended)
		require.Equal(t, entry.ExpiresAt, found.ExpiresAt)
		list, _, err := db.Suppressions(ctx, suppression.Filter{}, notify.Page{})
		require.NoError(t, err)
		require.Empty(t, list)
		entry.ID = notify.NewID(notify.SuppressionID)
		_, err = db.AddSuppression(ctx, entry, start)
		require.NoError(t, err)
		require.Equal(t, 1, blocked(), "the address can be suppressed again")
	})
}

func TestWhatStaysTakesOverFromWhatEndsAndNeverTheOtherWayRound(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		entry := func(reason notify.SuppressionReason, until time.Time) notify.Suppression {
			return notify.Suppression{ID: notify.NewID(notify.SuppressionID), Channel: notify.Email, Address: "a@example.com", Reason: reason, ExpiresAt: until}
		}
		soft := entry(notify.SoftBounce, start.Add(time.Hour))
		for name, add := range map[string]func(s notify.Suppression) error{
			"by hand": func(s notify.Suppression) error { _, err := db.AddSuppression(ctx, s, start); return err },
			"by file": func(s notify.Suppression) error {
				_, err := db.AddSuppressions(ctx, []notify.Suppression{s}, start)
				return err
			},
		} {
			_, err := db.w.ExecContext(ctx, "DELETE FROM suppressions")
			require.NoError(t, err)
			require.NoError(t, add(soft), name)
			require.NoError(t, add(entry(notify.Unsubscribe, time.Time{})), name)
			require.NoError(t, add(soft), name)
			list, _, err := db.Suppressions(ctx, suppression.Filter{}, notify.Page{})
			require.NoError(t, err)
			require.Len(t, list, 1)
			require.Equal(t, notify.Unsubscribe, list[0].Reason, name)
			require.True(t, list[0].ExpiresAt.IsZero(), name)
		}
	})
}

func TestAddressesRestAfterSoftBouncesOnly(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		now := start.Add(time.Minute)
		fail := func(recipient string, sent bool) {
			m := aMessage(recipient)
			m.Status = "failed"
			seed(t, db, m)
			at := int64(0)
			if sent {
				at = micros(start)
			}
			_, err := db.w.ExecContext(ctx, "UPDATE messages SET dead_at = ?, sent_at = ? WHERE id = ?", micros(start), at, m.ID)
			require.NoError(t, err)
		}
		for range 3 {
			fail("soft", true)
			fail("outage", false) // no vendor took them
		}
		fail("twice", true)
		fail("twice", true)
		f := suppression.Failing{
			Channel: notify.Email, Since: now.Add(-time.Hour), Before: now, After: now.Add(-10 * time.Minute), Least: 3,
			Reason: notify.SoftBounce, Until: now.Add(72 * time.Hour), Sent: true,
		}
		list, err := db.SuppressFailing(ctx, f, now)
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Equal(t, "soft@example.com", list[0].Address)
		require.Equal(t, f.Until, list[0].ExpiresAt)
		list, err = db.SuppressFailing(ctx, f, now)
		require.NoError(t, err)
		require.Empty(t, list, "who rests already is not told twice")
	})
}
