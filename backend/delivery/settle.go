package delivery

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"time"

	"clarion/backend/notify"
)

const (
	// maxAttempts is how often a message is tried in one run; a replay starts a
	// new run.
	maxAttempts = 10
	// maxDeferrals bounds the waits a vendor asked for, which cost no attempt.
	maxDeferrals = 50
	// maxResends bounds how often an ambiguous answer is answered by sending
	// again, where the policy allows it.
	maxResends = 2
	// backoffBase and backoffMax shape the exponential backoff with full jitter:
	// the wait before try n+1 is anything up to base × 2^(n-1).
	backoffBase = time.Second
	backoffMax  = 15 * time.Minute
	// breakerWait is how long a message waits when the breaker refused it.
	breakerWait = 2 * time.Second
)

// settle decides what follows from each answer.
func (d *Deliverer) settle(ctx context.Context, sent []attempted, now time.Time) ([]Finish, []Deferral) {
	finishes := make([]Finish, 0, len(sent))
	var deferrals []Deferral
	for i := range sent {
		a := &sent[i]
		if a.deferred {
			if a.wait == 0 {
				a.wait, a.why = breakerWait+rand.N(breakerWait), "breaker_open"
			}
			deferrals = append(deferrals, Deferral{a.message.ID, a.message.AttemptID, now.Add(a.wait), a.why})
			continue
		}
		next, refused := "", false
		switch a.result.Outcome {
		case notify.OK:
			d.taken(a)
		case notify.Temporary, notify.AuthConfig:
			next = d.after(ctx, a.message, a.account.ID)
			refused = a.result.Outcome == notify.AuthConfig && !a.message.IsTest() && d.accountRefused(ctx, a)
		}
		switch {
		case next != "":
			finishes = append(finishes, failover(a, next, now))
		case refused:
			finishes = append(finishes, held(a, now))
		default:
			finishes = append(finishes, sparing(a.message, verdict(a, now)))
		}
	}
	return finishes, deferrals
}

// interrupted decides what becomes of a message whose worker died between the
// attempt row and the result: the vendor may or may not have been called.
func interrupted(m notify.Message, now time.Time) Finish {
	account := notify.Account{Integration: notify.Integration{ID: m.Integration}}
	return verdict(&attempted{message: m, account: &account, ended: now, result: notify.Result{
		Outcome: notify.Interrupted, Code: "interrupted",
		Detail: "The process stopped while the message was on its way; the vendor may have it.",
	}}, now)
}

// verdict is the whole retry policy.
func verdict(a *attempted, now time.Time) Finish {
	f := start(a)
	switch a.result.Outcome {
	case notify.OK:
		f.Status = notify.Sent
		if a.result.Delivered {
			f.Status = notify.Delivered
		} else if within := a.account.ReceiptWithin; within > 0 {
			f.ReceiptBy = now.Add(time.Duration(within) * time.Second)
		}
		f.note(string(f.Status), detail{"integration": f.Integration, "provider_message_id": a.result.ProviderMessageID})
	case notify.RateLimited:
		rateLimited(&f, a, now)
	case notify.Temporary:
		again(&f, a, now)
	case notify.Ambiguous, notify.Interrupted:
		inDoubt(&f, a, now)
	case notify.InvalidRecipient:
		// An endpoint is given up where a person sees it and takes it back, and so is
		// a mailbox, for all who share it. A device or a number is its person's alone.
		if key, _ := placeOf(a.account, &a.message); key != "" || a.message.Channel == notify.Email {
			f.Suppress = notify.Bounce
		} else {
			f.InvalidAddress = true
		}
		f.fail(a)
	case notify.RecipientBlocked:
		f.Suppress = notify.Unsubscribe
		f.fail(a)
	default:
		f.fail(a)
	}
	return f
}

// start fills what every finish has.
func start(a *attempted) Finish {
	m := a.message
	return Finish{
		MessageID: m.ID, AttemptID: m.AttemptID, Channel: m.Channel, Priority: m.Priority, Source: m.Source, Integration: a.account.ID,
		Result: a.result, Attempts: m.Attempts, Deferrals: m.Deferrals, EndedAt: a.ended,
		RecipientID: m.Recipient.ID, Address: m.Address,
	}
}

type detail map[string]any

func (f *Finish) note(kind string, d detail) {
	// A map of strings and numbers always has a JSON form.
	text, _ := json.Marshal(d)
	f.Changes = append(f.Changes, Change{kind, text})
}

func (f *Finish) fail(a *attempted) {
	f.Status = notify.Failed
	f.note(string(notify.Failed), detail{
		"integration": f.Integration, "outcome": a.result.Outcome, "code": a.result.Code, "detail": a.result.Detail,
	})
}

