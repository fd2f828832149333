package store

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/testbed"
)

func TestTheDatabaseAnswers(t *testing.T) {
	each(t, func(t *testing.T, db *DB) { require.NoError(t, db.Ping(t.Context())) })
}

func TestMigratingAgainChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, db *DB) { require.NoError(t, db.Migrate(t.Context())) })
}

func TestManyProcessesMayMigrateAtOnce(t *testing.T) {
	t.Parallel()
	address := testbed.Postgres(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			db, err := Open(t.Context(), Config{URL: address, MaxConns: 2})
			if err == nil {
				err = errors.Join(db.Migrate(t.Context()), db.Close())
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestANewerSchemaIsRefused(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		_, err := db.w.ExecContext(t.Context(), "INSERT INTO schema_migrations (name, group_id) VALUES ('29990101000000', 2)")
		require.NoError(t, err)
		require.ErrorIs(t, db.Migrate(t.Context()), ErrNewerSchema)
	})
}

func TestErrorsHaveTheirKind(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		insert := "INSERT INTO sources (key, name, created_at) VALUES ('shop', 'Shop', 1)"
		_, err := db.w.ExecContext(ctx, insert)
		require.NoError(t, err)
		_, err = db.w.ExecContext(ctx, insert)
		require.ErrorIs(t, classify(err), notify.ErrConflict)
		var name string
		err = db.w.QueryRowContext(ctx, "SELECT name FROM sources WHERE key = 'none'").Scan(&name)
		require.ErrorIs(t, classify(err), notify.ErrNotFound)
		_, err = db.w.ExecContext(ctx, "SELECT nonsense FROM nowhere")
		require.Error(t, err)
		require.NotErrorIs(t, classify(err), notify.ErrUnavailable)
		require.NoError(t, classify(nil))
	})
}

func TestAClosedDatabaseIsUnavailable(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		require.NoError(t, db.Close())
		require.ErrorIs(t, db.Ping(t.Context()), notify.ErrUnavailable)
		err := db.tx(t.Context(), func(context.Context, bun.Tx) error { return nil })
		require.ErrorIs(t, err, notify.ErrUnavailable)
	})
}

func TestAServerThatIsNotThereIsUnavailable(t *testing.T) {
	t.Parallel()
	_, err := Open(t.Context(), Config{URL: "postgres://postgres@127.0.0.1:1/none"})
	require.ErrorIs(t, err, notify.ErrUnavailable)
}

func TestAFailedTransactionLeavesNothing(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		stop := errors.New("stop")
		err := db.tx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
			_, err := tx.ExecContext(ctx, "INSERT INTO sources (key, name, created_at) VALUES ('shop', 'Shop', 1)")
			require.NoError(t, err)
			return stop
		})
		require.ErrorIs(t, err, stop)
		n, err := db.w.NewSelect().Table("sources").Count(t.Context())
		require.NoError(t, err)
		require.Zero(t, n)
	})
}

func TestThePasswordStaysOutOfErrors(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"postgres://u:s3cret@[bad/db", "mysql://u:s3cret@h/db", "postgres://u:s3cret@127.0.0.1:1/db"} {
		_, err := Open(t.Context(), Config{URL: address})
		require.Error(t, err)
		require.NotContains(t, err.Error(), "s3cret")
	}
}

func TestTimesComeBackAsTheyWent(t *testing.T) {
	t.Parallel()
	for _, at := range []time.Time{{}, start, start.Add(123 * time.Microsecond)} {
		require.Equal(t, at, fromMicros(micros(at)))
	}
}
