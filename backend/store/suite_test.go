package store

import (
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/testbed"
)

// start is the hour at which the suite's stories begin.
var start = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

// each runs one story on both dialects, each time on a fresh, migrated database.
func each(t *testing.T, story func(t *testing.T, db *DB)) {
	t.Helper()
	for _, dialect := range []struct {
		name string
		open func(testing.TB) *DB
	}{{"postgres", onPostgres}, {"sqlite", onSQLite}} {
		t.Run(dialect.name, func(t *testing.T) {
			t.Parallel()
			story(t, dialect.open(t))
		})
	}
}

var migrated struct {
	sync.Once
	url string
	err error
}

// onPostgres copies a database that was migrated once: much faster than
// migrating for each test.
func onPostgres(tb testing.TB) *DB {
	tb.Helper()
	migrated.Do(func() { migrated.url, migrated.err = makeTemplate(tb) })
	require.NoError(tb, migrated.err)
	return openAt(tb, Config{URL: testbed.PostgresFrom(tb, migrated.url), MaxConns: 8})
}

func makeTemplate(tb testing.TB) (string, error) {
	address := testbed.PostgresKept(tb)
	db, err := Open(tb.Context(), Config{URL: address})
	if err != nil {
		return "", err
	}
	if err := db.Migrate(tb.Context()); err != nil {
		return "", err
	}
	return address, db.Close()
}

func onSQLite(tb testing.TB) *DB {
	tb.Helper()
	db := openAt(tb, Config{URL: "sqlite://" + filepath.Join(tb.TempDir(), "clarion.db")})
	require.NoError(tb, db.Migrate(tb.Context()))
	return db
}

func openAt(tb testing.TB, c Config) *DB {
	tb.Helper()
	db, err := Open(tb.Context(), c)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, db.Close()) })
	return db
}
