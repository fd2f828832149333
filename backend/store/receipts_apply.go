package store

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
)

// trackedRow is what a receipt may change of a message, and needs to know.
type trackedRow struct {
	ID, Status, Channel, Address, Source, RecipientID string
	Category                                          string
	ErrorCode, ErrorDetail, ProviderMessageID         string
	SentAt, DeliveredAt                               int64
	AttemptNumber                                     int

	attempts       []*triedRow // where there were several
	moved, touched bool
}

// deadAt is when the message became a dead letter: zero unless it is one.
func (m *trackedRow) deadAt(now time.Time) int64 {
	if notify.Status(m.Status).Dead() {
		return micros(now)
	}
	return 0
}

// lockTracked locks the messages in the order of their ids.
func (db *DB) lockTracked(ctx context.Context, tx bun.Tx, rows []*receiptRow) (map[string]*trackedRow, error) {
	var ids []string
	for _, r := range rows {
		if r.MessageID != "" {
			ids = append(ids, r.MessageID)
		}
	}
	out := map[string]*trackedRow{}
	if len(ids) == 0 {
		return out, nil
	}
	var list []*trackedRow
	q := tx.NewSelect().Table("messages").
		Column("id", "status", "channel", "address", "source", "recipient_id", "category", "error_code", "error_detail", "sent_at", "delivered_at", "provider_message_id", "attempt_number").
		Where("id IN (?)", bun.List(sortedSet(ids))).OrderExpr("id")
	if err := db.lock(q, "UPDATE").Scan(ctx, &list); err != nil {
		return nil, err
	}
	for _, m := range list {
		out[m.ID] = m
	}
	return out, readAttempts(ctx, tx, out)
}

// untold gathers what receipts change, to be written together.
type untold struct {
	now          time.Time
	story        []timelineRow
	suppressions []suppressed
	invalid      [][]any
	// wanted are addresses whose people asked for messages again.
	wanted [][]any
	// rejoined are addresses with the scope of the group they were asked for.
	rejoined [][]any
	// answered are messages whose receipt came before the vendor's answer.
	answered []string
	// overtaken are messages that arrived by an earlier attempt while another was
	// under way.
	overtaken []string
	// engaged are messages with which somebody did something.
	engaged []string
	// said is what people told the vendor: not to be written to, or again.
	said []notify.Consent
}

type suppressed struct {
	bun.BaseModel `bun:"table:suppressions,alias:s"`
	ID            string `bun:"id"`
	Channel       string `bun:"channel"`
	Address       string `bun:"address"`
	Reason        string `bun:"reason"`
	Detail        string `bun:"detail"`
	RecipientID   string `bun:"recipient_id"`
	MessageID     string `bun:"message_id"`
	CreatedAt     int64  `bun:"created_at"`
	Scope         string `bun:"scope"`
}

// tell applies one receipt to its message. The times are the earliest any
// receipt gave, whatever the order in which they came.
func (u *untold) tell(m *trackedRow, row *receiptRow) {
	r, at, before := row.word, toldAt(row.word.At, u.now), notify.Status(m.Status)
	tried := m.SentAt > 0 || before.Supersedes(notify.Delivered) || before == notify.Failed
	if tried && (r.Status == notify.Sent || r.Status == notify.Delivered) {
		m.SentAt, m.touched = earlier(m.SentAt, at), true
	}
	if tried && r.Status == notify.Delivered {
		m.DeliveredAt = earlier(m.DeliveredAt, at)
	}
	detail := receiptDetail{Code: r.Code, Detail: r.Detail, Status: string(r.Status)}
	past := m.earlierAttempt(row)
	switch {
	case past != nil && r.Status != "":
		u.tellEarlier(m, past, r, at)
	case r.Status == notify.Failed && m.arrivedEarlier():
		u.note(m, "receipt", detail)
	case r.Status != "" && before.Supersedes(r.Status):
		if before == notify.Sending {
			u.answered = append(u.answered, m.ID)
		}
		m.Status, m.moved = string(r.Status), true
		if r.Status == notify.Failed {
			m.ErrorCode, m.ErrorDetail = r.Code, r.Detail
		}
		u.note(m, string(r.Status), detail)
	case r.Status != "" || r.Engagement == "":
		u.note(m, "receipt", detail)
	}
	if r.Engagement != "" {
		u.note(m, string(r.Engagement), detail)
		u.engaged = append(u.engaged, m.ID)
	}
	if r.Suppress != "" {
		u.suppress(m, r)
	}
	if r.Resubscribe {
		u.take(m, r)
		u.said = append(u.said, notify.Consent{
			Recipient: m.RecipientID, Kind: notify.ConsentStarted, Source: notify.ByVendor,
			Channel: notify.Channel(m.Channel), Category: m.group(r), MessageID: m.ID, Address: m.Address,
		})
	}
}

