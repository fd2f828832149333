package store

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/puddle/v2"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"clarion/backend/notify"
)

// classify gives a driver's error its kind, which doors translate, and keeps
// the cause. It returns nil for nil and other errors as they are.
func classify(err error) error {
	var pg *pgconn.PgError
	var lite *sqlite.Error
	kind := error(nil)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, notify.ErrNotFound), errors.Is(err, notify.ErrConflict), errors.Is(err, notify.ErrUnavailable):
		return err
	case errors.Is(err, sql.ErrNoRows), errors.Is(err, pgx.ErrNoRows):
		kind = notify.ErrNotFound
	case errors.As(err, &pg):
		kind = postgresKind(pg.Code)
	case errors.As(err, &lite):
		kind = sqliteKind(lite.Code())
	case connectionLost(err):
		kind = notify.ErrUnavailable
	}
	if kind == nil {
		return err
	}
	return fmt.Errorf("%w: %w", kind, err)
}

// postgresKind reads SQLSTATE: classes 08 (connection), 53 (out of disk, memory
// or connections), 57P (shutting down), 58 (disk), and what passes by itself:
// deadlocks, lock timeouts and a primary that has just become a replica.
func postgresKind(code string) error {
	if code == "23505" {
		return notify.ErrConflict
	}
	for _, prefix := range []string{"08", "53", "57P", "58", "40001", "40P01", "55P03", "25006"} {
		if strings.HasPrefix(code, prefix) {
			return notify.ErrUnavailable
		}
	}
	return nil
}

func sqliteKind(code int) error {
	switch code {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return notify.ErrConflict
	}
	switch code & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR,
		sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_NOMEM:
		return notify.ErrUnavailable
	}
	return nil
}

func connectionLost(err error) bool {
	var connect *pgconn.ConnectError
	var network net.Error
	if errors.As(err, &connect) || errors.As(err, &network) && !errorsIsDeadline(err) {
		return true
	}
	for _, lost := range []error{io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, driver.ErrBadConn, sql.ErrConnDone, puddle.ErrClosedPool} {
		if errors.Is(err, lost) {
			return true
		}
	}
	// database/sql keeps this one to itself, pgconn its own as well.
	text := err.Error()
	return strings.Contains(text, "sql: database is closed") || strings.Contains(text, "conn closed")
}
