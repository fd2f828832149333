package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"clarion/backend/killpoint"
	"clarion/backend/notify"
)

const (
	// claimSize is how many messages are claimed at a time. All of a claim may
	// be in doubt when the process dies, so it is no larger than what is really
	// on the wire together.
	claimSize = 64
	// claimLease is how long a worker may own a message. It outlasts the slowest
	// call; a worker that dies is noticed much sooner by its heartbeat.
	claimLease = 2 * time.Minute
	// callTimeout bounds one call, whatever the provider's own client does.
	callTimeout = 15 * time.Second
	// storeTimeout bounds writing results after the vendor has answered. It does
	// not end with the task: a known result must not be lost to a deadline, nor
	// to a database that is away for a minute. It ends before the claim does.
	storeTimeout = 90 * time.Second
	queueLease   = 5 * time.Second
)

// Accounts answers by which integrations a channel can go out.
type Accounts interface {
	// ForChannel returns the enabled accounts of a channel, best first.
	ForChannel(ctx context.Context, channel notify.Channel) ([]notify.Account, error)
}

// Queue takes chunks back.
type Queue interface {
	EnqueueDeliver(ctx context.Context, p notify.Priority, channel notify.Channel, ids []string) error
}

// Limiter leases permission for calls from a token bucket that all processes
// share.
type Limiter interface {
	Lease(ctx context.Context, key string, perSecond, want int) (granted int, retryAfter time.Duration, err error)
	// GiveBack returns what was granted and not used.
	GiveBack(key string, tokens int)
}

// Observer is told of every attempt and of messages that changed.
type Observer interface {
	Attempted(channel notify.Channel, integration string, outcome notify.Outcome, took time.Duration)
	Changed(ctx context.Context, messageIDs []string)
}

// Renewer makes the content of a message anew, for its event and recipient, with
// the template that is live now.
type Renewer interface {
	Renew(ctx context.Context, m notify.Message) (notify.Content, notify.TemplateRef, error)
}

// Links makes the links a message gives its person.
type Links interface {
	LinksOf(ctx context.Context, m notify.Message) notify.Links
}

// Deps is what a Deliverer works with.
type Deps struct {
	Renewer    Renewer
	Links      Links
	Store      Store
	Targets    Targets
	Quotas     Quotas
	Wishes     Wishes
	Codes      notify.Coder
	Pauser     Pauser
	Silences   Silences
	Lateness   Lateness
	Replays    Replays
	Redactions Redactions
	Accounts   Accounts
	Queue      Queue
	Limiter    Limiter
	Turns      Turns
	Observer   Observer
	Endpoints  Endpoints
	Clock      notify.Clock
	// Worker is this process in claims and heartbeats.
	Worker string
	Log    *slog.Logger
}

// Deliverer delivers messages.
type Deliverer struct {
	Deps
	lanes  lanes
	places places
	late   late
}

// New makes a Deliverer.
func New(d Deps) *Deliverer { return &Deliverer{Deps: d, lanes: lanes{now: d.Clock.Now}} }

// Deliver carries a chunk of messages of one priority and channel. What cannot be tried now
// is put off, never waited for: a slow vendor must not hold the workers of the
// others. Messages that others hold are left to them.
func (d *Deliverer) Deliver(ctx context.Context, p notify.Priority, channel notify.Channel, ids []string) error {
	accounts, err := d.Accounts.ForChannel(ctx, channel)
	if err != nil {
		return err
	}
	shares, err := d.sorted(ctx, accounts, chunk{p, channel, ids})
	if err != nil || len(shares) == 0 {
		return err
	}
	// One share now; the others find workers of their own, so that none waits
	// behind another's vendor.
	for _, other := range shares[1:] {
		d.putBack(other.work)
	}
	return d.begin(ctx, shares[0])
}