// toldAt is when a vendor says it happened. Most vendors tell whole seconds; the
// end of that second is what can be said without claiming that a message was
// delivered before it was sent. Nothing happened later than now.
func toldAt(at, now time.Time) int64 {
	if at.IsZero() {
		return micros(now)
	}
	if at.Nanosecond() == 0 {
		at = at.Add(time.Second - time.Microsecond)
	}
	return min(micros(at), micros(now))
}

// receiptDetail is the detail of a row that a receipt wrote.
type receiptDetail struct {
	Code   string `json:"code,omitempty"`
	Detail string `json:"detail,omitempty"`
	Status string `json:"status,omitempty"`
	// Integration and Attempt are set when it was not the message's last attempt.
	Integration string `json:"integration,omitempty"`
	Attempt     int    `json:"attempt,omitempty"`
}

func (u *untold) note(m *trackedRow, kind string, d receiptDetail) {
	text, err := json.Marshal(d)
	if err != nil { // strings and a number are always JSON
		panic(err)
	}
	u.story = append(u.story, timelineRow{MessageID: m.ID, At: micros(u.now), Kind: kind, Channel: m.Channel, Source: m.Source, Detail: string(text)})
}

// suppress keeps the address as the message spells it, which is how people will
// look for it. A bounce also says that the address does not work.
func (u *untold) suppress(m *trackedRow, r notify.Receipt) {
	address := r.Address
	if address == "" || strings.EqualFold(address, m.Address) {
		address = m.Address
	}
	u.suppressions = append(u.suppressions, suppressed{
		ID: notify.NewID(notify.SuppressionID), Channel: m.Channel, Address: address, Reason: string(r.Suppress),
		Detail: r.Detail, RecipientID: m.RecipientID, MessageID: m.ID, CreatedAt: micros(u.now), Scope: m.scope(r),
	})
	if r.Suppress == notify.Unsubscribe {
		u.said = append(u.said, notify.Consent{
			Recipient: m.RecipientID, Kind: notify.ConsentStopped, Source: notify.ByVendor,
			Channel: notify.Channel(m.Channel), Category: m.group(r), MessageID: m.ID, Address: address,
		})
	}
	if r.Suppress == notify.Bounce {
		u.invalid = append(u.invalid, []any{m.RecipientID, m.Channel, address})
	}
}

// tellAddress applies a receipt that is about an address and no message.
func (u *untold) tellAddress(r notify.Receipt) {
	switch {
	case r.Suppress != "":
		u.suppressions = append(u.suppressions, suppressed{
			ID: notify.NewID(notify.SuppressionID), Channel: string(r.Channel), Address: r.Address, Reason: string(r.Suppress),
			Detail: r.Detail, CreatedAt: micros(u.now),
		})
		if r.Suppress == notify.Unsubscribe {
			u.said = append(u.said, ofAddress(r, notify.ConsentStopped))
		}
	case r.Resubscribe:
		u.wanted = append(u.wanted, []any{string(r.Channel), r.Address})
		u.said = append(u.said, ofAddress(r, notify.ConsentStarted))
	}
}

// group is the category that a receipt about a group of messages stands for.
func (m *trackedRow) group(r notify.Receipt) string {
	if !r.Group {
		return ""
	}
	return m.Category
}

// scope is how far the entry of such a receipt reaches: no further than its group.
func (m *trackedRow) scope(r notify.Receipt) string {
	if category := m.group(r); category != "" {
		return "category:" + category
	}
	return ""
}

// take notes what a person asked for again: one group, or all.
func (u *untold) take(m *trackedRow, r notify.Receipt) {
	if scope := m.scope(r); scope != "" {
		u.rejoined = append(u.rejoined, []any{m.Channel, m.Address, scope})
		return
	}
	u.wanted = append(u.wanted, []any{m.Channel, m.Address})
}

