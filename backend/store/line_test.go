package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"clarion/backend/delivery"
	"clarion/backend/notify"
)

// TestTheBooksBalanceAfterAnySequence walks at random and counts after each
// step: a message has its first row, its last status row says its status, and
// its attempts are those that were made.
func TestTheBooksBalanceAfterAnySequence(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		rapid.Check(t, func(r *rapid.T) {
			w := &walk{t: t, db: db, messages: queued(t, db, 4)}
			for range rapid.IntRange(1, 12).Draw(r, "steps") {
				rapid.SampledFrom([]func(*rapid.T){w.claim, w.finish, w.late, w.receipt, w.giveBack, w.cancel, w.replay, w.sweep}).Draw(r, "step")(r)
				w.balance()
			}
		})
	})
}

type walk struct {
	t        *testing.T
	db       *DB
	messages []notify.Message
	held     []notify.Message
	past     []delivery.Finish
}

func (w *walk) some(r *rapid.T) []notify.Message {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(w.messages), 1, 4, func(m notify.Message) string { return m.ID }).Draw(r, "messages")
}

func (w *walk) ids(r *rapid.T) []string {
	var ids []string
	for _, m := range w.some(r) {
		ids = append(ids, m.ID)
	}
	return ids
}

func (w *walk) claim(r *rapid.T) { w.held = append(w.held, claimed(w.t, w.db, w.some(r))...) }

func (w *walk) finish(r *rapid.T) {
	if len(w.held) == 0 {
		return
	}
	f := sent(w.held[0])
	f.Status = rapid.SampledFrom([]notify.Status{notify.Sent, notify.Delivered, notify.Failed, notify.Unknown, notify.Queued}).Draw(r, "status")
	f.DueAt = start
	f.Changes[1].Kind = string(f.Status)
	w.held = w.held[1:]
	finished(w.t, w.db, f)
	w.past = append(w.past, f)
}

// late repeats a finish that was written already.
func (w *walk) late(*rapid.T) {
	if len(w.past) > 0 {
		require.Empty(w.t, finished(w.t, w.db, w.past...))
	}
}

func (w *walk) receipt(r *rapid.T) {
	status := rapid.SampledFrom([]notify.Status{notify.Sent, notify.Delivered, notify.Failed, ""}).Draw(r, "status")
	receipts := []notify.Receipt{{DedupKey: notify.NewID(""), MessageID: w.some(r)[0].ID, Status: status, At: start}}
	for range 2 {
		_, err := w.db.ApplyReceipts(w.t.Context(), "int_mail", receipts, start)
		require.NoError(w.t, err)
	}
}

func (w *walk) giveBack(*rapid.T) {
	if len(w.held) > 0 {
		m := w.held[0]
		require.NoError(w.t, w.db.Defer(w.t.Context(), []delivery.Deferral{{MessageID: m.ID, AttemptID: m.AttemptID, DueAt: start}}, start))
		if message(w.t, w.db, m.ID).AttemptID == "" {
			w.held = w.held[1:]
		}
	}
}

func (w *walk) cancel(r *rapid.T) {
	_, err := w.db.CancelMessage(w.t.Context(), w.some(r)[0].ID, start)
	require.NoError(w.t, err)
}

func (w *walk) replay(r *rapid.T) {
	_, err := w.db.Replay(w.t.Context(), delivery.Selection{IDs: w.ids(r)}, start, start)
	require.NoError(w.t, err)
}

func (w *walk) sweep(*rapid.T) {
	_, err := w.db.DueMessages(w.t.Context(), sweepAt(start.Add(time.Hour)))
	require.NoError(w.t, err)
}

// lists is every id that the sweeper will look at.
func (w *walk) lists() []string {
	var ids []string
	require.NoError(w.t, w.db.w.NewRaw(w.db.watchedIDs(watchMessages)).Scan(w.t.Context(), &ids))
	return ids
}

func (w *walk) balance() {
	lists := w.lists()
	for _, m := range w.messages {
		got := message(w.t, w.db, m.ID)
		story := kinds(w.t, w.db, m.ID)
		require.Equal(w.t, "created", story[0])
		last := ""
		for _, kind := range story {
			switch kind {
			case "attempt", "receipt", "created":
			case "replayed", "deferred":
				last = "queued"
			default:
				last = kind
			}
		}
		status := string(got.Status)
		if got.Status == notify.Sending { // a claim has its attempt row instead
			status = "queued"
		}
		require.Equal(w.t, status, last, "%v", story)
		if !got.Status.Ended() {
			require.Contains(w.t, lists, m.ID, "a %s message is looked after", got.Status)
		}
		require.Equal(w.t, got.Status.Dead(), count(w.t, w.db, "messages WHERE id = ? AND dead_at > 0", m.ID) == 1, got.Status)
		require.Equal(w.t, got.AttemptNumber, count(w.t, w.db, "attempts WHERE message_id = ?", m.ID))
	}
	require.Equal(w.t, count(w.t, w.db, "messages"), count(w.t, w.db, "message_events WHERE first"))
}
