package store

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/audience"
	"clarion/backend/explain"
	"clarion/backend/notify"
)

// anEvent is an event that was dispatched.
func anEvent() eventView {
	return eventView{
		ID: notify.NewID(notify.EventID), Source: "shop", Type: "order.shipped", IdempotencyKey: notify.NewID("k"),
		Fingerprint: "f", Targets: `[{"recipient":"ada"}]`, Data: `{"id":1}`, Actor: "user-7", Tenant: "acme", Priority: "high",
		CancelKey: "order-1", Metadata: `{"module":"checkout"}`, TraceID: notify.NewID(""), Status: "dispatched", CreatedAt: micros(start),
		DispatchedAt: micros(later),
	}
}

func TestAMessageComesBackWhole(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		row := aMessage("ada")
		row.Critical, row.Tenant, row.Integration, row.NextIntegration = true, "acme", "int_1", "int_2"
		row.ProviderMessageID, row.Outcome, row.ErrorCode, row.ErrorDetail = "SG1", "temporary", "503", "busy"
		row.Attempts, row.AttemptNumber, row.Deferrals, row.Ambiguity, row.AttemptID = 2, 5, 1, "resend", "att_1"
		row.SentAt, row.DeliveredAt, row.ExpiresAt, row.DueAt = micros(later), micros(later), micros(later), micros(later)
		seed(t, db, row)
		want := notify.Message{
			ID: row.ID, NotificationID: row.NotificationID, EventID: row.EventID, TraceID: "trace", Source: "shop", Tenant: "acme",
			Recipient: notify.RecipientRef{ID: "ada", Name: "Name of ada"}, Channel: notify.Email, Address: "ada@example.com",
			Workflow: "order.shipped", Category: "orders", Priority: notify.Medium, Critical: true, Status: notify.Queued,
			Template:    notify.TemplateRef{Key: "order", Version: 3, Locale: "en"},
			Integration: "int_1", Next: "int_2", ProviderMessageID: "SG1", Content: notify.Content{Subject: "Hello", Text: "It left."},
			SizeBytes: 13, Ambiguity: notify.Resend, ErrorCode: "503", ErrorDetail: "busy", Outcome: notify.Temporary,
			CreatedAt: start, SentAt: later, DeliveredAt: later, ExpiresAt: later, DueAt: later,
			AttemptID: "att_1", Attempts: 2, AttemptNumber: 5, Deferrals: 1,
		}
		got, err := db.Message(ctx, row.ID)
		require.NoError(t, err)
		require.Equal(t, want, got)
		list, _, err := db.Messages(ctx, notify.MessageFilter{}, notify.Page{})
		require.NoError(t, err)
		want.Content = notify.Content{}
		require.Equal(t, []notify.Message{want}, list, "a list does not load content")
		_, err = db.Message(ctx, "msg_none")
		require.ErrorIs(t, err, notify.ErrNotFound)
	})
}

func TestAttemptsAndStoryComeInOrder(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		m := aMessage("ada")
		seed(t, db, m)
		rows := []attemptView{
			{ID: "att_2", MessageID: m.ID, Number: 2, Integration: "int_1", StartedAt: micros(later)},
			{ID: "att_1", MessageID: m.ID, Number: 1, Integration: "int_1", Outcome: "temporary", ErrorCode: "503", ErrorDetail: "busy",
				StartedAt: micros(start), EndedAt: micros(later), NextAttemptAt: micros(later)},
		}
		_, err := db.w.NewInsert().Model(&rows).Exec(ctx)
		require.NoError(t, err)
		attempts, err := db.Attempts(ctx, m.ID)
		require.NoError(t, err)
		require.Equal(t, []notify.Attempt{
			{ID: "att_1", MessageID: m.ID, Number: 1, Integration: "int_1", Outcome: notify.Temporary, ErrorCode: "503", ErrorDetail: "busy",
				StartedAt: start, EndedAt: later, NextAttemptAt: later},
			{ID: "att_2", MessageID: m.ID, Number: 2, Integration: "int_1", StartedAt: later},
		}, attempts)
		more := []timelineRow{{MessageID: m.ID, At: micros(later), Kind: "sent", Detail: `{"code":"202"}`}}
		_, err = db.w.NewInsert().Model(&more).Exec(ctx)
		require.NoError(t, err)
		story, err := db.Changes(ctx, m.ID)
		require.NoError(t, err)
		require.Len(t, story, 3)
		require.Equal(t, "created", story[0].Kind)
		require.Nil(t, story[0].Detail)
		require.Equal(t, json.RawMessage(`{"code":"202"}`), story[2].Detail)
		require.Greater(t, story[2].Seq, story[1].Seq)
	})
}

