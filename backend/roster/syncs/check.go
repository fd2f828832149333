package syncs

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"clarion/backend/notify"
	"clarion/backend/roster"
)

const (
	defaultPage    = 500
	mostPage       = 1000
	defaultTimeout = 30
	mostTimeout    = 600
	longText       = 64 << 10
)

// checked fills in what was left out and reports everything that is wrong.
func (s *Syncs) checked(ctx context.Context, in Input, before Stored) (Input, error) {
	var faults notify.Invalid
	if !notify.ValidKey(in.Key) || strings.ContainsAny(in.Key, "/?#%") || len(in.Key) > 100 {
		faults.Add("key", "invalid_key", "must be 1 to 100 characters without spaces, slashes, ?, # and %")
	}
	if in.Key == "new" || in.Key == "preview" {
		faults.Add("key", "reserved", "stands for something else in the addresses")
	}
	if in.Name = strings.TrimSpace(in.Name); in.Name == "" {
		in.Name = in.Key
	}
	if len(in.Name) > 255 {
		faults.Add("name", "out_of_range", "must be at most 255 characters")
	}
	s.checkSource(&in, before, &faults)
	checkColumns(in, &faults)
	in.checkGone(&faults)
	in.Schedule = in.Schedule.settled(s.Clock.Now(), &faults)
	if err := s.checkGroups(ctx, in, &faults); err != nil {
		return in, err
	}
	return in, faults.Err()
}

// checkSource checks what is needed to reach the other system.
func (s *Syncs) checkSource(in *Input, before Stored, faults *notify.Invalid) {
	switch {
	case in.Kind == KindLDAP && in.LDAP != nil:
		in.SQL = nil
		in.LDAP = in.LDAP.filled()
		in.LDAP.check(faults)
		s.keep(in, before, faults)
		if in.Secret != "" && in.LDAP.BindDN == "" {
			faults.Add("ldap.bind_dn", "required", "says whose password it is")
		}
	case in.Kind == KindSQL && in.SQL != nil:
		in.LDAP = nil
		in.SQL = in.SQL.filled()
		in.SQL.check(faults)
		s.keep(in, before, faults)
		in.SQL.Place = place(in.Secret, faults)
	case in.Kind == KindLDAP || in.Kind == KindSQL:
		faults.Add(string(in.Kind), "required", "says what to read")
	default:
		faults.Add("kind", "not_an_option", "must be ldap or sql")
	}
}

func (l LDAP) filled() *LDAP {
	l.Host, l.BindDN, l.Base = strings.TrimSpace(l.Host), strings.TrimSpace(l.BindDN), strings.TrimSpace(l.Base)
	if l.Security == "" {
		l.Security = TLS
	}
	if l.Port == 0 && l.Security == TLS {
		l.Port = 636
	} else if l.Port == 0 {
		l.Port = 389
	}
	if l.Scope == "" {
		l.Scope = "sub"
	}
	if l.Filter = strings.TrimSpace(l.Filter); l.Filter == "" {
		l.Filter = "(objectClass=person)"
	}
	if l.PageSize == 0 {
		l.PageSize = defaultPage
	}
	return &l
}

func (l LDAP) check(faults *notify.Invalid) {
	if l.Host == "" || len(l.Host) > 253 || strings.ContainsAny(l.Host, "/@ \t\r\n") || strings.Contains(l.Host, "://") {
		faults.Add("ldap.host", "not_a_host", "must be the name or the address of a server")
	}
	if l.Port < 1 || l.Port > 65535 {
		faults.Add("ldap.port", "out_of_range", "must be 1 to 65535")
	}
	if l.Security != TLS && l.Security != StartTLS && l.Security != Plain {
		faults.Add("ldap.security", "not_an_option", "must be tls, starttls or none")
	}
	if l.Base == "" {
		faults.Add("ldap.base", "required", "says below which entry to search")
	}
	if l.Scope != "sub" && l.Scope != "one" {
		faults.Add("ldap.scope", "not_an_option", "must be sub or one")
	}
	if len(l.Filter) > longText || !strings.HasPrefix(l.Filter, "(") {
		faults.Add("ldap.filter", "not_a_filter", "must be a filter such as (objectClass=person)")
	}
	if l.PageSize < 1 || l.PageSize > mostPage {
		faults.Add("ldap.page_size", "out_of_range", fmt.Sprintf("must be 1 to %d", mostPage))
	}
	checkCA("ldap.ca", l.CA, faults)
}

func checkCA(path, pem string, faults *notify.Invalid) {
	if pem != "" && (len(pem) > longText || !x509.NewCertPool().AppendCertsFromPEM([]byte(pem))) {
		faults.Add(path, "not_a_certificate", "must be certificates in PEM")
	}
}

func (q SQL) filled() *SQL {
	q.Query = strings.TrimRight(strings.TrimSpace(q.Query), "; \t\r\n")
	if q.TimeoutSeconds == 0 {
		q.TimeoutSeconds = defaultTimeout
	}
	return &q
}

