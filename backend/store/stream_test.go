package store

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/audience"
	"clarion/backend/delivery"
	"clarion/backend/demo"
	"clarion/backend/integration"
	"clarion/backend/notify"
)

func TestEachRowOfTheStreamTellsWhatWasTrueOfItsMoment(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		account := notify.Integration{ID: "int_mail", Provider: "smtp", Name: "Mail", Channel: notify.Email, UnitCostMicros: 700}
		require.NoError(t, db.PutIntegration(t.Context(), integration.Row{Integration: account}, start))
		list := queued(t, db, 1)
		m := claimed(t, db, list)[0]
		f := sent(m)
		f.Status, f.DueAt, f.Result = notify.Queued, start, notify.Result{Outcome: notify.Temporary, Code: "421"}
		f.Changes = []delivery.Change{{Kind: "retry", Detail: json.RawMessage(`{"integration":"int_mail","attempt":1,"code":"421"}`)}}
		finished(t, db, f)
		again := claimOf(list)
		again.Now = start.Add(5 * time.Second)
		got, err := db.ClaimMessages(t.Context(), again)
		require.NoError(t, err)
		f = sent(got.Messages[0])
		f.EndedAt = start.Add(6 * time.Second)
		f.Changes = []delivery.Change{{Kind: "sent", Detail: json.RawMessage(`{"integration":"int_mail"}`)}}
		finished(t, db, f)
		told(t, db, m, "a failed")

		rows, err := db.DeliveryEvents(t.Context(), 0, math.MaxInt64, 10)
		require.NoError(t, err)
		require.Len(t, rows, 4)
		first, retry, sent, failed := rows[0], rows[1], rows[2], rows[3]
		require.Equal(t, notify.DeliveryEvent{
			Seq: first.Seq, At: micros(start), Kind: "queued", First: true, MessageID: m.ID, NotificationID: m.NotificationID,
			EventID: m.EventID, TraceID: m.TraceID, Tenant: m.Tenant, Source: m.Source, Workflow: m.Workflow, Category: m.Category,
			Template: m.Template.Key, TemplateVersion: m.Template.Version, Locale: m.Template.Locale, Channel: string(m.Channel),
			Priority: string(m.Priority), Recipient: m.Recipient.ID, Status: "queued", SizeBytes: int64(m.SizeBytes),
		}, first, "what is new knows of no attempt")
		require.Equal(t, []any{"retry", "", "temporary", "421", 1, "int_mail", "smtp", int64(0)},
			[]any{retry.Kind, retry.Status, retry.ErrorClass, retry.ErrorCode, retry.Attempt, retry.Integration, retry.Provider, retry.CostMicros})
		require.Equal(t, []any{"sent", "sent", "ok", "", 2, "smtp", int64(700), int64(6_000_000), int64(0)},
			[]any{sent.Kind, sent.Status, sent.ErrorClass, sent.ErrorCode, sent.Attempt, sent.Provider, sent.CostMicros, sent.LatencyUS, sent.QueueUS})
		require.Equal(t, []any{"failed", "receipt", "30003", 2, int64(0)},
			[]any{failed.Kind, failed.ErrorClass, failed.ErrorCode, failed.Attempt, failed.CostMicros})

		some, err := db.DeliveryEvents(t.Context(), first.Seq, sent.Seq, 1)
		require.NoError(t, err)
		require.Equal(t, rows[1:2], some, "after one place, up to another, no more than asked for")
	})
}

func TestTheCopyAndTheReportsFromSQLAreToldTheSameOfEachRow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		_, _, err := demo.Fill(t.Context(), db, demo.Plan{Size: 6000, Days: 10, Seed: 1, Until: start})
		require.NoError(t, err)
		var viewed []notify.DeliveryEvent
		require.NoError(t, db.read(t.Context(), `SELECT seq, at, kind, first, message_id, notification_id, event_id, trace_id, tenant, source,
			workflow, category, template, template_version, locale, channel, provider, integration, priority, critical, broadcast, recipient,
			status, reason, error_class, error_code, attempt, latency_us, queue_us, size_bytes, parts, cost_micros FROM delivery_events ORDER BY seq`, nil, func(s scanner) error {
			viewed = append(viewed, notify.DeliveryEvent{})
			e := &viewed[len(viewed)-1]
			return s.Scan(&e.Seq, &e.At, &e.Kind, &e.First, &e.MessageID, &e.NotificationID, &e.EventID, &e.TraceID, &e.Tenant, &e.Source,
				&e.Workflow, &e.Category, &e.Template, &e.TemplateVersion, &e.Locale, &e.Channel, &e.Provider, &e.Integration, &e.Priority,
				&e.Critical, &e.Broadcast, &e.Recipient, &e.Status, &e.Reason, &e.ErrorClass, &e.ErrorCode, &e.Attempt,
				&e.LatencyUS, &e.QueueUS, &e.SizeBytes, &e.Parts, &e.CostMicros)
		}))
		told, err := db.DeliveryEvents(t.Context(), 0, math.MaxInt64, math.MaxInt32)
		require.NoError(t, err)
		require.Equal(t, viewed, told)
		require.Greater(t, len(told), 5000)
	})
}

