package store

import (
	"context"
	"strings"

	"github.com/uptrace/bun"

	"clarion/backend/schedule"
	"clarion/backend/segment"
)

// peopleTogether is how many recipients a page of a slot has.
const peopleTogether = 1000

// TakePeople writes down whose clocks have shown a slot. Whoever is written down
// for it stays so: of two planned times the first has them.
func (db *DB) TakePeople(ctx context.Context, s schedule.Slot) (int, error) {
	rules, err := db.rulesOf(ctx, s.Audience.Segments)
	if err != nil {
		return 0, err
	}
	n := 0
	err = db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if db.postgres() {
			if _, err := tx.Tx.ExecContext(ctx, fitting); err != nil {
				return err
			}
		}
		zones, err := db.zonesOf(ctx, tx, s, rules)
		if err != nil {
			return err
		}
		if len(zones) > 0 {
			c := db.ruler(s.Now)
			into := c.textArg(s.ScheduleID) + ", " + c.textArg(s.Slot)
			fire, pages := c.textArg(s.ID), c.numberArg(peopleTogether)
			fits := audienceText(c, s.Audience, rules)
			text := "INSERT INTO schedule_people (schedule_id, slot, recipient_id, fire_id, page) SELECT " + into + ", r.id, " + fire +
				", (row_number() OVER (ORDER BY r.id) - 1) / " + pages + " FROM recipients AS r WHERE " + fits + " AND " + c.among("r.timezone", zones) +
				" AND NOT EXISTS (SELECT 1 FROM schedule_people AS sp WHERE sp.schedule_id = " + c.textArg(s.ScheduleID) + " AND sp.slot = " +
				c.textArg(s.Slot) + " AND sp.recipient_id = r.id) ON CONFLICT DO NOTHING"
			if n, err = touched(tx.Tx.ExecContext(ctx, text, c.args...)); err != nil {
				return err
			}
		}
		_, err = tx.NewRaw("UPDATE schedule_fires SET taken = ?, people = ? WHERE id = ? AND tries = ?", true, n, s.ID, s.Tries).Exec(ctx)
		return err
	})
	return n, during(err, "take down who has %s of schedule %s", s.Slot, s.ScheduleID)
}

// zonesOf are the zones of an audience whose clocks have shown a slot.
func (db *DB) zonesOf(ctx context.Context, tx bun.Tx, s schedule.Slot, rules []segment.Rule) ([]string, error) {
	c := db.ruler(s.Now)
	fits := audienceText(c, s.Audience, rules)
	rows, err := tx.Tx.QueryContext(ctx, "SELECT DISTINCT r.timezone FROM recipients AS r WHERE "+fits, c.args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var shown []string
	for rows.Next() {
		var zone string
		if err := rows.Scan(&zone); err != nil {
			return nil, err
		}
		if s.Shows(zone) {
			shown = append(shown, zone)
		}
	}
	return shown, rows.Err()
}

// audienceText is the condition of being on one of the lists; who was merged into
// another is that one.
func audienceText(c *ruler, a schedule.Audience, rules []segment.Rule) string {
	fits := []string{"FALSE"}
	if len(a.Recipients) > 0 {
		fits = append(fits, c.among("r.id", a.Recipients),
			"r.id IN (SELECT m.merged_into FROM recipients AS m WHERE m.merged_into <> '' AND "+c.among("m.id", a.Recipients)+")")
	}
	if len(a.Groups) > 0 {
		fits = append(fits, "EXISTS (SELECT 1 FROM group_members AS gm WHERE gm.recipient_id = r.id AND "+c.among("gm.group_key", a.Groups)+")")
	}
	for _, rule := range rules {
		fits = append(fits, c.rule(rule, false))
	}
	return "r.erased_at = 0 AND r.merged_into = '' AND (" + strings.Join(fits, " OR ") + ")"
}

// rulesOf are the rules of segments.
func (db *DB) rulesOf(ctx context.Context, keys []string) ([]segment.Rule, error) {
	var rules []segment.Rule
	for _, key := range keys {
		one, err := db.Segment(ctx, key)
		if err != nil {
			return nil, err
		}
		rules = append(rules, one.Rule)
	}
	return rules, nil
}

// PeoplePage returns the recipients of a page of a slot.
func (db *DB) PeoplePage(ctx context.Context, fireID string, page int) ([]string, error) {
	var ids []string
	err := db.latest().NewRaw("SELECT recipient_id FROM schedule_people WHERE fire_id = ? AND page = ? ORDER BY recipient_id", fireID, page).Scan(ctx, &ids)
	return ids, during(err, "read who has planned time %s", fireID)
}
