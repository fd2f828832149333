package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
	"clarion/backend/audience"
	"clarion/backend/notify"
	"clarion/backend/suppression"
)

// requireReasons holds a refusal to its reasons.
func requireReasons(t *testing.T, err error, want ...string) {
	t.Helper()
	require.ErrorIs(t, err, notify.ErrConflict)
	var reasons *notify.Invalid
	require.ErrorAs(t, err, &reasons)
	var got []string
	for _, f := range reasons.Fields {
		got = append(got, f.Path)
	}
	require.Equal(t, want, got)
}

func suppress(t *testing.T, db *DB, channel notify.Channel, address string) notify.Suppression {
	t.Helper()
	s, err := db.AddSuppression(t.Context(), notify.Suppression{
		ID: notify.NewID(notify.SuppressionID), Channel: channel, Address: address, Reason: notify.Manual,
	}, start)
	require.NoError(t, err)
	return s
}

func TestAMailboxIsSuppressedInAnyCaseAndOtherAddressesAsWritten(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		put(t, db, true, start, notify.Recipient{ID: "ada", Addresses: []notify.Address{
			{Channel: notify.Email, Address: "Ada@Example.com"}, {Channel: notify.Slack, Address: "u1"},
		}})
		mail := suppress(t, db, notify.Email, "ada@example.COM")
		suppress(t, db, notify.Slack, "U1")
		require.Equal(t, mail.ID, suppress(t, db, notify.Email, "ADA@example.com").ID, "the first one stays")

		people, err := db.People(ctx, []string{"ada"})
		require.NoError(t, err)
		require.Len(t, people[0].Suppressions, 1, "a Slack id in another case is somebody else")
		require.Equal(t, "Ada@Example.com", people[0].Suppressions[0].Address, "in the spelling of the recipient")

		for _, c := range []struct {
			name string
			f    suppression.Filter
			want []string
		}{
			{"a mailbox in any case", suppression.Filter{Address: "ADA@EXAMPLE.COM"}, []string{"ada@example.COM"}},
			{"another address as written", suppression.Filter{Address: "U1"}, []string{"U1"}},
			{"not in another case", suppression.Filter{Address: "u1"}, []string{}},
			{"the beginning of an address in any case", suppression.Filter{Q: "u"}, []string{"U1"}},
			{"the addresses of a recipient", suppression.Filter{Recipient: "ada"}, []string{"ada@example.COM"}},
			{"a wildcard is itself", suppression.Filter{Q: "%"}, []string{}},
		} {
			t.Run(c.name, func(t *testing.T) {
				list, _, err := db.Suppressions(ctx, c.f, notify.Page{})
				require.NoError(t, err)
				got := []string{}
				for _, s := range list {
					got = append(got, s.Address)
				}
				require.Equal(t, c.want, got)
			})
		}
	})
}

func TestAMessageIsNotSentToAMailboxThatWasSuppressedInAnotherCase(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		m := aMessage("ada")
		m.Address = "Ada@Example.com"
		seed(t, db, m)
		_, err := db.AddSuppression(t.Context(), notify.Suppression{
			ID: notify.NewID(notify.SuppressionID), Channel: notify.Email, Address: "ada@example.com", Reason: notify.Complaint,
		}, later)
		require.NoError(t, err)
		word, err := m.word()
		require.NoError(t, err)
		got, err := db.ClaimMessages(t.Context(), claimOf([]notify.Message{word}))
		require.NoError(t, err)
		require.Empty(t, got.Messages)
		stored, err := db.Message(t.Context(), m.ID)
		require.NoError(t, err)
		require.Equal(t, notify.Suppressed, stored.SkipReason)
	})
}

func TestAnImportKeepsWhatIsThere(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		suppress(t, db, notify.Email, "a0@example.com")
		var list []notify.Suppression
		for i := range 450 {
			list = append(list, notify.Suppression{
				ID: notify.NewID(notify.SuppressionID), Channel: notify.Email, Address: fmt.Sprintf("A%d@example.com", i), Reason: notify.Bounce,
			})
		}
		known, err := db.KnownSuppressions(ctx, list)
		require.NoError(t, err)
		require.Equal(t, 1, known)
		added, err := db.AddSuppressions(ctx, list, later)
		require.NoError(t, err)
		require.Equal(t, 449, added)
		one, err := db.Suppression(ctx, list[1].ID)
		require.NoError(t, err)
		require.Equal(t, notify.Bounce, one.Reason)
		_, err = db.Suppression(ctx, list[0].ID)
		require.ErrorIs(t, err, notify.ErrNotFound)
	})
}

