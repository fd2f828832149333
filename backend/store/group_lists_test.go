package store

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/roster"
)

func TestAListBringsThoseWhoAreKnownIntoAGroup(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		at := func(address string) []notify.Address {
			return []notify.Address{{Channel: notify.Email, Address: address}}
		}
		put(t, db, true, start,
			notify.Recipient{ID: "ada", Addresses: at("Ada@Example.com")}, notify.Recipient{ID: "bo", Addresses: at("bo@example.com")},
			notify.Recipient{ID: "cy", Addresses: at("home@example.com")}, notify.Recipient{ID: "di", Addresses: at("HOME@example.com")},
			notify.Recipient{ID: "gone", Addresses: at("gone@example.com")}, notify.Recipient{ID: "guest"},
			notify.Recipient{ID: "ünal", Addresses: at("Ünal@example.com")},
		)
		require.NoError(t, db.EraseRecipient(ctx, "gone", later))
		_, err := db.w.ExecContext(ctx, "UPDATE recipients SET merged_into = 'cy', erased_at = 1 WHERE id = 'guest'")
		require.NoError(t, err)
		require.NoError(t, db.PutGroup(ctx, notify.Group{Key: "ops", Name: "Ops"}, start))
		require.NoError(t, db.AddMembers(ctx, "ops", []string{"bo"}, start))

		desk := &roster.Joining{People: db, Clock: notify.SystemClock{}, GroupExists: func(ctx context.Context, key string) error {
			_, err := db.Group(ctx, key)
			return err
		}}
		list := "ada@example.com\nbo\nguest\nhome@example.com\ngone\ngone@example.com\nghost\nÜnal@example.com\n"
		seen, err := desk.Join(ctx, "ops", []byte(list), true)
		require.NoError(t, err)
		require.Equal(t, [4]int{8, 4, 1, 0}, [4]int{seen.Named, seen.Known, seen.Members, seen.Added})
		require.Equal(t, 1, count(t, db, "group_members"), "a preview adds nobody")

		got, err := desk.Join(ctx, "ops", []byte(list), false)
		require.NoError(t, err)
		require.Equal(t, [4]int{8, 4, 1, 3}, [4]int{got.Named, got.Known, got.Members, got.Added})
		var lines []int
		for _, row := range got.Faults {
			lines = append(lines, row.Line)
		}
		require.Equal(t, []int{4, 5, 6, 7}, lines)
		require.Equal(t, 4, count(t, db, "group_members WHERE group_key = 'ops' AND recipient_id IN ('ada', 'bo', 'cy', 'ünal')"))
		require.Equal(t, 3, count(t, db, "recipient_history WHERE kind = 'joined' AND recipient_id IN ('ada', 'cy', 'ünal')"))
		require.Equal(t, 7, count(t, db, "recipients"), "nobody is created")

		_, err = db.JoinMembers(ctx, "none", []string{"ada"}, start)
		require.ErrorIs(t, err, notify.ErrNotFound)
	})
}
