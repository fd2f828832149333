package delivery

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"clarion/backend/notify"
)

// clock stands until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// memory is a Store over messages in memory that obeys the contract of claims.
type memory struct {
	clock *clock

	mu        sync.Mutex
	messages  map[string]*notify.Message
	claims    []Claim
	finishes  []Finish
	deferrals []Deferral
	ended     bool // whether a finish came with a context that was done

	claimErr, finishErr, deferErr error
	away                          int  // how many writes find the database away
	lostClaim                     bool // the next claim is won, but its answer is lost
	// asks are messages whose recipients must be asked, judged what was said.
	asks   map[string]bool
	judged []notify.Judgement
}

// Judge lets go what nothing stops.
func (m *memory) Judge(_ context.Context, list []notify.Judgement, _ time.Time) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.judged = append(m.judged, list...)
	var may []string
	for _, j := range list {
		if j.Stops() {
			m.messages[j.Message.ID].Status = notify.Skipped
			continue
		}
		may = append(may, j.Message.ID)
	}
	return may, nil
}

// wishes refuse the messages of those who were named.
type wishes struct {
	refuse map[string]bool
	err    error
}

func (w *wishes) Ask(_ context.Context, messages []notify.Message) ([]notify.Judgement, error) {
	list := make([]notify.Judgement, len(messages))
	for i, m := range messages {
		list[i] = notify.Judgement{Message: m, Step: "preference"}
		if w.refuse[m.ID] {
			list[i].Skip = notify.OptedOut
		}
	}
	return list, w.err
}

var errAway = errors.Join(errors.New("connection refused"), notify.ErrUnavailable)

func (m *memory) ClaimMessages(_ context.Context, c Claim) (Claimed, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.claims = append(m.claims, c)
	if m.claimErr != nil {
		return Claimed{}, m.claimErr
	}
	var out Claimed
	for i, id := range c.IDs {
		row := m.messages[id]
		if row == nil || row.Status != notify.Queued || row.DueAt.After(c.Now) {
			continue
		}
		if !row.ExpiresAt.IsZero() && !c.Now.Before(row.ExpiresAt) {
			row.Status = notify.Expired
			out.Expired++
			continue
		}
		if m.asks[id] && !c.Judged {
			out.Asked = append(out.Asked, *row)
			continue
		}
		row.Status, row.AttemptID, row.Integration = notify.Sending, c.AttemptIDs[i], c.Integration
		if row.Next != "" {
			row.Integration, row.Next = row.Next, ""
		}
		row.Attempts++
		row.AttemptNumber++
		out.Messages = append(out.Messages, *row)
	}
	if m.lostClaim {
		m.lostClaim = false
		return Claimed{}, errAway
	}
	return out, nil
}

func (m *memory) FinishAttempts(ctx context.Context, list []Finish, _ time.Time) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ended = m.ended || ctx.Err() != nil
	if m.away > 0 {
		m.away--
		return nil, errAway
	}
	if m.finishErr != nil {
		return nil, m.finishErr
	}
	var applied []string
	for _, f := range list {
		m.finishes = append(m.finishes, f)
		row := m.messages[f.MessageID]
		if row == nil || row.AttemptID != f.AttemptID {
			continue
		}
		row.Status, row.DueAt, row.Next, row.AttemptID = f.Status, f.DueAt, f.Next, ""
		row.Attempts, row.Deferrals = f.Attempts, f.Deferrals
		applied = append(applied, f.MessageID)
	}
	return applied, nil
}

func (m *memory) Defer(_ context.Context, list []Deferral, _ time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.away > 0 {
		m.away--
		return errAway
	}
	if m.deferErr != nil {
		return m.deferErr
	}
	for _, d := range list {
		row := m.messages[d.MessageID]
		if row.AttemptID != d.AttemptID {
			continue
		}
		m.deferrals = append(m.deferrals, d)
		row.Status, row.DueAt, row.AttemptID = notify.Queued, d.DueAt, ""
		row.Attempts--
		row.AttemptNumber--
	}
	return nil
}

func (m *memory) get(id string) notify.Message {
	m.mu.Lock()
	defer m.mu.Unlock()
	return *m.messages[id]
}

