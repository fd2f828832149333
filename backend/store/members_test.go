package store

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
	"clarion/backend/notify"
)

func aMember(id string, role access.Role) access.Member {
	return access.Member{ID: id, Email: id + "@example.com", Name: "Name of " + id, PasswordHash: "argon", Role: role, RecipientID: id, CreatedAt: start}
}

func hire(t *testing.T, db *DB, list ...access.Member) {
	t.Helper()
	for _, m := range list {
		require.NoError(t, db.AddMember(t.Context(), m))
	}
}

func addSession(t *testing.T, db *DB, hash, member string) {
	t.Helper()
	require.NoError(t, db.AddSession(t.Context(), access.Session{
		Hash: hash, MemberID: member, CSRF: "c", CreatedAt: start, LastSeenAt: start, ExpiresAt: later,
	}))
}

func TestMembersAreListedAndFound(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		hire(t, db, aMember("mem_1", access.Owner), aMember("mem_2", access.Viewer), aMember("mem_3", access.Viewer))
		ids := func(f access.MemberFilter, p notify.Page) (found []string, next string) {
			list, next, err := db.ListMembers(ctx, f, p)
			require.NoError(t, err)
			for _, m := range list {
				found = append(found, m.ID)
			}
			return found, next
		}
		page, next := ids(access.MemberFilter{}, notify.Page{Limit: 2})
		require.Equal(t, []string{"mem_1", "mem_2"}, page)
		page, next = ids(access.MemberFilter{}, notify.Page{Limit: 2, After: next})
		require.Equal(t, []string{"mem_3"}, page)
		require.Empty(t, next)
		page, _ = ids(access.MemberFilter{Role: access.Viewer}, notify.Page{})
		require.Equal(t, []string{"mem_2", "mem_3"}, page)
		page, _ = ids(access.MemberFilter{Q: "OF MEM_2"}, notify.Page{})
		require.Equal(t, []string{"mem_2"}, page)
		page, _ = ids(access.MemberFilter{Q: "mem%"}, notify.Page{})
		require.Empty(t, page, "a percent sign means itself")
	})
}

func TestAMemberIsChangedWholeOrNotAtAll(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		hire(t, db, aMember("mem_1", access.Owner), aMember("mem_2", access.Owner), aMember("mem_3", access.Viewer))
		addSession(t, db, "h", "mem_3")
		changed, err := db.ChangeMember(ctx, "mem_3", func(c *access.MemberChange) error {
			require.Equal(t, 2, c.OtherOwners)
			c.Member.Name, c.Member.Role, c.Member.DeactivatedAt = "New", access.Editor, later
			return nil
		})
		require.NoError(t, err)
		require.Equal(t, "New", changed.Name)
		_, _, err = db.Session(ctx, "h")
		require.ErrorIs(t, err, notify.ErrNotFound, "a sleeping member has no session")
		stored, err := db.MemberByEmail(ctx, "mem_3@example.com")
		require.NoError(t, err)
		require.Equal(t, []any{"New", access.Editor, later, start}, []any{stored.Name, stored.Role, stored.DeactivatedAt, stored.LastSeenAt})

		no := errors.New("no")
		_, err = db.ChangeMember(ctx, "mem_1", func(c *access.MemberChange) error {
			require.Equal(t, 1, c.OtherOwners)
			c.Remove = true
			return no
		})
		require.ErrorIs(t, err, no)
		_, err = db.MemberByEmail(ctx, "mem_1@example.com")
		require.NoError(t, err)
		_, err = db.ChangeMember(ctx, "mem_3", func(c *access.MemberChange) error { c.Remove = true; return nil })
		require.NoError(t, err)
		_, err = db.ChangeMember(ctx, "mem_3", func(*access.MemberChange) error { return nil })
		require.ErrorIs(t, err, notify.ErrNotFound)
	})
}

func TestOfTwentyOwnersWhoRemoveEachOtherOneStays(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		for i := range 20 {
			hire(t, db, aMember(fmt.Sprintf("mem_%02d", i), access.Owner))
		}
		race(t, 20, func(i int) error {
			_, err := db.ChangeMember(t.Context(), fmt.Sprintf("mem_%02d", i), func(c *access.MemberChange) error {
				c.Remove = c.OtherOwners > 0
				return nil
			})
			return err
		})
		n, err := db.CountMembers(t.Context())
		require.NoError(t, err)
		require.Equal(t, 1, n)
	})
}