func TestRecipientsAreFoundPageByPage(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		// Found by name, by id and by address, in turns, and some by two at once.
		put(t, db, true, start,
			notify.Recipient{ID: "a1", Name: "Zoe Adler"}, notify.Recipient{ID: "zoe", Name: "Zoe"}, notify.Recipient{ID: "b2", Name: "zoë"},
			notify.Recipient{ID: "c3", Addresses: []notify.Address{{Channel: notify.Email, Address: "ZOE@example.com"}, {Channel: notify.Email, Address: "zoe@other.example"}}},
			notify.Recipient{ID: "d4", Name: "ZOE"}, notify.Recipient{ID: "e5", Name: "Al"})
		got := allPages(t, func(p notify.Page) ([]notify.Recipient, string, error) {
			return db.Recipients(ctx, audience.Filter{Q: "Zoe"}, p)
		}, func(r notify.Recipient) string { return r.ID })
		require.Equal(t, []string{"a1", "c3", "d4", "zoe"}, got)
	})
}

func TestAddressesAreSetAsAPersonSaysThem(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		put(t, db, true, start, notify.Recipient{ID: "ada", Name: "Ada", Addresses: []notify.Address{
			{Channel: notify.Email, Address: "old@example.com"}, {Channel: notify.SMS, Address: "+447700900123", Invalid: true},
		}})
		no, yes := false, true
		mobile := audience.AddressInput{Channel: notify.SMS, Address: "+447700900123", Label: "mobile"}
		mail := audience.AddressInput{Channel: notify.Email, Address: "new@example.com", Invalid: &yes}
		set := func(list ...audience.AddressInput) []notify.Address {
			require.NoError(t, db.PutAddresses(ctx, "ada", list, later))
			r, err := db.Recipient(ctx, "ada")
			require.NoError(t, err)
			require.Equal(t, "Ada", r.Name, "the profile stays")
			require.Equal(t, later, r.UpdatedAt)
			return r.Addresses
		}
		require.Equal(t, []notify.Address{
			{Channel: notify.Email, Address: "new@example.com", Invalid: true},
			{Channel: notify.SMS, Address: "+447700900123", Label: "mobile", Invalid: true},
		}, set(mail, mobile), "what a vendor said stays unless a person says otherwise")
		mobile.Invalid = &no
		require.False(t, set(mobile)[0].Invalid)
		require.Empty(t, set())
		require.ErrorIs(t, db.PutAddresses(ctx, "nobody", nil, later), notify.ErrNotFound)
		require.NoError(t, db.EraseRecipient(ctx, "ada", later))
		require.ErrorIs(t, db.PutAddresses(ctx, "ada", []audience.AddressInput{mail}, later), notify.ErrConflict)
	})
}

func TestGroupsAreFoundAndTellTheirFaultsAllAtOnce(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		put(t, db, true, start, people(300)...)
		require.NoError(t, db.PutGroup(ctx, notify.Group{Key: "ops", Name: "Operations"}, start))
		require.NoError(t, db.PutGroup(ctx, notify.Group{Key: "vip", Name: "Best customers"}, start))
		for q, want := range map[string]int{"": 2, "OP": 1, "best": 1, "_": 0} {
			list, _, err := db.Groups(ctx, q, notify.Page{})
			require.NoError(t, err)
			require.Len(t, list, want, q)
		}
		ids := []string{"ghost1"}
		for _, r := range people(300) {
			ids = append(ids, r.ID)
		}
		ids = append(ids, "ghost2")
		var invalid *notify.Invalid
		require.ErrorAs(t, db.AddMembers(ctx, "ops", ids, start), &invalid)
		require.Equal(t, []string{"recipients[0]", "recipients[301]"}, []string{invalid.Fields[0].Path, invalid.Fields[1].Path})
		require.NoError(t, db.AddMembers(ctx, "ops", ids[1:301], start))
		groups, err := db.GroupsOf(ctx, "r0007")
		require.NoError(t, err)
		require.Equal(t, []notify.Group{{Key: "ops", Name: "Operations", Members: 300, CreatedAt: start}}, groups)
	})
}

