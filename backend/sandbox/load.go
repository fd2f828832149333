package sandbox

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
)

// span is a line of the file that may be worth reading.
type span struct{ at, size int64 }

// loader reads a journal forwards but decodes only what is still alive: of
// requests and messages it first notes where they are, and keeps the newest.
type loader struct {
	j                  *journal
	at                 int64
	requests, messages []span
	cleared            int64
	broken             int
}

var (
	requestLine = []byte(`{"request":`)
	messageLine = []byte(`{"message":`)
)

// load fills the book and returns how many bytes of the file are alive.
func (j *journal) load() (int64, error) {
	l := &loader{j: j}
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
	}
	var e entry
	if json.Unmarshal(text, &e) != nil {
		l.broken++
		return
	}
	l.apply(e)
}

func keepLast(spans []span, n int) []span { return spans[max(0, len(spans)-n):] }

func (l *loader) apply(e entry) {
	b := l.j.book
	b.last = max(b.last, e.Last, e.Cleared)
	l.cleared = max(l.cleared, e.Cleared)
	for _, id := range e.Acknowledged {
		delete(b.pending, id)
	}
	if o := e.Owed; o != nil && o.Event != nil && o.Origin != nil {
		o.Event.origin = o.Origin
		b.pending[o.Event.ID] = o.Event
		b.last = max(b.last, o.Event.ID)
	}
}

// finish decodes what is alive. Lines of callers that met may stand out of
// order, and compaction may have written one twice.
func (l *loader) finish() (int64, error) {
	var live int64
	b := l.j.book
	for _, at := range append(l.requests, l.messages...) {
		text := make([]byte, at.size)
		if _, err := l.j.out.ReadAt(text, at.at); err != nil && err != io.EOF {
			return 0, fmt.Errorf("read line at byte %d: %w", at.at, err)
		}
		var e entry
		if json.Unmarshal(text, &e) != nil {
			l.broken++
			continue
		}
		live += at.size
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
	}
	b.requests = inOrder(b.requests, func(r *Request) string { return r.ID })
	b.messages = inOrder(b.messages, func(m *Message) string { return m.ID })
	for _, m := range b.messages {
		b.weight += m.size()
	}
	b.trim()
	if l.broken > 0 {
		l.j.log.Warn("sandbox skipped unreadable lines of its journal", "lines", l.broken)
	}
	return live, nil
}

func inOrder[T any](list []*T, id func(*T) string) []*T {
	slices.SortFunc(list, func(x, y *T) int { return cmp.Compare(id(x), id(y)) })
	return slices.CompactFunc(list, func(x, y *T) bool { return id(x) == id(y) })
}
