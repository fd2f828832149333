package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/recur"
	"clarion/backend/schedule"
)

// people are recipients by zone, all but one of them in the group.
func (w *tower) people(t *testing.T, zones map[string]string) {
	t.Helper()
	require.NoError(t, w.db.PutGroup(t.Context(), notify.Group{Key: "all", Name: "All"}, w.clock.Now()))
	var list []notify.Recipient
	var members []string
	for id, zone := range zones {
		list = append(list, notify.Recipient{ID: id, Timezone: zone})
		if id != "named" {
			members = append(members, id)
		}
	}
	require.NoError(t, w.db.UpsertRecipients(t.Context(), list, false, w.clock.Now()))
	require.NoError(t, w.db.AddMembers(t.Context(), "all", members, w.clock.Now()))
}

// through lets time pass until a moment, with a look every quarter of an hour.
func (w *tower) through(t *testing.T, until time.Time) {
	t.Helper()
	one := w.worker("w")
	for at := w.clock.Now(); !at.After(until); at = at.Add(15 * time.Minute) {
		w.to(at)
		for one.Once(t.Context()) {
		}
	}
}

func eachAtNine(p *schedule.Plan) {
	p.Zone, p.Rule = schedule.Recipient, recur.Rule{Kind: recur.Daily, Times: []string{"09:00"}}
}

func TestEachRecipientsOwnClockCountsOverTheWholeDay(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		w := newTower(db) // it is 09:00 UTC on the 21st
		w.people(t, map[string]string{
			"kiritimati": "Pacific/Kiritimati", "auckland": "Pacific/Auckland", "kathmandu": "Asia/Kathmandu", "berlin": "Europe/Berlin",
			"house": "", "york": "America/New_York", "named": "Pacific/Honolulu", "midway": "Pacific/Midway", "mover": "America/New_York",
			"home": "Europe/Berlin",
		})
		s := w.plan(t, eachAtNine)
		w.through(t, time.Date(2026, 11, 22, 8, 30, 0, 0, time.UTC))
		// One has had it and flies to where it is still to come, one flies to where
		// it has just been.
		require.NoError(t, db.UpsertRecipients(t.Context(), []notify.Recipient{
			{ID: "home", Timezone: "America/New_York"}, {ID: "mover", Timezone: "Europe/Berlin"},
		}, false, w.clock.Now()))
		w.through(t, time.Date(2026, 11, 23, 0, 30, 0, 0, time.UTC))
		require.Equal(t, map[string][]string{
			"kiritimati": {"21 19:00", "22 19:00"}, "auckland": {"21 20:00", "22 20:00"}, "kathmandu": {"22 03:15"},
			"berlin": {"22 08:00"}, "home": {"22 08:00"}, "mover": {"21 14:00", "22 08:45"}, "house": {"22 09:00"},
		}, map[string][]string{
			"kiritimati": w.bell.at["kiritimati"], "auckland": w.bell.at["auckland"], "kathmandu": w.bell.at["kathmandu"],
			"berlin": w.bell.at["berlin"], "home": w.bell.at["home"], "mover": w.bell.at["mover"], "house": w.bell.at["house"],
		})
		require.Equal(t, []string{"21 14:00", "22 14:00"}, w.bell.at["york"], "the day before goes on in the west")
		require.Equal(t, []string{"21 19:00", "22 19:00"}, w.bell.at["named"])
		require.Equal(t, []string{"21 20:00", "22 20:00"}, w.bell.at["midway"])
		for key, n := range w.bell.keys() {
			require.Equal(t, 1, n, key)
		}
		list, _, err := w.History(t.Context(), s.ID, notify.Page{Limit: 200})
		require.NoError(t, err)
		for _, p := range list {
			require.Positive(t, p.People, "a time that is nobody's leaves no line")
		}
	})
}

func TestMissedClocksFollowThePolicy(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		for missed, want := range map[schedule.Missed][]string{
			schedule.Skip: nil, schedule.RunOnce: {"22 08:30"}, schedule.CatchUp: {"22 08:30"},
		} {
			w := newTower(db)
			w.people(t, map[string]string{"berlin": "Europe/Berlin"})
			s := w.plan(t, func(p *schedule.Plan) { eachAtNine(p); p.Missed = missed })
			w.through(t, time.Date(2026, 11, 22, 7, 30, 0, 0, time.UTC))
			w.to(time.Date(2026, 11, 22, 8, 40, 0, 0, time.UTC)) // nobody looked for an hour
			w.through(t, time.Date(2026, 11, 23, 7, 55, 0, 0, time.UTC))
			require.Equal(t, want, w.bell.at["berlin"], missed)
			require.NoError(t, w.Delete(t.Context(), s.ID))
		}
	})
}

func TestManyRecipientsOfOneClockComeInPages(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		w, zones := newTower(db), map[string]string{}
		for i := range 2500 {
			zones[fmt.Sprint("p", i)] = "Asia/Tokyo"
		}
		w.people(t, zones)
		w.plan(t, eachAtNine)
		w.through(t, time.Date(2026, 11, 22, 0, 10, 0, 0, time.UTC))
		require.Len(t, w.bell.keys(), 3)
		require.Len(t, w.bell.at, 2500)
	})
}
