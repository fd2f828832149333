package store

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/audience"
	"clarion/backend/centre"
	"clarion/backend/consent"
	"clarion/backend/notify"
	"clarion/backend/preference"
)

func said(recipient string) notify.Consent {
	return notify.Consent{
		Recipient: recipient, Kind: notify.ConsentUnsubscribed, Source: notify.ByOneClick, Channel: notify.Email, Category: "news",
		Address: "Ada@example.com", MessageID: "msg_1", Wording: "Unsubscribe from News", Locale: "en",
	}
}

func proven(t *testing.T, db *DB, known consent.Head) consent.Verdict {
	t.Helper()
	v, err := consent.Verify(t.Context(), db, known)
	require.NoError(t, err)
	return v
}

func TestWhatWasSaidIsFoundAgain(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		require.NoError(t, db.AppendConsent(ctx, said("ada"), start))
		stopped := notify.Consent{Kind: notify.ConsentStopped, Source: notify.ByVendor, Channel: notify.SMS, Address: "+447700900123"}
		require.NoError(t, db.AppendConsent(ctx, stopped, later))
		list, next, err := db.Consents(ctx, consent.Filter{Recipient: "ada"}, notify.Page{})
		require.NoError(t, err)
		require.Empty(t, next)
		require.Len(t, list, 1)
		got := list[0]
		require.Equal(t, "A••••@example.com", got.Address, "an address is kept masked")
		require.Equal(t, "Unsubscribe from News", got.Wording)
		require.Equal(t, []any{int64(1), start, notify.Email, "news", "msg_1", false}, []any{got.Place, got.At, got.Channel, got.Category, got.MessageID, got.Erased})
		list, next, err = db.Consents(ctx, consent.Filter{}, notify.Page{Limit: 1})
		require.NoError(t, err)
		require.NotEmpty(t, next)
		require.Equal(t, "••••0123", list[0].Address, "newest first")
		for _, f := range []consent.Filter{{Kind: notify.ConsentStarted}, {Source: notify.ByMember}, {Recipient: "wei"}} {
			list, _, err = db.Consents(ctx, f, notify.Page{})
			require.NoError(t, err)
			require.Empty(t, list)
		}
		var place int64
		require.NoError(t, db.w.QueryRowContext(ctx, "SELECT consent_place FROM preferences WHERE recipient_id = 'ada'").Scan(&place))
		require.Equal(t, int64(1), place, "the next message goes out under it")
	})
}

func TestADownloadIsARecordAndNoChoice(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		require.NoError(t, db.UpsertRecipients(ctx, []notify.Recipient{{ID: "ada", Name: "Ada"}, {ID: "lovelace", Name: "Ada"}}, false, start))
		require.NoError(t, db.AppendConsent(ctx, said("ada"), start))
		download := notify.Consent{
			Recipient: "ada", Kind: notify.ConsentDownloaded, Source: notify.ByLink, MessageID: "msg_1", Device: "Firefox, Linux", Network: "203.0.113.0/24",
		}
		require.NoError(t, db.AppendConsent(ctx, download, later))
		var place int64
		require.NoError(t, db.w.QueryRowContext(ctx, "SELECT consent_place FROM preferences WHERE recipient_id = 'ada'").Scan(&place))
		require.Equal(t, int64(1), place, "messages go on under what was chosen")
		found := func(who string) consent.Record {
			list, _, err := db.Consents(ctx, consent.Filter{Recipient: who, Kind: notify.ConsentDownloaded}, notify.Page{})
			require.NoError(t, err)
			require.Len(t, list, 1)
			return list[0]
		}
		got := found("ada")
		require.Equal(t, []any{later, notify.ByLink, "msg_1", "Firefox, Linux", "203.0.113.0/24"}, []any{got.At, got.Source, got.MessageID, got.Device, got.Network})
		list, _, err := db.RecipientActivity(ctx, audience.ActivityFilter{Recipient: "ada", Kinds: []audience.ActivityKind{audience.ActivityConsent}}, notify.Page{})
		require.NoError(t, err)
		require.Equal(t, []any{"downloaded", "2", "link"}, []any{list[0].What, list[0].Ref, list[0].Reason})
		require.NoError(t, db.MergeRecipients(ctx, audience.Merge{From: "ada", Into: "lovelace"}, later))
		require.Equal(t, int64(2), found("lovelace").Place, "it is found with whom they became")
		require.NoError(t, db.EraseRecipient(ctx, "lovelace", later))
		got = found("lovelace")
		require.True(t, got.Erased)
		require.Empty(t, got.Device+got.Network)
		require.True(t, proven(t, db, consent.Head{}).Intact)
	})
}