func (m *memory) kinds() [][]string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list [][]string
	for _, f := range m.finishes {
		var kinds []string
		for _, c := range f.Changes {
			kinds = append(kinds, c.Kind)
		}
		list = append(list, kinds)
	}
	return list
}

type accounts struct {
	mu    sync.Mutex
	list  []notify.Account
	err   error
	after int // how many questions are answered before err
}

func (a *accounts) ForChannel(context.Context, notify.Channel) ([]notify.Account, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.after--; a.err != nil && a.after < 0 {
		return nil, a.err
	}
	return a.list, nil
}

// queue records what was put on it.
type queue struct {
	mu   sync.Mutex
	list []chunk
	err  error
}

func (q *queue) EnqueueDeliver(_ context.Context, p notify.Priority, channel notify.Channel, ids []string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.list = append(q.list, chunk{p, channel, ids})
	return q.err
}

func (q *queue) chunks() []chunk {
	q.mu.Lock()
	defer q.mu.Unlock()
	return append([]chunk(nil), q.list...)
}

// limiter grants what it is told to.
type limiter struct {
	grant int
	after time.Duration
	err   error
}

func (l *limiter) Lease(_ context.Context, _ string, _, want int) (int, time.Duration, error) {
	return min(l.grant, want), l.after, l.err
}

func (l *limiter) GiveBack(string, int) {}

type observer struct {
	mu       sync.Mutex
	outcomes []notify.Outcome
	changed  []string
	gone     []string
}

func (o *observer) Attempted(_ notify.Channel, _ string, outcome notify.Outcome, _ time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.outcomes = append(o.outcomes, outcome)
}

func (o *observer) GivenUp(_ context.Context, _ notify.Channel, address, messageID string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.gone = append(o.gone, address+" "+messageID)
}

func (o *observer) Changed(_ context.Context, ids []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.changed = append(o.changed, ids...)
}

// vendor answers every call with what answer returns and keeps the calls.
type vendor struct {
	answer func(ctx context.Context, m notify.Outbound) notify.Result

	mu    sync.Mutex
	calls []notify.Outbound
}

func (v *vendor) Send(ctx context.Context, m notify.Outbound) notify.Result {
	v.mu.Lock()
	v.calls = append(v.calls, m)
	v.mu.Unlock()
	return v.answer(ctx, m)
}

func (v *vendor) count() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.calls)
}

func says(o notify.Outcome) *vendor {
	return &vendor{answer: func(context.Context, notify.Outbound) notify.Result {
		return notify.Result{Outcome: o, Code: "c", Detail: "d"}
	}}
}

// replays holds dead letters, which stay dead however often they are replayed:
// the vendor is still down.
type replays struct {
	counts    ReplayCounts
	letters   []notify.Message // by id
	asked     []Selection
	rewritten map[string]notify.TemplateRef
	reason    string
	err       error
	countsErr error
}

func (r *replays) ReplayCounts(context.Context, Selection, time.Time) (ReplayCounts, error) {
	return r.counts, r.countsErr
}

func (r *replays) Replayable(_ context.Context, s Selection, _ time.Time) ([]notify.Message, error) {
	var page []notify.Message
	for _, m := range r.letters {
		if m.ID > s.After && (len(s.IDs) == 0 || slices.Contains(s.IDs, m.ID)) && len(page) < s.Limit {
			page = append(page, m)
		}
	}
	return page, r.err
}

func (r *replays) Rewrite(_ context.Context, id string, _ notify.Content, ref notify.TemplateRef) error {
	if r.rewritten == nil {
		r.rewritten = map[string]notify.TemplateRef{}
	}
	r.rewritten[id] = ref
	return nil
}

func (r *replays) Replay(_ context.Context, s Selection, _, _ time.Time) ([]Ref, error) {
	r.asked = append(r.asked, s)
	var refs []Ref
	for _, m := range r.letters {
		if slices.Contains(s.IDs, m.ID) {
			refs = append(refs, Ref{ID: m.ID, Channel: m.Channel, Priority: m.Priority})
		}
	}
	return refs, r.err
}

// renewer renders every template but the broken one.
type renewer struct{}

