package syncs

import (
	"context"
	"errors"
)

// Reader reads another system.
type Reader interface {
	// Read gives the rows page by page until there are none, or each returns an
	// error, which it passes on. What a person can mend is a *Trouble.
	Read(ctx context.Context, a Ask, each func(Page) error) error
}

// Ask is what is to be read.
type Ask struct {
	LDAP   LDAP
	SQL    SQL
	Secret string
	// Columns are the ones wanted; all there are when there are none.
	Columns []string
	// Memberships is the column whose values are groups.
	Memberships string
}

// Page is some rows, each with as many cells as there are heads.
type Page struct {
	Heads []string
	Rows  []Row
}

// Row is one person. A cell may have several values.
type Row struct {
	Cells  [][]string
	Groups []string
	// Gone says that the other system no longer counts the person in.
	Gone bool
}

// Trouble is why another system cannot be read, in words that help to mend it.
type Trouble struct {
	// Field is the setting that is probably wrong.
	Field, Code, Detail string
}

func (t *Trouble) Error() string { return t.Detail }

// The codes of troubles.
const (
	NotAllowed  = "address_not_allowed"
	Unreachable = "unreachable"
	BadTLS      = "tls"
	Refused     = "credentials_refused"
	BadQuery    = "query_refused"
	TooSlow     = "too_slow"
	TooManyGone = "too_many_gone"
	Interrupted = "interrupted"
	Unreadable  = "secret_unreadable"
)

// ErrNotAllowed is what dialling gives where the house may not connect to.
var ErrNotAllowed = errors.New("the address may not be called")
