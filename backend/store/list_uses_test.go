package store

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/audience"
	"clarion/backend/broadcast"
	"clarion/backend/notify"
	"clarion/backend/recur"
	"clarion/backend/schedule"
	"clarion/backend/segment"
)

func TestASegmentKnowsTheBroadcastsThatNameIt(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		naming := func(key string) []string {
			ids := []string{}
			list, _, err := db.Broadcasts(t.Context(), broadcast.Filter{Segment: key}, notify.Page{})
			require.NoError(t, err)
			for _, b := range list {
				ids = append(ids, b.ID)
			}
			return ids
		}
		b := newBroadcast(t, db, broadcast.Audience{Segments: []string{"gold", "it's", "gold"}})
		newBroadcast(t, db, broadcast.Audience{Groups: []string{"gold"}, Recipients: []string{"gold"}})
		require.Equal(t, []string{b.ID}, naming("gold"))
		require.Equal(t, []string{b.ID}, naming("it's"))
		require.Empty(t, naming("gol"))
		for _, keys := range [][]string{{"dev", "gold"}, {"dev"}, nil} {
			_, err := db.ChangeBroadcast(t.Context(), b.ID, start, func(b *broadcast.Broadcast) (broadcast.Change, error) {
				b.Audience.Segments = keys
				return broadcast.Change{}, nil
			})
			require.NoError(t, err)
			require.Empty(t, naming("it's"), "what is named no more is forgotten")
			require.Equal(t, slices.Contains(keys, "gold"), len(naming("gold")) == 1)
			require.Equal(t, slices.Contains(keys, "dev"), len(naming("dev")) == 1)
		}
	})
}

func TestBroadcastsAreFoundByWhoWroteThem(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		newBroadcast(t, db, broadcast.Audience{Everybody: true})
		for author, want := range map[string]int{"mem_1": 1, "mem_": 0, "mem_%": 0, `mem_1","x`: 0, "": 1} {
			list, _, err := db.Broadcasts(t.Context(), broadcast.Filter{Author: author}, notify.Page{})
			require.NoError(t, err)
			require.Len(t, list, want, author)
		}
	})
}

// aiming is a schedule that causes what the target says.
func aiming(t *testing.T, db *DB, name, target string) schedule.Schedule {
	t.Helper()
	s := schedule.Schedule{
		ID: notify.NewID(notify.ScheduleID), State: schedule.Active, Source: "shop", CreatedBy: "Bo", CreatedAt: start, UpdatedAt: start, Anchor: start,
		Plan: schedule.Plan{Name: name, Rule: recur.Rule{Kind: recur.Daily}, Zone: "UTC", Missed: schedule.Skip, Target: json.RawMessage(target)},
	}
	require.NoError(t, db.AddSchedule(t.Context(), s))
	return s
}

func TestSchedulesAreFoundByTheListTheirTargetNames(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		gold := newBroadcast(t, db, broadcast.Audience{Segments: []string{"gold"}})
		other := newBroadcast(t, db, broadcast.Audience{Segments: []string{"other"}})
		aiming(t, db, "event", `{"kind":"event","type":"x","to":[{"group":"gold"},{"segment":"gold"}]}`)
		aiming(t, db, "alone", `{"kind":"notification","to":{"segment":"gold"}}`)
		aiming(t, db, "alias", `{"kind":"event","type":"x","recipients":[{"segment":"gold"}]}`)
		aiming(t, db, "repeat", `{"kind":"broadcast","broadcast":"`+gold.ID+`"}`)
		aiming(t, db, "repeat of another", `{"kind":"broadcast","broadcast":"`+other.ID+`"}`)
		aiming(t, db, "word", `{"kind":"event","type":"segment","to":["gold"],"data":{"segment":"gold"}}`)
		aiming(t, db, "report", `{"kind":"report","report":"x"}`)
		for _, one := range []struct {
			filter schedule.Filter
			want   []string
		}{
			{schedule.Filter{Segment: "gold"}, []string{"repeat", "alias", "alone", "event"}},
			{schedule.Filter{Group: "gold"}, []string{"event"}},
			{schedule.Filter{Segment: "gold", Group: "gold"}, []string{"event"}},
			{schedule.Filter{Segment: "gol"}, nil},
			{schedule.Filter{Segment: "%"}, nil},
		} {
			var names []string
			list, _, err := db.Schedules(t.Context(), one.filter, notify.Page{})
			require.NoError(t, err)
			for _, s := range list {
				names = append(names, s.Name)
			}
			require.Equal(t, one.want, names, "%+v", one.filter)
		}
	})
}

