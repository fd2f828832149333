package store

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/audit"
	"clarion/backend/notify"
)

type still struct{ at time.Time }

func (s still) Now() time.Time { return s.at }

func auditAt(db *DB, at time.Time) *audit.Log {
	return &audit.Log{Store: db, Announced: db, Clock: still{at}}
}

func anEntry(action, target string) audit.Entry {
	return audit.Entry{
		Actor: audit.Actor{Kind: audit.Member, ID: "mem_1", Name: "Ada 100%"}, Action: action,
		Target: audit.Target{Kind: "template", ID: target}, Before: map[string]any{"v": 1}, After: map[string]any{"v": 2},
		TraceID: "trace-" + target, IP: "127.0.0.1",
	}
}

func TestAuditRecordsAreFoundAgain(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		require.NoError(t, auditAt(db, start).Record(ctx, anEntry("template.save", "order")))
		require.NoError(t, auditAt(db, later).Record(ctx, anEntry("template.publish", "order")))
		house := anEntry("member.add", "mem_2")
		house.Actor, house.Target.Kind, house.Before = audit.Actor{Kind: audit.House, ID: "first start", Name: "Clarion"}, "member", nil
		require.NoError(t, auditAt(db, later).Record(ctx, house))

		found := func(f audit.Filter) []string {
			t.Helper()
			list, next, err := db.AuditRecords(ctx, f, notify.Page{})
			require.NoError(t, err)
			require.Empty(t, next)
			actions := []string{}
			for _, r := range list {
				require.Equal(t, f.Documents, r.After != nil, "documents come when they are asked for")
				actions = append(actions, r.Action)
			}
			return actions
		}
		for _, tt := range []struct {
			name   string
			filter audit.Filter
			want   []string
		}{
			{"all, newest first", audit.Filter{}, []string{"member.add", "template.publish", "template.save"}},
			{"with documents", audit.Filter{Documents: true}, []string{"member.add", "template.publish", "template.save"}},
			{"by an actor's id", audit.Filter{Actor: "mem_1"}, []string{"template.publish", "template.save"}},
			{"by a kind of actors", audit.Filter{Actor: "house"}, []string{"member.add"}},
			{"by action", audit.Filter{Action: "template.save"}, []string{"template.save"}},
			{"by the part before the dot", audit.Filter{Action: "template"}, []string{"template.publish", "template.save"}},
			{"half a word is no action", audit.Filter{Action: "templ"}, []string{}},
			{"by a target's id", audit.Filter{Target: "mem_2"}, []string{"member.add"}},
			{"by a kind of targets", audit.Filter{Target: "template"}, []string{"template.publish", "template.save"}},
			{"by part of a name, in any case", audit.Filter{Q: "aDa"}, []string{"template.publish", "template.save"}},
			{"a percent sign means itself", audit.Filter{Q: "100%"}, []string{"template.publish", "template.save"}},
			{"and an underscore too", audit.Filter{Q: "order_"}, []string{}},
			{"by trace", audit.Filter{Q: "trace-mem_2"}, []string{"member.add"}},
			{"from a time on", audit.Filter{From: later}, []string{"member.add", "template.publish"}},
			{"before a time", audit.Filter{To: later}, []string{"template.save"}},
		} {
			require.Equal(t, tt.want, found(tt.filter), tt.name)
		}
	})
}

func TestAuditRecordsArePagedAndShownWhole(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		for i := range 5 {
			require.NoError(t, auditAt(db, start).Record(ctx, anEntry("template.save", fmt.Sprint(i))))
		}
		var targets []string
		page := notify.Page{Limit: 2}
		for {
			list, next, err := db.AuditRecords(ctx, audit.Filter{}, page)
			require.NoError(t, err)
			for _, r := range list {
				targets = append(targets, r.Target.ID)
			}
			if page.After = next; next == "" {
				break
			}
		}
		require.Equal(t, []string{"4", "3", "2", "1", "0"}, targets)

		list, _, err := db.AuditRecords(ctx, audit.Filter{Target: "3"}, notify.Page{})
		require.NoError(t, err)
		whole, err := db.AuditRecord(ctx, list[0].ID)
		require.NoError(t, err)
		want := list[0]
		want.Before, want.After = json.RawMessage(`{"v":1}`), json.RawMessage(`{"v":2}`)
		require.Equal(t, want, whole)
		_, err = db.AuditRecord(ctx, "aud_0")
		require.ErrorIs(t, err, notify.ErrNotFound)
	})
}

func TestTheDatabaseRefusesToChangeTheAuditLog(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		require.NoError(t, auditAt(db, start).Record(ctx, anEntry("template.save", "order")))
		for _, statement := range []string{"UPDATE audit SET actor_name = 'Eve'", "DELETE FROM audit"} {
			_, err := db.w.ExecContext(ctx, statement)
			require.ErrorContains(t, err, "append-only", statement)
		}
		v, err := auditAt(db, start).Verify(ctx)
		require.NoError(t, err)
		require.True(t, v.Intact)
		require.Equal(t, 1, v.Checked)
	})
}

func TestWhoGetsPastTheDatabaseBreaksTheSeals(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		for i := range 3 {
			require.NoError(t, auditAt(db, start).Record(ctx, anEntry("template.save", fmt.Sprint(i))))
		}
		off := "DROP TRIGGER audit_stays_as_it_is"
		if db.postgres() {
			off = "ALTER TABLE audit DISABLE TRIGGER USER"
		}
		_, err := db.w.ExecContext(ctx, off)
		require.NoError(t, err)
		_, err = db.w.ExecContext(ctx, "UPDATE audit SET actor_name = 'Eve' WHERE target_id = '1'")
		require.NoError(t, err)
		v, err := auditAt(db, start).Verify(ctx)
		require.NoError(t, err)
		require.False(t, v.Intact)
		broken, err := db.AuditRecord(ctx, v.BrokenAt)
		require.NoError(t, err)
		require.Equal(t, "1", broken.Target.ID)
	})
}

func TestTwentyWhoRecordAtOnceMakeOneChain(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		race(t, 20, func(i int) error {
			return auditAt(db, start).Record(t.Context(), anEntry("template.save", fmt.Sprint(i)))
		})
		v, err := auditAt(db, start).Verify(t.Context())
		require.NoError(t, err)
		require.True(t, v.Intact)
		require.Equal(t, 20, v.Checked)
	})
}
