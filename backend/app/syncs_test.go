package app

import (
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-ldap/ldap/v3"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/roster"
	"clarion/backend/roster/syncs"
	"clarion/backend/seal"
	"clarion/backend/store"
	"clarion/backend/testbed"
)

// follower is a house that keeps people in step, without the rest of it.
type follower struct {
	*house
	work *syncs.Worker
}

func newFollower(t *testing.T, allowed ...string) *follower {
	t.Helper()
	db, err := store.Open(t.Context(), store.Config{URL: "sqlite://" + filepath.Join(t.TempDir(), "clarion.db")})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	require.NoError(t, db.Migrate(t.Context()))
	sealer, err := seal.New([]byte(strings.Repeat("k", 32)))
	require.NoError(t, err)
	guard, err := provider.NewGuard(allowed)
	require.NoError(t, err)
	h := &house{db: db, sealer: sealer, clock: &wall{time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)}, log: slog.New(slog.DiscardHandler)}
	h.syncs = h.newSyncs(guard)
	require.NoError(t, db.PutGroup(t.Context(), notify.Group{Key: "staff", Name: "Staff"}, h.clock.Now()))
	require.NoError(t, db.PutGroup(t.Context(), notify.Group{Key: "ops", Name: "Ops"}, h.clock.Now()))
	return &follower{h, &syncs.Worker{Books: db, Sealer: sealer, Readers: h.syncs.Readers, Clock: h.clock, Log: h.log, Name: "w"}}
}

// runs the sync and tells its state, upserted, unchanged, faulty and absent.
func (f *follower) run(t *testing.T, key string) (syncs.Run, []any) {
	t.Helper()
	_, err := f.syncs.Start(t.Context(), key, "bo", false)
	require.NoError(t, err)
	require.True(t, f.work.Once(t.Context()))
	s, err := f.syncs.Get(t.Context(), key)
	require.NoError(t, err)
	return *s.Last, []any{s.Last.State, s.Last.Upserted, s.Last.Unchanged, s.Last.Faulty, s.Last.Absent}
}

const peopleDN = "ou=people," + testbed.SlapdBase

func ldif(n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "dn: %s\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example\n\ndn: %s\nobjectClass: organizationalUnit\nou: people\n\n",
		testbed.SlapdBase, peopleDN)
	for i := range n {
		fmt.Fprintf(&b, "dn: uid=p%03[1]d,%[2]s\nobjectClass: inetOrgPerson\nobjectClass: user\nuid: p%03[1]d\ncn: Person %[1]d\nsn: %[1]d\n"+
			"mail: p%03[1]d@example.com\nuserAccountControl: 512\n\n", i, peopleDN)
	}
	return b.String()
}

func directoryInput(s *testbed.Slapd) syncs.Input {
	return syncs.Input{Secret: s.Password, Settings: syncs.Settings{
		Key: "corp", Kind: syncs.KindLDAP, Enabled: true, Group: "staff",
		LDAP: &syncs.LDAP{
			Host: "127.0.0.1", Port: s.TLSPort, CA: s.CA, BindDN: s.AdminDN, Base: peopleDN, Filter: "(objectClass=inetOrgPerson)",
			PageSize: 100, SkipDisabled: true,
		},
		Columns: []syncs.Column{
			{From: "uid", Column: roster.Column{To: "id"}}, {From: "cn", Column: roster.Column{To: "name"}}, {From: "mail", Column: roster.Column{To: "email"}},
			{From: "mobile", Column: roster.Column{To: "phone"}},
		},
		Memberships: syncs.Memberships{From: "memberOf", Map: []syncs.Membership{{Value: "cn=Ops,ou=groups," + testbed.SlapdBase, Group: "ops"}}},
		Gone:        syncs.Gone{Policy: syncs.Leave},
	}}
}

