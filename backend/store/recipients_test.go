package store

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/audience"
	"clarion/backend/explain"
	"clarion/backend/inbox"
	"clarion/backend/notify"
)

var later = start.Add(time.Minute)

// ada is a recipient with two addresses on one channel and one on another.
func ada() notify.Recipient {
	return notify.Recipient{
		ID: "ada", Name: "Ada", Locale: "en", Timezone: "Europe/London", Data: json.RawMessage(`{"tier":"gold"}`),
		Addresses: []notify.Address{
			{Channel: notify.Email, Address: "ada@example.com"},
			{Channel: notify.Email, Address: "a@example.org", Label: "work"},
			{Channel: notify.SMS, Address: "+447700900123"},
		},
		CreatedAt: start, UpdatedAt: start,
	}
}

func put(t *testing.T, db *DB, replace bool, now time.Time, list ...notify.Recipient) {
	t.Helper()
	require.NoError(t, db.UpsertRecipients(t.Context(), list, replace, now))
}

func people(n int) []notify.Recipient {
	list := make([]notify.Recipient, n)
	for i := range list {
		list[i] = notify.Recipient{ID: fmt.Sprintf("r%04d", i), Name: fmt.Sprintf("Person %d", i)}
	}
	return list
}

func TestUpsertingARecipient(t *testing.T) {
	cases := []struct {
		name    string
		replace bool
		given   notify.Recipient
		want    func(r *notify.Recipient)
	}{
		{"merging nothing changes nothing", false, notify.Recipient{}, func(*notify.Recipient) {}},
		{"merging keeps fields that are empty", false, notify.Recipient{Name: "Ada L."}, func(r *notify.Recipient) { r.Name = "Ada L." }},
		{"merging null data keeps the data", false, notify.Recipient{Data: json.RawMessage("null")}, func(*notify.Recipient) {}},
		{
			"merging replaces the channels that are given and no other", false,
			notify.Recipient{Addresses: []notify.Address{{Channel: notify.Email, Address: "new@example.com"}}},
			func(r *notify.Recipient) {
				r.Addresses = []notify.Address{{Channel: notify.Email, Address: "new@example.com"}, r.Addresses[2]}
			},
		},
		{
			"replacing forgets what is not given", true, notify.Recipient{Name: "Only"},
			func(r *notify.Recipient) {
				*r = notify.Recipient{ID: "ada", Name: "Only", Addresses: []notify.Address{}, CreatedAt: start}
			},
		},
		{
			"an address given twice is stored once", true,
			notify.Recipient{Addresses: []notify.Address{{Channel: notify.SMS, Address: "+1"}, {Channel: notify.SMS, Address: "+1"}}},
			func(r *notify.Recipient) {
				*r = notify.Recipient{ID: "ada", Addresses: []notify.Address{{Channel: notify.SMS, Address: "+1"}}, CreatedAt: start}
			},
		},
	}
	each(t, func(t *testing.T, db *DB) {
		for _, c := range cases {
			put(t, db, true, start, ada())
			c.given.ID = "ada"
			put(t, db, c.replace, later, c.given)
			want := ada()
			c.want(&want)
			want.UpdatedAt = later
			got, err := db.Recipient(t.Context(), "ada")
			require.NoError(t, err)
			require.Equal(t, want, got, c.name)
		}
	})
}

func TestARecipientMentionedTwiceEndsAsTheLastMention(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		put(t, db, false, start, notify.Recipient{ID: "x", Name: "one", Locale: "en"}, notify.Recipient{ID: "x", Name: "two"})
		got, err := db.Recipient(t.Context(), "x")
		require.NoError(t, err)
		require.Equal(t, []string{"two", "en"}, []string{got.Name, got.Locale})
	})
}

func TestAnAddressGivenAgainStaysInvalid(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		put(t, db, true, start, ada())
		_, err := db.w.ExecContext(t.Context(), "UPDATE addresses SET invalid = TRUE WHERE channel = 'sms'")
		require.NoError(t, err)
		put(t, db, true, later, ada())
		got, err := db.Recipient(t.Context(), "ada")
		require.NoError(t, err)
		require.True(t, got.Addresses[2].Invalid)
		require.False(t, got.Addresses[0].Invalid)
	})
}

func TestTwentyWritersOfTheSameRecipientsDoNotBlockOneAnother(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		list := people(50)
		race(t, 20, func(i int) error {
			mine := append([]notify.Recipient{}, list...)
			if i%2 == 1 {
				for a, b := 0, len(mine)-1; a < b; a, b = a+1, b-1 {
					mine[a], mine[b] = mine[b], mine[a]
				}
			}
			return db.UpsertRecipients(t.Context(), mine, i%3 == 0, start)
		})
		got, _, err := db.Recipients(t.Context(), audience.Filter{}, notify.Page{Limit: 1000})
		require.NoError(t, err)
		require.Len(t, got, 50)
	})
}

