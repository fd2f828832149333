package api

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
	"clarion/backend/notify"
	"clarion/backend/segment"
)

type segmentFake struct{ *fakes }

func (f *segmentFake) one(key string) segment.Segment {
	return segment.Segment{
		Key: key, Name: "Beta", Rule: segment.Rule{Any: []segment.Rule{
			{Field: "data.tier", Op: segment.OpEq, Value: json.RawMessage(`"gold"`)},
			{Not: &segment.Rule{Field: segment.FieldActivity, Op: "opened", Days: 30, Times: 2}},
		}}, Members: 3, CountedAt: f.at, CreatedAt: f.at, UpdatedAt: f.at,
	}
}

func (f *segmentFake) List(context.Context, segment.Filter, notify.Page) ([]segment.Segment, string, error) {
	return []segment.Segment{f.one("beta"), {Key: "new", Name: "New"}}, "", f.failing()
}

func (f *segmentFake) Get(_ context.Context, key string) (segment.Segment, error) {
	return f.one(key), f.missing(key, "beta")
}

func (f *segmentFake) Put(_ context.Context, in segment.Segment) (segment.Segment, error) {
	var faults notify.Invalid
	segment.Check(&faults, "rule", in.Rule)
	if err := faults.Err(); err != nil {
		return in, err
	}
	return f.one(in.Key), f.failing()
}

func (f *segmentFake) Delete(_ context.Context, key string) error { return f.missing(key, "beta") }

func (f *segmentFake) Members(_ context.Context, key string, _ notify.Page) ([]notify.RecipientRef, string, error) {
	return []notify.RecipientRef{{ID: "ada"}}, "", f.missing(key, "beta")
}

func (f *segmentFake) Explain(_ context.Context, key, recipient string) (segment.Membership, error) {
	rule := f.one(key).Rule
	return segment.Membership{Segment: key, Recipient: recipient, Member: true, Because: segment.Verdict{Holds: true, Any: []segment.Verdict{
		{Holds: true, Condition: &rule.Any[0]}, {Not: &segment.Verdict{Holds: true, Condition: rule.Any[1].Not}},
	}}}, f.missing(key, "beta")
}

func (f *segmentFake) Of(context.Context, string) ([]segment.Segment, error) {
	return []segment.Segment{f.one("beta")}, f.failing()
}

func (f *segmentFake) Preview(_ context.Context, q segment.Question) (segment.Preview, error) {
	if q.Key == "busy" {
		return segment.Preview{}, notify.ErrConflict
	}
	return segment.Preview{Count: len(q.Caller), Sample: []notify.RecipientRef{{ID: "ada", Name: "Ada"}}}, f.failing()
}

func TestAPreviewIsOfARuleOrASegment(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	key := h.key(access.Read)
	rule := `{"field":"data.tier","op":"eq","value":"gold"}`
	for name, test := range map[string]struct {
		body   string
		status int
	}{
		"a rule":               {`{"rule":` + rule + `}`, 200},
		"a rule of an editor":  {`{"rule":` + rule + `,"editor":"e1"}`, 200},
		"a stored segment":     {`{"key":"beta"}`, 200},
		"one ended by another": {`{"key":"busy"}`, 409},
		"neither":              {`{}`, 422},
		"both":                 {`{"key":"beta","rule":` + rule + `}`, 422},
		"an unknown word":      {`{"rule":{"feild":"id"}}`, 422},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := h.do(ask{method: "POST", path: "/v1/segments/preview", body: test.body, bearer: key})
			require.Equal(t, test.status, got.status, string(got.raw))
		})
	}
}

func TestARuleIsRefusedWithThePathOfItsFault(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	got := h.do(ask{method: "PUT", path: "/v1/segments/beta", bearer: h.key(access.RecipientsWrite),
		body: `{"name":"Beta","rule":{"all":[{"field":"locale","op":"eq","value":"en"},{"any":[{"field":"group","op":"eq","value":"x"}]}]}}`})
	require.Equal(t, 422, got.status, string(got.raw))
	require.Contains(t, string(got.raw), `"rule.all[1].any[0].op"`)
}
