package demo

import (
	"time"

	"clarion/backend/notify"
)

// taken is what follows once a vendor has a message.
func (w *world) taken(m *Message, end time.Time, person int) {
	h := habits[m.Channel]
	m.ProviderMessageID = "seeded-" + m.ID[len(notify.MessageID):]
	m.SentAt = end
	accepted := map[string]any{"integration": m.Integration, "provider_message_id": m.ProviderMessageID}
	if m.Channel == notify.InApp {
		m.Status, m.DeliveredAt = notify.Delivered, end
		w.note(m, end, string(notify.Delivered), accepted)
		w.engage(m, end, person)
		return
	}
	m.Status = notify.Sent
	w.note(m, end, string(notify.Sent), accepted)
	arrival := h.arrival
	receipts, bounced := h.receipts, h.bounced.chance
	if second := routes[m.Channel]; len(second) > 1 && m.Integration == second[1] { // the cheaper vendor is the worse one
		arrival, receipts, bounced = arrival*5/3, receipts*0.96, bounced*1.6
	}
	if person < len(w.lives)/8 { // who gets a lot has an address that works
		bounced /= 10
	}
	at := w.clamp(end.Add(w.around(arrival)))
	switch {
	case receipts == 0:
		w.engage(m, end, person)
	case w.chance(bounced):
		m.Outcome, m.ErrorCode, m.ErrorDetail = h.bounced.outcome, h.bounced.code, h.bounced.detail
		w.suppress(m, at, person, notify.Bounce)
		w.dead(m, at, notify.Failed)
	case w.chance(receipts):
		m.Status, m.DeliveredAt = notify.Delivered, at
		w.note(m, at, string(notify.Delivered), nil)
		w.engage(m, at, person)
	}
}

// interest is how likely people look at what comes in a category.
var interest = map[string]float64{"orders": 0.55, "account": 0.62, "billing": 0.5, "marketing": 0.21, "system": 0.7, "work": 0.66}

// engage is what the person does with it, which machines can only tell on some
// channels.
func (w *world) engage(m *Message, at time.Time, person int) {
	keen := interest[m.Category]
	later := func(median time.Duration) time.Time {
		at = at.Add(w.around(median)).Truncate(time.Microsecond)
		return at
	}
	note := func(kind notify.Engagement, median time.Duration) {
		w.note(m, later(median), string(kind), nil)
	}
	switch m.Channel {
	case notify.Email:
		if !w.chance(keen) {
			return
		}
		note(notify.EngagedOpened, 50*time.Minute)
		if w.chance(0.24) {
			note(notify.EngagedClicked, 20*time.Second)
		}
		w.leave(m, at, person)
	case notify.InApp:
		if !w.chance(keen) {
			return
		}
		note(notify.EngagedSeen, 2*time.Hour)
		if w.chance(0.8) {
			note(notify.EngagedRead, 8*time.Second)
		}
		if w.chance(0.3) {
			note(notify.EngagedClicked, 3*time.Second)
		}
	case notify.Push:
		if w.chance(keen / 4) {
			note(notify.EngagedOpened, 10*time.Minute)
		}
	}
}

// leave is the person who has had enough.
func (w *world) leave(m *Message, at time.Time, person int) {
	if m.Category != "marketing" {
		return
	}
	at = at.Add(w.around(30 * time.Second)).Truncate(time.Microsecond)
	tired := 1 + float64(w.lives[person].got[int(m.CreatedAt.Sub(w.start)/(24*time.Hour))])
	switch {
	case w.chance(0.012 * tired):
		w.note(m, at, string(notify.EngagedUnsubscribed), nil)
		w.lives[person].out[m.Category] = true
	case w.chance(0.004 * tired):
		w.note(m, at, string(notify.EngagedComplained), nil)
		w.suppress(m, at, person, notify.Complaint)
	}
}

// suppress keeps an address that must not be contacted any more.
func (w *world) suppress(m *Message, at time.Time, person int, why notify.SuppressionReason) {
	if _, already := w.lives[person].suppressed[m.Channel]; already || at.After(w.until) {
		return
	}
	w.lives[person].suppressed[m.Channel] = at
	w.batch.Suppressions = append(w.batch.Suppressions, notify.Suppression{
		ID: w.id(notify.SuppressionID, at), Channel: m.Channel, Address: m.Address, Reason: why, Detail: m.ErrorDetail,
		RecipientID: m.Recipient.ID, MessageID: m.ID, CreatedAt: at,
	})
}