// takeBack ends unsubscriptions. Other reasons stay: an address that bounces does
// so whatever its person wants.
func (u *untold) takeBack(ctx context.Context, tx bun.Tx) error {
	for columns, given := range map[string][][]any{"(channel, address)": u.wanted, "(channel, address, scope)": u.rejoined} {
		if len(given) == 0 {
			continue
		}
		places, args := tuples(given)
		query := tx.NewDelete().Where("reason = ?", string(notify.Unsubscribe)).Where(columns+" IN (VALUES "+places+")", args...)
		if _, err := endSuppressions(ctx, tx, query, notify.EndedSuppression{How: notify.SuppressionResubscribed, At: u.now}); err != nil {
			return err
		}
	}
	return nil
}

func earlier(known, at int64) int64 {
	if known == 0 {
		return at
	}
	return min(known, at)
}

// write stores it all and returns the messages whose status changed.
func (u *untold) write(ctx context.Context, tx bun.Tx, messages map[string]*trackedRow) ([]string, error) {
	changed, err := writeTracked(ctx, tx, messages, u.now)
	if err != nil {
		return nil, err
	}
	if err := u.takeBack(ctx, tx); err != nil {
		return nil, err
	}
	if len(u.suppressions) > 0 {
		slices.SortStableFunc(u.suppressions, func(a, b suppressed) int {
			return cmp.Or(cmp.Compare(a.Channel, b.Channel), cmp.Compare(strings.ToLower(a.Address), strings.ToLower(b.Address)))
		})
		if _, err := tx.NewInsert().Model(&u.suppressions).On(suppressedOnce).Set(takesOver).Where(mayTakeOver).Exec(ctx); err != nil {
			return nil, err
		}
	}
	if len(u.invalid) > 0 {
		places, args := tuples(u.invalid)
		_, err := tx.NewRaw("UPDATE addresses SET invalid = TRUE WHERE (recipient_id, channel, address) IN (VALUES "+places+")", args...).Exec(ctx)
		if err != nil {
			return nil, err
		}
	}
	if err := u.writeAttempts(ctx, tx, messages); err != nil {
		return nil, err
	}
	if err := writeTimeline(ctx, tx, u.story); err != nil {
		return nil, err
	}
	return changed, wakeRuns(ctx, tx, u.engaged, u.now)
}

// writeAttempts ends the attempts that receipts overtook: one that is answered by
// its own receipt was taken, one whose message arrived before it may have been.
func (u *untold) writeAttempts(ctx context.Context, tx bun.Tx, messages map[string]*trackedRow) error {
	if err := writeArrivals(ctx, tx, messages); err != nil {
		return err
	}
	if err := endAttempts(ctx, tx, u.answered, ending{notify.OK, "The vendor's receipt came before its answer.", u.now}); err != nil {
		return err
	}
	return endAttempts(ctx, tx, u.overtaken, ending{notify.Interrupted, "The message arrived by an earlier attempt.", u.now})
}

// writeTracked leaves the attempt on the message: the vendor's own answer may
// still be on its way and has things to say that no receipt knows.
func writeTracked(ctx context.Context, tx bun.Tx, messages map[string]*trackedRow, now time.Time) ([]string, error) {
	var changed []string
	var values [][]any
	for _, m := range messages {
		if m.moved {
			changed = append(changed, m.ID)
		}
		if m.moved || m.touched {
			values = append(values, []any{m.ID, m.Status, m.SentAt, m.DeliveredAt, m.ErrorCode, m.ErrorDetail, m.deadAt(now)})
		}
	}
	slices.Sort(changed)
	if len(values) == 0 {
		return changed, nil
	}
	places, args := tuples(values)
	_, err := tx.NewRaw(`WITH g (own, to_status, sent, delivered, code, said, dead) AS (VALUES `+places+`)
		UPDATE messages SET lease_until = CASE WHEN status = g.to_status THEN lease_until ELSE 0 END, status = g.to_status,
			sent_at = CAST(g.sent AS BIGINT), delivered_at = CAST(g.delivered AS BIGINT), error_code = g.code, error_detail = g.said,
			dead_at = CASE WHEN status = g.to_status THEN dead_at ELSE CAST(g.dead AS BIGINT) END
		FROM g WHERE id = g.own`, args...).Exec(ctx)
	return changed, err
}
