package analytics_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/analytics"
	"clarion/backend/notify"
	"clarion/backend/testbed"
)

// story is a stream, its books and a sink in memory.
type story struct {
	rows    []notify.DeliveryEvent
	writers []string
	book    notify.StreamCopy
	fixes   []notify.StreamCorrection

	got     map[string][]notify.DeliveryEvent
	inserts int
	fixed   [][2]string
	refuse  error
}

func (s *story) StreamTip(context.Context) (notify.StreamTip, error) {
	tip := notify.StreamTip{Writers: append([]string{}, s.writers...)}
	if n := len(s.rows); n > 0 {
		tip.Seq = s.rows[n-1].Seq
	}
	return tip, nil
}

func (s *story) DeliveryEvents(_ context.Context, after, upTo int64, limit int) (out []notify.DeliveryEvent, _ error) {
	for _, row := range s.rows {
		if row.Seq > after && row.Seq <= upTo && len(out) < limit {
			out = append(out, row)
		}
	}
	return out, nil
}

func (s *story) HoldCopy(_ context.Context, c notify.StreamCopy, now time.Time) (notify.StreamCopy, bool, error) {
	if s.book.Owner != "" && s.book.Owner != c.Owner && s.book.LeaseUntil > now.UnixMicro() {
		return notify.StreamCopy{}, false, nil
	}
	s.book.Name, s.book.Owner, s.book.LeaseUntil = c.Name, c.Owner, c.LeaseUntil
	return s.book, true, nil
}

func (s *story) SaveCopy(_ context.Context, c notify.StreamCopy, _ time.Time) error {
	if c.Owner != s.book.Owner {
		return notify.ErrConflict
	}
	s.book = c
	return nil
}

func (s *story) Corrections(context.Context, int, time.Time) ([]notify.StreamCorrection, error) {
	return append([]notify.StreamCorrection{}, s.fixes...), nil
}

func (s *story) Corrected(context.Context, int64) error { s.fixes = s.fixes[1:]; return nil }

func (s *story) Insert(_ context.Context, token string, rows []notify.DeliveryEvent) error {
	if s.refuse != nil {
		return s.refuse
	}
	s.inserts++
	if s.got == nil {
		s.got = map[string][]notify.DeliveryEvent{}
	}
	s.got[token] = rows
	return nil
}

func (s *story) Correct(_ context.Context, from, to string) error {
	s.fixed = append(s.fixed, [2]string{from, to})
	return nil
}

func (s *story) Copied(int, time.Duration) {}
func (s *story) CopyFailed()               {}

func (s *story) add(seqs ...int64) {
	for _, seq := range seqs {
		s.rows = append(s.rows, notify.DeliveryEvent{Seq: seq, Recipient: "ada"})
	}
}

func (s *story) seqs() (n int) {
	for _, rows := range s.got {
		n += len(rows)
	}
	return n
}

func (s *story) exporter(name string) *analytics.Exporter {
	return &analytics.Exporter{
		Stream: s, Books: s, Sink: s, Observer: s, Clock: notify.SystemClock{}, Log: slog.New(slog.DiscardHandler), Name: name,
		Prepare: func(context.Context) error { return nil }, Patience: time.Millisecond,
	}
}

func step(t *testing.T, e *analytics.Exporter) bool {
	t.Helper()
	full, err := e.Step(t.Context())
	require.NoError(t, err)
	return full
}

func TestPlacesThatNobodyWillTakeAreSteppedOver(t *testing.T) {
	t.Parallel()
	s := &story{}
	s.add(1, 2, 5, 9)
	e := s.exporter("one")
	step(t, e)
	require.Equal(t, int64(9), s.book.Seq)
	require.Equal(t, 4, s.seqs())
	step(t, e)
	require.Equal(t, 1, s.inserts, "nothing new, nothing sent")
}