func TestSessionsOfAMember(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		hire(t, db, aMember("mem_1", access.Owner))
		long := func(c string) string { return c + "0123456789012345678901234567890123456789" }
		for _, c := range []string{"a", "b", "c"} {
			addSession(t, db, long(c), "mem_1")
		}
		addSession(t, db, long("d"), "mem_2")
		require.NoError(t, db.TouchSession(ctx, long("b"), later))
		m, err := db.MemberByEmail(ctx, "mem_1@example.com")
		require.NoError(t, err)
		require.Equal(t, later, m.LastSeenAt, "when somebody was here is kept beyond the session")
		list, err := db.Sessions(ctx, "mem_1")
		require.NoError(t, err)
		require.Len(t, list, 3)
		require.Equal(t, long("b"), list[0].Hash, "the one last seen comes first")

		n, err := db.EndSessions(ctx, "mem_2", access.Ending{Only: list[0].ID()})
		require.NoError(t, err)
		require.Zero(t, n, "not another member's")
		n, err = db.EndSessions(ctx, "mem_1", access.Ending{Only: list[0].ID()})
		require.NoError(t, err)
		require.Equal(t, 1, n)
		n, err = db.EndSessions(ctx, "mem_1", access.Ending{Except: long("a")})
		require.NoError(t, err)
		require.Equal(t, 1, n)
		list, err = db.Sessions(ctx, "mem_1")
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Equal(t, long("a"), list[0].Hash)
	})
}

func anInvitation(id string) access.Invitation {
	return access.Invitation{
		ID: id, Email: "bo@example.com", Role: access.Editor, MemberID: "mem_bo", InvitedBy: "mem_1", InviterName: "Ada",
		TokenHash: "hash of " + id, CreatedAt: start, ExpiresAt: later,
	}
}

func TestInvitationsAreOpenOnce(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		one := anInvitation("inv_1")
		require.NoError(t, db.AddInvitation(ctx, one))
		require.ErrorIs(t, db.AddInvitation(ctx, anInvitation("inv_2")), notify.ErrConflict)
		for _, by := range []string{"inv_1", "hash of inv_1"} {
			found, err := db.OpenInvitation(ctx, by)
			require.NoError(t, err)
			require.Equal(t, one, found)
		}
		two := anInvitation("inv_2")
		two.CreatedAt, two.ExpiresAt = later, later.Add(time.Hour)
		require.NoError(t, db.AddInvitation(ctx, two), "an expired one gives way")
		_, err := db.OpenInvitation(ctx, "inv_1")
		require.ErrorIs(t, err, notify.ErrNotFound)

		require.NoError(t, db.RenewInvitation(ctx, "inv_2", "new hash", later.Add(2*time.Hour)))
		list, next, err := db.Invitations(ctx, notify.Page{})
		require.NoError(t, err)
		require.Empty(t, next)
		two.TokenHash, two.ExpiresAt = "new hash", later.Add(2*time.Hour)
		require.Equal(t, []access.Invitation{two}, list)
		require.NoError(t, db.RevokeInvitation(ctx, "inv_2", later))
		require.ErrorIs(t, db.RevokeInvitation(ctx, "inv_2", later), notify.ErrNotFound)
		require.ErrorIs(t, db.RenewInvitation(ctx, "inv_2", "x", later), notify.ErrNotFound)
		require.ErrorIs(t, db.AcceptInvitation(ctx, "new hash", aMember("mem_bo", access.Editor)), notify.ErrNotFound)
	})
}

func TestOfTwentyWhoAcceptOneBecomesTheMember(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		require.NoError(t, db.AddInvitation(t.Context(), anInvitation("inv_1")))
		var won atomic.Int32
		race(t, 20, func(int) error {
			err := db.AcceptInvitation(t.Context(), "hash of inv_1", aMember("mem_bo", access.Editor))
			if errors.Is(err, notify.ErrNotFound) {
				return nil
			}
			won.Add(1)
			return err
		})
		require.EqualValues(t, 1, won.Load())
		n, err := db.CountMembers(t.Context())
		require.NoError(t, err)
		require.Equal(t, 1, n)

		late := anInvitation("inv_2")
		late.ExpiresAt = start
		require.NoError(t, db.AddInvitation(t.Context(), late))
		require.ErrorIs(t, db.AcceptInvitation(t.Context(), late.TokenHash, aMember("mem_x", access.Editor)), notify.ErrNotFound, "an expired one")
		taken := anInvitation("inv_3")
		require.NoError(t, db.AddInvitation(t.Context(), taken))
		require.ErrorIs(t, db.AcceptInvitation(t.Context(), taken.TokenHash, aMember("mem_bo", access.Editor)), notify.ErrConflict)
		_, err = db.OpenInvitation(t.Context(), "inv_3")
		require.NoError(t, err, "what fails leaves the invitation open")
	})
}
