package store

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/retention"
)

// much later, everything of the story is old; all of the stream was read.
func muchLater() retention.Slice {
	return retention.Slice{Before: start.AddDate(0, 3, 0), UpTo: math.MaxInt64}
}

func TestAMessageThatEndedLongAgoGoesWithAllThatIsToldOfIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		messages := queued(t, db, 3)
		finished(t, db, finishes(claimed(t, db, messages[:2]))...)
		done, err := db.RemoveMessages(t.Context(), muchLater())
		require.NoError(t, err)
		require.Equal(t, retention.Done{Removed: 2}, done)
		require.Equal(t, 1, count(t, db, "messages"), "what has not ended stays")
		require.Equal(t, 1, count(t, db, "notifications"))
		for table, left := range map[string]int{"attempts": 0, "message_events": 1, "provider_ids": 0, "inbox_items": 0} {
			require.Equal(t, left, count(t, db, table), table)
		}
		again, err := db.RemoveMessages(t.Context(), muchLater())
		require.NoError(t, err)
		require.Zero(t, again)

		until, err := db.RemovedUntil(t.Context())
		require.NoError(t, err)
		require.False(t, until.IsZero())
		o, err := db.Outlook(t.Context(), start.AddDate(0, 3, 0), time.Time{})
		require.NoError(t, err)
		require.Equal(t, []int64{2, 1, 0}, []int64{o.Removed, int64(o.Messages), int64(o.Events)})
	})
}

func TestWhatSomebodyHasYetToReadStays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		messages := queued(t, db, 2)
		finished(t, db, finishes(claimed(t, db, messages))...)
		slice := muchLater()
		var last int64
		require.NoError(t, db.w.NewRaw("SELECT max(seq) FROM message_events WHERE message_id = ?", messages[0].ID).Scan(t.Context(), &last))
		slice.UpTo = last - 1
		done, err := db.RemoveMessages(t.Context(), slice)
		require.NoError(t, err)
		require.LessOrEqual(t, done.Removed, 1, "the copy has not got the end of the first")
		message(t, db, messages[0].ID)

		_, err = db.w.ExecContext(t.Context(), "UPDATE message_events SET at = ? WHERE message_id = ? AND seq = ?", micros(start.AddDate(0, 4, 0)), messages[0].ID, last)
		require.NoError(t, err)
		_, err = db.RemoveMessages(t.Context(), muchLater())
		require.NoError(t, err)
		message(t, db, messages[0].ID) // somebody opened it yesterday
	})
}

func TestAnEventGoesAfterItsMessages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		messages := queued(t, db, 2)
		finished(t, db, finishes(claimed(t, db, messages[:1]))...)
		waiting := accept(t, db, 1)
		done, err := db.RemoveEvents(t.Context(), muchLater())
		require.NoError(t, err)
		require.Zero(t, done.Removed, "both still have a message")
		_, err = db.RemoveMessages(t.Context(), muchLater())
		require.NoError(t, err)
		done, err = db.RemoveEvents(t.Context(), muchLater())
		require.NoError(t, err)
		require.Equal(t, 1, done.Removed)
		require.Equal(t, 2, count(t, db, "events"))
		require.Equal(t, 1, count(t, db, "events WHERE id = ?", waiting[0]), "one that is not dispatched stays")
	})
}

func TestOfTwentyWhoRemoveEachMessageCountsOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		messages := queued(t, db, 30)
		finished(t, db, finishes(claimed(t, db, messages))...)
		var all atomic.Int64
		var crowd sync.WaitGroup
		for range 20 {
			crowd.Go(func() {
				done, err := db.RemoveMessages(t.Context(), muchLater())
				if err != nil {
					t.Errorf("remove: %v", err)
				}
				all.Add(int64(done.Removed))
			})
		}
		crowd.Wait()
		require.EqualValues(t, 30, all.Load())
		o, err := db.Outlook(t.Context(), time.Time{}, time.Time{})
		require.NoError(t, err)
		require.EqualValues(t, 30, o.Removed)
	})
}

// TestRemovingReadsNoWholeTable looks at the plans on a busy house.
func TestRemovingReadsNoWholeTable(t *testing.T) {
	t.Parallel()
	db := onPostgres(t)
	crowd(t, db, 20_000)
	tx, err := db.w.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }()
	ids := make([]string, removedAtOnce)
	for i := range ids {
		ids[i] = id("msg_", fmt.Sprintf("%x", i))
	}
	list := "'" + strings.Join(ids, "','") + "'"
	slice := oldRows(tx, "messages", notify.MessageID, retention.Slice{Before: start}).Column("id").Where("status NOT IN ('held', 'queued', 'sending')").For("UPDATE SKIP LOCKED")
	for what, text := range map[string]string{
		"slice": slice.String(),
		"story": "SELECT DISTINCT message_id FROM message_events WHERE message_id IN (" + list + ") AND (seq > 5 OR at >= 5)",
		"gone":  "DELETE FROM message_events WHERE message_id IN (" + list + ")",
		"runs": `DELETE FROM notifications WHERE id IN (` + strings.ReplaceAll(list, "msg_", "ntf_") + `) AND NOT EXISTS (SELECT 1 FROM messages AS m
			WHERE m.recipient_id = notifications.recipient_id AND m.notification_id = notifications.id LIMIT 1 OFFSET 0)`,
		"events": `SELECT e.id FROM events AS e WHERE e.id IN (` + strings.ReplaceAll(list, "msg_", "evt_") + `) AND NOT EXISTS (SELECT 1 FROM messages AS m WHERE m.event_id = e.id LIMIT 1 OFFSET 0)`,
	} {
		var lines []string
		require.NoError(t, tx.NewRaw("EXPLAIN "+text).Scan(t.Context(), &lines))
		for _, line := range lines {
			for _, table := range []string{"on messages", "on message_events"} {
				require.False(t, strings.Contains(line, "Seq Scan "+table), "%s:\n%s", what, strings.Join(lines, "\n"))
			}
		}
	}
}