func TestTwentyWritersMakeOneChain(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		var work sync.WaitGroup
		errs := make([]error, 20)
		for i := range errs {
			work.Go(func() {
				for n := range 5 {
					// Half of them speak for the same person.
					if errs[i] = db.AppendConsent(context.Background(), said(fmt.Sprint("person-", i/2, n%2)), start.Add(time.Duration(n))); errs[i] != nil {
						return
					}
				}
			})
		}
		work.Wait()
		for _, err := range errs {
			require.NoError(t, err)
		}
		v := proven(t, db, consent.Head{})
		require.True(t, v.Intact, v.Why)
		require.Equal(t, int64(100), v.Checked)
	})
}

// force lets a test do what the database refuses to everybody.
func force(t *testing.T, db *DB, text string) {
	t.Helper()
	lift := []string{"DROP TRIGGER consents_stay", "DROP TRIGGER consents_stay_as_they_are"}
	if db.postgres() {
		lift = []string{"DROP TRIGGER consents_stay ON consents", "DROP TRIGGER consents_stay_as_they_are ON consents"}
	}
	for _, each := range append(lift, text) {
		_, err := db.w.ExecContext(t.Context(), each)
		require.NoError(t, err, each)
	}
}

func TestWhoeverTouchesTheConsentLogIsFound(t *testing.T) {
	for name, tt := range map[string]struct {
		text   string
		place  int64
		reason string
	}{
		"nothing":                      {"SELECT 1", 0, ""},
		"a changed source":             {"UPDATE consents SET source = 'member' WHERE place = 2", 2, "it was changed or moved"},
		"a changed time":               {"UPDATE consents SET at = at + 1 WHERE place = 3", 3, "it was changed or moved"},
		"a changed wording":            {"UPDATE consents SET content = REPLACE(content, 'News', 'Olds') WHERE place = 2", 2, "its content was changed"},
		"content gone":                 {"UPDATE consents SET content = '' WHERE place = 2", 2, "its content is gone without an erasure"},
		"a record taken out":           {"DELETE FROM consents WHERE place = 3", 3, "a record is missing here"},
		"the first taken out":          {"DELETE FROM consents WHERE place = 1", 1, "a record is missing here"},
		"the newest taken out":         {"DELETE FROM consents WHERE place = 4", 4, "the newest records are missing"},
		"two that changed places":      {"UPDATE consents SET place = CASE place WHEN 2 THEN 103 ELSE 102 END WHERE place IN (2, 3)", 2, "a record is missing here"},
		"a record that is not sealed":  {"UPDATE consents SET seal = 'x' WHERE place = 4", 4, "it was changed or moved"},
		"an end that is another's end": {"UPDATE consent_head SET seal = 'x'", 4, "it is not the record that was written last"},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, db *DB) {
				for i := range 4 {
					require.NoError(t, db.AppendConsent(t.Context(), said(fmt.Sprint("p", i)), start))
				}
				force(t, db, tt.text)
				v := proven(t, db, consent.Head{})
				require.Equal(t, []any{tt.reason == "", tt.place, tt.reason}, []any{v.Intact, v.BrokenAt, v.Why})
			})
		})
	}
}

func TestRecordsThatAreMovedAreFound(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		for i := range 4 {
			require.NoError(t, db.AppendConsent(t.Context(), said(fmt.Sprint("p", i)), start))
		}
		force(t, db, "UPDATE consents SET place = -place WHERE place IN (2, 3)")
		_, err := db.w.ExecContext(t.Context(), "UPDATE consents SET place = 5 + place WHERE place < 0")
		require.NoError(t, err)
		v := proven(t, db, consent.Head{})
		require.Equal(t, []any{false, int64(2)}, []any{v.Intact, v.BrokenAt})
	})
}