// retryAt queues the message again. A message that expires before that may as
// well wait for its expiry: the claim at that time finds it expired.
func (f *Finish) retryAt(a *attempted, kind string, at time.Time, d detail) {
	if expires := a.message.ExpiresAt; !expires.IsZero() && !at.Before(expires) {
		at = expires
	}
	f.Status, f.DueAt, f.LeaseUntil = notify.Queued, at, at
	d["next_attempt_at"] = at
	f.note(kind, d)
}

// rateLimited waits as told. That is no failure of the message, so it costs no
// attempt, but a vendor that never lets it through ends in a dead letter.
func rateLimited(f *Finish, a *attempted, now time.Time) {
	f.Attempts--
	f.Deferrals++
	if f.Deferrals > maxDeferrals || a.result.RetryAfter == 0 && f.Deferrals > untoldOf(a.message.Channel) {
		f.fail(a)
		return
	}
	wait := max(a.result.RetryAfter, jitter(f.Deferrals))
	if a.result.RetryAfter == 0 {
		wait = pause(a.message.Channel, f.Deferrals)
	}
	f.retryAt(a, "deferred", now.Add(wait), detail{"integration": f.Integration, "code": a.result.Code, "detail": a.result.Detail})
}

// again tries once more after a while, or gives up.
func again(f *Finish, a *attempted, now time.Time) {
	if f.Attempts >= maxAttempts {
		f.fail(a)
		return
	}
	at := now.Add(max(a.result.RetryAfter, pause(a.message.Channel, f.Attempts)))
	f.retryAt(a, "retry", at, detail{
		"integration": f.Integration, "attempt": a.message.AttemptNumber, "code": a.result.Code, "detail": a.result.Detail,
	})
}

// inDoubt applies the ambiguity policy: unknown is an honest state, sending
// again needs permission.
func inDoubt(f *Finish, a *attempted, now time.Time) {
	why := detail{"integration": f.Integration, "code": a.result.Code, "detail": a.result.Detail, "policy": a.message.Ambiguity}
	f.note(string(notify.Unknown), why)
	switch {
	case a.message.Ambiguity == notify.FailUnknown:
		f.fail(a)
	case a.message.Ambiguity == notify.Resend && f.Attempts <= resendsOf(a.message.Channel):
		at := now
		if a.result.Outcome == notify.Ambiguous {
			at = now.Add(pause(a.message.Channel, f.Attempts))
		}
		f.retryAt(a, "resent", at, detail{"reason": "ambiguous", "attempt": a.message.AttemptNumber})
	default:
		f.Status = notify.Unknown
	}
}

// failover queues the message for the next integration, at once: the first one
// certainly did not take it.
func failover(a *attempted, next string, now time.Time) Finish {
	f := start(a)
	f.Next = next
	f.retryAt(a, "failover", now, detail{
		"from": f.Integration, "to": next, "code": a.result.Code, "detail": a.result.Detail,
	})
	f.LeaseUntil = now.Add(queueLease)
	return f
}

// jitter is the wait before the next try: exponential, with full jitter, so
// that a vendor that comes back is not met by everybody at once.
func jitter(attempt int) time.Duration {
	limit := backoffBase << min(max(attempt-1, 0), 20)
	return rand.N(min(limit, backoffMax)) + time.Millisecond
}

// nextAccount returns the account after the given one that this run of the
// message has not tried, or "" when there is none. Each account is tried once
// per round: attempt numbers tell how far the round has come. When the accounts
// cannot be read there is none: the answer at hand must be stored all the same.
func (d *Deliverer) nextAccount(ctx context.Context, m notify.Message, after string) string {
	accounts, err := d.fitting(ctx, &m)
	if err != nil {
		d.Log.Warn("find another integration; going on without", "channel", m.Channel, "error", err)
		return ""
	}
	if len(accounts) < 2 || m.Attempts%len(accounts) == 0 || m.Attempts >= maxAttempts {
		return ""
	}
	for i, account := range accounts {
		if account.ID == after {
			return accounts[(i+1)%len(accounts)].ID
		}
	}
	return accounts[0].ID
}

// SettleInterrupted decides and stores what becomes of messages whose worker
// died, and puts those that may be sent again back on the queue.
func (d *Deliverer) SettleInterrupted(ctx context.Context, messages []notify.Message) error {
	now := d.Clock.Now()
	finishes := make([]Finish, len(messages))
	for i, m := range messages {
		finishes[i] = interrupted(m, now)
	}
	applied, err := d.finish(ctx, finishes, now)
	if err != nil {
		return err
	}
	d.Observer.Changed(ctx, applied)
	d.again(ctx, finishes, now)
	return nil
}