func TestFindingRecipients(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		put(t, db, true, start, ada(), notify.Recipient{ID: "Wei", Name: "魏"}, notify.Recipient{ID: "100%", Name: "under_score"})
		require.NoError(t, db.PutGroup(ctx, notify.Group{Key: "ops", Name: "Ops"}, start))
		require.NoError(t, db.AddMembers(ctx, "ops", []string{"ada"}, start))
		for _, c := range []struct {
			name, q, group string
			want           []string
		}{
			{"nothing asked finds all in order of id", "", "", []string{"100%", "Wei", "ada"}},
			{"by the beginning of an id in either case", "wE", "", []string{"Wei"}},
			{"by the beginning of a name", "AD", "", []string{"ada"}},
			{"by a name that is not Latin", "魏", "", []string{"Wei"}},
			{"by the beginning of an address", "+4477", "", []string{"ada"}},
			{"not by the middle of a name", "da", "", []string{}},
			{"a percent sign is itself", "100%", "", []string{"100%"}},
			{"a lone wildcard finds nothing", "%", "", []string{}},
			{"an underscore is itself", "under_", "", []string{"100%"}},
			{"by group", "", "ops", []string{"ada"}},
			{"by group and name", "Wei", "ops", []string{}},
			{"an apostrophe is harmless", "x' OR '1'='1", "", []string{}},
		} {
			t.Run(c.name, func(t *testing.T) {
				list, next, err := db.Recipients(ctx, audience.Filter{Q: c.q, Group: c.group}, notify.Page{})
				require.NoError(t, err)
				require.Empty(t, next)
				ids := []string{}
				for _, r := range list {
					ids = append(ids, r.ID)
				}
				require.ElementsMatch(t, c.want, ids)
			})
		}
	})
}

func TestAnUnknownRecipientIsNotFound(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		_, err := db.Recipient(t.Context(), "nobody")
		require.ErrorIs(t, err, notify.ErrNotFound)
		require.ErrorIs(t, db.EraseRecipient(t.Context(), "nobody", start), notify.ErrNotFound)
	})
}

func TestErasingLeavesTheBooksAndNothingPersonal(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		put(t, db, true, start, ada())
		waiting, done, failed := aMessage("ada"), aMessage("ada"), aMessage("ada")
		done.Status, failed.Status, failed.ErrorDetail = "sent", "failed", "no mailbox ada@example.com"
		seed(t, db, waiting, done, failed)
		putChoices(t, db, "ada", notify.Preferences{Channels: map[notify.Channel]bool{"sms": false}}, start)
		_, err := db.AddItems(ctx, []notify.InboxItem{anItem("ada")}, start)
		require.NoError(t, err)
		before, err := db.Head(ctx, "ada")
		require.NoError(t, err)

		require.NoError(t, db.EraseRecipient(ctx, "ada", later))

		r, err := db.Recipient(ctx, "ada")
		require.NoError(t, err)
		require.Equal(t, notify.Recipient{ID: "ada", Addresses: []notify.Address{}, CreatedAt: start, UpdatedAt: later, ErasedAt: later}, r)
		p, err := db.Preferences(ctx, "ada")
		require.NoError(t, err)
		require.Zero(t, p)
		items, _, err := db.Items(ctx, inbox.Filter{Recipient: "ada", Now: later}, notify.Page{})
		require.NoError(t, err)
		require.Empty(t, items)
		after, err := db.Head(ctx, "ada")
		require.NoError(t, err)
		require.NotEqual(t, before.Epoch, after.Epoch, "open clients must drop what they hold")
		_, complete, err := db.Since(ctx, "ada", 0, 10)
		require.NoError(t, err)
		require.False(t, complete)

		m, err := db.Message(ctx, done.ID)
		require.NoError(t, err)
		require.Equal(t, notify.Sent, m.Status)
		require.Zero(t, m.Content)
		require.Equal(t, []string{"", ""}, []string{m.Address, m.Recipient.Name})
		m, err = db.Message(ctx, waiting.ID)
		require.NoError(t, err)
		require.Equal(t, notify.Skipped, m.Status, "a message without words must not go out")
		require.Equal(t, notify.Erased, m.SkipReason)
		story, err := db.Changes(ctx, waiting.ID)
		require.NoError(t, err)
		require.Equal(t, "skipped", story[len(story)-1].Kind)
		require.JSONEq(t, `{"reason":"erased"}`, string(story[len(story)-1].Detail))

		m, err = db.Message(ctx, failed.ID)
		require.NoError(t, err)
		require.Equal(t, later, m.ExpiresAt, "a replay must not send it without words")
		require.Empty(t, m.ErrorDetail)

		ledger, err := db.Ledger(ctx, explain.LedgerFilter{})
		require.NoError(t, err)
		require.Equal(t, explain.LedgerCounts{Created: 3, ByStatus: map[notify.Status]int{notify.Sent: 1, notify.Skipped: 1, notify.Failed: 1}}, ledger)
	})
}