// world is a handful of messages that differ in one thing each.
type world struct{ plain, sms, failed, wei, old, event string }

func makeWorld(t *testing.T, db *DB) world {
	ctx := t.Context()
	gone := notify.Recipient{ID: "gone", Addresses: []notify.Address{{Channel: notify.Email, Address: "former@example.com"}}}
	put(t, db, true, start, ada(), notify.Recipient{ID: "wei", Name: "Wei Zhang"}, gone)
	gone.Addresses[0].Address = "new@example.com"
	put(t, db, false, later, gone)
	require.NoError(t, db.PutGroup(ctx, notify.Group{Key: "ops"}, start))
	require.NoError(t, db.AddMembers(ctx, "ops", []string{"wei"}, start))
	_, err := db.SaveWorkflow(ctx, notify.Workflow{Key: "system.down"}, "", start)
	require.NoError(t, err)
	event := anEvent()
	_, err = db.w.NewInsert().Model(&event).Exec(ctx)
	require.NoError(t, err)

	old := aMessage("gone") // ids sort by age
	plain, sms, failed, wei := aMessage("ada"), aMessage("ada"), aMessage("ada"), aMessage("wei")
	sms.Channel, sms.Address, sms.Priority, sms.Template = "sms", "+447700900123", "high", "code"
	sms.ProviderMessageID, sms.Integration, sms.Status, sms.Tenant = "SM123", "int_t", "delivered", "acme"
	failed.Status, failed.ErrorCode, failed.Source, failed.EventID, failed.TraceID = "failed", "550", "billing", event.ID, event.TraceID
	wei.Workflow, wei.Category, wei.Status, wei.SkipReason = "system.down", "alarms", "skipped", "opted_out"
	old.CreatedAt, old.Address = micros(start.Add(-time.Hour)), "former@example.com"
	run := notificationView{ID: failed.NotificationID, EventID: event.ID, RecipientID: "ada", Decisions: `[{"step":"audience","outcome":"pass"}]`, CreatedAt: micros(start)}
	_, err = db.w.NewInsert().Model(&run).Exec(ctx)
	require.NoError(t, err)
	seed(t, db, old, plain, sms, failed, wei)
	return world{plain.ID, sms.ID, failed.ID, wei.ID, old.ID, event.ID}
}

