package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/migrate"

	"clarion/migrations"
)

// migrationLock is the advisory lock that lets one process migrate at a time:
// the letters "clarion" read as a number.
const migrationLock = 0x636c6172696f6e

// ErrNewerSchema means that a newer release has changed the database already.
var ErrNewerSchema = errors.New("the database has a newer schema than this release knows")

// Migrate brings the schema up to this release. All of it happens in one
// transaction under a lock: several processes may start at once, and one that
// is killed half way leaves nothing behind.
func (db *DB) Migrate(ctx context.Context) error {
	if db.postgres() {
		return db.migratePostgres(ctx)
	}
	err := inOneSession(ctx, db.w, "BEGIN IMMEDIATE", func() error { return upgrade(ctx, db.w, migrations.SQLite) })
	if err != nil {
		return fmt.Errorf("migrate SQLite: %w", classify(err))
	}
	return nil
}

func (db *DB) migratePostgres(ctx context.Context) error {
	config, err := pgx.ParseConfig(db.url)
	if err != nil {
		return errors.New("migrate PostgreSQL: the URL cannot be parsed")
	}
	single := sql.OpenDB(session{stdlib.GetConnector(*config)})
	single.SetMaxOpenConns(1)
	b := bun.NewDB(single, pgdialect.New())
	defer b.Close()
	begin := fmt.Sprintf("BEGIN; SELECT pg_advisory_xact_lock(%d)", migrationLock)
	err = inOneSession(ctx, b, begin, func() error { return upgrade(ctx, b, migrations.Postgres) })
	if err != nil {
		return fmt.Errorf("migrate PostgreSQL: %w", classify(err))
	}
	return nil
}

// session makes connections that database/sql may put aside in the middle of a
// transaction; the driver would drop them.
type session struct{ driver.Connector }

type sessionConn struct{ *stdlib.Conn }

func (s session) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := s.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return sessionConn{c.(*stdlib.Conn)}, nil
}

func (sessionConn) ResetSession(context.Context) error { return nil }

// inOneSession wraps fn in a transaction of the only connection that b may
// have: bun's migrator wants a *bun.DB, not a transaction.
func inOneSession(ctx context.Context, b *bun.DB, begin string, fn func() error) error {
	if _, err := b.ExecContext(ctx, begin); err != nil {
		return err
	}
	if err := fn(); err != nil {
		_, undo := b.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return errors.Join(err, undo)
	}
	_, err := b.ExecContext(ctx, "COMMIT")
	return err
}

func upgrade(ctx context.Context, b *bun.DB, files fs.FS) error {
	history := migrate.NewMigrations()
	if err := history.Discover(files); err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	m := migrate.NewMigrator(b, history, migrate.WithTableName("schema_migrations"),
		migrate.WithLocksTableName("schema_migration_locks"), migrate.WithMarkAppliedOnSuccess(true))
	if err := m.Init(ctx); err != nil {
		return err
	}
	if err := refuseNewer(ctx, m, history); err != nil {
		return err
	}
	_, err := m.Migrate(ctx)
	return err
}

func refuseNewer(ctx context.Context, m *migrate.Migrator, history *migrate.Migrations) error {
	known := map[string]bool{}
	for _, each := range history.Sorted() {
		known[each.Name] = true
	}
	applied, err := m.AppliedMigrations(ctx)
	if err != nil {
		return err
	}
	var strange []string
	for _, each := range applied {
		if !known[each.Name] {
			strange = append(strange, each.Name)
		}
	}
	if len(strange) > 0 {
		return fmt.Errorf("%w: %s", ErrNewerSchema, strings.Join(strange, ", "))
	}
	return nil
}