// begin carries one share by the account that is best now.
func (d *Deliverer) begin(ctx context.Context, s share) error {
	work := s.work
	d.heedReceipts(ctx, s.accounts)
	account, lane := d.route(s.accounts, work.priority)
	if account == nil {
		// No way out now. The rows stay queued: this process asks again when a
		// breaker may have closed, the sweeper asks in any case.
		if lane != nil {
			lane.waitFor(breakerPause, func() { d.putBack(work) })
		}
		return nil
	}
	if !lane.enter(work) {
		return nil // Parked: whoever is in the lane takes it next.
	}
	defer d.leave(lane)
	return d.stay(ctx, account, lane, work)
}

// deliver claims, sends and records one part of a chunk.
func (d *Deliverer) deliver(ctx context.Context, account *notify.Account, lane *lane, work chunk) error {
	ids, err := d.withinLimits(ctx, account, lane, work)
	if err != nil || len(ids) == 0 {
		return err
	}
	t := take{account, lane, work.priority, ids, false}
	asked, err := d.take(ctx, t)
	if err != nil || len(asked) == 0 {
		return err
	}
	if t.ids, err = d.askAgain(ctx, asked); err != nil || len(t.ids) == 0 {
		return err
	}
	t.judged = true
	_, err = d.take(ctx, t)
	return err
}

// take claims, sends and records messages. It returns those whose recipients
// must be asked again first.
func (d *Deliverer) take(ctx context.Context, t take) ([]notify.Message, error) {
	now := d.Clock.Now()
	claim := Claim{
		IDs: t.ids, AttemptIDs: make([]string, len(t.ids)), Integration: t.account.ID,
		Worker: d.Worker, Now: now, LeaseUntil: now.Add(claimLease), Judged: t.judged,
	}
	for i := range claim.AttemptIDs {
		claim.AttemptIDs[i] = notify.NewID(notify.AttemptID)
	}
	end := d.Turns.Take(t.priority)
	claimed, err := d.Store.ClaimMessages(ctx, claim)
	end()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("claim: %w", err), d.unclaim(ctx, claim, err))
	}
	if unused := len(t.ids) - len(claimed.Messages) - len(claimed.Asked); t.account.PerSecond > 0 && unused > 0 {
		d.Limiter.GiveBack(t.account.ID, unused) // others hold those messages, or have sent them
	}
	if len(claimed.Messages) == 0 {
		return claimed.Asked, nil
	}
	killpoint.Reach(killpoint.BeforeCall)
	sent := d.send(ctx, t.account, t.lane, claimed.Messages)
	killpoint.Reach(killpoint.AfterCall)
	return claimed.Asked, d.record(ctx, sent)
}

