package sandbox

import (
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/sandbox/wire"
)

// writeCall puts one accepted call through book and journal.
func writeCall(t *testing.T, b *book, j *journal, id string) {
	t.Helper()
	p := page{request: &Request{Provider: "fcm", MessageID: id}}
	p.fill([]wire.Parcel{{Message: Message{Provider: "fcm", MessageID: id, Text: strings.Repeat("x", 50)}}}, []*event{
		{Event: wire.Event{Kind: "processed", Origin: &wire.Origin{Provider: "sendgrid", MessageID: id}}},
	})
	b.add(&p)
	require.NoError(t, j.write(p.entries()...))
}

func TestCompactionKeepsWhatIsAliveAndNothingElse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b := newBook()
	b.keepRequests, b.keepMessages = 100, 50
	j, err := openJournal(dir, b, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	var writers sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			for i := range 250 {
				writeCall(t, b, j, fmt.Sprintf("msg_%d_%d", w, i))
				if i%50 == 0 { // while others write
					j.file.Lock()
					j.limit = 0
					j.file.Unlock()
					require.NoError(t, j.compact())
				}
			}
		})
	}
	writers.Wait()
	events := b.owed()
	require.Len(t, events, 1000)
	require.NoError(t, j.write(entry{Acknowledged: b.settle(events[:900])}))
	j.limit = 0
	require.NoError(t, j.compact())
	small, err := os.Stat(j.path)
	require.NoError(t, err)
	require.Less(t, small.Size(), int64(100_000))
	require.NoError(t, j.close())

	again := newBook()
	j, err = openJournal(dir, again, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer func() { require.NoError(t, j.close()) }()
	require.Equal(t, b.requests, again.requests)
	require.Equal(t, b.messages, again.messages)
	require.Equal(t, b.last, again.last)
	require.Len(t, again.pending, 100)
	require.Equal(t, b.pending, again.pending)
	require.Len(t, again.requests, 100)
	require.Len(t, again.messages, 50)
}

func TestTheJournalCompactsItselfWhenItGrows(t *testing.T) {
	t.Parallel()
	s, err := Open(Config{Dir: t.TempDir()})
	require.NoError(t, err)
	s.book.mu.Lock()
	s.book.keepRequests, s.book.keepMessages = 10, 10
	s.book.mu.Unlock()
	for i := range 3000 {
		p := page{request: &Request{Provider: "fcm", MessageID: fmt.Sprint(i)}}
		p.fill([]wire.Parcel{{Message: Message{Provider: "fcm", Text: strings.Repeat("x", 4000)}}}, nil)
		s.book.add(&p)
		require.NoError(t, s.journal.write(p.entries()...))
	}
	require.NoError(t, s.Close())
	info, err := os.Stat(s.journal.path)
	require.NoError(t, err)
	require.Less(t, info.Size(), int64(9<<20), "twelve megabytes were written")
}

func TestTheBookIsBoundedByWeightToo(t *testing.T) {
	t.Parallel()
	b := newBook()
	b.keepWeight = 100_000
	for range 50 {
		p := page{request: &Request{}}
		p.fill([]wire.Parcel{{Message: Message{HTML: strings.Repeat("x", 10_000)}}}, nil)
		b.add(&p)
	}
	require.Len(t, b.requests, 50)
	require.Len(t, b.messages, 9)
	require.LessOrEqual(t, b.weight, 100_000)
}
