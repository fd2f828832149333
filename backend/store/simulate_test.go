package store

import (
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/dispatch"
	"clarion/backend/notify"
)

func TestAnAudienceIsCountedOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		for _, id := range []string{"ada", "bo", "cy"} {
			require.NoError(t, db.UpsertRecipients(t.Context(), []notify.Recipient{{ID: id}}, false, start))
		}
		require.NoError(t, db.PutGroup(t.Context(), notify.Group{Key: "one", Name: "One"}, start))
		require.NoError(t, db.PutGroup(t.Context(), notify.Group{Key: "two", Name: "Two"}, start))
		require.NoError(t, db.AddMembers(t.Context(), "one", []string{"ada", "bo"}, start))
		require.NoError(t, db.AddMembers(t.Context(), "two", []string{"bo", "cy"}, start))
		for _, tt := range []struct {
			recipients, groups []string
			want               int
		}{
			{nil, nil, 0}, {[]string{"ada", "ada", "zoe"}, nil, 2}, {nil, []string{"one"}, 2}, {nil, []string{"one", "two"}, 3},
			{[]string{"ada", "zoe"}, []string{"one"}, 3}, {[]string{"ada"}, []string{"none"}, 1},
		} {
			got, err := db.AudienceSize(t.Context(), dispatch.AudienceQuery{Recipients: tt.recipients, Groups: tt.groups})
			require.NoError(t, err)
			require.Equal(t, tt.want, got, "%v %v", tt.recipients, tt.groups)
		}
	})
}

func TestSuppressionsAreFoundByAddress(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		for _, address := range []string{"a@example.com", "b@example.com"} {
			_, err := db.AddSuppression(t.Context(), notify.Suppression{
				ID: notify.NewID(notify.SuppressionID), Channel: notify.Email, Address: address, Reason: notify.Bounce,
			}, start)
			require.NoError(t, err)
		}
		found, err := db.SuppressionsOf(t.Context(), []notify.Address{
			{Channel: notify.Email, Address: "b@example.com"}, {Channel: notify.SMS, Address: "a@example.com"}, {Channel: notify.Email, Address: "c@example.com"},
		})
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.Equal(t, "b@example.com", found[0].Address)
		found, err = db.SuppressionsOf(t.Context(), nil)
		require.NoError(t, err)
		require.Empty(t, found)
	})
}
