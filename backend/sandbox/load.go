package sandbox

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// span is a line of the file that may be worth reading.
type span struct{ at, size int64 }

// loader reads a journal forwards but decodes only what is still alive: it
// first notes where the lines are, and keeps the newest requests and messages
// and the callbacks nobody acknowledged.
type loader struct {
	j                  *journal
	at                 int64
	requests, messages []span
	owed               map[int64]span
	cleared            int64
	broken             int
}

var (
	requestLine = []byte(`{"request":`)
	messageLine = []byte(`{"message":`)
	owedLine    = []byte(`{"owed":{"id":`)
)

// load fills the book and returns how many bytes of the file are alive.
func (j *journal) load() (int64, error) {
	l := &loader{j: j, owed: map[int64]span{}}
	lines := bufio.NewScanner(j.out)
	lines.Buffer(make([]byte, 64<<10), 8*maxBody)
	lines.Split(wholeLines)
	for lines.Scan() {
		l.line(lines.Bytes())
	}
	if err := lines.Err(); err != nil {
		return 0, fmt.Errorf("read after byte %d: %w", l.at, err)
	}
	// What follows the last line end was torn by the death of the process; its
	// caller never had an answer.
	if err := j.out.Truncate(l.at); err != nil {
		return 0, fmt.Errorf("cut the torn last line: %w", err)
	}
	j.size = l.at
	return l.finish()
}

// wholeLines is bufio.ScanLines without a last line that has no end.
func wholeLines(data []byte, _ bool) (int, []byte, error) {
	if end := bytes.IndexByte(data, '\n'); end >= 0 {
		return end + 1, data[:end+1], nil
	}
	return 0, nil, nil
}

func (l *loader) line(text []byte) {
	at := span{l.at, int64(len(text))}
	l.at += at.size
	switch {
	case bytes.HasPrefix(text, requestLine):
		l.requests = keepLast(append(l.requests, at), l.j.book.keepRequests)
		return
	case bytes.HasPrefix(text, messageLine):
		l.messages = keepLast(append(l.messages, at), l.j.book.keepMessages)
		return
	case bytes.HasPrefix(text, owedLine):
		id := leadingNumber(text[len(owedLine):])
		l.owed[id] = at
		l.j.book.last = max(l.j.book.last, id)
		return
	}
	var e entry
	if json.Unmarshal(text, &e) != nil {
		l.broken++
		return
	}
	l.apply(e)
}

func keepLast(spans []span, n int) []span { return spans[max(0, len(spans)-n):] }

func leadingNumber(text []byte) int64 {
	n := int64(0)
	for _, c := range text {
		if c < '0' || c > '9' {
			break
		}
		n = 10*n + int64(c-'0')
	}
	return n
}

func (l *loader) apply(e entry) {
	b := l.j.book
	b.last = max(b.last, e.Last, e.Cleared)
	l.cleared = max(l.cleared, e.Cleared)
	for _, id := range e.Acknowledged {
		delete(l.owed, id)
	}
}

// finish decodes what is alive. Lines of callers that met may stand out of
// order, and compaction may have written one twice.
func (l *loader) finish() (int64, error) {
	var live int64
	for _, at := range slices.Concat(l.requests, l.messages, slices.Collect(maps.Values(l.owed))) {
		text := make([]byte, at.size)
		if _, err := l.j.out.ReadAt(text, at.at); err != nil {
			return 0, fmt.Errorf("read line at byte %d: %w", at.at, err)
		}
		var e entry
		if json.Unmarshal(text, &e) != nil {
			l.broken++
			continue
		}
		live += at.size
		l.keep(e)
	}
	b := l.j.book
	b.requests = inOrder(b.requests, func(r *Request) string { return r.ID })
	b.messages = inOrder(b.messages, func(m *Message) string { return m.ID })
	for _, m := range b.messages {
		b.weight += weigh(m)
	}
	b.trim()
	if l.broken > 0 {
		l.j.log.Warn("sandbox skipped unreadable lines of its journal", "lines", l.broken)
	}
	return live, nil
}

func (l *loader) keep(e entry) {
	b := l.j.book
	if e.Request != nil {
		b.requests = append(b.requests, e.Request)
		b.last = max(b.last, serialOf(e.Request.ID))
	}
	if e.Message != nil {
		b.last = max(b.last, serialOf(e.Message.ID))
		if serialOf(e.Message.ID) > l.cleared {
			b.messages = append(b.messages, e.Message)
		}
	}
	if o := e.Owed; o != nil && o.Event != nil && o.Origin != nil {
		o.Event.ID, o.Event.Origin = o.ID, o.Origin
		b.pending[o.ID] = o.Event
	}
}

func inOrder[T any](list []*T, id func(*T) string) []*T {
	slices.SortFunc(list, func(x, y *T) int { return cmp.Compare(id(x), id(y)) })
	return slices.CompactFunc(list, func(x, y *T) bool { return id(x) == id(y) })
}
