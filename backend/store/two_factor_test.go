package store

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
	"clarion/backend/notify"
)

func TestTheSecondStepOfAMember(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		hire(t, db, aMember("mem_1", access.Owner), aMember("mem_2", access.Owner))
		_, err := db.TwoFactor(ctx, "mem_1")
		require.ErrorIs(t, err, notify.ErrNotFound)
		require.NoError(t, db.BeginTwoFactor(ctx, "mem_1", "first"))
		require.NoError(t, db.BeginTwoFactor(ctx, "mem_1", "second"), "what is not confirmed gives way")
		fresh, err := db.UseStep(ctx, "mem_1", 5)
		require.NoError(t, err)
		require.False(t, fresh, "and lets nobody in")
		require.NoError(t, db.ConfirmTwoFactor(ctx, "mem_1", 10, []string{"a", "b"}, later))
		require.ErrorIs(t, db.ConfirmTwoFactor(ctx, "mem_1", 11, nil, later), notify.ErrConflict)
		require.ErrorIs(t, db.BeginTwoFactor(ctx, "mem_1", "third"), notify.ErrConflict)
		got, err := db.TwoFactor(ctx, "mem_1")
		require.NoError(t, err)
		require.Equal(t, access.TwoFactor{Sealed: "second", ConfirmedAt: later, CodesLeft: 2}, got)
		m, err := db.ChangeMember(ctx, "mem_1", func(c *access.MemberChange) error { c.Member.Name = "New"; return nil })
		require.NoError(t, err)
		require.True(t, m.TwoFactor, "another change leaves it on")

		for step, want := range map[int64]bool{10: false, 9: false} {
			fresh, err := db.UseStep(ctx, "mem_1", step)
			require.NoError(t, err)
			require.Equal(t, want, fresh)
		}
		var won, codes atomic.Int32
		race(t, 20, func(int) error {
			fresh, err := db.UseStep(ctx, "mem_1", 11)
			if fresh {
				won.Add(1)
			}
			if err != nil {
				return err
			}
			used, err := db.UseRecoveryCode(ctx, "mem_1", "a", later)
			if used {
				codes.Add(1)
			}
			return err
		})
		require.EqualValues(t, 1, won.Load())
		require.EqualValues(t, 1, codes.Load())
		used, err := db.UseRecoveryCode(ctx, "mem_2", "b", later)
		require.NoError(t, err)
		require.False(t, used, "another member's code")

		require.NoError(t, db.DropTwoFactor(ctx, "mem_1"))
		require.NoError(t, db.DropTwoFactor(ctx, "mem_1"))
		m, err = db.MemberByEmail(ctx, "mem_1@example.com")
		require.NoError(t, err)
		require.False(t, m.TwoFactor)
		require.NoError(t, db.BeginTwoFactor(ctx, "mem_2", "s"))
		require.NoError(t, db.ConfirmTwoFactor(ctx, "mem_2", 1, []string{"c"}, later))
		addSession(t, db, "held", "mem_2")
		_, err = db.ChangeMember(ctx, "mem_2", func(c *access.MemberChange) error { c.ResetSecond = true; return nil })
		require.NoError(t, err)
		_, _, err = db.Session(ctx, "held")
		require.ErrorIs(t, err, notify.ErrNotFound, "a step that is reset ends every session")
		m, err = db.MemberByEmail(ctx, "mem_2@example.com")
		require.NoError(t, err)
		require.False(t, m.TwoFactor)
		require.NoError(t, db.BeginTwoFactor(ctx, "mem_2", "s"), "and can be set up anew")
		_, err = db.ChangeMember(ctx, "mem_2", func(c *access.MemberChange) error { c.Remove = true; return nil })
		require.NoError(t, err)
		_, err = db.TwoFactor(ctx, "mem_2")
		require.ErrorIs(t, err, notify.ErrNotFound, "nothing stays of who is removed")
	})
}

func TestProcessesCountAttemptsTogether(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		stale := start.Add(-time.Minute)
		var most atomic.Int32
		race(t, 20, func(i int) error {
			doors, err := db.CountDoors(ctx, []string{"a", fmt.Sprintf("b%d", i)}, start, stale)
			for most.Load() < int32(doors["a"].Failures) {
				most.CompareAndSwap(most.Load(), int32(doors["a"].Failures))
			}
			return err
		})
		require.EqualValues(t, 20, most.Load(), "no attempt is lost")
		require.NoError(t, db.ReleaseDoors(ctx, []string{"b0"}, []string{"a", "none"}))
		doors, err := db.CountDoors(ctx, []string{"a", "b0"}, later, stale)
		require.NoError(t, err)
		require.Equal(t, map[string]access.Door{"a": {Failures: 20, Since: start}, "b0": {Failures: 1, Since: later}}, doors)
		doors, err = db.CountDoors(ctx, []string{"a"}, later, start)
		require.NoError(t, err)
		require.Equal(t, access.Door{Failures: 1, Since: later}, doors["a"], "a window ends")
		n, err := db.PruneDoors(ctx, later)
		require.NoError(t, err)
		require.Equal(t, 19, n)
	})
}
