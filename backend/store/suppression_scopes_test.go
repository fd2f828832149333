package store

import (
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/consent"
	"clarion/backend/notify"
	"clarion/backend/suppression"
)

// scoped are entries for a number, and the messages to it on SMS and WhatsApp that
// each stops: of the category orders, the workflow order.shipped, the source shop.
var scoped = map[notify.SuppressionScope]map[notify.Channel]bool{
	notify.ScopeChannel:      {notify.SMS: true},
	notify.ScopeEverything:   {notify.SMS: true, notify.WhatsApp: true},
	"category:orders":        {notify.SMS: true},
	"category:news":          {},
	"workflow:order.shipped": {notify.SMS: true},
	"workflow:other":         {},
	"source:shop":            {notify.SMS: true},
	"source:crm":             {},
}

func TestASuppressionStopsAtTheClaimWhatItIsAboutAndSaysSo(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		for scope, stops := range scoped {
			for _, channel := range []notify.Channel{notify.SMS, notify.WhatsApp} {
				_, err := db.w.ExecContext(t.Context(), "DELETE FROM suppressions")
				require.NoError(t, err)
				m := aMessage("ada")
				m.Channel, m.Address, m.Category, m.Workflow, m.Source = string(channel), "+447700900123", "orders", "order.shipped", "shop"
				seed(t, db, m)
				entry := notify.Suppression{ID: notify.NewID(notify.SuppressionID), Channel: notify.SMS, Address: m.Address, Reason: notify.Unsubscribe, Scope: scope}
				_, err = db.AddSuppression(t.Context(), entry, later)
				require.NoError(t, err)
				word, err := m.word()
				require.NoError(t, err)
				got, err := db.ClaimMessages(t.Context(), claimOf([]notify.Message{word}))
				require.NoError(t, err)
				require.Equal(t, stops[channel], len(got.Messages) == 0, "%s on %s", scope, channel)
				require.Equal(t, stops[channel], entry.Covers(&word), "dispatch says the same of %s on %s", scope, channel)
				if stops[channel] {
					stored := message(t, db, m.ID)
					require.Equal(t, notify.Suppressed, stored.SkipReason)
					require.Equal(t, entry.Sentence(), stored.ErrorDetail)
				}
			}
		}
	})
}

func TestAnAddressComesOnceWithAllItsSuppressions(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		addresses := []notify.Address{{Channel: notify.SMS, Address: "+441"}, {Channel: notify.WhatsApp, Address: "+441"}}
		put(t, db, true, start, notify.Recipient{ID: "ada", Addresses: addresses})
		for _, scope := range []notify.SuppressionScope{notify.ScopeChannel, notify.ScopeEverything, "category:news"} {
			for range 2 {
				_, err := db.AddSuppression(ctx, notify.Suppression{
					ID: notify.NewID(notify.SuppressionID), Channel: notify.SMS, Address: "+441", Reason: notify.Manual, Scope: scope,
				}, start)
				require.NoError(t, err)
			}
		}
		people, err := db.People(ctx, []string{"ada"})
		require.NoError(t, err)
		require.Len(t, people[0].Addresses, 2)
		require.Len(t, people[0].Suppressions, 4, "three of the number, and the one for everything again on WhatsApp")
		given, err := db.SuppressionsOf(ctx, addresses)
		require.NoError(t, err)
		require.ElementsMatch(t, scopesOf(people[0].Suppressions), scopesOf(given), "the simulator sees the same")
		for f, want := range map[suppression.Filter]int{
			{}: 3, {Scope: "category"}: 1, {Scope: "category:news"}: 1, {Scope: "channel"}: 1, {Scope: "everything"}: 1, {Scope: "source"}: 0,
			{Recipient: "ada"}: 3,
		} {
			list, _, err := db.Suppressions(ctx, f, notify.Page{})
			require.NoError(t, err)
			require.Len(t, list, want, "%+v", f)
		}
	})
}

func scopesOf(list []notify.Suppression) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s.Channel) + " " + string(s.Scope)
	}
	return out
}

func TestWhatWasReleasedIsKeptWithWhoAndWhy(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		put(t, db, true, start, notify.Recipient{ID: "ada", Addresses: []notify.Address{{Channel: notify.Email, Address: "ada@example.com"}}})
		entry := suppress(t, db, notify.Email, "ada@example.com")
		ending := notify.EndedSuppression{How: notify.SuppressionReleased, At: later, By: "member:m", Why: "She asked."}
		released, err := db.ReleaseSuppression(ctx, entry.ID, ending, notify.Consent{Kind: notify.ConsentReleased, Source: notify.ByMember})
		require.NoError(t, err)
		require.Equal(t, &ending, released.Ending)
		found, err := db.Suppression(ctx, entry.ID)
		require.NoError(t, err)
		require.Equal(t, released, found)
		for f, want := range map[suppression.Filter]int{
			{}: 1, {How: notify.SuppressionReleased}: 1, {How: notify.SuppressionExpired}: 0, {Q: "ada"}: 1, {Recipient: "ada"}: 1, {Channel: notify.SMS}: 0,
		} {
			list, _, err := db.EndedSuppressions(ctx, f, notify.Page{})
			require.NoError(t, err)
			require.Len(t, list, want, "%+v", f)
		}
		refused := notify.Suppression{ID: "sup_2", Channel: notify.Email, Address: "ada@example.com", Reason: notify.Unsubscribe}
		_, err = db.AddSuppression(ctx, refused, later)
		require.NoError(t, err)
		said := notify.Consent{Kind: notify.ConsentReleased, Source: notify.ByMember, Actor: "mem_1", Wording: "She asked."}
		_, err = db.ReleaseSuppression(ctx, "sup_2", ending, said)
		require.NoError(t, err)
		words, _, err := db.Consents(ctx, consent.Filter{Recipient: "ada", Kind: notify.ConsentReleased}, notify.Page{})
		require.NoError(t, err)
		require.Len(t, words, 1, "whoever speaks for a person who had refused is in the log")
		require.Equal(t, "She asked.", words[0].Wording)
		require.NoError(t, db.EraseRecipient(ctx, "ada", later))
		list, _, err := db.EndedSuppressions(ctx, suppression.Filter{}, notify.Page{})
		require.NoError(t, err)
		require.Empty(t, list, "what has ended holds no promise, only an address")
	})
}
