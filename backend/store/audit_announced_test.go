package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/audit"
	"clarion/backend/notify"
)

func TestAChangeWhoseEndNobodySawIsRecordedAsUnknown(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		log, soon, later := auditAt(db, start), auditAt(db, start.Add(9*time.Minute)), auditAt(db, start.Add(11*time.Minute))
		lost, err := log.Begin(ctx, anEntry("template.save", "lost"))
		require.NoError(t, err)
		refused, err := log.Begin(ctx, anEntry("template.save", "refused"))
		require.NoError(t, err)
		made := anEntry("template.save", "made")
		made.Begun, err = log.Begin(ctx, made)
		require.NoError(t, err)
		require.NoError(t, log.Withdraw(ctx, refused))
		require.NoError(t, log.Record(ctx, made))

		n, err := soon.Settle(ctx)
		require.NoError(t, err)
		require.Zero(t, n, "a call may take its time")
		n, err = later.Settle(ctx)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		list, _, err := db.AuditRecords(ctx, audit.Filter{Documents: true}, notify.Page{})
		require.NoError(t, err)
		require.Len(t, list, 2)
		require.Equal(t, []any{"lost", audit.Unknown, "mem_1"}, []any{list[0].Target.ID, list[0].Outcome, list[0].Actor.ID})
		require.JSONEq(t, `{"v":1}`, string(list[0].Before))
		require.Equal(t, made.Begun, list[1].ID)
		require.Equal(t, audit.Done, list[1].Outcome)

		late := anEntry("template.save", "lost")
		late.Begun = lost
		require.NoError(t, later.Record(ctx, late), "a call that ends after all is recorded too")
		v, err := log.Verify(ctx)
		require.NoError(t, err)
		require.Equal(t, []any{true, 3}, []any{v.Intact, v.Checked})
	})
}

func TestOfTwentyWhoSettleOneDoes(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		_, err := auditAt(db, start).Begin(ctx, anEntry("template.save", "lost"))
		require.NoError(t, err)
		race(t, 20, func(int) error {
			_, err := auditAt(db, start.Add(time.Hour)).Settle(ctx)
			return err
		})
		list, _, err := db.AuditRecords(ctx, audit.Filter{}, notify.Page{})
		require.NoError(t, err)
		require.Len(t, list, 1)
	})
}

func TestAnOutcomeIsSealed(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		_, err := auditAt(db, start).Begin(ctx, anEntry("template.save", "lost"))
		require.NoError(t, err)
		_, err = auditAt(db, start.Add(time.Hour)).Settle(ctx)
		require.NoError(t, err)
		off := "DROP TRIGGER audit_stays_as_it_is"
		if db.postgres() {
			off = "ALTER TABLE audit DISABLE TRIGGER USER"
		}
		for _, text := range []string{off, "UPDATE audit SET outcome = ''"} {
			_, err = db.w.ExecContext(ctx, text)
			require.NoError(t, err)
		}
		v, err := auditAt(db, start).Verify(ctx)
		require.NoError(t, err)
		require.False(t, v.Intact)
	})
}