// unclaim gives back what a claim may have won whose answer was lost with the
// connection: the vendor was not called, so nothing is in doubt. What was not
// won does not carry its attempt, and is left alone.
func (d *Deliverer) unclaim(ctx context.Context, c Claim, cause error) error {
	if !errors.Is(cause, notify.ErrUnavailable) {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	deferrals := make([]Deferral, len(c.IDs))
	for i, id := range c.IDs {
		deferrals[i] = Deferral{MessageID: id, AttemptID: c.AttemptIDs[i], DueAt: c.Now, Reason: "claim_lost"}
	}
	return d.giveBack(ctx, deferrals, d.Clock.Now())
}

// putBack enqueues a chunk again. The sweeper does it when this fails or when
// the process dies first.
func (d *Deliverer) putBack(c chunk) {
	ctx, cancel := context.WithTimeout(context.Background(), queueLease)
	defer cancel()
	if err := d.Queue.EnqueueDeliver(ctx, c.priority, c.channel, c.ids); err != nil {
		d.Log.Warn("put messages back; the sweeper will", "channel", c.channel, "messages", len(c.ids), "error", err)
	}
}

// leave frees a place in the lane and puts what may follow back on the queue.
func (d *Deliverer) leave(l *lane) {
	for _, next := range l.leave(d.Clock.Now()) {
		d.putBack(next)
	}
}

// attempted is a claimed message and the vendor's answer to it.
type attempted struct {
	message  notify.Message
	account  *notify.Account
	result   notify.Result
	deferred bool // the vendor was not called: its breaker is open, or wait says how long
	wait     time.Duration
	why      string
	ended    time.Time
}

// send calls the vendor for every message, as many at once as the bulkhead
// allows.
func (d *Deliverer) send(ctx context.Context, account *notify.Account, lane *lane, messages []notify.Message) []attempted {
	sent := make([]attempted, len(messages))
	if batch, ok := account.Sender.(notify.BatchSender); ok {
		return d.sendBatch(ctx, account, batch, messages)
	}
	var calls sync.WaitGroup
	next := make(chan int, len(messages))
	for i := range messages {
		next <- i
	}
	close(next)
	for range min(lane.size, len(messages)) {
		calls.Go(func() {
			for i := range next {
				sent[i] = d.call(ctx, account, lane, messages[i])
			}
		})
	}
	calls.Wait()
	return sent
}

func (d *Deliverer) sendBatch(ctx context.Context, account *notify.Account, batch notify.BatchSender, messages []notify.Message) []attempted {
	list := make([]notify.Outbound, len(messages))
	for i, m := range messages {
		list[i] = d.outbound(ctx, m)
	}
	start := time.Now()
	results := batch.SendBatch(ctx, list)
	took, ended := time.Since(start), d.Clock.Now()
	sent := make([]attempted, len(messages))
	for i, m := range messages {
		sent[i] = attempted{message: m, account: account, result: results[i], ended: ended}
		d.Observer.Attempted(m.Channel, account.ID, results[i].Outcome, took)
	}
	return sent
}

// call makes one call: at most one HTTP request.
func (d *Deliverer) call(ctx context.Context, first *notify.Account, l *lane, m notify.Message) attempted {
	account := first
	if m.Integration != first.ID {
		account, l = d.named(ctx, &m, first)
	}
	if m.IsTest() && !account.Sandbox {
		return keptBack(m, account, d.Clock.Now())
	}
	l.calls <- struct{}{}
	defer d.Turns.Call(m.Priority)()
	defer func() { <-l.calls }()
	if key, perSecond := placeOf(account, &m); key != "" {
		return d.visit(ctx, account, key, perSecond, m)
	}
	done, err := l.breaker.Allow()
	if err != nil {
		return attempted{message: m, account: account, deferred: true}
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	start := time.Now()
	l.pace.begin(d.Clock.Now())
	result := account.Sender.Send(ctx, d.outbound(ctx, m))
	took, fault := time.Since(start), breakerFault(result.Outcome)
	l.pace.end(d.Clock.Now(), fault == nil || took < slowCall)
	if m.Workflow == notify.OTPType {
		result.Detail = notify.HideDigits(result.Detail)
	}
	d.Observer.Attempted(m.Channel, account.ID, result.Outcome, took)
	l.form.note(d.Clock.Now(), fault == nil && took < slowCall)
	l.faults.note(d.Clock.Now(), fault == nil)
	done(fault)
	return attempted{message: m, account: account, result: result, ended: d.Clock.Now()}
}

var errVendorDown = errors.New("vendor is failing")

// breakerFault says which outcomes speak against the vendor's health. A refused
// recipient or content does not.
func breakerFault(o notify.Outcome) error {
	switch o {
	case notify.Temporary, notify.Ambiguous, notify.AuthConfig:
		return errVendorDown
	default:
		return nil
	}
}

func (d *Deliverer) outbound(ctx context.Context, m notify.Message) notify.Outbound {
	if m.Workflow == notify.OTPType {
		m.Content = m.Content.WithCodes(d.Codes)
	}
	out := notify.Outbound{
		MessageID: m.ID, AttemptID: m.AttemptID, TraceID: m.TraceID, Channel: m.Channel, To: m.Address,
		RecipientID: m.Recipient.ID, RecipientName: m.Recipient.Name, Content: m.Content,
		Priority: m.Priority, Category: m.Category, ExpiresAt: m.ExpiresAt,
	}
	if m.Channel == notify.Email {
		out.Unsubscribe = d.Links.LinksOf(ctx, m).Unsubscribe
	}
	return out
}