func TestFilteringMessages(t *testing.T) {
	type f = notify.MessageFilter
	each(t, func(t *testing.T, db *DB) {
		w := makeWorld(t, db)
		failed, err := db.Message(t.Context(), w.failed)
		require.NoError(t, err)
		all := []string{w.old, w.plain, w.sms, w.failed, w.wei}
		for _, c := range []struct {
			name string
			f    f
			want []string
		}{
			{"nothing asked", f{}, all},
			{"status", f{Status: []notify.Status{notify.Failed, notify.Skipped}}, []string{w.failed, w.wei}},
			{"channel", f{Channel: []notify.Channel{notify.SMS}}, []string{w.sms}},
			{"priority", f{Priority: []notify.Priority{notify.High}}, []string{w.sms}},
			{"source", f{Source: "billing"}, []string{w.failed}},
			{"workflow", f{Workflow: "system.down"}, []string{w.wei}},
			{"category", f{Category: "alarms"}, []string{w.wei}},
			{"recipient", f{Recipient: "ada"}, []string{w.plain, w.sms, w.failed}},
			{"group", f{Group: "ops"}, []string{w.wei}},
			{"template", f{Template: "code"}, []string{w.sms}},
			{"integration", f{Integration: "int_t"}, []string{w.sms}},
			{"tenant", f{Tenant: "acme"}, []string{w.sms}},
			{"trace", f{TraceID: failed.TraceID}, []string{w.failed}},
			{"unknown trace", f{TraceID: "none"}, nil},
			{"event", f{EventID: w.event}, []string{w.failed}},
			{"error code", f{ErrorCode: "550"}, []string{w.failed}},
			{"skip reason", f{SkipReason: notify.OptedOut}, []string{w.wei}},
			{"from is inclusive", f{From: start}, []string{w.plain, w.sms, w.failed, w.wei}},
			{"to is exclusive", f{To: start}, []string{w.old}},
			{"two at once", f{Recipient: "ada", Channel: []notify.Channel{notify.Email}, From: start}, []string{w.plain, w.failed}},
			{"q: message id", f{Q: w.plain}, []string{w.plain}},
			{"q: event id", f{Q: w.event}, []string{w.failed}},
			{"q: notification id", f{Q: failed.NotificationID}, []string{w.failed}},
			{"q: trace id", f{Q: failed.TraceID}, []string{w.failed}},
			{"q: vendor's id", f{Q: "SM123"}, []string{w.sms}},
			{"q: recipient id", f{Q: "wei"}, []string{w.wei}},
			{"q: beginning of a name", f{Q: "wei zh"}, []string{w.wei}},
			{"q: not the middle of a name", f{Q: "Zhang"}, nil},
			{"q: beginning of a workflow", f{Q: "system."}, []string{w.wei}},
			{"q: address", f{Q: "+447700900123"}, []string{w.sms}},
			{"q: address nobody has any more", f{Q: "former@example.com"}, []string{w.old}},
			{"q: a wildcard is itself", f{Q: "%"}, nil},
			{"q: quotes are harmless", f{Q: "' OR 1=1 --"}, nil},
			{"q and a filter", f{Q: "ada", Channel: []notify.Channel{notify.SMS}}, []string{w.sms}},
		} {
			list, next, err := db.Messages(t.Context(), c.f, notify.Page{})
			require.NoError(t, err, c.name)
			require.Empty(t, next, c.name)
			var ids []string
			for _, m := range list {
				ids = append(ids, m.ID)
			}
			require.ElementsMatch(t, c.want, ids, c.name)
			require.IsDecreasing(t, append(ids, ""), c.name)
		}
	})
}

// TestAStretchOfTimeIsExact: the ids narrow the walk, created_at decides, also
// where the clocks of two processes disagree by minutes.
func TestAStretchOfTimeIsExact(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		rows := make([]messageView, 180)
		for i := range rows {
			rows[i] = aMessage("ada")
			skew := time.Duration(i%2) * 3 * time.Minute
			rows[i].CreatedAt = micros(start.Add(time.Duration(i)*time.Minute + skew))
		}
		seed(t, db, rows...)
		for _, c := range [][2]int{{0, 180}, {60, 90}, {61, 62}, {-600, 30}, {150, 900}, {500, 600}} {
			f := notify.MessageFilter{From: start.Add(time.Duration(c[0]) * time.Minute), To: start.Add(time.Duration(c[1]) * time.Minute)}
			var want, got []string
			for _, r := range rows {
				if at := fromMicros(r.CreatedAt); !at.Before(f.From) && at.Before(f.To) {
					want = append(want, r.ID)
				}
			}
			list, _, err := db.Messages(t.Context(), f, notify.Page{Limit: 200})
			require.NoError(t, err)
			for _, m := range list {
				got = append(got, m.ID)
			}
			require.ElementsMatch(t, want, got, c)
		}
	})
}

func TestTextThatCannotBeStoredIsAFaultOfTheFilter(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		var invalid *notify.Invalid
		for path, f := range map[string]notify.MessageFilter{"q": {Q: "a\x00"}, "source": {Source: "\xff"}} {
			_, _, err := db.Messages(t.Context(), f, notify.Page{})
			require.ErrorAs(t, err, &invalid)
			require.Equal(t, path, invalid.Fields[0].Path)
		}
		_, _, err := db.Events(t.Context(), explain.EventFilter{Q: "\x00"}, notify.Page{})
		require.ErrorAs(t, err, &invalid)
		_, _, err = db.Recipients(t.Context(), audience.Filter{Q: "\x00"}, notify.Page{})
		require.ErrorAs(t, err, &invalid)
	})
}

