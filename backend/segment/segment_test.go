package segment_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/segment"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

type clock struct{}

func (clock) Now() time.Time { return noon }

// memory holds one segment; which conditions hold is said by their fields.
type memory struct {
	segment.Store
	kept    segment.Segment
	holds   map[string]bool
	counted []int
	// wait, when it is set, is what counting waits for.
	wait    chan struct{}
	waiting chan struct{}
	err     error
	uses    []segment.Use
}

func (m *memory) UsesOf(context.Context, string, int) ([]segment.Use, error) { return m.uses, m.err }

func (m *memory) DeleteSegment(context.Context, string) error {
	m.kept = segment.Segment{}
	return nil
}

func (m *memory) Segment(_ context.Context, key string) (segment.Segment, error) {
	if key != m.kept.Key {
		return segment.Segment{}, notify.ErrNotFound
	}
	return m.kept, nil
}

func (m *memory) Segments(_ context.Context, _ segment.Filter, p notify.Page) ([]segment.Segment, string, error) {
	if p.After == "" {
		return []segment.Segment{m.kept}, "next", m.err
	}
	return []segment.Segment{{Key: "other", Rule: segment.Rule{Field: "never", Op: segment.OpExists}}}, "", m.err
}

func (m *memory) PutSegment(_ context.Context, s segment.Segment, _ time.Time) error {
	m.kept = s
	return m.err
}

func (m *memory) NoteCount(_ context.Context, _ segment.Segment, n int, _ time.Time) error {
	m.counted = append(m.counted, n)
	return nil
}

