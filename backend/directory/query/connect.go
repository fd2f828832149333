package query

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"clarion/backend/roster/syncs"
)

const (
	connectWithin = 15 * time.Second
	endWithin     = 5 * time.Second
)

// Reader reads databases.
type Reader struct {
	// Dial connects; it gives syncs.ErrNotAllowed where it may not.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// connect opens one connection.
func (r Reader) connect(ctx context.Context, a syncs.Ask) (*pgconn.PgConn, error) {
	config, err := settings(a)
	if err != nil {
		return nil, err
	}
	// The name is dialled as it was given, so that the guard sees it.
	config.LookupFunc = func(_ context.Context, host string) ([]string, error) { return []string{host}, nil }
	config.DialFunc = r.Dial
	config.ConnectTimeout = connectWithin
	conn, err := pgconn.ConnectConfig(ctx, config)
	if err == nil {
		return conn, nil
	}
	var said *pgconn.PgError
	where := net.JoinHostPort(config.Host, fmt.Sprint(config.Port))
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	switch {
	case errors.Is(err, syncs.ErrNotAllowed):
		return nil, &syncs.Trouble{Field: "secret", Code: syncs.NotAllowed, Detail: where + " may not be called; the operator can allow it in CLARION_OUTBOUND_ALLOW"}
	case errors.As(err, &said):
		return nil, &syncs.Trouble{Field: "secret", Code: syncs.Refused, Detail: "the database refuses the connection: " + said.Message}
	case errors.As(err, &unknown), errors.As(err, &name):
		return nil, &syncs.Trouble{Field: "sql.ca", Code: syncs.BadTLS, Detail: fmt.Sprintf("no private connection to %s: its certificate is not trusted", where)}
	default:
		// The error of the driver may hold parts of the URL.
		return nil, &syncs.Trouble{Field: "secret", Code: syncs.Unreachable, Detail: "cannot connect to " + where}
	}
}

// settings reads the URL. What the environment and the files of this machine
// say for other programs does not count.
func settings(a syncs.Ask) (*pgconn.Config, error) {
	bad := &syncs.Trouble{Field: "secret", Code: syncs.Unreadable, Detail: "the URL of the database cannot be read"}
	u, err := url.Parse(a.Secret)
	if err != nil || u.Hostname() == "" || u.User == nil {
		return nil, bad
	}
	config, err := pgconn.ParseConfig(a.Secret)
	if err != nil {
		return nil, bad
	}
	config.User = u.User.Username()
	config.Password, _ = u.User.Password()
	if a.SQL.CA == "" {
		return config, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	pool.AppendCertsFromPEM([]byte(a.SQL.CA))
	if config.TLSConfig != nil {
		config.TLSConfig.RootCAs = pool
	}
	for _, other := range config.Fallbacks {
		if other.TLSConfig != nil {
			other.TLSConfig.RootCAs = pool
		}
	}
	return config, nil
}

// trouble says what a database's refusal of the query means.
func trouble(err error) error {
	var said *pgconn.PgError
	if !errors.As(err, &said) {
		return &syncs.Trouble{Field: "secret", Code: syncs.Unreachable, Detail: "the connection to the database broke"}
	}
	t := &syncs.Trouble{Field: "sql.query", Code: syncs.BadQuery, Detail: "the database refuses the query: " + said.Message}
	switch said.Code {
	case "57014":
		t.Code, t.Field, t.Detail = syncs.TooSlow, "sql.timeout_seconds", "the query took longer than it may"
	case "25006":
		t.Detail = "the query writes; only reading is allowed"
	}
	return t
}
