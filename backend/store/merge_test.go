package store

import (
	"encoding/json"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/audience"
	"clarion/backend/consent"
	"clarion/backend/inbox"
	"clarion/backend/notify"
)

func TestTwoRecipientsBecomeOne(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		old := notify.Recipient{
			ID: "old", Name: "Old Ada", Timezone: "Asia/Shanghai", Locale: "zh", Data: json.RawMessage(`{"tier":"silver","born":"1985-03-09"}`),
			Addresses: []notify.Address{{Channel: notify.Email, Address: "ada@example.com"}, {Channel: notify.Push, Address: "token", Preferred: true, Verification: notify.Verified}},
		}
		person := ada()
		person.Timezone = ""
		put(t, db, true, start, person, old, notify.Recipient{ID: "older"})
		require.NoError(t, db.MergeRecipients(ctx, audience.Merge{Into: "old", From: "older"}, later))
		for _, key := range []string{"staff", "both"} {
			require.NoError(t, db.PutGroup(ctx, notify.Group{Key: key, Name: key}, start))
			require.NoError(t, db.AddMembers(ctx, key, []string{"old"}, start))
		}
		require.NoError(t, db.AddMembers(ctx, "both", []string{"ada"}, start))
		for id, document := range map[string]string{"ada": `{"channels":{"sms":true}}`, "old": `{"channels":{"sms":false,"email":false}}`} {
			_, err := db.w.ExecContext(ctx, "INSERT INTO preferences (recipient_id, document, updated_at) VALUES (?, ?, 1)", id, document)
			require.NoError(t, err)
		}
		message := aMessage("old")
		seed(t, db, message)
		_, err := db.AddItems(ctx, []notify.InboxItem{anItem("old")}, start)
		require.NoError(t, err)

		require.NoError(t, db.MergeRecipients(ctx, audience.Merge{Into: "ada", From: "old"}, later))

		r, err := db.Recipient(ctx, "ada")
		require.NoError(t, err)
		require.Equal(t, []string{"Ada", "en", "Asia/Shanghai"}, []string{r.Name, r.Locale, r.Timezone}, "what both have stays, what is missing is filled")
		require.JSONEq(t, `{"tier":"gold","born":"1985-03-09"}`, string(r.Data))
		require.Len(t, r.Addresses, 4)
		for _, id := range []string{"old", "older"} {
			led, err := db.Recipient(ctx, id)
			require.NoError(t, err)
			require.Equal(t, r, led, "%s leads to who they became", id)
		}
		people, err := db.People(ctx, []string{"ada", "old", "older"})
		require.NoError(t, err)
		require.Len(t, people, 3)
		for i, asked := range []string{"", "old", "older"} {
			require.Equal(t, []string{"ada", asked}, []string{people[i].ID, people[i].Asked})
		}
		groups, err := db.GroupsOf(ctx, "ada")
		require.NoError(t, err)
		require.Len(t, groups, 2)
		p, err := db.Preferences(ctx, "ada")
		require.NoError(t, err)
		require.Equal(t, map[notify.Channel]bool{notify.SMS: true, notify.Email: false}, p.Channels, "a refusal of the other is not forgotten")
		said, _, err := db.Consents(ctx, consent.Filter{Recipient: "ada"}, notify.Page{Limit: 10})
		require.NoError(t, err)
		require.Len(t, said, 1, "and the consent log says how it came here")
		require.Equal(t, "Merged with old.", said[0].Wording)
		require.Equal(t, "channels.email", said[0].Changes[0].Path)
		m, err := db.Message(ctx, message.ID)
		require.NoError(t, err)
		require.Equal(t, "ada", m.Recipient.ID)
		items, _, err := db.Items(ctx, inbox.Filter{Recipient: "ada", Now: later}, notify.Page{})
		require.NoError(t, err)
		require.Len(t, items, 1)
		list, _, err := db.Recipients(ctx, audience.Filter{}, notify.Page{})
		require.NoError(t, err)
		require.Len(t, list, 1)

		put(t, db, false, later, notify.Recipient{ID: "old", Name: "By the old id"})
		r, err = db.Recipient(ctx, "ada")
		require.NoError(t, err)
		require.Equal(t, "By the old id", r.Name, "a system that still says the old id means the same person")
		require.ErrorIs(t, db.MergeRecipients(ctx, audience.Merge{Into: "ada", From: "old"}, later), notify.ErrConflict)
		require.ErrorIs(t, db.MergeRecipients(ctx, audience.Merge{Into: "ada", From: "nobody"}, later), notify.ErrNotFound)
	})
}

func TestOfTwentyMergesOneHappens(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		put(t, db, true, start, notify.Recipient{ID: "a"}, notify.Recipient{ID: "b"})
		var won atomic.Int32
		race(t, 20, func(i int) error {
			m := audience.Merge{Into: "a", From: "b"}
			if i%2 == 1 {
				m = audience.Merge{Into: "b", From: "a"}
			}
			if db.MergeRecipients(t.Context(), m, later) == nil {
				won.Add(1)
			}
			return nil
		})
		require.EqualValues(t, 1, won.Load())
	})
}

func TestOwnersOfAnAddress(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		put(t, db, true, start, ada(), notify.Recipient{ID: "bo", Addresses: []notify.Address{{Channel: notify.Email, Address: "ADA@example.com"}}})
		ids, err := db.Owners(t.Context(), notify.Email, "ada@EXAMPLE.com")
		require.NoError(t, err)
		require.Equal(t, []string{"ada", "bo"}, ids)
	})
}

func TestErasingTakesWhatWasReportedOfNobodyElse(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		put(t, db, true, start, ada(), notify.Recipient{ID: "bo"})
		add := func(status string, to ...string) string {
			id := notify.NewID(notify.EventID)
			_, err := db.w.ExecContext(ctx, `INSERT INTO events (id, source, type, targets, data, metadata, trace_id, status, created_at)
				VALUES (?, 'shop', 'order.shipped', '[]', '{"name":"Ada"}', '{"by":"Ada"}', 't', ?, 1)`, id, status)
			require.NoError(t, err)
			for _, r := range to {
				_, err := db.w.ExecContext(ctx, `INSERT INTO notifications (id, event_id, recipient_id, workflow, workflow_version, category, priority, decisions, trace_id, created_at)
					VALUES (?, ?, ?, 'w', 1, 'c', 'medium', '[]', 't', 1)`, notify.NewID(notify.NotificationID), id, r)
				require.NoError(t, err)
			}
			return id
		}
		hers, shared, waiting := add("dispatched", "ada"), add("dispatched", "ada", "bo"), add("accepted", "ada")
		m := aMessage("ada")
		m.Status = "failed"
		seed(t, db, m)
		_, err := db.w.ExecContext(ctx, `UPDATE message_events SET detail = '{"said":"no mailbox ada@example.com"}' WHERE message_id = ?`, m.ID)
		require.NoError(t, err)

		require.NoError(t, db.EraseRecipient(ctx, "ada", start.Add(time.Hour)))

		data := func(id string) (text string) {
			require.NoError(t, db.w.NewRaw("SELECT data || metadata FROM events WHERE id = ?", id).Scan(ctx, &text))
			return text
		}
		require.Equal(t, "{}", data(hers))
		require.Contains(t, data(shared), "Ada", "it is the other's too")
		require.Contains(t, data(waiting), "Ada", "it is not dispatched yet")
		story, err := db.Changes(ctx, m.ID)
		require.NoError(t, err)
		for _, change := range story {
			require.NotContains(t, string(change.Detail), "ada@example.com")
		}
	})
}