func TestAHeadThatWasWrittenDownHolds(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		require.NoError(t, db.AppendConsent(t.Context(), said("ada"), start))
		known := proven(t, db, consent.Head{}).Head
		require.NoError(t, db.AppendConsent(t.Context(), said("wei"), start))
		require.True(t, proven(t, db, known).Intact)
		require.False(t, proven(t, db, consent.Head{Place: 1, Seal: "another"}).Intact)
		require.False(t, proven(t, db, consent.Head{Place: 9, Seal: "later"}).Intact)
	})
}

func TestTheDatabaseRefusesToChangeTheConsentLog(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		require.NoError(t, db.AppendConsent(t.Context(), said("ada"), start))
		for _, text := range []string{
			"DELETE FROM consents", "UPDATE consents SET kind = 'chose'", "UPDATE consents SET content = '{}'",
			"UPDATE consents SET content = '', seal = ''",
		} {
			_, err := db.w.ExecContext(t.Context(), text)
			require.ErrorContains(t, err, "append-only", text)
		}
	})
}

func TestErasingEmptiesTheRecordsAndKeepsTheChain(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		require.NoError(t, db.UpsertRecipients(ctx, []notify.Recipient{{ID: "ada", Name: "Ada"}}, false, start))
		require.NoError(t, db.AppendConsent(ctx, said("ada"), start))
		require.NoError(t, db.AppendConsent(ctx, said("wei"), start))
		require.NoError(t, db.EraseRecipient(ctx, "ada", later))
		list, _, err := db.Consents(ctx, consent.Filter{Recipient: "ada"}, notify.Page{})
		require.NoError(t, err)
		require.Len(t, list, 2)
		require.Equal(t, []any{notify.ConsentErased, notify.ConsentUnsubscribed}, []any{list[0].Kind, list[1].Kind})
		require.True(t, list[1].Erased)
		require.Empty(t, list[1].Wording+list[1].Address+list[1].Category, "what was said is gone; that it was said is not")
		v := proven(t, db, consent.Head{})
		require.True(t, v.Intact, v.Why)
		require.Equal(t, []int64{3, 1}, []int64{v.Checked, v.Erased})
	})
}

func TestAChoiceAndItsProofAreOneThing(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		require.NoError(t, db.UpsertRecipients(ctx, []notify.Recipient{{ID: "ada", Name: "Ada"}}, false, start))
		write := preference.Write{Recipient: "ada", Said: said("ada"), Now: later, Edit: func(p notify.Preferences) (notify.Preferences, error) {
			p.Channels = map[notify.Channel]bool{notify.SMS: false}
			return p, nil
		}}
		for range 2 {
			_, err := db.ChangePreferences(ctx, write)
			require.NoError(t, err)
		}
		write.Edit = func(p notify.Preferences) (notify.Preferences, error) { return p, notify.ErrConflict }
		_, err := db.ChangePreferences(ctx, write)
		require.ErrorIs(t, err, notify.ErrConflict)
		list, _, err := db.Consents(ctx, consent.Filter{Recipient: "ada"}, notify.Page{})
		require.NoError(t, err)
		require.Len(t, list, 1, "what changes nothing, and what is refused, leaves no proof")
		require.Equal(t, "channels.sms", list[0].Changes[0].Path)
		require.Equal(t, "null false", string(list[0].Changes[0].From)+" "+string(list[0].Changes[0].To))
		require.True(t, proven(t, db, consent.Head{}).Intact)
	})
}

func TestLinksFindTheirPeople(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		require.NoError(t, db.UpsertRecipients(ctx, []notify.Recipient{{ID: "ada", Name: "Ada", Locale: "en"}}, false, start))
		v, err := db.Visitor(ctx, centre.Ref{Recipient: "ada"})
		require.NoError(t, err)
		require.Equal(t, []any{"ada", "en", ""}, []any{v.Recipient.ID, v.Recipient.Locale, v.Message.ID})
		require.Zero(t, v.RevokedAt)
		for range 2 {
			require.NoError(t, db.RevokeLinks(ctx, "ada", later))
		}
		v, err = db.Visitor(ctx, centre.Ref{Recipient: "ada"})
		require.NoError(t, err)
		require.Equal(t, later, v.RevokedAt)
		require.ErrorIs(t, db.RevokeLinks(ctx, "ghost", later), notify.ErrNotFound)
		for _, ref := range []centre.Ref{{Recipient: "ghost"}, {Message: "msg_ghost"}} {
			_, err = db.Visitor(ctx, ref)
			require.ErrorIs(t, err, notify.ErrNotFound)
		}
	})
}