func (renewer) Renew(_ context.Context, m notify.Message) (notify.Content, notify.TemplateRef, error) {
	if m.Template.Key == "broken" {
		return notify.Content{}, notify.TemplateRef{}, errors.New("no longer fits")
	}
	return notify.Content{Text: "new"}, notify.TemplateRef{Key: m.Template.Key, Version: 2}, nil
}

func (r *replays) Discard(_ context.Context, s Selection, reason string, _ time.Time) (int, error) {
	r.asked, r.reason = append(r.asked, s), reason
	return 3, r.err
}

type house struct {
	store    *memory
	accounts *accounts
	queue    *queue
	limiter  *limiter
	turns    *turns
	observer *observer
	replays  *replays
	pauser   *pauser
	wishes   *wishes
	clock    *clock
	log      *bytes.Buffer
	*Deliverer
}

// turns counts those that were taken and those not given back yet.
type turns struct{ taken, called, open atomic.Int32 }

func (t *turns) Take(notify.Priority) func() { return t.one(&t.taken) }
func (t *turns) Call(notify.Priority) func() { return t.one(&t.called) }

func (t *turns) one(kind *atomic.Int32) func() {
	kind.Add(1)
	t.open.Add(1)
	return func() { t.open.Add(-1) }
}

// newHouse has one email account, a, whose sender is given.
func newHouse(sender notify.Sender) *house {
	c := &clock{at: noon}
	h := &house{
		store: &memory{clock: c, messages: map[string]*notify.Message{}, asks: map[string]bool{}}, clock: c, queue: &queue{}, limiter: &limiter{}, turns: &turns{},
		observer: &observer{}, replays: &replays{}, pauser: &pauser{}, wishes: &wishes{refuse: map[string]bool{}}, log: &bytes.Buffer{},
		accounts: &accounts{list: []notify.Account{account("a", sender)}},
	}
	h.Deliverer = New(Deps{
		Store: h.store, Targets: h.store, Quotas: &quotas{}, Wishes: h.wishes, Pauser: h.pauser, Lateness: &ledger{}, Replays: h.replays, Renewer: renewer{}, Accounts: h.accounts, Queue: h.queue, Limiter: h.limiter, Turns: h.turns, Observer: h.observer, Endpoints: h.observer,
		Clock: c, Worker: "wrk", Log: slog.New(slog.NewTextHandler(h.log, nil)),
	})
	h.Links = links{}
	return h
}

// links gives every message a link of its own.
type links struct{}

func (links) LinksOf(_ context.Context, m notify.Message) notify.Links {
	return notify.Links{Unsubscribe: "https://hub.test/u/" + m.ID, Preferences: "https://hub.test/p/" + m.ID}
}

func account(id string, sender notify.Sender) notify.Account {
	return notify.Account{Integration: notify.Integration{ID: id, Channel: notify.Email, Enabled: true, Weight: 1}, Sender: sender}
}

// message stores a queued message.
func (h *house) message(id string) *notify.Message {
	m := &notify.Message{
		ID: id, Channel: notify.Email, Priority: notify.Medium, Status: notify.Queued, Address: "ada@example.com",
		Recipient: notify.RecipientRef{ID: "ada", Name: "Ada"}, Source: "shop", Category: "orders", TraceID: "tr",
		Ambiguity: notify.HoldForReceipt, Content: notify.Content{Subject: "S"}, CreatedAt: noon, DueAt: noon,
	}
	h.store.messages[id] = m
	return m
}

func (h *house) messages(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = "msg_" + string(rune('a'+i/26/26)) + string(rune('a'+i/26%26)) + string(rune('a'+i%26))
		h.message(ids[i])
	}
	return ids
}

func (h *house) deliver(t *testing.T, ids ...string) error {
	return h.Deliver(t.Context(), notify.Medium, notify.Email, ids)
}

// pass lets time go by until the message may be claimed, and delivers it.
func (h *house) pass(t *testing.T, id string) error {
	if wait := h.store.get(id).DueAt.Sub(h.clock.Now()); wait > 0 {
		h.clock.move(wait)
	}
	return h.deliver(t, id)
}
