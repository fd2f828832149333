package store

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
)

// triedRow is an attempt of a message that had several.
type triedRow struct {
	ID, MessageID, Integration, Outcome string
	Number                              int
	DeliveredAt                         int64

	arrived bool // told just now
}

// mayHave reports whether the vendor may have taken the message by it.
func (a *triedRow) mayHave() bool {
	switch notify.Outcome(a.Outcome) {
	case "", notify.OK, notify.Ambiguous, notify.Interrupted:
		return true
	}
	return false
}

// readAttempts fills in the attempts of the messages that had several.
func readAttempts(ctx context.Context, tx bun.Tx, messages map[string]*trackedRow) error {
	var ids []string
	for id, m := range messages {
		if m.AttemptNumber > 1 {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var list []*triedRow
	err := tx.NewSelect().Table("attempts").Column("id", "message_id", "integration", "outcome", "number", "delivered_at").
		Where("message_id IN (?)", bun.List(sortedSet(ids))).OrderExpr("message_id, number").Scan(ctx, &list)
	for _, a := range list {
		messages[a.MessageID].attempts = append(messages[a.MessageID].attempts, a)
	}
	return err
}

// earlierAttempt is the attempt a receipt is about when that is not the message's
// last one, else nil. The integration tells; where it was tried twice, the
// vendor's id does.
func (m *trackedRow) earlierAttempt(r *receiptRow) *triedRow {
	var took []*triedRow
	for _, a := range m.attempts {
		if a.Integration == r.Integration && a.mayHave() {
			took = append(took, a)
		}
	}
	if len(took) == 0 {
		return nil
	}
	newest := took[len(took)-1]
	if newest.Number < m.AttemptNumber {
		return newest
	}
	if len(took) == 1 || r.ProviderMessageID == "" {
		return nil
	}
	// The message has the id of the last attempt that was answered.
	known, answered := r.ProviderMessageID == m.ProviderMessageID, newest.Outcome == string(notify.OK)
	if known == answered {
		return nil
	}
	return took[len(took)-2]
}

// arrivedEarlier reports whether an attempt before the last one is known to have
// reached the person.
func (m *trackedRow) arrivedEarlier() bool {
	for _, a := range m.attempts {
		if a.DeliveredAt > 0 && a.Number < m.AttemptNumber {
			return true
		}
	}
	return false
}

// tellEarlier applies the status in a receipt of an attempt after which others
// began. That it arrived counts, even where a later attempt has failed; anything
// else is only noted, as the message's end is the later attempt's to tell.
func (u *untold) tellEarlier(m *trackedRow, a *triedRow, r notify.Receipt, at int64) {
	detail := receiptDetail{Code: r.Code, Detail: r.Detail, Status: string(r.Status), Integration: a.Integration, Attempt: a.Number}
	was := notify.Status(m.Status)
	if r.Status != notify.Delivered {
		u.note(m, "receipt", detail)
		return
	}
	a.DeliveredAt, a.arrived = earlier(a.DeliveredAt, at), true
	if !was.Supersedes(notify.Delivered) && was != notify.Failed {
		u.note(m, "receipt", detail)
		return
	}
	if was == notify.Sending {
		u.overtaken = append(u.overtaken, m.ID)
	}
	m.Status, m.moved = string(notify.Delivered), true
	m.ErrorCode, m.ErrorDetail = "", ""
	u.note(m, string(notify.Delivered), detail)
}

// writeArrivals keeps on the attempts that they arrived.
func writeArrivals(ctx context.Context, tx bun.Tx, messages map[string]*trackedRow) error {
	for _, id := range slices.Sorted(maps.Keys(messages)) {
		for _, a := range messages[id].attempts {
			if !a.arrived {
				continue
			}
			_, err := tx.NewUpdate().Table("attempts").Set("delivered_at = ?", a.DeliveredAt).
				Where("message_id = ? AND number = ?", a.MessageID, a.Number).Exec(ctx)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// ending is how attempts end that no worker ends.
type ending struct {
	outcome notify.Outcome
	why     string
	at      time.Time
}

// endAttempts ends attempts under way of messages that a receipt has settled. The
// worker's own result still replaces this one; a worker that died leaves none,
// and nobody else looks at the attempt again.
func endAttempts(ctx context.Context, tx bun.Tx, messages []string, e ending) error {
	if len(messages) == 0 {
		return nil
	}
	_, err := tx.NewUpdate().Table("attempts").Set("outcome = ?, ended_at = ?, error_detail = ?", e.outcome, micros(e.at), e.why).
		Where("message_id IN (?) AND outcome = ''", bun.List(messages)).Exec(ctx)
	return err
}