func TestAProofIsKeptAndTheNextOneAsksForIt(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		log := &consent.Log{Store: db, Chain: db, Names: db, Kept: db, Clock: at(later)}
		state, err := log.State(ctx)
		require.NoError(t, err)
		require.Equal(t, consent.State{}, state, "nothing was said and nothing proved")
		for _, who := range []string{"ada", "bo", "wei"} {
			require.NoError(t, db.AppendConsent(ctx, said(who), start))
		}
		state, err = log.Prove(ctx)
		require.NoError(t, err)
		require.True(t, state.Proven.Intact)
		require.Equal(t, state.Head, state.Proven.Head)
		kept, err := log.State(ctx)
		require.NoError(t, err)
		require.Equal(t, state, kept)
		entry, err := log.At(ctx, 3)
		require.NoError(t, err)
		require.Equal(t, []string{"wei", state.Head.Seal}, []string{entry.Recipient, entry.Seal})
		_, err = log.At(ctx, 4)
		require.ErrorIs(t, err, notify.ErrNotFound)

		// Whoever can write to the database makes a whole chain anew; it holds by
		// itself, but not against what was proved before.
		force(t, db, "DELETE FROM consents")
		_, err = db.w.ExecContext(ctx, "UPDATE consent_head SET place = 0, seal = ''")
		require.NoError(t, err)
		for range 3 {
			require.NoError(t, db.AppendConsent(ctx, said("ada"), start))
		}
		require.True(t, proven(t, db, consent.Head{}).Intact)
		for range 2 {
			state, err = log.Prove(ctx)
			require.NoError(t, err)
			require.False(t, state.Proven.Intact)
			require.EqualValues(t, 3, state.Proven.BrokenAt)
		}
	})
}

func TestTheConsentLogIsFoundByWhatItIsAbout(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		change := func(path string) notify.Consent {
			return notify.Consent{Recipient: "ada", Kind: notify.ConsentChose, Source: notify.ByLink,
				Changes: []notify.ConsentChange{{Path: path, From: json.RawMessage("null"), To: json.RawMessage("false")}}}
		}
		unsubscribed := notify.Consent{Recipient: "bo", Kind: notify.ConsentUnsubscribed, Source: notify.ByOneClick, Channel: notify.Email, Category: "news", MessageID: "msg_1"}
		for i, c := range []notify.Consent{change("channels.sms"), change("categories.news.channels.sms"), change("categories.new_s.enabled"), unsubscribed} {
			require.NoError(t, db.AppendConsent(ctx, c, start.Add(time.Duration(i)*time.Minute)))
		}
		for name, c := range map[string]struct {
			f    consent.Filter
			want int
		}{
			"a channel":                  {consent.Filter{Channel: notify.SMS}, 2},
			"another":                    {consent.Filter{Channel: notify.Email}, 1},
			"a category":                 {consent.Filter{Category: "news"}, 2},
			"an underscore is no joker":  {consent.Filter{Category: "new_s"}, 1},
			"a beginning is not enough":  {consent.Filter{Category: "new"}, 0},
			"a message":                  {consent.Filter{Message: "msg_1"}, 1},
			"since":                      {consent.Filter{From: start.Add(2 * time.Minute)}, 2},
			"until":                      {consent.Filter{To: start.Add(time.Minute)}, 1},
			"a way, a channel, a person": {consent.Filter{Source: notify.ByLink, Channel: notify.SMS, Recipient: "ada"}, 2},
		} {
			list, _, err := db.Consents(ctx, c.f, notify.Page{})
			require.NoError(t, err)
			require.Len(t, list, c.want, name)
		}
	})
}
