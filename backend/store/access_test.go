package store

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
	"clarion/backend/notify"
)

func aKey(id string) access.Key {
	return access.Key{
		ID: id, Source: "shop", Name: "Shop", Prefix: "ck_abc", Hash: "hash of " + id,
		Scopes: []access.Permission{access.EventsWrite, access.Read}, RateLimit: 5, ExpiresAt: later, CreatedAt: start,
	}
}

func TestAPIKeys(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		one, two := aKey("key_1"), aKey("key_2")
		two.Scopes = []access.Permission{}
		require.NoError(t, db.AddKey(ctx, one))
		require.NoError(t, db.AddKey(ctx, two))
		twin := aKey("key_3")
		twin.Hash = one.Hash
		require.ErrorIs(t, db.AddKey(ctx, twin), notify.ErrConflict)
		require.ErrorIs(t, db.AddKey(ctx, one), notify.ErrConflict)
		list, next, err := db.Keys(ctx, access.KeyFilter{}, notify.Page{})
		require.NoError(t, err)
		require.Empty(t, next)
		require.Equal(t, []access.Key{two, one}, list)

		require.NoError(t, db.RevokeKey(ctx, "key_1", later))
		require.NoError(t, db.RevokeKey(ctx, "key_1", later.Add(time.Hour)))
		require.ErrorIs(t, db.RevokeKey(ctx, "key_9", later), notify.ErrNotFound)
		require.NoError(t, db.TouchKeys(ctx, map[string]time.Time{"key_1": later, "key_9": later}))
		require.NoError(t, db.TouchKeys(ctx, map[string]time.Time{"key_1": start}))
		require.NoError(t, db.TouchKeys(ctx, nil))
		got, err := db.KeyByHash(ctx, one.Hash)
		require.NoError(t, err)
		one.RevokedAt, one.LastUsedAt = later, later
		require.Equal(t, one, got, "revoked once, touched never backwards")
		_, err = db.KeyByHash(ctx, "none")
		require.ErrorIs(t, err, notify.ErrNotFound)
	})
}

func TestASourceWithALivingKeyStays(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		require.NoError(t, db.PutSource(ctx, access.Source{Key: "shop", Name: "Old"}, start))
		require.NoError(t, db.PutSource(ctx, access.Source{Key: "shop", Name: "Shop"}, later))
		require.NoError(t, db.PutSource(ctx, access.Source{Key: "billing", Name: "Billing"}, start))
		want := []access.Source{{Key: "billing", Name: "Billing", CreatedAt: start}, {Key: "shop", Name: "Shop", LiveKeys: 1, CreatedAt: start}}
		require.NoError(t, db.AddKey(ctx, aKey("key_1")))
		requireReasons(t, db.DeleteSource(ctx, "shop", later), "api_keys")
		list, err := db.Sources(ctx)
		require.NoError(t, err)
		require.Equal(t, want, list)
		require.NoError(t, db.RevokeKey(ctx, "key_1", later))
		require.NoError(t, db.DeleteSource(ctx, "shop", later))
		require.ErrorIs(t, db.DeleteSource(ctx, "shop", later), notify.ErrNotFound)
	})
}

func TestMembersAndSessions(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		m := access.Member{
			ID: "mem_1", Email: "o@example.com", Name: "O", PasswordHash: "argon", Role: access.Owner, RecipientID: "o",
			Locale: "zh-CN", CreatedAt: start,
		}
		n, err := db.CountMembers(ctx)
		require.NoError(t, err)
		require.Zero(t, n)
		require.NoError(t, db.AddMember(ctx, m))
		twin := m
		twin.ID = "mem_2"
		require.ErrorIs(t, db.AddMember(ctx, twin), notify.ErrConflict)
		n, err = db.CountMembers(ctx)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		got, err := db.MemberByEmail(ctx, "o@example.com")
		require.NoError(t, err)
		require.Equal(t, m, got)
		_, err = db.MemberByEmail(ctx, "x@example.com")
		require.ErrorIs(t, err, notify.ErrNotFound)

		s := access.Session{
			Hash: "h", MemberID: "mem_1", CSRF: "c", IP: "127.0.0.1", UserAgent: "browser", CreatedAt: start,
			LastSeenAt: start, ExpiresAt: start.Add(12 * time.Hour),
		}
		require.NoError(t, db.AddSession(ctx, s))
		require.NoError(t, db.TouchSession(ctx, "h", later))
		require.NoError(t, db.TouchSession(ctx, "h", start))
		session, member, err := db.Session(ctx, "h")
		require.NoError(t, err)
		s.LastSeenAt = later
		require.Equal(t, s, session)
		m.LastSeenAt = later
		require.Equal(t, m, member)
		require.NoError(t, db.DeleteSession(ctx, "h"))
		require.NoError(t, db.DeleteSession(ctx, "h"), "signing out twice is harmless")
		_, _, err = db.Session(ctx, "h")
		require.ErrorIs(t, err, notify.ErrNotFound)

		for hash, at := range map[string][2]time.Time{
			"fresh": {later, later}, "expired": {start, later}, "idle": {later, start},
		} {
			s.Hash, s.ExpiresAt, s.LastSeenAt = hash, at[0], at[1]
			require.NoError(t, db.AddSession(ctx, s))
		}
		n, err = db.PruneSessions(ctx, later, later)
		require.NoError(t, err)
		require.Equal(t, 2, n)
		_, _, err = db.Session(ctx, "fresh")
		require.NoError(t, err)
	})
}