func (q SQL) check(faults *notify.Invalid) {
	if q.Query == "" || len(q.Query) > longText {
		faults.Add("sql.query", "out_of_range", "must be a query of at most 64 KiB")
	}
	if q.TimeoutSeconds < 1 || q.TimeoutSeconds > mostTimeout {
		faults.Add("sql.timeout_seconds", "out_of_range", fmt.Sprintf("must be 1 to %d", mostTimeout))
	}
	checkCA("sql.ca", q.CA, faults)
}

// options are what may stand in a connection URL besides the place: nothing that
// reads a file of this machine or leads to another server.
var options = map[string]bool{"sslmode": true, "application_name": true, "search_path": true}

// place checks a connection URL and returns it without its password.
func place(secret string, faults *notify.Invalid) string {
	u, err := url.Parse(secret)
	switch {
	case secret == "":
		faults.Add("secret", "required", "must be the URL of a database, postgres://user:password@host/database")
		return ""
	case err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" || u.Hostname() == "" || strings.Contains(u.Host, ",") || len(u.Path) < 2 || u.User.Username() == "":
		faults.Add("secret", "not_a_url", "must be the URL of one PostgreSQL database, postgres://user:password@host/database")
		return ""
	}
	for name := range u.Query() {
		if !options[name] {
			faults.Add("secret", "not_an_option", fmt.Sprintf("the URL may not set %q", name))
		}
	}
	shown := url.URL{Scheme: "postgres", Host: u.Host, Path: u.Path}
	if u.User != nil {
		shown.User = url.User(u.User.Username())
	}
	return shown.String()
}

// hidden are columns that nobody's system needs to give away.
var hidden = map[string]bool{"userpassword": true, "unicodepwd": true, "sambantpassword": true, "sambalmpassword": true}

func checkColumns(in Input, faults *notify.Invalid) {
	var found *notify.Invalid
	if errors.As(roster.CheckMapping(targets(in.Columns)), &found) {
		faults.Fields = append(faults.Fields, found.Fields...)
	}
	for i, c := range in.Columns {
		path := fmt.Sprintf("columns[%d].from", i)
		switch {
		case c.From == "" || len(c.From) > 200:
			faults.Add(path, "out_of_range", "must be the name of a column, 1 to 200 characters")
		case hidden[strings.ToLower(c.From)]:
			faults.Add(path, "not_allowed", "passwords are not read")
		case in.Gone.Policy == Mark && c.To == "data."+in.Gone.Attribute:
			faults.Add(fmt.Sprintf("columns[%d].to", i), "duplicate", "the attribute marks who is gone")
		}
	}
}

func targets(columns []Column) []roster.Column {
	out := make([]roster.Column, len(columns))
	for i, c := range columns {
		out[i] = c.Column
	}
	return out
}

func (in *Input) checkGone(faults *notify.Invalid) {
	g := &in.Gone
	if g.Policy == "" {
		g.Policy = Keep
	}
	if g.Policy != Keep && g.Policy != Mark && g.Policy != Leave {
		faults.Add("gone.policy", "not_an_option", "must be keep, mark or leave")
	}
	if g.Policy != Mark {
		g.Attribute = ""
	} else if g.Attribute == "" || len(g.Attribute) > 100 {
		faults.Add("gone.attribute", "invalid_name", "an attribute's name has 1 to 100 characters")
	}
	if g.MostPercent == 0 {
		g.MostPercent = 20
	}
	if g.MostPercent < 1 || g.MostPercent > 100 {
		faults.Add("gone.most_percent", "out_of_range", "must be 1 to 100")
	}
	if g.Policy == Leave && in.Group == "" && len(in.Memberships.Map) == 0 {
		faults.Add("gone.policy", "no_group", "there is no group of this sync that people could leave")
	}
}

// checkGroups checks that every group is there.
func (s *Syncs) checkGroups(ctx context.Context, in Input, faults *notify.Invalid) error {
	asked := map[string]string{}
	if in.Group != "" {
		asked["group"] = in.Group
	}
	if len(in.Memberships.Map) > 200 {
		faults.Add("memberships.map", "out_of_range", "must be at most 200")
		return nil
	}
	for i, m := range in.Memberships.Map {
		path := fmt.Sprintf("memberships.map[%d]", i)
		if m.Value == "" {
			faults.Add(path+".value", "required", "must be what stands in the column")
		}
		if m.Group == "" || m.Group == in.Group {
			faults.Add(path+".group", "not_an_option", "must be another group than the one everybody joins")
			continue
		}
		asked[path+".group"] = m.Group
	}
	if len(in.Memberships.Map) > 0 && in.Memberships.From == "" {
		faults.Add("memberships.from", "required", "says in which column groups stand")
	}
	for path, key := range asked {
		err := s.GroupExists(ctx, key)
		if errors.Is(err, notify.ErrNotFound) {
			faults.Add(path, "unknown_group", "there is no such group")
		} else if err != nil {
			return err
		}
	}
	return nil
}