func TestARowWhoseMessageIsGoneStillTellsWhatItKnows(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		seed(t, db, aMessage("ada"))
		_, err := db.w.ExecContext(t.Context(), "INSERT INTO message_events (message_id, at, kind, channel, source, detail) VALUES ('msg_gone', 7, 'failed', 'sms', 'shop', ?)",
			`{"code":30003,"reason":null}`)
		require.NoError(t, err)
		rows, err := db.DeliveryEvents(t.Context(), 0, math.MaxInt64, 10)
		require.NoError(t, err)
		require.Len(t, rows, 2, "a batch that was full stays full")
		require.Equal(t, notify.DeliveryEvent{
			Seq: rows[1].Seq, At: 7, Kind: "failed", MessageID: "msg_gone", Channel: "sms", Source: "shop", Status: "failed", ErrorCode: "30003",
		}, rows[1])
	})
}

func TestAnErasedPersonIsInNoRowOfTheStream(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		put(t, db, true, start, notify.Recipient{ID: "ada", Name: "Ada"})
		seed(t, db, aMessage("ada"), aMessage("bob"))
		require.NoError(t, db.EraseRecipient(t.Context(), "ada", start))
		rows, err := db.DeliveryEvents(t.Context(), 0, math.MaxInt64, 10)
		require.NoError(t, err)
		require.Len(t, rows, 3)
		require.Equal(t, []string{"", "bob", ""}, []string{rows[0].Recipient, rows[1].Recipient, rows[2].Recipient})
		require.Equal(t, "erased", rows[2].Reason)
	})
}

func TestWhoIsErasedOrMergedIsCorrectedInWhatWasCopied(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		for _, id := range []string{"ada", "bob", "eve", "zoe"} {
			put(t, db, true, start, notify.Recipient{ID: id, Name: id})
		}
		require.NoError(t, db.EraseRecipient(t.Context(), "zoe", start))
		_, ours, err := db.HoldCopy(t.Context(), notify.StreamCopy{Name: "copy", Owner: "one", LeaseUntil: micros(start) + 1}, start)
		require.NoError(t, err)
		require.True(t, ours)
		require.NoError(t, db.EraseRecipient(t.Context(), "ada", start))
		require.NoError(t, db.MergeRecipients(t.Context(), audience.Merge{From: "bob", Into: "eve"}, start))
		got, err := db.Corrections(t.Context(), 10, start)
		require.NoError(t, err)
		require.Len(t, got, 2, "what was never copied needs no correction")
		require.Equal(t, [][2]string{{"ada", ""}, {"bob", "eve"}}, [][2]string{{got[0].Recipient, got[0].Becomes}, {got[1].Recipient, got[1].Becomes}})
		ours, err = db.BeginCopy(t.Context(), notify.StreamCopy{Name: "fresh", Phase: "filling", Owner: "two", LeaseUntil: micros(start) + 1}, start)
		require.NoError(t, err)
		require.True(t, ours)
		none, err := db.Corrections(t.Context(), 10, start)
		require.NoError(t, err)
		require.Empty(t, none, "a copy that is made anew may have read them already")
		require.NoError(t, db.Corrected(t.Context(), got[0].ID))
		rest, err := db.Corrections(t.Context(), 10, start.Add(time.Second))
		require.NoError(t, err)
		require.Len(t, rest, 1, "its maker died; the others go on")
	})
}

func TestACopyHasOneHolderAndNobodyBeginsABatchInAPhase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		until := micros(start.Add(time.Minute))
		hold := func(owner string, at time.Time) (notify.StreamCopy, bool) {
			c, ours, err := db.HoldCopy(t.Context(), notify.StreamCopy{Name: "copy", Owner: owner, LeaseUntil: until}, at)
			require.NoError(t, err)
			return c, ours
		}
		c, ours := hold("one", start)
		require.True(t, ours)
		_, ours = hold("two", start)
		require.False(t, ours, "it is taken")
		c.BatchTo, c.Token = 7, "token"
		require.NoError(t, db.SaveCopy(t.Context(), c, start))
		require.NoError(t, db.SetCopyPhase(t.Context(), "copy", "replacing"))
		c.Seq, c.Token = 7, ""
		require.NoError(t, db.SaveCopy(t.Context(), c, start), "what is under way is finished")
		c.BatchTo, c.Token = 9, "next"
		require.ErrorIs(t, db.SaveCopy(t.Context(), c, start), notify.ErrConflict, "no other is begun")
		_, ours = hold("one", start)
		require.False(t, ours)
		_, ours = hold("two", start.Add(time.Hour))
		require.False(t, ours, "its lease is over, its phase is not")
		ours, err := db.BeginCopy(t.Context(), notify.StreamCopy{Name: "fresh", Owner: "three"}, start)
		require.NoError(t, err)
		require.True(t, ours)
		require.NoError(t, db.ReplaceCopy(t.Context(), "copy", "fresh"))
		c, ours = hold("two", start)
		require.True(t, ours)
		require.Zero(t, c.Seq, "it stands where the other stood")
		rows, since, err := db.CopyLag(t.Context(), "copy")
		require.NoError(t, err)
		require.Zero(t, rows)
		require.Zero(t, since)
		seed(t, db, aMessage("ada"), aMessage("bob"))
		rows, since, err = db.CopyLag(t.Context(), "copy")
		require.NoError(t, err)
		require.EqualValues(t, 2, rows)
		require.Equal(t, start, since)
	})
}