func TestEvents(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		e, other := anEvent(), anEvent()
		other.Type, other.Source, other.Status, other.CreatedAt = "user.joined", "billing", "accepted", micros(later)
		other.Direct = `{"channels":["email"]}`
		rows := []eventView{e, other}
		_, err := db.w.NewInsert().Model(&rows).Exec(ctx)
		require.NoError(t, err)
		got, err := db.Event(ctx, e.ID)
		require.NoError(t, err)
		require.Equal(t, notify.Event{
			ID: e.ID, Source: "shop", Type: "order.shipped", IdempotencyKey: e.IdempotencyKey, Fingerprint: "f",
			To: []notify.Target{{Recipient: "ada"}}, Data: json.RawMessage(`{"id":1}`), Actor: "user-7", Tenant: "acme",
			Priority: notify.High, CancelKey: "order-1", Metadata: json.RawMessage(`{"module":"checkout"}`), TraceID: e.TraceID,
			Status: notify.EventDispatched, CreatedAt: start, DispatchedAt: later,
		}, got)
		direct, err := db.Event(ctx, other.ID)
		require.NoError(t, err)
		require.Equal(t, &notify.Direct{Channels: []notify.Channel{notify.Email}}, direct.Direct)
		_, err = db.Event(ctx, "evt_none")
		require.ErrorIs(t, err, notify.ErrNotFound)
		_, err = db.w.ExecContext(ctx, "UPDATE events SET idempotency_key = NULL WHERE id = ?", other.ID)
		require.NoError(t, err)

		type f = explain.EventFilter
		for _, c := range []struct {
			name string
			f    f
			want []string
		}{
			{"all, newest first", f{}, []string{other.ID, e.ID}},
			{"type", f{Type: "user.joined"}, []string{other.ID}},
			{"any of several types", f{Types: []string{"user.joined", "none"}}, []string{other.ID}},
			{"source", f{Source: "shop"}, []string{e.ID}},
			{"status", f{Status: "accepted"}, []string{other.ID}},
			{"trace", f{TraceID: e.TraceID}, []string{e.ID}},
			{"from", f{From: later}, []string{other.ID}},
			{"to", f{To: later}, []string{e.ID}},
			{"q: id", f{Q: e.ID}, []string{e.ID}},
			{"q: trace", f{Q: other.TraceID}, []string{other.ID}},
			{"q: idempotency key", f{Q: e.IdempotencyKey}, []string{e.ID}},
			{"q: beginning of a type", f{Q: "user."}, []string{other.ID}},
			{"q: cancel key", f{Q: "order-1"}, []string{other.ID, e.ID}},
		} {
			list, _, err := db.Events(ctx, c.f, notify.Page{})
			require.NoError(t, err, c.name)
			var ids []string
			for _, each := range list {
				ids = append(ids, each.ID)
				require.Nil(t, each.Data)
			}
			require.Equal(t, c.want, ids, c.name)
		}
	})
}

func TestNotificationsAndOutcomes(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		w := makeWorld(t, db)
		failed, err := db.Message(ctx, w.failed)
		require.NoError(t, err)
		n, err := db.Notification(ctx, failed.NotificationID)
		require.NoError(t, err)
		require.Equal(t, []notify.Decision{{Step: "audience", Outcome: "pass"}}, n.Decisions)
		_, err = db.Notification(ctx, "ntf_none")
		require.ErrorIs(t, err, notify.ErrNotFound)
		for name, c := range map[string]struct {
			f    explain.NotificationFilter
			want int
		}{
			"all":               {explain.NotificationFilter{}, 1},
			"event":             {explain.NotificationFilter{Event: w.event}, 1},
			"recipient":         {explain.NotificationFilter{Recipient: "ada"}, 1},
			"another recipient": {explain.NotificationFilter{Recipient: "wei"}, 0},
			"workflow":          {explain.NotificationFilter{Workflow: "x"}, 0},
			"later":             {explain.NotificationFilter{From: later}, 0},
			"earlier":           {explain.NotificationFilter{To: start}, 0},
		} {
			list, _, err := db.Notifications(ctx, c.f, notify.Page{})
			require.NoError(t, err, name)
			require.Len(t, list, c.want, name)
		}
		outcomes, err := db.Outcomes(ctx, w.event)
		require.NoError(t, err)
		require.Equal(t, map[notify.Status]int{notify.Failed: 1}, outcomes)
	})
}