func TestWhatCannotDoWithoutAGroupIsNamed(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		b := newBroadcast(t, db, broadcast.Audience{Groups: []string{"ops", "dev"}})
		newBroadcast(t, db, broadcast.Audience{Segments: []string{"ops"}})
		s := aiming(t, db, "weekly", `{"kind":"event","type":"x","to":[{"group":"ops"}]}`)
		for key, rule := range map[string]segment.Rule{
			"staff":    {Field: segment.FieldGroup, Op: "in", Value: json.RawMessage(`["ops"]`)},
			"outsider": {Field: segment.FieldGroup, Op: "in", Value: json.RawMessage(`["others"]`)},
		} {
			require.NoError(t, db.PutSegment(ctx, segment.Segment{Key: key, Name: "S " + key, Rule: rule}, start))
		}
		uses, err := db.GroupUses(ctx, "ops", 5)
		require.NoError(t, err)
		want := []audience.Use{{Kind: "segment", ID: "staff", Name: "S staff"}, {Kind: "broadcast", ID: b.ID, Name: "News"}, {Kind: "schedule", ID: s.ID, Name: "weekly"}}
		require.Equal(t, want, uses)
		_, err = db.ChangeBroadcast(ctx, b.ID, start, func(b *broadcast.Broadcast) (broadcast.Change, error) {
			b.State = broadcast.Completed
			return broadcast.Change{}, nil
		})
		require.NoError(t, err)
		_, err = db.ChangeSchedule(ctx, s.ID, func(s *schedule.Schedule) error { s.State = schedule.Ended; return nil })
		require.NoError(t, err)
		uses, err = db.GroupUses(ctx, "ops", 5)
		require.NoError(t, err)
		require.Equal(t, want[:1], uses, "what has ended needs it no more")
		none, err := db.GroupUses(ctx, "silver", 5)
		require.NoError(t, err)
		require.Empty(t, none)
	})
}

func TestWhatCannotDoWithoutASegmentIsNamed(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		live := newBroadcast(t, db, broadcast.Audience{Segments: []string{"gold"}})
		over := newBroadcast(t, db, broadcast.Audience{Segments: []string{"gold"}})
		repeat := aiming(t, db, "weekly", `{"kind":"broadcast","broadcast":"`+over.ID+`"}`)
		ended := aiming(t, db, "gone", `{"kind":"event","type":"x","to":[{"segment":"gold"}]}`)
		_, err := db.ChangeSchedule(t.Context(), ended.ID, func(s *schedule.Schedule) error { s.State = schedule.Ended; return nil })
		require.NoError(t, err)
		become := func(id string, state broadcast.State) {
			_, err := db.ChangeBroadcast(t.Context(), id, start, func(b *broadcast.Broadcast) (broadcast.Change, error) {
				b.State = state
				return broadcast.Change{}, nil
			})
			require.NoError(t, err)
		}
		become(over.ID, broadcast.Completed)
		ofSchedule := segment.Use{Kind: "schedule", ID: repeat.ID, Name: "weekly"}
		for _, state := range broadcast.States {
			become(live.ID, state)
			want := []segment.Use{{Kind: "broadcast", ID: live.ID, Name: "News"}, ofSchedule}
			if state.Ended() {
				want = want[1:]
			}
			uses, err := db.UsesOf(t.Context(), "gold", 5)
			require.NoError(t, err)
			require.Equal(t, want, uses, state)
		}
		none, err := db.UsesOf(t.Context(), "silver", 5)
		require.NoError(t, err)
		require.Empty(t, none)
	})
}