func TestOfTwentyWhoKeepASettingOneWins(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		_, err := db.Setting(t.Context(), "secret")
		require.ErrorIs(t, err, notify.ErrNotFound)
		told := make([]string, 20)
		race(t, 20, func(i int) error {
			var err error
			told[i], err = db.KeepSetting(t.Context(), "secret", notify.NewID(""))
			return err
		})
		stored, err := db.Setting(t.Context(), "secret")
		require.NoError(t, err)
		for _, s := range told {
			require.Equal(t, stored, s)
		}
	})
}

func begin(fingerprint string, now time.Time) access.Begin {
	return access.Begin{Scope: "key_1 PUT /x", Key: "k", Fingerprint: fingerprint, Now: now, StaleBefore: now.Add(-time.Minute)}
}

func TestOfTwentyWhoBeginOneMayWork(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		var winners atomic.Int32
		race(t, 20, func(int) error {
			stored, won, err := db.BeginAnswer(t.Context(), begin("f", start))
			if won {
				winners.Add(1)
			} else if err == nil && (stored.Status != 0 || stored.Fingerprint != "f") {
				t.Errorf("told %+v", stored)
			}
			return err
		})
		require.EqualValues(t, 1, winners.Load())
	})
}

func TestRememberedAnswers(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		ask := func(fingerprint string, now time.Time) (access.Answer, bool) {
			t.Helper()
			stored, won, err := db.BeginAnswer(ctx, begin(fingerprint, now))
			require.NoError(t, err)
			return stored, won
		}
		_, won := ask("f", start)
		require.True(t, won)
		stored, won := ask("g", start.Add(59*time.Second))
		require.False(t, won, "the first is still at work")
		require.Equal(t, access.Answer{Fingerprint: "f", Body: []byte{}, CreatedAt: start}, stored)
		_, won = ask("g", start.Add(61*time.Second))
		require.True(t, won, "who began long ago and never finished is taken over")
		require.NoError(t, db.FinishAnswer(ctx, "key_1 PUT /x", "k", 201, []byte(`{"a":"b?"}`)))
		require.NoError(t, db.FinishAnswer(ctx, "key_1 PUT /x", "k", 500, nil), "the slow first one comes too late")
		stored, won = ask("h", start.Add(time.Hour))
		require.False(t, won, "an answer is never taken over")
		require.Equal(t, "g", stored.Fingerprint)
		require.Equal(t, 201, stored.Status)
		require.JSONEq(t, `{"a":"b?"}`, string(stored.Body))

		require.NoError(t, db.DropAnswer(ctx, "key_1 PUT /x", "k"))
		_, won = ask("h", start.Add(time.Hour))
		require.False(t, won, "a finished answer is not dropped")
		n, err := db.PruneAnswers(ctx, start)
		require.NoError(t, err)
		require.Zero(t, n)
		n, err = db.PruneAnswers(ctx, start.Add(time.Hour))
		require.NoError(t, err)
		require.Equal(t, 1, n)
		_, won = ask("f", start)
		require.True(t, won)
		require.NoError(t, db.DropAnswer(ctx, "key_1 PUT /x", "k"))
		_, won = ask("f", start)
		require.True(t, won, "a dropped claim can be made again")
		other := begin("f", start)
		other.Scope = "key_2 PUT /x"
		_, won, err = db.BeginAnswer(ctx, other)
		require.NoError(t, err)
		require.True(t, won, "two callers never share a key")
	})
}
