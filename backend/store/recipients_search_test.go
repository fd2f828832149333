package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/audience"
	"clarion/backend/notify"
)

// A search takes other ways when many match, when few do, and in a group that
// is large or small; all of them must find the same.
func TestEveryWayOfSearchingFindsTheSame(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		crew := make([]notify.Recipient, manyFound+300)
		for i := range crew {
			name := "Person"
			if i%500 == 7 {
				name = "Zelda"
			}
			crew[i] = notify.Recipient{ID: fmt.Sprintf("r%05d", i), Name: name, Addresses: []notify.Address{
				{Channel: notify.Email, Address: fmt.Sprintf("Mail%d@example.com", i)}, {Channel: notify.Email, Address: fmt.Sprintf("mail%d@other.example", i)},
			}}
		}
		put(t, db, true, start, crew...)
		ids := make([]string, len(crew))
		for i, r := range crew {
			ids[i] = r.ID
		}
		for group, members := range map[string][]string{"all": ids, "few": {"r00007", "r00008", "r02207"}} {
			require.NoError(t, db.PutGroup(ctx, notify.Group{Key: group, Name: group}, start))
			require.NoError(t, db.AddMembers(ctx, group, members, start))
		}
		few := []string{"r00007", "r00008", "r02207"}
		for _, q := range []string{"zel", "person", "mail", "r", "mail2207@", "x"} {
			for _, group := range []string{"", "all", "few"} {
				want := []string{}
				for _, r := range crew {
					hit := strings.HasPrefix(r.ID, q) || strings.HasPrefix(strings.ToLower(r.Name), q) || strings.HasPrefix(strings.ToLower(r.Addresses[0].Address), q)
					if hit && (group != "few" || slices.Contains(few, r.ID)) {
						want = append(want, r.ID)
					}
				}
				got := []string{}
				for page := (notify.Page{Limit: 1000}); ; {
					list, next, err := db.Recipients(ctx, audience.Filter{Q: q, Group: group}, page)
					require.NoError(t, err)
					for _, r := range list {
						got = append(got, r.ID)
					}
					if next == "" {
						break
					}
					page.After = next
				}
				require.Equal(t, want, got, "%q in %q", q, group)
			}
		}
	})
}
