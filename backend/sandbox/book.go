package sandbox

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"clarion/backend/sandbox/wire"
)

// What is kept in memory, and so on disk after the next compaction.
const (
	keepRequests = 20_000
	keepMessages = 20_000
	keepWeight   = 32 << 20 // bytes of message content
	defaultLimit = 50
)

// The prefixes of the sandbox's own ids. What follows is a serial number of
// fixed width, so that ids sort as they came.
const (
	requestPrefix = "sbr_"
	messagePrefix = "sbm_"
	serialWidth   = 16
)

func serialID(prefix string, n int64) string {
	digits := strconv.FormatInt(n, 10)
	return prefix + strings.Repeat("0", serialWidth-len(digits)) + digits
}

// serialOf is the number in an id, zero when there is none.
func serialOf(id string) int64 {
	if len(id) != len(requestPrefix)+serialWidth {
		return 0
	}
	n, err := strconv.ParseInt(id[len(requestPrefix):], 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// page is all that one call writes down.
type page struct {
	request  *Request
	messages []*Message
	events   []*event
}

// fill adds what an accepted call brought: the messages people received and
// the callbacks the vendor now owes.
func (p *page) fill(parcels []wire.Parcel, events []*event) {
	for i := range parcels {
		if parcels[i].Lost {
			continue
		}
		m := parcels[i].Message
		m.ReceivedAt = p.request.ReceivedAt
		p.messages = append(p.messages, &m)
	}
	p.events = events
}

// book is what the sandbox knows, newest last. What it points to is never
// changed after it was added.
type book struct {
	mu       sync.RWMutex
	last     int64
	requests []*Request
	messages []*Message
	weight   int
	pending  map[int64]*event

	keepRequests, keepMessages, keepWeight int
}

func newBook() *book {
	return &book{
		pending:      map[int64]*event{},
		keepRequests: keepRequests, keepMessages: keepMessages, keepWeight: keepWeight,
	}
}

// add numbers a page and puts it in the book.
func (b *book) add(p *page) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last++
	p.request.ID = serialID(requestPrefix, b.last)
	b.requests = append(b.requests, p.request)
	for _, m := range p.messages {
		b.last++
		m.ID = serialID(messagePrefix, b.last)
		b.messages = append(b.messages, m)
		b.weight += weigh(m)
	}
	for _, e := range p.events {
		b.last++
		e.ID = b.last
		b.pending[e.ID] = e
	}
	b.trim()
}

// trim lets go of the oldest. append moves a slice that runs out of room at its
// end, so cutting the front is enough.
func (b *book) trim() {
	if over := len(b.requests) - b.keepRequests; over > 0 {
		clear(b.requests[:over])
		b.requests = b.requests[over:]
	}
	for len(b.messages) > b.keepMessages || b.weight > b.keepWeight && len(b.messages) > 1 {
		b.weight -= weigh(b.messages[0])
		b.messages[0] = nil
		b.messages = b.messages[1:]
	}
}

// settle strikes off callbacks that arrived or were given up.
func (b *book) settle(events []*event) []int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	ids := make([]int64, len(events))
	for i, e := range events {
		ids[i] = e.ID
		delete(b.pending, e.ID)
	}
	return ids
}

// owed lists the pending callbacks in the order they were made.
func (b *book) owed() []*event {
	b.mu.RLock()
	defer b.mu.RUnlock()
	out := make([]*event, 0, len(b.pending))
	for _, e := range b.pending {
		out = append(out, e)
	}
	slices.SortFunc(out, func(x, y *event) int { return int(x.ID - y.ID) })
	return out
}

// clear drops the messages and returns the number up to which they are gone.
func (b *book) clear() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.messages, b.weight = nil, 0
	return b.last
}

func (b *book) findMessages(f MessageFilter) ([]Message, string) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return newest(b.messages, query[Message]{
		match: f.match, id: func(m *Message) string { return m.ID }, limit: f.Limit, after: f.After,
	})
}

func (b *book) findRequests(f RequestFilter) ([]Request, string) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return newest(b.requests, query[Request]{
		match: f.match, id: func(r *Request) string { return r.ID }, limit: f.Limit, after: f.After,
	})
}

type query[T any] struct {
	match func(*T) bool
	id    func(*T) string
	limit int
	after string
}

// newest walks a list from its end. The second result is the cursor of the next
// page, empty when nothing is left.
func newest[T any](list []*T, q query[T]) ([]T, string) {
	if q.limit <= 0 {
		q.limit = defaultLimit
	}
	found, cursor := []T{}, ""
	for _, item := range slices.Backward(list) {
		if q.after != "" && q.id(item) >= q.after || !q.match(item) {
			continue
		}
		if len(found) == q.limit {
			return found, cursor
		}
		found = append(found, *item)
		cursor = q.id(item)
	}
	return found, ""
}