func TestTheLedgerCountsWhatTheFilterNames(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		makeWorld(t, db)
		type f = explain.LedgerFilter
		type by = map[notify.Status]int
		for name, c := range map[string]struct {
			f    f
			want by
		}{
			"all":     {f{}, by{notify.Queued: 2, notify.Delivered: 1, notify.Failed: 1, notify.Skipped: 1}},
			"from":    {f{From: start}, by{notify.Queued: 1, notify.Delivered: 1, notify.Failed: 1, notify.Skipped: 1}},
			"to":      {f{To: start}, by{notify.Queued: 1}},
			"source":  {f{Source: "billing"}, by{notify.Failed: 1}},
			"channel": {f{Channel: notify.SMS}, by{notify.Delivered: 1}},
			"nothing": {f{Source: "none"}, by{}},
		} {
			got, err := db.Ledger(t.Context(), c.f)
			require.NoError(t, err)
			require.Equal(t, c.want, got.ByStatus, name)
			sum := 0
			for _, n := range c.want {
				sum += n
			}
			require.Equal(t, sum, got.Created, name)
		}
	})
}

// TestTheBooksBalanceAtEveryMoment reads the ledger while messages are made and
// moved: a reader that took two snapshots would see them differ.
func TestTheBooksBalanceAtEveryMoment(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		race(t, 8, func(i int) error {
			for range 15 {
				if i%2 == 0 {
					if err := makeAndMove(t, db); err != nil {
						return err
					}
					continue
				}
				got, err := db.Ledger(ctx, explain.LedgerFilter{})
				if err != nil {
					return err
				}
				sum := 0
				for _, n := range got.ByStatus {
					sum += n
				}
				if sum != got.Created {
					t.Errorf("created %d, but %v", got.Created, got.ByStatus)
				}
			}
			return nil
		})
		got, err := db.Ledger(ctx, explain.LedgerFilter{})
		require.NoError(t, err)
		require.Equal(t, 60, got.Created)
	})
}

func TestCausesAreGroupedMostFrequentFirst(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		var last string
		for i := range 3 {
			m := aMessage("ada")
			m.Status, m.Outcome, m.ErrorCode, m.Integration = "failed", "invalid_recipient", "550", "int_1"
			m.ErrorDetail = []string{"first", "second", "third"}[i]
			m.CreatedAt = micros(start.Add(time.Duration(i) * time.Minute))
			seed(t, db, m)
			last = m.ID
		}
		other, fine := aMessage("ada"), aMessage("ada")
		other.Status, other.Outcome, other.Channel = "unknown", "ambiguous", "sms"
		fine.Status = "delivered"
		seed(t, db, other, fine)
		want := []explain.Cause{
			{
				Channel: notify.Email, Integration: "int_1", Outcome: notify.InvalidRecipient, ErrorCode: "550", ErrorDetail: "third",
				Template: "order", Count: 3, FirstAt: start, LastAt: start.Add(2 * time.Minute), SampleID: last,
			},
			{Channel: notify.SMS, Outcome: notify.Ambiguous, Template: "order", Count: 1, FirstAt: start, LastAt: start, SampleID: other.ID},
		}
		causes, err := db.Causes(t.Context(), notify.MessageFilter{})
		require.NoError(t, err)
		require.Equal(t, want, causes)
		causes, err = db.Causes(t.Context(), notify.MessageFilter{Status: []notify.Status{notify.Unknown}})
		require.NoError(t, err)
		require.Equal(t, want[1:], causes)
	})
}
