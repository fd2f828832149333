package audit

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

type fixed struct{ at time.Time }

func (f fixed) Now() time.Time { return f.at }

// shelf is a store in memory; rows may be spoilt by a test.
type shelf struct{ rows []Sealed }

func (s *shelf) AppendAudit(_ context.Context, r Record, seal func(string) string) error {
	previous := ""
	if n := len(s.rows); n > 0 {
		previous = s.rows[n-1].Seal
	}
	s.rows = append(s.rows, Sealed{Record: r, Place: int64(len(s.rows) + 1), Seal: seal(previous)})
	return nil
}

func (s *shelf) AuditRecords(context.Context, Filter, notify.Page) ([]Record, string, error) {
	return nil, "", nil
}

func (s *shelf) AuditRecord(context.Context, string) (Record, error) { return Record{}, nil }

func (s *shelf) AuditChain(_ context.Context, after int64, limit int) ([]Sealed, error) {
	var page []Sealed
	for _, row := range s.rows {
		if row.Place > after && len(page) < limit {
			page = append(page, row)
		}
	}
	return page, nil
}

func logged(t *testing.T, n int) (*Log, *shelf) {
	t.Helper()
	s := &shelf{}
	l := &Log{Store: s, Clock: fixed{time.Date(2026, 11, 21, 9, 0, 0, 123456789, time.UTC)}}
	for range n {
		require.NoError(t, l.Record(t.Context(), Entry{
			Actor: Actor{Member, "mem_1", "Ada"}, Action: "template.publish", Target: Target{Kind: "template", ID: "order"},
			Before: map[string]int{"version": 1}, After: map[string]int{"version": 2}, IP: "127.0.0.1",
		}))
	}
	return l, s
}

func TestAnUntouchedChainIsIntact(t *testing.T) {
	t.Parallel()
	l, s := logged(t, chainPage+3)
	v, err := l.Verify(t.Context())
	require.NoError(t, err)
	require.Equal(t, Verdict{Checked: chainPage + 3, Intact: true, Seal: s.rows[chainPage+2].Seal}, v)
	require.NotEqual(t, s.rows[0].Seal, s.rows[1].Seal, "a seal depends on the one before")
}

func TestWhateverIsSpoiltBreaksTheChain(t *testing.T) {
	t.Parallel()
	tests := map[string]func(s *shelf){
		"the actor":                   func(s *shelf) { s.rows[2].Actor.Name = "Eve" },
		"the time":                    func(s *shelf) { s.rows[2].At = s.rows[2].At.Add(time.Hour) },
		"the state before":            func(s *shelf) { s.rows[2].Before = json.RawMessage(`{"version":0}`) },
		"the state after":             func(s *shelf) { s.rows[2].After = nil },
		"the target":                  func(s *shelf) { s.rows[2].Target.ID = "other" },
		"the seal":                    func(s *shelf) { s.rows[2].Seal = "00" },
		"a row that was taken out":    func(s *shelf) { s.rows = append(s.rows[:1:1], s.rows[2:]...) },
		"two rows that were swapped":  func(s *shelf) { s.rows[2], s.rows[1] = s.rows[1], s.rows[2] },
		"one text moved to the next":  func(s *shelf) { s.rows[2].TraceID, s.rows[2].IP = s.rows[2].IP, "" },
		"a kind moved into the id":    func(s *shelf) { s.rows[2].Target = Target{ID: "templateorder"} },
		"a row of nobody put between": func(s *shelf) { s.rows = append(s.rows, Sealed{Place: 9, Seal: "00"}) },
	}
	for name, spoil := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, s := logged(t, 4)
			spoil(s)
			v, err := l.Verify(t.Context())
			require.NoError(t, err)
			require.False(t, v.Intact)
		})
	}
}

func TestDocumentsKeepNoSecret(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		given any
		want  string
	}{
		"nothing stays nothing":           {nil, ""},
		"a nil document is nothing":       {json.RawMessage("null"), ""},
		"what is no secret stays":         {map[string]any{"name": "Ada", "n": json.Number("12345678901234567890")}, `{"n":12345678901234567890,"name":"Ada"}`},
		"a secret is hidden":              {map[string]any{"secret": "ck_1", "Signing_Secret": "s"}, `{"Signing_Secret":"(secret)","secret":"(secret)"}`},
		"deep inside too":                 {[]any{map[string]any{"a": map[string]any{"api_key": "SG"}}}, `[{"a":{"api_key":"(secret)"}}]`},
		"whole trees of secrets":          {map[string]any{"credentials": map[string]any{"user": "u"}}, `{"credentials":"(secret)"}`},
		"an empty secret tells it is not": {map[string]any{"password": "", "token": nil}, `{"password":"","token":null}`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := document(tt.given)
			require.NoError(t, err)
			require.Equal(t, tt.want, string(got))
		})
	}
	long, err := document(map[string]string{"text": strings.Repeat("x", maxDocument)})
	require.NoError(t, err)
	require.Regexp(t, `^\{"too_large_bytes":\d+\}$`, string(long), "a state of any size fits")
	_, err = document(func() {})
	require.Error(t, err)
}

func TestARecordSaysWhenByTheHousesClock(t *testing.T) {
	t.Parallel()
	_, s := logged(t, 1)
	require.Equal(t, time.Date(2026, 11, 21, 9, 0, 0, 123456000, time.UTC), s.rows[0].At, "as exact as the database keeps it")
	require.True(t, notify.IsID(notify.AuditID, s.rows[0].ID))
}
