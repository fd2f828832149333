package store

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/recovery"
	"clarion/backend/schedule"
)

// heard keeps the statements that a pool was given.
type heard struct {
	mu   sync.Mutex
	said []string
}

func (h *heard) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context { return ctx }

func (h *heard) AfterQuery(_ context.Context, e *bun.QueryEvent) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.said = append(h.said, e.Query)
}

func (h *heard) statements() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.said
}

// TestLooksForWorkHoldNothingWhereThereIsNone is about the looks that a house at
// rest makes all the time: each is one statement that only reads.
func TestLooksForWorkHoldNothingWhereThereIsNone(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		h := &heard{}
		db.w, db.r = db.w.WithQueryHook(h), db.r.WithQueryHook(h)
		ctx, now, until := t.Context(), start, start.Add(time.Minute)
		due, err := db.AnyDue(ctx, now)
		require.NoError(t, err)
		require.Equal(t, recovery.AnyDue{}, due)
		_, err = db.ClaimBroadcast(ctx, "w", now, until)
		require.ErrorIs(t, err, notify.ErrNotFound)
		_, err = db.ClaimImport(ctx, "w", now, until)
		require.ErrorIs(t, err, notify.ErrNotFound)
		_, _, err = db.ClaimRun(ctx, "w", now, until)
		require.ErrorIs(t, err, notify.ErrNotFound)
		_, err = db.PlanDue(ctx, now, 10, func(schedule.Schedule) schedule.Move { return schedule.Move{} })
		require.NoError(t, err)
		_, err = db.ClaimFires(ctx, schedule.Claim{Worker: "w", Now: now, Until: until, Limit: 10})
		require.NoError(t, err)
		_, err = db.TakeLetters(ctx, now, until, 10)
		require.NoError(t, err)
		_, err = db.ApplyParked(ctx, now.Add(-time.Hour), now)
		require.NoError(t, err)
		said := h.statements()
		require.Len(t, said, 8)
		for _, text := range said {
			require.True(t, strings.HasPrefix(strings.TrimSpace(text), "SELECT"), text)
			require.Contains(t, text, "EXISTS", text)
		}
	})
}
