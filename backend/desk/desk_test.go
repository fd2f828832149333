package desk_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/desk"
	"clarion/backend/notify"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

type clock struct{}

func (clock) Now() time.Time { return noon }

// memory remembers what it was asked.
type memory struct {
	put  desk.View
	asks []desk.Question
	err  error
}

func (m *memory) Views(context.Context, string) ([]desk.View, error) { return nil, m.err }

func (m *memory) PutView(_ context.Context, v desk.View, _ int) (desk.View, error) {
	m.put = v
	return v, m.err
}

func (m *memory) DeleteView(context.Context, string, string) error { return m.err }

func (m *memory) SearchNames(_ context.Context, q desk.Question) ([]desk.Hit, error) {
	m.asks = append(m.asks, q)
	return []desk.Hit{}, m.err
}

func TestSavingAView(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		view desk.View
		path string
	}{
		"a filter under a name":    {desk.View{List: "messages", Name: " Failed ", Search: "status=failed"}, ""},
		"no name":                  {desk.View{List: "messages", Name: "  "}, "name"},
		"a name too long":          {desk.View{List: "messages", Name: strings.Repeat("é", 81)}, "name"},
		"a list that is no word":   {desk.View{List: "../x", Name: "n"}, "list"},
		"a search beyond measures": {desk.View{List: "messages", Name: "n", Search: strings.Repeat("a", 2001)}, "search"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := &memory{}
			v := desk.Views{Store: m, Clock: clock{}}
			saved, err := v.Save(t.Context(), test.view)
			if test.path != "" {
				var invalid *notify.Invalid
				require.ErrorAs(t, err, &invalid)
				require.Equal(t, test.path, invalid.Fields[0].Path)
				require.Empty(t, m.put)
				return
			}
			require.NoError(t, err)
			require.Equal(t, "Failed", saved.Name)
			require.True(t, notify.IsID(notify.ViewID, saved.ID))
			require.Equal(t, noon, saved.CreatedAt)
		})
	}
}

func TestFindingAsksOnlyForWhatMayBeSeen(t *testing.T) {
	t.Parallel()
	m := &memory{}
	s := desk.Search{Store: m}
	_, err := s.Find(t.Context(), " ada ", desk.Sight{})
	require.NoError(t, err)
	require.Equal(t, "ada", m.asks[0].Text)
	require.NotContains(t, m.asks[0].Kinds, desk.KindMember)
	_, err = s.Find(t.Context(), "ada", desk.Sight{Members: true, Schedules: true})
	require.NoError(t, err)
	require.Contains(t, m.asks[1].Kinds, desk.KindMember)
	hits, err := s.Find(t.Context(), "  ", desk.Sight{})
	require.NoError(t, err)
	require.Empty(t, hits)
	require.NotNil(t, hits)
	require.Len(t, m.asks, 2, "nothing is not searched for")
	_, err = s.Find(t.Context(), strings.Repeat("a", 201), desk.Sight{})
	var invalid *notify.Invalid
	require.ErrorAs(t, err, &invalid)
}

func TestADatabaseThatIsAway(t *testing.T) {
	t.Parallel()
	m := &memory{err: errors.New("away")}
	v, s := desk.Views{Store: m, Clock: clock{}}, desk.Search{Store: m}
	_, err := v.List(t.Context(), "ada")
	require.ErrorIs(t, err, m.err)
	_, err = v.Save(t.Context(), desk.View{List: "messages", Name: "n"})
	require.ErrorIs(t, err, m.err)
	require.ErrorIs(t, v.Delete(t.Context(), "ada", "viw_1"), m.err)
	_, err = s.Find(t.Context(), "x", desk.Sight{})
	require.ErrorIs(t, err, m.err)
}

func TestSchedulesAreFoundByWhoMayReadThem(t *testing.T) {
	t.Parallel()
	m := &memory{}
	s := desk.Search{Store: m}
	for _, may := range []bool{false, true} {
		_, err := s.Find(t.Context(), "autumn", desk.Sight{Schedules: may})
		require.NoError(t, err)
	}
	require.NotContains(t, m.asks[0].Kinds, desk.KindSchedule)
	require.Subset(t, m.asks[1].Kinds, []string{desk.KindSchedule, desk.KindBroadcast, desk.KindSaga})
}
