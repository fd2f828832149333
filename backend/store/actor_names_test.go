package store

import (
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/audience"
	"clarion/backend/audit"
	"clarion/backend/consent"
	"clarion/backend/notify"
)

func TestWhoActedIsCalledByName(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		_, err := db.w.ExecContext(ctx, "INSERT INTO recipients (id, created_at, updated_at) VALUES ('ada', 1, 1)")
		require.NoError(t, err)
		for _, m := range []struct{ id, name string }{{"mem_grace", "Grace"}, {"mem_quiet", ""}} {
			row := adminRow{ID: m.id, Email: m.id + "@example.com", Name: m.name, Role: "admin", RecipientID: m.id}
			_, err := db.w.NewInsert().Model(&row).Exec(ctx)
			require.NoError(t, err)
		}
		log := &audit.Log{Store: db, Announced: db, Clock: at(later)}
		for i, name := range []string{"Formerly", "Lately"} {
			require.NoError(t, log.Record(ctx, audit.Entry{
				Actor: audit.Actor{Kind: audit.Member, ID: "mem_gone", Name: name}, Action: "member.role",
				Target: audit.Target{Kind: "member", ID: []string{"mem_grace", "shop"}[i]},
			}))
		}
		names, err := db.Names(ctx, []string{"mem_grace", "mem_quiet", "mem_gone", "mem_unknown", "shop", ""})
		require.NoError(t, err)
		require.Equal(t, map[string]string{"mem_grace": "Grace", "mem_quiet": "mem_quiet@example.com", "mem_gone": "Lately"}, names)

		for _, actor := range []string{"mem_grace", "mem_gone", "mem_unknown", ""} {
			require.NoError(t, db.AppendConsent(ctx, notify.Consent{Recipient: "ada", Kind: notify.ConsentChose, Source: notify.ByMember, Actor: actor}, later))
		}
		told, _, err := db.RecipientActivity(ctx, audience.ActivityFilter{Recipient: "ada", Kinds: []audience.ActivityKind{audience.ActivityConsent}}, notify.Page{})
		require.NoError(t, err)
		consents := &consent.Log{Store: db, Chain: db, Names: db, Kept: db, Clock: at(later)}
		list, _, err := consents.List(ctx, consent.Filter{Recipient: "ada"}, notify.Page{})
		require.NoError(t, err)
		for i, want := range []string{"", "mem_unknown", "Lately", "Grace"} {
			require.Equal(t, want, told[i].Actor, "the activity")
			if want == "mem_unknown" {
				want = ""
			}
			require.Equal(t, want, list[i].ActorName, "the consent log")
		}
		first, err := consents.At(ctx, 1)
		require.NoError(t, err)
		require.Equal(t, []string{"mem_grace", "Grace"}, []string{first.Actor, first.ActorName})
		require.True(t, proven(t, db, consent.Head{}).Intact, "a name is no part of the chain")

		records, _, err := log.List(ctx, audit.Filter{}, notify.Page{})
		require.NoError(t, err)
		require.Equal(t, []string{"", "Grace"}, []string{records[0].Target.Name, records[1].Target.Name})
		one, err := log.Find(ctx, records[1].ID)
		require.NoError(t, err)
		require.Equal(t, "Grace", one.Target.Name)
		verdict, err := log.Verify(ctx)
		require.NoError(t, err)
		require.True(t, verdict.Intact)
	})
}
