package ldap

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/go-ldap/ldap/v3"

	"clarion/backend/roster/syncs"
)

// answerWithin is how long a directory may take for one answer.
const answerWithin = time.Minute

// Reader reads directories.
type Reader struct {
	// Dial connects; it gives syncs.ErrNotAllowed where it may not.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// connect gives a connection that is bound.
func (r Reader) connect(ctx context.Context, a syncs.Ask) (*ldap.Conn, error) {
	l := a.LDAP
	address := net.JoinHostPort(l.Host, strconv.Itoa(l.Port))
	raw, err := r.Dial(ctx, "tcp", address)
	switch {
	case errors.Is(err, syncs.ErrNotAllowed):
		return nil, &syncs.Trouble{Field: "ldap.host", Code: syncs.NotAllowed, Detail: address + " may not be called; the operator can allow it in CLARION_OUTBOUND_ALLOW"}
	case err != nil:
		return nil, &syncs.Trouble{Field: "ldap.host", Code: syncs.Unreachable, Detail: fmt.Sprintf("cannot connect to %s: %v", address, err)}
	}
	settings := &tls.Config{ServerName: l.Host, MinVersion: tls.VersionTLS12, RootCAs: trusted(l.CA)}
	if l.Security == syncs.TLS {
		private := tls.Client(raw, settings)
		shake, cancel := context.WithTimeout(ctx, answerWithin)
		err := private.HandshakeContext(shake)
		cancel()
		if err != nil {
			return nil, errors.Join(badTLS(l, err), raw.Close())
		}
		raw = private
	}
	conn := ldap.NewConn(raw, l.Security == syncs.TLS)
	conn.SetTimeout(answerWithin)
	conn.Start()
	if err := open(conn, a, settings); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

func open(conn *ldap.Conn, a syncs.Ask, settings *tls.Config) error {
	if a.LDAP.Security == syncs.StartTLS {
		if err := conn.StartTLS(settings); err != nil {
			return badTLS(a.LDAP, err)
		}
	}
	if a.LDAP.BindDN == "" {
		return nil
	}
	if a.Secret == "" {
		return &syncs.Trouble{Field: "secret", Code: syncs.Refused, Detail: "the bind DN has no password"}
	}
	if err := conn.Bind(a.LDAP.BindDN, a.Secret); err != nil {
		t := trouble(a.LDAP, err)
		if t.Field == "ldap.base" {
			t.Field = "ldap.bind_dn"
		}
		return t
	}
	return nil
}

// trusted are the system's certificates and those that were given.
func trusted(pem string) *x509.CertPool {
	if pem == "" {
		return nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	pool.AppendCertsFromPEM([]byte(pem))
	return pool
}

func badTLS(l syncs.LDAP, err error) *syncs.Trouble {
	field := "ldap.security"
	var unknown x509.UnknownAuthorityError
	if errors.As(err, &unknown) {
		field = "ldap.ca"
	}
	return &syncs.Trouble{Field: field, Code: syncs.BadTLS, Detail: fmt.Sprintf("no private connection to %s:%d: %v", l.Host, l.Port, err)}
}

// trouble says what a directory's refusal means.
func trouble(l syncs.LDAP, err error) *syncs.Trouble {
	var said *ldap.Error
	if !errors.As(err, &said) {
		return &syncs.Trouble{Field: "ldap.host", Code: syncs.Unreachable, Detail: fmt.Sprintf("the connection to %s broke: %v", l.Host, err)}
	}
	t := &syncs.Trouble{Field: "ldap.filter", Code: syncs.BadQuery, Detail: "the directory refused the search: " + said.Error()}
	switch said.ResultCode {
	case ldap.LDAPResultInvalidCredentials, ldap.LDAPResultInappropriateAuthentication:
		t.Field, t.Code, t.Detail = "secret", syncs.Refused, "the directory does not accept the bind DN with this password"
	case ldap.LDAPResultInsufficientAccessRights, ldap.LDAPResultStrongAuthRequired, ldap.LDAPResultConfidentialityRequired, ldap.LDAPResultAuthMethodNotSupported:
		t.Field, t.Code = "ldap.bind_dn", syncs.Refused
	case ldap.LDAPResultNoSuchObject, ldap.LDAPResultReferral:
		t.Field, t.Detail = "ldap.base", fmt.Sprintf("the directory has no entry %s that the bind DN may see", l.Base)
	case ldap.LDAPResultInvalidDNSyntax:
		t.Field, t.Detail = "ldap.base", "the directory cannot read a DN: "+said.Error()
	case ldap.LDAPResultSizeLimitExceeded, ldap.LDAPResultTimeLimitExceeded, ldap.LDAPResultAdminLimitExceeded:
		t.Field, t.Code = "ldap.page_size", syncs.TooSlow
	case ldap.ErrorNetwork, ldap.LDAPResultUnavailable, ldap.LDAPResultServerDown, ldap.LDAPResultBusy:
		t.Field, t.Code, t.Detail = "ldap.host", syncs.Unreachable, fmt.Sprintf("the connection to %s broke: %s", l.Host, said.Error())
	}
	return t
}