func TestAnExportHoldsAllThatIsHeldAndNothingOfOthers(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		put(t, db, true, start, ada(), notify.Recipient{ID: "eve", Name: "Eve"})
		put(t, db, false, later, notify.Recipient{ID: "ada", Addresses: []notify.Address{{Channel: notify.Email, Address: "new@example.com"}}})
		suppress(t, db, notify.Email, "NEW@example.com")
		require.NoError(t, db.PutGroup(ctx, notify.Group{Key: "ops", Name: "Ops"}, start))
		require.NoError(t, db.AddMembers(ctx, "ops", []string{"ada"}, start))
		putChoices(t, db, "ada", notify.Preferences{Channels: map[notify.Channel]bool{"sms": false}}, start)
		_, err := db.AddItems(ctx, []notify.InboxItem{anItem("ada")}, start)
		require.NoError(t, err)
		for range exportAtOnce + 5 {
			seed(t, db, aMessage("ada"))
		}
		seed(t, db, aMessage("eve"))

		var out bytes.Buffer
		a := &audience.Audience{Store: db, Clock: notify.SystemClock{}}
		require.NoError(t, a.Export(ctx, "ada", &out))
		var got struct {
			Recipient       notify.Recipient
			Addresses       []map[string]any
			FormerAddresses []map[string]any `json:"former_addresses"`
			Preferences     []map[string]any
			Groups          []map[string]any
			Suppressions    []map[string]any
			InboxItems      []map[string]any `json:"inbox_items"`
			Messages        []map[string]any
		}
		require.NoError(t, json.Unmarshal(out.Bytes(), &got), out.String())
		require.Equal(t, "Ada", got.Recipient.Name)
		require.NotEmpty(t, got.FormerAddresses)
		require.Equal(t, map[string]any{"channels": map[string]any{"sms": false}}, got.Preferences[0]["document"])
		require.Equal(t, "ops", got.Groups[0]["key"])
		require.Len(t, got.Suppressions, 1)
		require.Len(t, got.InboxItems, 1)
		require.Len(t, got.Messages, exportAtOnce+5, "every page of them")
		require.Equal(t, map[string]any{"subject": "Hello", "text": "It left."}, got.Messages[0]["content"])
		require.Equal(t, start.Format(time.RFC3339), got.Messages[0]["created_at"])
		require.Len(t, got.Messages[0]["timeline"], 1)
		require.NotContains(t, out.String(), "eve@example.com")
		require.ErrorIs(t, a.Export(ctx, "nobody", &out), notify.ErrNotFound)
	})
}

func TestANonceIsGoodOnceHoweverManyTry(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		var won atomic.Int32
		race(t, 20, func(int) error {
			err := db.UseNonce(ctx, "key_1", "nonce-1", start)
			if err == nil {
				won.Add(1)
				return nil
			}
			require.ErrorIs(t, err, notify.ErrConflict)
			return nil
		})
		require.EqualValues(t, 1, won.Load())
		require.NoError(t, db.UseNonce(ctx, "key_2", "nonce-1", start), "another key's nonce is another nonce")
		n, err := db.PruneNonces(ctx, later)
		require.NoError(t, err)
		require.Equal(t, 2, n)
		require.NoError(t, db.UseNonce(ctx, "key_1", "nonce-1", later))
	})
}

