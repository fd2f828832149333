package store

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/delivery"
	"clarion/backend/notify"
)

// twice sends messages by int_mail and, as nothing was heard of them, by int_b.
func twice(t *testing.T, db *DB, n int) []notify.Message {
	t.Helper()
	list := claimed(t, db, queued(t, db, n))
	for i := range list {
		finished(t, db, sent(list[i]))
		redirect(t, db, list[i])
	}
	again := claimed(t, db, list)
	for _, m := range again {
		require.Equal(t, "int_b", m.Integration)
	}
	return again
}

func redirect(t *testing.T, db *DB, m notify.Message) {
	t.Helper()
	refs, err := db.Redirect(t.Context(), []delivery.Redirection{{MessageID: m.ID, AttemptNumber: m.AttemptNumber, Next: "int_b", Detail: []byte("{}")}}, start)
	require.NoError(t, err)
	require.Len(t, refs, 1)
}

// second finishes the attempt by int_b.
func second(m notify.Message) delivery.Finish {
	f := sent(m)
	f.Result.ProviderMessageID = "second-" + m.ID
	return f
}

// told applies what is said of a message: "a failed" is the first vendor's word,
// "b failed" the second's.
func told(t *testing.T, db *DB, m notify.Message, word string) {
	t.Helper()
	who, status, _ := strings.Cut(word, " ")
	integration, id := "int_mail", "vendor-"+m.ID
	if who == "b" {
		integration, id = "int_b", "second-"+m.ID
	}
	got, err := db.ApplyReceipts(t.Context(), integration, []notify.Receipt{{
		DedupKey: m.ID + word, ProviderMessageID: id, Status: notify.Status(status), Code: "30003", At: start,
	}}, start.Add(time.Minute))
	require.NoError(t, err)
	require.Equal(t, 1, got.Applied, "%s finds its message", word)
}

func TestTheLastAttemptEndsAMessageAndAnEarlierOneOnlyByArriving(t *testing.T) {
	cases := map[string]struct {
		words []string
		want  notify.Status
	}{
		"the first failed, the second arrived":  {[]string{"a failed", "b sent", "b delivered"}, notify.Delivered},
		"the first failed, no word of the next": {[]string{"a sent", "a failed"}, notify.Sent},
		"the first arrived, the second failed":  {[]string{"a delivered", "b sent", "b failed"}, notify.Delivered},
		"both failed":                           {[]string{"a failed", "b failed"}, notify.Failed},
		"a late bounce of the second":           {[]string{"a sent", "b delivered", "b failed"}, notify.Failed},
	}
	each(t, func(t *testing.T, db *DB) {
		for name, c := range cases {
			for _, order := range permutations(len(c.words)) {
				m := twice(t, db, 1)[0]
				require.Len(t, finished(t, db, second(m)), 1)
				for _, i := range order {
					told(t, db, m, c.words[i])
				}
				got := message(t, db, m.ID)
				require.Equal(t, c.want, got.Status, "%s, in the order %v", name, order)
				require.Equal(t, got.Status.Dead(), count(t, db, "messages WHERE id = ? AND dead_at > 0", m.ID) == 1)
			}
		}
	})
}

func TestAFailureOfTheFirstVendorDoesNotCallOffTheSecond(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		list := claimed(t, db, queued(t, db, 2))
		for _, m := range list {
			finished(t, db, sent(m))
			redirect(t, db, m)
		}
		told(t, db, list[0], "a failed")
		require.Equal(t, notify.Queued, message(t, db, list[0].ID).Status, "it waits for the next vendor")
		told(t, db, list[1], "a delivered")
		require.Equal(t, notify.Delivered, message(t, db, list[1].ID).Status)
		again := claimed(t, db, list)
		require.Len(t, again, 1, "what has arrived is not sent again")
		told(t, db, again[0], "a sent")
		require.Equal(t, notify.Sending, message(t, db, again[0].ID).Status)
		require.Len(t, finished(t, db, second(again[0])), 1)
		require.Equal(t, notify.Sent, message(t, db, again[0].ID).Status)
		require.Equal(t, []string{"receipt", "receipt", "attempt", "sent"}, last(kinds(t, db, again[0].ID), 4), "all of it is in the timeline")
	})
}

func TestAMessageThatArrivedByTheFirstVendorNeedsNoSecond(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		m := twice(t, db, 1)[0]
		told(t, db, m, "a delivered")
		require.Equal(t, notify.Delivered, message(t, db, m.ID).Status)
		tries, err := db.Attempts(t.Context(), m.ID)
		require.NoError(t, err)
		require.Equal(t, notify.Interrupted, tries[1].Outcome, "a worker that died would leave it open for ever")
		f := second(m)
		f.Status, f.Result = notify.Failed, notify.Result{Outcome: notify.InvalidRecipient, Code: "21211"}
		finished(t, db, f)
		require.Equal(t, notify.Delivered, message(t, db, m.ID).Status)
		tries, err = db.Attempts(t.Context(), m.ID)
		require.NoError(t, err)
		require.Equal(t, notify.InvalidRecipient, tries[1].Outcome, "the worker's own result replaces it")
	})
}

func TestWhereOneVendorWasTriedTwiceItsIdTellsWhichAttempt(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		m := claimed(t, db, queued(t, db, 1))[0]
		f := sent(m)
		f.Status = notify.Failed
		f.Changes = nil
		finished(t, db, f)
		_, err := db.Replay(t.Context(), delivery.Selection{IDs: []string{m.ID}}, start, start)
		require.NoError(t, err)
		again := claimed(t, db, []notify.Message{m})[0]
		say := func(key, id string, status notify.Status) notify.Status {
			_, err := db.ApplyReceipts(t.Context(), "int_mail", []notify.Receipt{{DedupKey: key, MessageID: m.ID, ProviderMessageID: id, Status: status}}, start)
			require.NoError(t, err)
			return message(t, db, m.ID).Status
		}
		require.Equal(t, notify.Sending, say("1", "vendor-"+m.ID, notify.Failed), "the first attempt's, while the second is under way")
		finished(t, db, second(again))
		require.Equal(t, notify.Sent, say("2", "vendor-"+m.ID, notify.Failed))
		require.Equal(t, notify.Failed, say("3", "second-"+m.ID, notify.Failed))
		require.Equal(t, notify.Delivered, say("4", "vendor-"+m.ID, notify.Delivered), "it did arrive")
	})
}

func last(list []string, n int) []string { return list[max(0, len(list)-n):] }
