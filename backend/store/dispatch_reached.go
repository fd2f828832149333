package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"clarion/backend/dispatch"
	"clarion/backend/notify"
)

// againMost is how often a batch is saved anew without those whom its events have
// reached. Once is enough, unless somebody is merged again meanwhile.
const againMost = 3

// Save stores what a dispatch run decided, in one transaction. Who was merged while
// their audience was walked may have been reached already by the other id they had:
// the unique key of notifications says so, and they are left out.
func (db *DB) Save(ctx context.Context, b dispatch.Batch) ([]string, error) {
	if len(b.Events) == 0 {
		return nil, nil
	}
	saved, err := db.saveOnce(ctx, b)
	for again := 0; errors.Is(err, notify.ErrConflict) && again < againMost; again++ {
		some, fault := db.leaveReached(ctx, &b)
		if fault != nil || !some {
			err = errors.Join(err, fault)
			break
		}
		saved, err = db.saveOnce(ctx, b)
	}
	if errors.Is(err, errBehind) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("save the dispatch of %d events: %w", len(b.Events), err)
	}
	return saved, nil
}

// reachedKey is what a notification is the only one of.
type reachedKey struct{ event, recipient, workflow string }

// leaveReached takes out of a batch whom its events have reached, and reports
// whether there was anybody. Their messages are skipped for whoever holds them still.
func (db *DB) leaveReached(ctx context.Context, b *dispatch.Batch) (bool, error) {
	people := make([]string, len(b.Notifications))
	for i := range b.Notifications {
		people[i] = b.Notifications[i].Recipient.ID
	}
	events := make([]string, len(b.Events))
	for i, e := range b.Events {
		events[i] = e.ID
	}
	var rows []struct{ EventID, RecipientID, Workflow string }
	err := db.w.NewSelect().Table("notifications").Column("event_id", "recipient_id", "workflow").
		Where("event_id IN (?)", bun.List(events)).Where("recipient_id IN (?)", bun.List(sortedSet(people))).Scan(ctx, &rows)
	if err != nil {
		return false, during(err, "find whom %d events have reached", len(events))
	}
	reached := make(map[reachedKey]bool, len(rows))
	for _, row := range rows {
		reached[reachedKey{row.EventID, row.RecipientID, row.Workflow}] = true
	}
	gone := map[string]bool{} // notifications
	b.Notifications = slices.DeleteFunc(slices.Clone(b.Notifications), func(n notify.Notification) bool {
		twice := reached[reachedKey{n.EventID, n.Recipient.ID, n.Workflow}]
		if twice {
			gone[n.ID] = true
		}
		return twice
	})
	for i := range b.Messages {
		if m := &b.Messages[i]; gone[m.NotificationID] {
			m.Status = notify.Skipped
		}
	}
	b.Messages = slices.DeleteFunc(slices.Clone(b.Messages), func(m notify.Message) bool { return gone[m.NotificationID] })
	b.Runs = slices.DeleteFunc(slices.Clone(b.Runs), func(r notify.Run) bool { return gone[r.ID] })
	return len(gone) > 0, nil
}
