package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"clarion/backend/sandbox/wire"
)

const (
	journalFile = "journal.jsonl"
	// slackBytes is how far the file may grow beyond four times what is alive.
	slackBytes = 4 << 20
)

// entry is one line of the journal; exactly one field is set.
type entry struct {
	Request *Request `json:"request,omitempty"`
	Message *Message `json:"message,omitempty"`
	// Owed is a callback that became due, Acknowledged those that arrived.
	Owed         *owed   `json:"owed,omitempty"`
	Acknowledged []int64 `json:"acknowledged,omitempty"`
	// Cleared is the number up to which messages are gone.
	Cleared int64 `json:"cleared,omitempty"`
	// Last is the highest number in use when the file was compacted.
	Last int64 `json:"last,omitempty"`
}

// owed begins with its number, so that load can pass over those that were
// acknowledged without decoding them.
type owed struct {
	ID     int64        `json:"id"`
	Event  *event       `json:"event"`
	Origin *wire.Origin `json:"origin"`
}

func (p *page) entries() []entry {
	out := make([]entry, 0, 1+len(p.messages)+len(p.events))
	out = append(out, entry{Request: p.request})
	for _, m := range p.messages {
		out = append(out, entry{Message: m})
	}
	for _, e := range p.events {
		out = append(out, entry{Owed: &owed{e.ID, e, e.Origin}})
	}
	return out
}

// journal is the append-only file behind the book. A line is in the operating
// system's hands when write returns, so it outlives the process, though not the
// machine. Writers that meet share one write call.
type journal struct {
	path string
	book *book
	log  *slog.Logger

	mu   sync.Mutex
	next *batch

	file  sync.Mutex // held while the file is written
	out   *os.File
	size  int64
	limit int64
	full  chan struct{}
}

// batch is what goes to the file in one write.
type batch struct {
	lines   bytes.Buffer
	written bool
	err     error
}

// openJournal fills the book from the file in dir and goes on writing to it.
func openJournal(dir string, b *book, log *slog.Logger) (*journal, error) {
	j := &journal{path: filepath.Join(dir, journalFile), book: b, log: log, next: &batch{}, full: make(chan struct{}, 1)}
	out, err := os.OpenFile(j.path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open sandbox journal: %w", err)
	}
	j.out = out
	live, err := j.load()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("load sandbox journal: %w", err), out.Close())
	}
	j.limit = 4*live + slackBytes
	return j, nil
}

// write appends entries, in one piece.
func (j *journal) write(entries ...entry) error {
	lines := buffers.Get().(*bytes.Buffer)
	lines.Reset()
	defer buffers.Put(lines)
	if err := encode(lines, entries); err != nil {
		return err
	}
	j.mu.Lock()
	mine := j.next
	mine.lines.Write(lines.Bytes())
	j.mu.Unlock()

	j.file.Lock()
	defer j.file.Unlock()
	if mine.written { // whoever held the file before took our lines along
		return mine.err
	}
	j.mu.Lock()
	j.next = &batch{}
	j.mu.Unlock()
	mine.written = true
	n, err := j.out.Write(mine.lines.Bytes())
	j.size += int64(n)
	if err != nil {
		mine.err = fmt.Errorf("write sandbox journal: %w", err)
	}
	if j.size > j.limit {
		select {
		case j.full <- struct{}{}:
		default:
		}
	}
	return mine.err
}

func encode(to *bytes.Buffer, entries []entry) error {
	enc := json.NewEncoder(to)
	enc.SetEscapeHTML(false)
	for i := range entries {
		if err := enc.Encode(&entries[i]); err != nil {
			return fmt.Errorf("encode sandbox journal: %w", err)
		}
	}
	return nil
}

// compactor rewrites the file whenever it has grown too long.
func (j *journal) compactor(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-j.full:
			if err := j.compact(); err != nil {
				j.log.Error("sandbox could not compact its journal", "error", err)
			}
		}
	}
}

// compact replaces the file by what the book holds. Everything in the file is
// in the book before it is written, so nothing is lost; a line that is in the
// book but still on its way to the file comes twice, which load expects.
func (j *journal) compact() error {
	j.file.Lock()
	defer j.file.Unlock()
	if j.size <= j.limit {
		return nil
	}
	var lines bytes.Buffer
	if err := encode(&lines, j.book.entries()); err != nil {
		return err
	}
	out, err := replaceFile(j.path, lines.Bytes())
	if err != nil {
		j.limit = 2 * j.size // not again at once
		return err
	}
	old := j.out
	j.out, j.size = out, int64(lines.Len())
	j.limit = 4*j.size + slackBytes
	return old.Close()
}

// replaceFile puts a new file in place of path and returns it open at its end.
func replaceFile(path string, content []byte) (*os.File, error) {
	fresh := path + ".new"
	if err := os.Remove(fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("remove old %s: %w", fresh, err)
	}
	out, err := os.OpenFile(fresh, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make %s: %w", fresh, err)
	}
	if _, err := out.Write(content); err != nil {
		return nil, errors.Join(fmt.Errorf("write %s: %w", fresh, err), out.Close())
	}
	if err := os.Rename(fresh, path); err != nil {
		return nil, errors.Join(fmt.Errorf("replace %s: %w", path, err), out.Close())
	}
	return out, nil
}

// entries is the whole book as journal lines.
func (b *book) entries() []entry {
	events := b.owed()
	b.mu.RLock()
	defer b.mu.RUnlock()
	out := make([]entry, 0, 1+len(b.requests)+len(b.messages)+len(events))
	out = append(out, entry{Last: b.last})
	for _, r := range b.requests {
		out = append(out, entry{Request: r})
	}
	for _, m := range b.messages {
		out = append(out, entry{Message: m})
	}
	for _, e := range events {
		out = append(out, entry{Owed: &owed{e.ID, e, e.Origin}})
	}
	return out
}

func (j *journal) close() error {
	j.file.Lock()
	defer j.file.Unlock()
	if err := j.out.Close(); err != nil {
		return fmt.Errorf("close sandbox journal: %w", err)
	}
	return nil
}