func (m *memory) CountFitting(ctx context.Context, _ segment.Rule, _ time.Time) (int, error) {
	if m.wait != nil {
		m.waiting <- struct{}{}
		select {
		case <-m.wait:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	return 2, m.err
}

func (m *memory) FirstFitting(ctx context.Context, l segment.Look) (int, []notify.RecipientRef, error) {
	n, err := m.CountFitting(ctx, l.Rule, l.Now)
	return n, []notify.RecipientRef{{ID: "ada"}, {ID: "bo"}}, err
}

func (m *memory) Fitting(context.Context, segment.Rule, time.Time, notify.Page) ([]notify.RecipientRef, string, error) {
	return []notify.RecipientRef{{ID: "ada"}, {ID: "bo"}}, "", m.err
}

func (m *memory) Fits(_ context.Context, recipient string, rules []segment.Rule, _ time.Time) ([]bool, error) {
	if recipient == "nobody" {
		return nil, notify.ErrNotFound
	}
	held := make([]bool, len(rules))
	for i, r := range rules {
		held[i] = m.holds[r.Field] || r.IsGroup() && m.holds["whole"]
	}
	return held, m.err
}

func parsed(t *testing.T, text string) segment.Rule {
	t.Helper()
	var r segment.Rule
	require.NoError(t, json.Unmarshal([]byte(text), &r))
	return r
}

func TestASegmentIsCheckedStoredAndCounted(t *testing.T) {
	t.Parallel()
	m := &memory{}
	s := &segment.Segments{Store: m, Clock: clock{}}
	rule := parsed(t, `{"field":"locale","op":"eq","value":"en"}`)
	got, err := s.Put(t.Context(), segment.Segment{Key: "beta", Rule: rule})
	require.NoError(t, err)
	require.Equal(t, "beta", got.Name, "one without a name is called by its key")
	require.Equal(t, []int{2}, m.counted)
	m.kept = segment.Segment{}
	_, err = s.Put(t.Context(), segment.Segment{Key: "a b", Rule: segment.Rule{}})
	var invalid *notify.Invalid
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Fields, 2)
	require.Empty(t, m.kept.Key, "what is wrong is not stored")
}

func TestASegmentThatSomethingNeedsIsNotDeleted(t *testing.T) {
	t.Parallel()
	m := &memory{kept: segment.Segment{Key: "beta"}, uses: []segment.Use{{Kind: "broadcast", ID: "bct_1", Name: "News"}, {Kind: "schedule", ID: "sch_1", Name: "Weekly"}}}
	s := &segment.Segments{Store: m, Clock: clock{}}
	err := s.Delete(t.Context(), "beta")
	require.ErrorIs(t, err, notify.ErrConflict)
	var named *notify.Invalid
	require.ErrorAs(t, err, &named)
	require.Equal(t, []notify.FieldError{
		{Path: "broadcasts", Code: "in_use", Detail: "broadcast News (bct_1) uses it"},
		{Path: "schedules", Code: "in_use", Detail: "schedule Weekly (sch_1) uses it"},
	}, named.Fields)
	require.Equal(t, "beta", m.kept.Key)
	m.uses = nil
	require.NoError(t, s.Delete(t.Context(), "beta"))
	require.Empty(t, m.kept.Key)
}

func TestMembershipIsExplainedConditionByCondition(t *testing.T) {
	t.Parallel()
	m := &memory{holds: map[string]bool{"locale": true, "whole": true}, kept: segment.Segment{Key: "beta", Rule: parsed(t,
		`{"all":[{"field":"locale","op":"exists"},{"any":[{"field":"group","op":"in","value":["x"]},{"not":{"field":"name","op":"exists"}}]}]}`)}}
	s := &segment.Segments{Store: m, Clock: clock{}}
	got, err := s.Explain(t.Context(), "beta", "ada")
	require.NoError(t, err)
	require.True(t, got.Member)
	all := got.Because.All
	require.True(t, got.Because.Holds)
	require.True(t, all[0].Holds)
	require.Equal(t, "locale", all[0].Condition.Field)
	require.True(t, all[1].Holds, "one of any is enough")
	require.False(t, all[1].Any[0].Holds)
	require.True(t, all[1].Any[1].Holds)
	require.False(t, all[1].Any[1].Not.Holds)

	_, err = s.Explain(t.Context(), "beta", "nobody")
	require.ErrorIs(t, err, notify.ErrNotFound)
	in, err := s.Of(t.Context(), "ada")
	require.NoError(t, err)
	require.Len(t, in, 1, "all pages are asked, and those that fit are kept")
}

func TestThePreviewOfASegmentKeepsItsNumberAndThatOfARuleDoesNot(t *testing.T) {
	t.Parallel()
	m := &memory{kept: segment.Segment{Key: "beta", Rule: parsed(t, `{"field":"id","op":"exists"}`)}}
	s := &segment.Segments{Store: m, Clock: clock{}}
	found, err := s.Preview(t.Context(), segment.Question{Rule: &m.kept.Rule})
	require.NoError(t, err)
	require.Equal(t, 2, found.Count)
	require.Len(t, found.Sample, 2)
	require.Empty(t, m.counted)
	_, err = s.Preview(t.Context(), segment.Question{Key: "beta"})
	require.NoError(t, err)
	require.Equal(t, []int{2}, m.counted)
	_, err = s.Preview(t.Context(), segment.Question{Key: "gone"})
	require.ErrorIs(t, err, notify.ErrNotFound)
	_, err = s.Preview(t.Context(), segment.Question{Rule: &segment.Rule{}})
	var invalid *notify.Invalid
	require.ErrorAs(t, err, &invalid)
	m.err = errors.New("away")
	_, err = s.Preview(t.Context(), segment.Question{Rule: &m.kept.Rule})
	require.ErrorIs(t, err, m.err)
}

func TestTheNextQuestionOfAnEditorEndsTheOneBefore(t *testing.T) {
	t.Parallel()
	m := &memory{wait: make(chan struct{}), waiting: make(chan struct{})}
	s := &segment.Segments{Store: m, Clock: clock{}}
	rule := parsed(t, `{"field":"id","op":"exists"}`)
	answers := make(chan error, 3)
	ask := func(caller string) {
		_, err := s.Preview(t.Context(), segment.Question{Rule: &rule, Caller: caller})
		answers <- err
	}
	go ask("one")
	<-m.waiting
	go ask("one")
	<-m.waiting
	require.ErrorIs(t, <-answers, notify.ErrConflict, "the first one has ended while the second still works")
	go ask("another")
	<-m.waiting
	close(m.wait)
	require.NoError(t, <-answers)
	require.NoError(t, <-answers, "editors do not disturb one another")
}
