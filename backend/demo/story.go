package demo

import (
	"time"

	"clarion/backend/notify"
)

// queueWait is how long a message waits for its turn.
var queueWait = map[notify.Priority]time.Duration{
	notify.High: 14 * time.Millisecond, notify.Medium: 90 * time.Millisecond, notify.Low: 900 * time.Millisecond,
}

// fate is how a call or a receipt ends badly, and how often.
type fate struct {
	chance       float64
	outcome      notify.Outcome
	code, detail string
}

// habit is what a channel is like.
type habit struct {
	call, arrival time.Duration
	refused       []fate
	bounced       fate
	// again is how often the vendor has to be asked once more, receipts how often it
	// says that a message arrived.
	again, receipts float64
}

var habits = map[notify.Channel]habit{
	notify.Email: {
		180 * time.Millisecond, 4 * time.Second,
		[]fate{{0.003, notify.ContentRejected, "554", "Message refused by policy."}, {0.0006, notify.Ambiguous, "timeout", "No answer within ten seconds."}},
		fate{0.013, notify.InvalidRecipient, "550", "No such mailbox."}, 0.02, 0.985,
	},
	notify.SMS: {
		240 * time.Millisecond, 3 * time.Second,
		[]fate{
			{0.006, notify.InvalidRecipient, "21211", "The number is not valid."}, {0.002, notify.AuthConfig, "21612", "The sender may not text this country."},
			{0.002, notify.Ambiguous, "timeout", "No answer within ten seconds."},
		},
		fate{0.018, notify.InvalidRecipient, "30003", "The handset is unreachable."}, 0.015, 0.97,
	},
	notify.Push:    {90 * time.Millisecond, 0, []fate{{0.012, notify.InvalidRecipient, "UNREGISTERED", "The app was removed from the device."}}, fate{}, 0.01, 0},
	notify.Slack:   {200 * time.Millisecond, 0, []fate{{0.008, notify.RecipientBlocked, "channel_not_found", "The channel does not exist."}}, fate{}, 0.02, 0},
	notify.Webhook: {70 * time.Millisecond, 0, []fate{{0.02, notify.Temporary, "503", "The endpoint answered 503 ten times."}}, fate{}, 0.05, 0},
	notify.WeCom:   {160 * time.Millisecond, 0, []fate{{0.006, notify.InvalidRecipient, "60111", "No such user."}}, fate{}, 0.01, 0},
	notify.InApp:   {3 * time.Millisecond, 0, nil, fate{}, 0, 0},
}

// routes are the integrations of a channel, first the one that is tried first.
var routes = map[notify.Channel][]string{
	notify.Email: {AccountPrefix + "sendgrid", AccountPrefix + "ses"}, notify.SMS: {AccountPrefix + "twilio", AccountPrefix + "sns"},
	notify.Push: {AccountPrefix + "fcm"}, notify.Slack: {AccountPrefix + "slack"}, notify.Webhook: {AccountPrefix + "webhook"},
	notify.WeCom: {AccountPrefix + "wecom"}, notify.InApp: {"in_app"},
}

// deliver tells the story of a message from the queue to its end.
func (w *world) deliver(m *Message, person int) {
	begin := m.CreatedAt
	if until, quiet := w.quiet(m, person); quiet {
		w.note(m, begin, string(notify.Held), map[string]any{"reason": notify.QuietHours, "until": until})
		m.DueAt, begin = until, until
	}
	w.note(m, begin, string(notify.Queued), nil)
	if m.Workflow == "cart.reminder" && w.chance(0.03) {
		m.Status = notify.Cancelled
		w.note(m, w.clamp(begin.Add(w.around(time.Millisecond))), string(notify.Cancelled), map[string]any{"reason": "The cart was paid."})
		return
	}
	at := begin.Add(w.around(queueWait[m.Priority]))
	if m.Workflow == "newsletter" { // a crowd takes its time
		at = at.Add(time.Duration(w.random.IntN(240)) * time.Second)
	}
	w.send(m, at, person)
}

