package store

import (
	"context"
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
	"clarion/backend/audience"
	"clarion/backend/explain"
	"clarion/backend/inbox"
	"clarion/backend/notify"
	"clarion/backend/suppression"
	templates "clarion/backend/template"
)

func TestGroups(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		put(t, db, true, start, people(3)...)
		require.NoError(t, db.PutGroup(ctx, notify.Group{Key: "ops", Name: "Ops"}, start))
		require.NoError(t, db.AddMembers(ctx, "ops", []string{"r0002", "r0000", "r0002"}, start))
		require.NoError(t, db.AddMembers(ctx, "ops", []string{"r0000"}, start), "adding twice is harmless")
		require.NoError(t, db.PutGroup(ctx, notify.Group{Key: "ops", Name: "Operations"}, later))

		g, err := db.Group(ctx, "ops")
		require.NoError(t, err)
		require.Equal(t, notify.Group{Key: "ops", Name: "Operations", Members: 2, CreatedAt: start}, g)
		members, next, err := db.Members(ctx, "ops", notify.Page{})
		require.NoError(t, err)
		require.Empty(t, next)
		require.Equal(t, []notify.RecipientRef{{ID: "r0000", Name: "Person 0"}, {ID: "r0002", Name: "Person 2"}}, members)

		var invalid *notify.Invalid
		require.ErrorAs(t, db.AddMembers(ctx, "ops", []string{"r0001", "ghost"}, start), &invalid)
		require.Equal(t, "recipients[1]", invalid.Fields[0].Path)
		g, err = db.Group(ctx, "ops")
		require.NoError(t, err)
		require.Equal(t, 2, g.Members, "nobody is added when one is unknown")

		require.NoError(t, db.RemoveMembers(ctx, "ops", []string{"r0000", "ghost"}, start))
		members, _, err = db.Members(ctx, "ops", notify.Page{})
		require.NoError(t, err)
		require.Len(t, members, 1)

		require.NoError(t, db.DeleteGroup(ctx, "ops", start))
		require.NoError(t, db.PutGroup(ctx, notify.Group{Key: "ops", Name: "New"}, later))
		members, _, err = db.Members(ctx, "ops", notify.Page{})
		require.NoError(t, err)
		require.Empty(t, members, "members do not come back with the name")
	})
}

func TestAGroupThatIsNotThereIsNotFound(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		_, err := db.Group(ctx, "x")
		require.ErrorIs(t, err, notify.ErrNotFound)
		_, _, err = db.Members(ctx, "x", notify.Page{})
		require.ErrorIs(t, err, notify.ErrNotFound)
		require.ErrorIs(t, db.AddMembers(ctx, "x", []string{"a"}, start), notify.ErrNotFound)
		require.ErrorIs(t, db.RemoveMembers(ctx, "x", []string{"a"}, start), notify.ErrNotFound)
		require.ErrorIs(t, db.DeleteGroup(ctx, "x", start), notify.ErrNotFound)
	})
}

// lists are all paged lists of this half of the store.
func lists(ctx context.Context, db *DB) map[string]func(p notify.Page) error {
	return map[string]func(p notify.Page) error{
		"recipients": func(p notify.Page) error { _, _, err := db.Recipients(ctx, audience.Filter{}, p); return err },
		"groups":     func(p notify.Page) error { _, _, err := db.Groups(ctx, "", p); return err },
		"members":    func(p notify.Page) error { _, _, err := db.Members(ctx, "g1", p); return err },
		"templates":  func(p notify.Page) error { _, _, err := db.Templates(ctx, templates.Filter{}, p); return err },
		"keys":       func(p notify.Page) error { _, _, err := db.Keys(ctx, access.KeyFilter{}, p); return err },
		"messages":   func(p notify.Page) error { _, _, err := db.Messages(ctx, notify.MessageFilter{}, p); return err },
		"events":     func(p notify.Page) error { _, _, err := db.Events(ctx, explain.EventFilter{}, p); return err },
		"notifications": func(p notify.Page) error {
			_, _, err := db.Notifications(ctx, explain.NotificationFilter{}, p)
			return err
		},
		"suppressions": func(p notify.Page) error { _, _, err := db.Suppressions(ctx, suppression.Filter{}, p); return err },
		"inbox items":  func(p notify.Page) error { _, _, err := db.Items(ctx, inbox.Filter{Recipient: "a"}, p); return err },
	}
}

func TestNoListTakesACursorItDidNotGive(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		require.NoError(t, db.PutGroup(t.Context(), notify.Group{Key: "g1", Name: "G"}, start))
		nul := base64.RawURLEncoding.EncodeToString([]byte("a\x00b"))
		binary := base64.RawURLEncoding.EncodeToString([]byte{0xff, 0xfe})
		for name, list := range lists(t.Context(), db) {
			for _, cursor := range []string{"***", "a b", "=", nul, binary} {
				var invalid *notify.Invalid
				require.ErrorAs(t, list(notify.Page{After: cursor}), &invalid, "%s after %q", name, cursor)
				require.Equal(t, "after", invalid.Fields[0].Path)
			}
			require.NoError(t, list(notify.Page{}), name)
		}
	})
}

func TestPagesMeetWithoutGapOrOverlap(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		put(t, db, true, start, people(5)...)
		got := allPages(t, func(p notify.Page) ([]notify.Recipient, string, error) {
			return db.Recipients(ctx, audience.Filter{}, p)
		},
			func(r notify.Recipient) string { return r.ID })
		require.Equal(t, []string{"r0000", "r0001", "r0002", "r0003", "r0004"}, got)

		var ids []string
		for range 5 {
			m := aMessage("a")
			seed(t, db, m)
			ids = append([]string{m.ID}, ids...)
		}
		got = allPages(t, func(p notify.Page) ([]notify.Message, string, error) {
			return db.Messages(ctx, notify.MessageFilter{}, p)
		},
			func(m notify.Message) string { return m.ID })
		require.Equal(t, ids, got, "newest first")
	})
}