func TestADirectoryIsFollowed(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := testbed.NewSlapd(t, ldif(300))
	f := newFollower(t, "127.0.0.1")
	in := directoryInput(s)

	preview, err := f.syncs.Preview(ctx, in)
	require.NoError(t, err)
	require.Equal(t, []any{true, 50, "p000"}, []any{preview.More, len(preview.People), preview.People[0].Recipient.ID})
	_, err = f.db.Recipient(ctx, "p000")
	require.ErrorIs(t, err, notify.ErrNotFound, "a look stores nothing")
	_, err = f.syncs.Put(ctx, in)
	require.NoError(t, err)
	_, counts := f.run(t, "corp")
	require.Equal(t, []any{syncs.Done, 300, 0, 0, 0}, counts)

	conn, err := ldap.DialURL(fmt.Sprintf("ldap://127.0.0.1:%d", s.Port))
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	require.NoError(t, conn.Bind(s.AdminDN, s.Password))
	fresh := ldap.NewAddRequest("uid=new,"+peopleDN, nil)
	for name, value := range map[string]string{"objectClass": "inetOrgPerson", "uid": "new", "cn": "New", "sn": "New", "mobile": "+447700900123"} {
		fresh.Attribute(name, []string{value})
	}
	require.NoError(t, conn.Add(fresh))
	change := func(uid, name, value string) {
		request := ldap.NewModifyRequest("uid="+uid+","+peopleDN, nil)
		request.Replace(name, []string{value})
		require.NoError(t, conn.Modify(request))
	}
	change("p001", "mail", "ada@example.com")
	change("p002", "mail", "no mailbox")
	change("p003", "userAccountControl", "514")
	change("p004", "memberOf", "CN=Ops,OU=groups,"+testbed.SlapdBase)
	require.NoError(t, conn.Del(ldap.NewDelRequest("uid=p005,"+peopleDN, nil)))

	run, counts := f.run(t, "corp")
	require.Equal(t, []any{syncs.Done, 3, 295, 1, 2}, counts)
	require.Equal(t, 300, run.Known)
	ada, err := f.db.Recipient(ctx, "p001")
	require.NoError(t, err)
	require.Equal(t, "ada@example.com", ada.Addresses[0].Address)
	added, err := f.db.Recipient(ctx, "new")
	require.NoError(t, err)
	require.Equal(t, notify.SMS, added.Addresses[0].Channel)
	staff, err := f.db.Group(ctx, "staff")
	require.NoError(t, err)
	require.Equal(t, 299, staff.Members)
	ops, _, err := f.db.Members(ctx, "ops", notify.Page{})
	require.NoError(t, err)
	require.Len(t, ops, 1)
	require.Equal(t, "p004", ops[0].ID)

	s.Stop()
	run, counts = f.run(t, "corp")
	require.Equal(t, []any{syncs.Failed, 0, 0, 0, 0}, counts)
	require.Equal(t, syncs.Unreachable, run.Code)
	require.Contains(t, run.Error, "cannot connect to 127.0.0.1")
}

func TestWhyADirectoryIsNotFollowed(t *testing.T) {
	t.Parallel()
	s := testbed.NewSlapd(t, ldif(3))
	f := newFollower(t, "127.0.0.1")
	in := directoryInput(s)
	in.Secret = "wrong"
	_, err := f.syncs.Preview(t.Context(), in)
	var invalid *notify.Invalid
	require.ErrorAs(t, err, &invalid)
	require.Equal(t, []notify.FieldError{{Path: "secret", Code: syncs.Refused, Detail: "the directory does not accept the bind DN with this password"}}, invalid.Fields)

	_, err = newFollower(t).syncs.Preview(t.Context(), directoryInput(s))
	require.ErrorAs(t, err, &invalid)
	require.Equal(t, []any{"ldap.host", syncs.NotAllowed}, []any{invalid.Fields[0].Path, invalid.Fields[0].Code}, "inside the network only what the operator allows")
}

func TestADatabaseIsFollowed(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	address := testbed.Postgres(t)
	conn, err := pgx.Connect(ctx, address)
	require.NoError(t, err)
	defer conn.Close(ctx)
	exec := func(text string) {
		_, err := conn.Exec(ctx, text)
		require.NoError(t, err)
	}
	exec(`CREATE TABLE staff (no text, mail text, teams text[]);
		INSERT INTO staff SELECT 'p' || i, 'p' || i || '@example.com', ARRAY['Ops'] FROM generate_series(1, 1000) AS i`)
	f := newFollower(t, "127.0.0.1")
	_, port, err := net.SplitHostPort(strings.Split(strings.TrimPrefix(address, "postgres://postgres@"), "/")[0])
	require.NoError(t, err)
	in := syncs.Input{Secret: strings.Replace(address, "postgres@", "postgres:hidden@", 1) + "?sslmode=disable", Settings: syncs.Settings{
		Key: "hr", Kind: syncs.KindSQL, Enabled: true, SQL: &syncs.SQL{Query: "SELECT no, mail, teams FROM staff;"},
		Columns:     []syncs.Column{{From: "no", Column: roster.Column{To: "id"}}, {From: "mail", Column: roster.Column{To: "email"}}},
		Memberships: syncs.Memberships{From: "teams", Map: []syncs.Membership{{Value: "ops", Group: "ops"}}},
		Gone:        syncs.Gone{Policy: syncs.Mark, Attribute: "left"},
	}}
	put, err := f.syncs.Put(ctx, in)
	require.NoError(t, err)
	require.Contains(t, put.SQL.Place, "postgres@127.0.0.1:"+port)
	require.NotContains(t, put.SQL.Place, "hidden")
	_, counts := f.run(t, "hr")
	require.Equal(t, []any{syncs.Done, 1000, 0, 0, 0}, counts)
	exec(`DELETE FROM staff WHERE no = 'p7'; UPDATE staff SET mail = 'ada@example.com' WHERE no = 'p8'; INSERT INTO staff VALUES ('new')`)
	_, counts = f.run(t, "hr")
	require.Equal(t, []any{syncs.Done, 2, 998, 0, 1}, counts)
	left, err := f.db.Recipient(ctx, "p7")
	require.NoError(t, err)
	require.JSONEq(t, `{"left":true}`, string(left.Data))
	ops, err := f.db.Group(ctx, "ops")
	require.NoError(t, err)
	require.Equal(t, 1000, ops.Members, "who is gone stays in the groups when only an attribute says so")
}