// quiet says until when somebody is left alone who is not to be disturbed.
func (w *world) quiet(m *Message, person int) (time.Time, bool) {
	zone := zones[w.cast.People[person].Timezone]
	local := m.CreatedAt.In(zone)
	if m.Category != "marketing" || !w.lives[person].quiet || local.Hour() < 22 && local.Hour() >= 7 {
		return time.Time{}, false
	}
	wake := time.Date(local.Year(), local.Month(), local.Day(), 7, 0, 0, 0, zone)
	if wake.Before(local) {
		wake = wake.AddDate(0, 0, 1)
	}
	return wake.UTC(), wake.Before(w.until.Add(-time.Minute))
}

var zones = func() map[string]*time.Location {
	known := map[string]*time.Location{}
	for _, home := range homes {
		zone, err := time.LoadLocation(home.zone)
		if err != nil { // a machine without time zones: all live in UTC
			zone = time.UTC
		}
		known[home.zone] = zone
	}
	return known
}()

// try is one attempt at the given time; it returns when it ended.
func (w *world) try(m *Message, at time.Time, f fate) time.Time {
	h := habits[m.Channel]
	at = w.clamp(at)
	ended := w.clamp(at.Add(w.around(h.call)))
	m.AttemptNumber++
	m.Attempts, m.Outcome, m.ErrorCode, m.ErrorDetail = m.AttemptNumber, f.outcome, f.code, f.detail
	w.batch.Attempts = append(w.batch.Attempts, notify.Attempt{
		ID: w.id(notify.AttemptID, at), MessageID: m.ID, Number: m.AttemptNumber, Integration: m.Integration, Outcome: f.outcome,
		ErrorCode: f.code, ErrorDetail: f.detail, StartedAt: at, EndedAt: ended,
	})
	return ended
}

// send tries until the vendor has taken the message or there is no hope.
func (w *world) send(m *Message, at time.Time, person int) {
	h, ways := habits[m.Channel], routes[m.Channel]
	m.Integration = ways[0]
	if len(ways) > 1 && w.chance(0.25) {
		m.Integration = ways[1]
	}
	switch {
	case m.Integration == AccountPrefix+"sendgrid" && w.down(at):
		broken := fate{outcome: notify.Temporary, code: "503", detail: "The vendor is out of order."}
		end := w.try(m, at, broken)
		if w.chance(0.12) {
			for range 2 {
				at = w.clamp(end.Add(w.around(20 * time.Second)))
				w.note(m, end, "retry", map[string]any{"integration": m.Integration, "attempt": m.AttemptNumber, "code": "503", "next_attempt_at": at})
				end = w.try(m, at, broken)
			}
			w.dead(m, end, notify.Failed)
			return
		}
		w.note(m, end, "failover", map[string]any{"from": m.Integration, "to": ways[1], "code": "503", "detail": m.ErrorDetail})
		m.Integration, at = ways[1], end.Add(20*time.Millisecond)
	case w.chance(h.again):
		end := w.try(m, at, fate{outcome: notify.Temporary, code: "429", detail: "Slow down."})
		at = w.clamp(end.Add(time.Second + w.around(2*time.Second)))
		w.note(m, end, "retry", map[string]any{"integration": m.Integration, "attempt": m.AttemptNumber, "code": "429", "next_attempt_at": at})
	}
	roll := w.random.Float64()
	for _, f := range h.refused {
		if roll -= f.chance; roll < 0 {
			w.refused(m, w.try(m, at, f), person)
			return
		}
	}
	w.taken(m, w.try(m, at, fate{outcome: notify.OK}), person)
}

func (w *world) refused(m *Message, end time.Time, person int) {
	if m.Outcome == notify.Ambiguous {
		w.dead(m, end, notify.Unknown)
		return
	}
	if m.Outcome == notify.RecipientBlocked {
		w.suppress(m, end, person, notify.Unsubscribe)
	}
	w.dead(m, end, notify.Failed)
}

// dead ends a message as a dead letter.
func (w *world) dead(m *Message, at time.Time, status notify.Status) {
	m.Status, m.DeadAt = status, at
	w.note(m, at, string(status), map[string]any{"integration": m.Integration, "outcome": m.Outcome, "code": m.ErrorCode, "detail": m.ErrorDetail})
}