func TestAGapWaitsForWhoMayFillIt(t *testing.T) {
	t.Parallel()
	s := &story{writers: []string{"5/1"}}
	s.add(1, 2, 4)
	e := s.exporter("one")
	step(t, e)
	require.Equal(t, int64(2), s.book.Seq, "what has no gap before it goes")
	s.writers = []string{"7/3"}
	s.rows = []notify.DeliveryEvent{{Seq: 1}, {Seq: 2}, {Seq: 3}, {Seq: 4}, {Seq: 6}}
	step(t, e)
	require.Equal(t, int64(4), s.book.Seq, "the late row came before it was passed; the other writer may be at 5")
	require.Equal(t, 4, s.seqs())
}

func TestABatchUnderWayIsSentAgainTheSame(t *testing.T) {
	t.Parallel()
	s := &story{}
	s.add(1, 2, 3)
	s.refuse = errors.New("away")
	_, err := s.exporter("one").Step(t.Context())
	require.ErrorIs(t, err, s.refuse)
	token := s.book.Token
	require.NotEmpty(t, token)
	s.add(4)
	s.refuse, s.book.LeaseUntil = nil, 0
	step(t, s.exporter("two"))
	require.Len(t, s.got[token], 3, "by another process, with the rows it was announced with")
	require.Equal(t, 4, s.seqs())
}

func TestOneCopiesAtATime(t *testing.T) {
	t.Parallel()
	s := &story{}
	s.add(1)
	one, two := s.exporter("one"), s.exporter("two")
	step(t, one)
	s.add(2)
	step(t, two)
	require.True(t, one.Holds())
	require.False(t, two.Holds())
	require.Equal(t, int64(1), s.book.Seq)
	s.book.Owner = "three"
	_, err := one.Step(t.Context())
	require.ErrorIs(t, err, notify.ErrConflict, "who lost the lease writes nothing")
}

func TestPeopleAreHashedAndCorrected(t *testing.T) {
	t.Parallel()
	s := &story{fixes: []notify.StreamCorrection{{ID: 1, Recipient: "ada", Becomes: ""}}}
	s.add(1)
	e := s.exporter("one")
	e.HashKey = []byte("a key")
	step(t, e)
	var shown string
	for _, rows := range s.got {
		shown = rows[0].Recipient
	}
	require.Len(t, shown, 32)
	require.NotContains(t, shown, "ada")
	require.Equal(t, [][2]string{{shown, ""}}, s.fixed, "the hash is what is forgotten")
	require.Empty(t, s.fixes)
}

func TestAnInsertCountsOnceAndAPersonIsForgotten(t *testing.T) {
	t.Parallel()
	w, err := analytics.Open(analytics.Config{URL: testbed.ClickHouse(t)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	require.NoError(t, w.Migrate(t.Context()))
	rows := []notify.DeliveryEvent{
		{Seq: 1, At: 1782000000000001, Kind: "sent", First: true, Recipient: "ada", Critical: true, TemplateVersion: 3, LatencyUS: 7, Parts: 2, CostMicros: -1},
		{Seq: 2, At: 1782000000000002, Kind: "sent", Recipient: "it's \\ bob"},
	}
	for range 3 {
		require.NoError(t, w.Insert(t.Context(), "token", rows))
	}
	require.Equal(t, "2,3", answer(t, w, "SELECT concat(toString(count()), ',', toString(sum(seq))) FROM delivery_events"))
	require.Equal(t, "2", answer(t, w, "SELECT toString(sum(events)) FROM delivery_days"))
	require.Equal(t, "1782000000000001,true,true,3,7,2,-1", answer(t, w, `SELECT concat(toString(toUnixTimestamp64Micro(at)), ',', toString(first), ',',
		toString(critical), ',', toString(template_version), ',', toString(latency_us), ',', toString(parts), ',', toString(cost_micros)) FROM delivery_events WHERE seq = 1`))
	require.NoError(t, w.Correct(t.Context(), "it's \\ bob", ""))
	require.Equal(t, "ada,", answer(t, w, "SELECT arrayStringConcat(groupArray(recipient), ',') FROM (SELECT recipient FROM delivery_events ORDER BY seq)"))
}

func answer(t *testing.T, w *analytics.Warehouse, text string) string {
	t.Helper()
	rows, err := w.Query(t.Context(), text, nil)
	require.NoError(t, err)
	defer func() { _ = rows.Close() }()
	require.True(t, rows.Next())
	var out string
	require.NoError(t, rows.Scan(&out))
	return out
}