func TestAKeyIsReplacedOnce(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		old := aKey("key_0")
		old.ExpiresAt = time.Time{}
		require.NoError(t, db.AddKey(ctx, old))
		var won atomic.Int32
		race(t, 20, func(i int) error {
			next := aKey(fmt.Sprintf("key_n%02d", i))
			next.RequireSignature = true
			err := db.ReplaceKey(ctx, access.Replacement{Old: "key_0", Next: next, OldEnd: later, Now: start})
			if err == nil {
				won.Add(1)
				return nil
			}
			require.ErrorIs(t, err, notify.ErrConflict)
			return nil
		})
		require.EqualValues(t, 1, won.Load())
		stored, err := db.Key(ctx, "key_0")
		require.NoError(t, err)
		require.Equal(t, later, stored.ExpiresAt)
		next, err := db.Key(ctx, stored.ReplacedBy)
		require.NoError(t, err)
		require.True(t, next.RequireSignature)
		_, err = db.Key(ctx, "key_9")
		require.ErrorIs(t, err, notify.ErrNotFound)
	})
}

func TestKeysAreChangedAndFilteredByState(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		live, expired, revoked := aKey("key_1"), aKey("key_2"), aKey("key_3")
		live.ExpiresAt, expired.ExpiresAt, revoked.Source = time.Time{}, start, "billing"
		for _, k := range []access.Key{live, expired, revoked} {
			require.NoError(t, db.AddKey(ctx, k))
		}
		require.NoError(t, db.RevokeKey(ctx, "key_3", start))
		for _, c := range []struct {
			f    access.KeyFilter
			want []string
		}{
			{access.KeyFilter{State: access.KeyLive, Now: start}, []string{"key_1"}},
			{access.KeyFilter{State: access.KeyExpired, Now: start}, []string{"key_2"}},
			{access.KeyFilter{State: access.KeyRevoked, Now: start}, []string{"key_3"}},
			{access.KeyFilter{Source: "shop"}, []string{"key_2", "key_1"}},
		} {
			list, _, err := db.Keys(ctx, c.f, notify.Page{})
			require.NoError(t, err)
			var got []string
			for _, k := range list {
				got = append(got, k.ID)
			}
			require.Equal(t, c.want, got, "%+v", c.f)
		}
		live.Name, live.RateLimit, live.ExpiresAt, live.RequireSignature = "Other", 9, later, true
		require.NoError(t, db.ChangeKey(ctx, live))
		got, err := db.Key(ctx, "key_1")
		require.NoError(t, err)
		require.Equal(t, live, got)
		require.ErrorIs(t, db.ChangeKey(ctx, revoked), notify.ErrConflict)
	})
}

func TestASourceThatWasHeardOfLatelyStays(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		require.NoError(t, db.PutSource(ctx, access.Source{Key: "shop", Name: "Shop"}, start))
		require.NoError(t, db.TouchSource(ctx, "shop", later))
		require.NoError(t, db.TouchSource(ctx, "shop", start), "never backwards")
		require.NoError(t, db.TouchSource(ctx, "nobody", start))
		list, err := db.Sources(ctx)
		require.NoError(t, err)
		require.Equal(t, later, list[0].LastEventAt)
		require.NoError(t, db.AddKey(ctx, aKey("key_1")))
		requireReasons(t, db.DeleteSource(ctx, "shop", start), "api_keys", "events")
		require.NoError(t, db.RevokeKey(ctx, "key_1", later))
		requireReasons(t, db.DeleteSource(ctx, "shop", start), "events")
		require.NoError(t, db.DeleteSource(ctx, "shop", later))
	})
}

func TestEventsOfTheLastDayAreCountedUpToABound(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		for i, source := range []string{"shop", "shop", "billing", "old"} {
			at := later
			if source == "old" {
				at = start
			}
			_, err := db.w.ExecContext(ctx, `INSERT INTO events (id, source, type, targets, data, trace_id, status, created_at)
				VALUES (?, ?, 'x', '[]', '{}', 't', 'dispatched', ?)`, fmt.Sprintf("evt_%d", i), source, micros(at))
			require.NoError(t, err)
		}
		counts, capped, err := db.EventsBySource(ctx, later, 10)
		require.NoError(t, err)
		require.False(t, capped)
		require.Equal(t, map[string]int{"shop": 2, "billing": 1}, counts)
		counts, capped, err = db.EventsBySource(ctx, start, 2)
		require.NoError(t, err)
		require.True(t, capped)
		require.Equal(t, map[string]int{"billing": 1, "old": 1}, counts)
	})
}
