package ldap_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/directory/ldap"
	"clarion/backend/roster/syncs"
	"clarion/backend/testbed"
)

// people is a directory of so many, every tenth of them disabled.
func people(n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "dn: %[1]s\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example\n\n"+
		"dn: ou=people,%[1]s\nobjectClass: organizationalUnit\nou: people\n\n", testbed.SlapdBase)
	for i := range n {
		flags := 512
		if i%10 == 9 {
			flags = 514
		}
		fmt.Fprintf(&b, "dn: uid=p%03[1]d,ou=people,%[2]s\nobjectClass: inetOrgPerson\nobjectClass: user\nuid: p%03[1]d\n"+
			"cn: Persön %[1]d\nsn: %[1]d\nmail: p%03[1]d@example.com\nmail: other%[1]d@example.com\nuserPassword: hidden%[1]d\n"+
			"userAccountControl: %[3]d\nobjectGUID:: AAECAwQFBgcICQoLDA0ODw==\nmemberOf: cn=Staff,ou=groups,%[2]s\n", i, testbed.SlapdBase, flags)
		if i%2 == 0 {
			fmt.Fprintf(&b, "memberOf: cn=Ops,ou=groups,%s\n", testbed.SlapdBase)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func ask(s *testbed.Slapd) syncs.Ask {
	return syncs.Ask{Secret: s.Password, LDAP: syncs.LDAP{
		Host: "127.0.0.1", Port: s.TLSPort, Security: syncs.TLS, CA: s.CA, BindDN: s.AdminDN, Base: "ou=people," + testbed.SlapdBase,
		Scope: "sub", Filter: "(objectClass=inetOrgPerson)", PageSize: 100, SkipDisabled: true,
	}, Columns: []string{"UID", "cn", "mail", "objectGUID", "title", "dn"}, Memberships: "memberOf"}
}

var reader = ldap.Reader{Dial: (&net.Dialer{}).DialContext}

func read(t *testing.T, r ldap.Reader, a syncs.Ask) (rows []syncs.Row, pages int, err error) {
	t.Helper()
	err = r.Read(t.Context(), a, func(p syncs.Page) error {
		rows = append(rows, p.Rows...)
		pages++
		return nil
	})
	return rows, pages, err
}

func TestADirectoryIsReadInPages(t *testing.T) {
	t.Parallel()
	s := testbed.NewSlapd(t, people(300))
	for name, change := range map[string]func(*syncs.LDAP){
		"by TLS":       func(*syncs.LDAP) {},
		"by StartTLS":  func(l *syncs.LDAP) { l.Port, l.Security = s.Port, syncs.StartTLS },
		"in the clear": func(l *syncs.LDAP) { l.Port, l.Security, l.CA = s.Port, syncs.Plain, "" },
	} {
		t.Run(name, func(t *testing.T) {
			a := ask(s)
			change(&a.LDAP)
			rows, pages, err := read(t, reader, a)
			require.NoError(t, err)
			require.Len(t, rows, 300, "more than the server gives at once")
			require.GreaterOrEqual(t, pages, 3)
			dn := "uid=p000,ou=people," + testbed.SlapdBase
			require.Equal(t, [][]string{
				{"p000"}, {"Persön 0"}, {"p000@example.com", "other0@example.com"}, {"03020100-0504-0706-0809-0a0b0c0d0e0f"}, {}, {dn},
			}, rows[0].Cells)
			require.Len(t, rows[0].Groups, 2)
			require.Len(t, rows[1].Groups, 1)
			gone := 0
			for _, row := range rows {
				if row.Gone {
					gone++
				}
			}
			require.Equal(t, 30, gone)
		})
	}
}

func TestColumnsThatAreThereWithoutWhatNobodyMaySee(t *testing.T) {
	t.Parallel()
	s := testbed.NewSlapd(t, people(3))
	a := ask(s)
	a.Columns, a.Memberships = nil, ""
	require.NoError(t, reader.Read(t.Context(), a, func(p syncs.Page) error {
		require.Equal(t, []string{"cn", "mail", "memberOf", "objectClass", "objectGUID", "sn", "uid", "userAccountControl", "dn"}, p.Heads)
		return nil
	}))
	enough := errors.New("enough")
	require.ErrorIs(t, reader.Read(t.Context(), a, func(syncs.Page) error { return enough }), enough)
}

func TestWhyADirectoryCannotBeRead(t *testing.T) {
	t.Parallel()
	s := testbed.NewSlapd(t, people(3))
	closed := testbed.Port(t)
	for name, c := range map[string]struct {
		change      func(*syncs.Ask)
		field, code string
	}{
		"a wrong password":             {func(a *syncs.Ask) { a.Secret = "wrong" }, "secret", syncs.Refused},
		"no password":                  {func(a *syncs.Ask) { a.Secret = "" }, "secret", syncs.Refused},
		"an unknown bind DN":           {func(a *syncs.Ask) { a.LDAP.BindDN = "cn=nobody," + testbed.SlapdBase }, "secret", syncs.Refused},
		"a bind DN that is no DN":      {func(a *syncs.Ask) { a.LDAP.BindDN = "nobody" }, "ldap.bind_dn", syncs.BadQuery},
		"a server that is not there":   {func(a *syncs.Ask) { a.LDAP.Port = closed }, "ldap.host", syncs.Unreachable},
		"a certificate nobody trusts":  {func(a *syncs.Ask) { a.LDAP.CA = "" }, "ldap.ca", syncs.BadTLS},
		"no TLS at that port":          {func(a *syncs.Ask) { a.LDAP.Port = s.Port }, "ldap.security", syncs.BadTLS},
		"a base that is not there":     {func(a *syncs.Ask) { a.LDAP.Base = "ou=nowhere," + testbed.SlapdBase }, "ldap.base", syncs.BadQuery},
		"a filter with a bracket open": {func(a *syncs.Ask) { a.LDAP.Filter = "(uid=*" }, "ldap.filter", syncs.BadQuery},
	} {
		t.Run(name, func(t *testing.T) {
			a := ask(s)
			c.change(&a)
			_, _, err := read(t, reader, a)
			var trouble *syncs.Trouble
			require.ErrorAs(t, err, &trouble)
			require.Equal(t, []string{c.field, c.code}, []string{trouble.Field, trouble.Code}, trouble.Detail)
			require.NotContains(t, trouble.Detail, s.Password)
		})
	}
	forbidding := ldap.Reader{Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, fmt.Errorf("%w: a private network", syncs.ErrNotAllowed)
	}}
	_, _, err := read(t, forbidding, ask(s))
	var trouble *syncs.Trouble
	require.ErrorAs(t, err, &trouble)
	require.Equal(t, syncs.NotAllowed, trouble.Code)
}
