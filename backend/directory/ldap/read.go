package ldap

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"clarion/backend/roster/syncs"
)

const (
	// theDN is the name under which an entry's own name is a column.
	theDN    = "dn"
	memberOf = "memberOf"
	control  = "userAccountControl"
	// disabled is the bit of userAccountControl that Active Directory sets.
	disabled = 2
)

// Read gives the entries below the base that fit the filter.
func (r Reader) Read(ctx context.Context, a syncs.Ask, each func(syncs.Page) error) error {
	if _, err := ldap.CompileFilter(a.LDAP.Filter); err != nil {
		return &syncs.Trouble{Field: "ldap.filter", Code: syncs.BadQuery, Detail: err.Error()}
	}
	conn, err := r.connect(ctx, a)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	// A call under way ends when the context does.
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	paging := ldap.NewControlPaging(uint32(a.LDAP.PageSize)) //nolint:gosec // it was checked: 1 to 1000
	for {
		found, err := conn.Search(search(a, paging))
		if ctx.Err() != nil {
			return cutShort(ctx)
		}
		if err != nil {
			return trouble(a.LDAP, err)
		}
		page, err := pageOf(a, found.Entries)
		if err != nil {
			return err
		}
		if err := each(page); err != nil {
			return err
		}
		answer, ok := ldap.FindControl(found.Controls, ldap.ControlTypePaging).(*ldap.ControlPaging)
		if !ok || len(answer.Cookie) == 0 {
			return nil
		}
		paging.SetCookie(answer.Cookie)
	}
}

func cutShort(ctx context.Context) error {
	if context.Cause(ctx) == context.DeadlineExceeded { //nolint:errorlint // the cause is the sentinel itself
		return &syncs.Trouble{Field: "ldap.host", Code: syncs.TooSlow, Detail: "the directory did not answer in time"}
	}
	return ctx.Err()
}

func search(a syncs.Ask, paging *ldap.ControlPaging) *ldap.SearchRequest {
	scope := ldap.ScopeWholeSubtree
	if a.LDAP.Scope == "one" {
		scope = ldap.ScopeSingleLevel
	}
	wanted := slices.DeleteFunc(slices.Clone(a.Columns), func(name string) bool { return strings.EqualFold(name, theDN) })
	if len(a.Columns) == 0 {
		wanted = append(wanted, "*", memberOf)
	}
	if a.Memberships != "" {
		wanted = append(wanted, a.Memberships)
	}
	if a.LDAP.SkipDisabled {
		wanted = append(wanted, control)
	}
	if len(wanted) == 0 {
		wanted = []string{"1.1"}
	}
	return ldap.NewSearchRequest(a.LDAP.Base, scope, ldap.NeverDerefAliases, 0, int(answerWithin.Seconds()), false, a.LDAP.Filter, wanted, []ldap.Control{paging})
}

func pageOf(a syncs.Ask, entries []*ldap.Entry) (syncs.Page, error) {
	page := syncs.Page{Heads: a.Columns}
	if len(a.Columns) == 0 {
		page.Heads = headsOf(entries)
	}
	for _, e := range entries {
		row := syncs.Row{Cells: make([][]string, len(page.Heads))}
		for i, head := range page.Heads {
			row.Cells[i] = valuesOf(e, head)
		}
		if a.Memberships != "" {
			if part := cutList(e, a.Memberships); part != "" {
				return page, &syncs.Trouble{Field: "memberships.from", Code: syncs.BadQuery, Detail: fmt.Sprintf("the directory gives only a part of %s of %s", part, e.DN)}
			}
			row.Groups = valuesOf(e, a.Memberships)
		}
		if a.LDAP.SkipDisabled {
			flags, _ := strconv.ParseInt(first(valuesOf(e, control)), 10, 64) // who has none is not disabled
			row.Gone = flags&disabled != 0
		}
		page.Rows = append(page.Rows, row)
	}
	return page, nil
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// cutList names an attribute that Active Directory gave a part of only.
func cutList(e *ldap.Entry, name string) string {
	for _, attribute := range e.Attributes {
		if part, _, cut := strings.Cut(attribute.Name, ";range="); cut && strings.EqualFold(part, name) {
			return part
		}
	}
	return ""
}

// headsOf are the attributes that any of the entries has and that people can
// read, in the order of their names.
func headsOf(entries []*ldap.Entry) []string {
	heads := []string{}
	seen := map[string]bool{}
	for _, e := range entries {
		for _, attribute := range e.Attributes {
			key := strings.ToLower(attribute.Name)
			if !seen[key] && !unread[key] {
				seen[key] = true
				heads = append(heads, attribute.Name)
			}
		}
	}
	slices.SortFunc(heads, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	return append(heads, theDN)
}

// unread are attributes that nobody wants to see in a table: passwords, pictures
// and certificates.
var unread = map[string]bool{
	"userpassword": true, "unicodepwd": true, "sambantpassword": true, "sambalmpassword": true, "jpegphoto": true,
	"thumbnailphoto": true, "photo": true, "usercertificate": true, "usercertificate;binary": true, "usersmimecertificate": true,
	"ntsecuritydescriptor": true, "logonhours": true,
}
