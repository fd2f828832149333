// Package store keeps everything in PostgreSQL or SQLite behind the ports of
// the features; it is the only package with SQL for them. No transaction, row
// or driver type leaves it, and it decides nothing a feature should decide.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	_ "modernc.org/sqlite" // the pure Go driver, registered as "sqlite"
)

// Config says where the data is.
type Config struct {
	// URL is postgres://… or sqlite://path. sqlite://:memory: is a private
	// file that Close removes.
	URL string
	// ReplicaURL, when set, serves the reads that may lag; PostgreSQL only.
	ReplicaURL string
	// MaxConns bounds the connections of the line to the primary, and likewise
	// those of all the rest; zero means 16.
	MaxConns int
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	// w writes and reads what must be fresh; r serves lists and reports, on
	// SQLite from connections of their own, so that they never wait for a write.
	w, r *bun.DB
	// pool is the road of the hot paths: prepared statements with arrays, on
	// connections that no page and no report can hold. It is nil on SQLite.
	pool *pgxpool.Pool

	url      string
	desk     *pgxpool.Pool // under w, on PostgreSQL
	replica  *pgxpool.Pool
	scratch  string
	prepared preparedSet
	// repeats counts down the batches in which repeated events are expected.
	repeats    atomic.Int32
	attributes attributesKnown
}

// Open connects and proves that the database answers. It changes no schema.
func Open(ctx context.Context, c Config) (*DB, error) {
	var db *DB
	var err error
	switch {
	case strings.HasPrefix(c.URL, "postgres://"), strings.HasPrefix(c.URL, "postgresql://"):
		db, err = openPostgres(ctx, c)
	case strings.HasPrefix(c.URL, "sqlite://"):
		db, err = openSQLite(c)
	default:
		return nil, errors.New("open the database: the URL must start with postgres:// or sqlite://")
	}
	if err != nil {
		return nil, err
	}
	if err := db.Ping(ctx); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

func openPostgres(ctx context.Context, c Config) (*DB, error) {
	size := c.MaxConns
	if size == 0 {
		size = 16
	}
	pool, err := newPool(ctx, c.URL, size, keyed)
	if err != nil {
		return nil, err
	}
	db := &DB{pool: pool, url: c.URL}
	if db.desk, err = newPool(ctx, c.URL, size, desked); err != nil {
		pool.Close()
		return nil, err
	}
	db.w = bun.NewDB(stdlib.OpenDBFromPool(db.desk), pgdialect.New())
	db.r = db.w
	if c.ReplicaURL != "" {
		db.replica, err = newPool(ctx, c.ReplicaURL, size, desked)
		if err != nil {
			db.Close()
			return nil, fmt.Errorf("replica: %w", err)
		}
		db.r = bun.NewDB(stdlib.OpenDBFromPool(db.replica), pgdialect.New())
	}
	return db, nil
}

func openSQLite(c Config) (*DB, error) {
	if c.ReplicaURL != "" {
		return nil, errors.New("open SQLite: a replica needs PostgreSQL")
	}
	db := &DB{url: c.URL}
	path := strings.TrimPrefix(c.URL, "sqlite://")
	if path == ":memory:" {
		dir, err := os.MkdirTemp("", "clarion-*")
		if err != nil {
			return nil, fmt.Errorf("make a scratch database: %w", err)
		}
		db.scratch, path = dir, filepath.Join(dir, "clarion.db")
	}
	if path == "" {
		return nil, errors.New("open SQLite: the URL names no file")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of the database: %w", err)
	}
	w, err := openFile(path, "immediate", 1, writerPragmas)
	if err != nil {
		return nil, err
	}
	r, err := openFile(path, "deferred", 4, readerPragmas)
	if err != nil {
		return nil, err
	}
	db.w, db.r = bun.NewDB(w, sqlitedialect.New()), bun.NewDB(r, sqlitedialect.New())
	return db, nil
}

// A commit that was answered with 202 must outlive a power cut, so the writer
// waits for the disk (FULL); natural batching shares that wait among callers.
// Caches are small: the whole embedded process has a memory budget of 150 MB.
var (
	writerPragmas = []string{"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "cache_size(-8000)", "journal_size_limit(67108864)"}
	readerPragmas = []string{"busy_timeout(5000)", "query_only(1)", "cache_size(-2000)"}
)

func openFile(path, lock string, conns int, pragmas []string) (*sql.DB, error) {
	q := url.Values{"_txlock": {lock}, "_pragma": pragmas}
	file, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
	if err != nil {
		return nil, fmt.Errorf("open SQLite: %w", classify(err))
	}
	file.SetMaxOpenConns(conns)
	file.SetMaxIdleConns(conns)
	return file, nil
}

// Ping asks the primary for an answer.
func (db *DB) Ping(ctx context.Context) error {
	var one int
	if err := db.w.QueryRowContext(ctx, "SELECT 1").Scan(&one); err != nil {
		return fmt.Errorf("ping the database: %w", classify(err))
	}
	return nil
}

// Close gives all connections back and waits for those in use.
func (db *DB) Close() error {
	err := db.prepared.close()
	if db.r != nil && db.r != db.w {
		err = errors.Join(err, db.r.Close())
	}
	err = errors.Join(err, db.w.Close())
	for _, pool := range []*pgxpool.Pool{db.pool, db.desk, db.replica} {
		if pool != nil {
			pool.Close()
		}
	}
	if db.scratch != "" {
		err = errors.Join(err, os.RemoveAll(db.scratch))
	}
	return err
}

func (db *DB) postgres() bool { return db.pool != nil }
