package suppression_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/suppression"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

type clock struct{ at time.Time }

func (c *clock) Now() time.Time { return c.at }

type memory map[string]notify.Suppression

func (m memory) Suppressions(_ context.Context, f suppression.Filter, _ notify.Page) ([]notify.Suppression, string, error) {
	var list []notify.Suppression
	for _, s := range m {
		if f.Channel == "" || f.Channel == s.Channel {
			list = append(list, s)
		}
	}
	return list, "next", nil
}

func (m memory) AddSuppression(_ context.Context, s notify.Suppression, now time.Time) (notify.Suppression, error) {
	s.CreatedAt = now
	m[s.ID] = s
	return s, nil
}

func (m memory) ReleaseSuppression(_ context.Context, id string, e notify.EndedSuppression, said notify.Consent) (notify.Suppression, error) {
	removed := m[id]
	removed.Ending = &e
	removed.Detail = string(said.Kind) + " " + string(said.Source) + " " + said.Actor + " " + said.Wording
	delete(m, id)
	return removed, nil
}

func (m memory) EndedSuppressions(context.Context, suppression.Filter, notify.Page) ([]notify.Suppression, string, error) {
	return []notify.Suppression{{ID: "ended"}}, "", nil
}

func (m memory) Suppression(_ context.Context, id string) (notify.Suppression, error) {
	s, ok := m[id]
	if !ok {
		return s, notify.ErrNotFound
	}
	return s, nil
}

func (m memory) AddSuppressions(ctx context.Context, list []notify.Suppression, now time.Time) (int, error) {
	for _, s := range list {
		_, _ = m.AddSuppression(ctx, s, now)
	}
	return len(list), nil
}

func (m memory) KnownSuppressions(context.Context, []notify.Suppression) (int, error) {
	return len(m), nil
}

func TestSuppressions(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		entry  notify.Suppression
		reason notify.SuppressionReason
		want   []string
	}{
		"by hand when no reason is given": {notify.Suppression{Channel: notify.Email, Address: "a@x.com"}, notify.Manual, nil},
		"for a bounce":                    {notify.Suppression{Channel: notify.Email, Address: "a@x.com", Reason: notify.Bounce}, notify.Bounce, nil},
		"for a complaint":                 {notify.Suppression{Channel: notify.SMS, Address: "+447700900123", Reason: notify.Complaint}, notify.Complaint, nil},
		"an unknown reason is refused":    {notify.Suppression{Channel: notify.Email, Address: "a@x.com", Reason: "mood"}, "", []string{"reason"}},
		"an unknown channel is refused":   {notify.Suppression{Channel: "fax", Address: "1"}, "", []string{"channel"}},
		"everything wrong at once":        {notify.Suppression{Reason: "mood"}, "", []string{"channel", "address", "reason"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := memory{}
			s := &suppression.Suppressions{Store: m, Clock: &clock{noon}}
			got, err := s.Add(t.Context(), test.entry)
			if test.want != nil {
				var invalid *notify.Invalid
				require.ErrorAs(t, err, &invalid)
				var paths []string
				for _, f := range invalid.Fields {
					paths = append(paths, f.Path)
				}
				require.Equal(t, test.want, paths)
				require.Empty(t, m)
				return
			}
			require.NoError(t, err)
			require.True(t, notify.IsID(notify.SuppressionID, got.ID), "the id is ours, whatever the caller sent")
			require.Equal(t, test.reason, got.Reason)
			require.Equal(t, noon, got.CreatedAt)
			list, next, err := s.List(t.Context(), suppression.Filter{Channel: test.entry.Channel}, notify.Page{})
			require.NoError(t, err)
			require.Equal(t, "next", next)
			require.Equal(t, []notify.Suppression{got}, list)
			read, err := s.Get(t.Context(), got.ID)
			require.NoError(t, err)
			require.Equal(t, got, read)
			released, err := s.Release(t.Context(), got.ID, suppression.Releaser{ID: "mem_1", Name: "Ada", Source: notify.ByMember}, "a mistake")
			require.NoError(t, err)
			require.Equal(t, &notify.EndedSuppression{How: notify.SuppressionReleased, At: noon, By: "Ada", Why: "a mistake"}, released.Ending)
			require.Equal(t, "released member mem_1 a mistake", released.Detail)
			require.Empty(t, m)
			list, _, err = s.List(t.Context(), suppression.Filter{Ended: true}, notify.Page{})
			require.NoError(t, err)
			require.Equal(t, "ended", list[0].ID)
		})
	}
}
