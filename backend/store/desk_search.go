package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"clarion/backend/audience"
	"clarion/backend/desk"
	"clarion/backend/notify"
)

var _ desk.SearchStore = (*DB)(nil)

// namesOf says where each kind of thing has its id and its name. ?0 is what an id
// or a name may begin with, ?1 what may stand anywhere in it: the tables of what
// a house sets up are small. That of its recipients is not: see namedRecipients.
var namesOf = map[string]string{
	desk.KindTemplate:    `SELECT key AS id, name FROM templates WHERE lower(key) LIKE ?1 ESCAPE '\' OR lower(name) LIKE ?1 ESCAPE '\'`,
	desk.KindLayout:      `SELECT key AS id, key AS name FROM layout_heads WHERE lower(key) LIKE ?1 ESCAPE '\'`,
	desk.KindPartial:     `SELECT key AS id, key AS name FROM partial_heads WHERE lower(key) LIKE ?1 ESCAPE '\'`,
	desk.KindWorkflow:    `SELECT key AS id, event_type AS name FROM workflows WHERE lower(key) LIKE ?1 ESCAPE '\' OR lower(event_type) LIKE ?1 ESCAPE '\'`,
	desk.KindGroup:       `SELECT key AS id, name FROM groups WHERE lower(key) LIKE ?1 ESCAPE '\' OR lower(name) LIKE ?1 ESCAPE '\'`,
	desk.KindSegment:     `SELECT key AS id, name FROM segments WHERE lower(key) LIKE ?1 ESCAPE '\' OR lower(name) LIKE ?1 ESCAPE '\'`,
	desk.KindCategory:    `SELECT key AS id, name FROM categories WHERE lower(key) LIKE ?1 ESCAPE '\' OR lower(name) LIKE ?1 ESCAPE '\'`,
	desk.KindIntegration: `SELECT id, name FROM integrations WHERE id LIKE ?0 ESCAPE '\' OR lower(name) LIKE ?1 ESCAPE '\' OR provider LIKE ?0 ESCAPE '\'`,
	desk.KindSource:      `SELECT key AS id, name FROM sources WHERE lower(key) LIKE ?1 ESCAPE '\' OR lower(name) LIKE ?1 ESCAPE '\'`,
	desk.KindMember:      `SELECT id, name FROM members WHERE id LIKE ?0 ESCAPE '\' OR lower(name) LIKE ?1 ESCAPE '\' OR lower(email) LIKE ?0 ESCAPE '\'`,
	desk.KindSchedule:    `SELECT id, name FROM schedules WHERE id LIKE ?0 ESCAPE '\' OR lower(name) LIKE ?1 ESCAPE '\'`,
	desk.KindBroadcast:   `SELECT id, name FROM (SELECT id, name FROM broadcasts ORDER BY id DESC LIMIT 5000) AS newest WHERE id LIKE ?0 ESCAPE '\' OR lower(name) LIKE ?1 ESCAPE '\'`,
	desk.KindSaga: `SELECT id, title AS name FROM (SELECT id, title, ref FROM sagas ORDER BY id DESC LIMIT 5000) AS newest
		WHERE id LIKE ?0 ESCAPE '\' OR lower(ref) LIKE ?0 ESCAPE '\' OR lower(title) LIKE ?1 ESCAPE '\'`,
}

// lately are the kinds of which there come more every day: of them the newest are
// found, newest first, among so many that the search stays quick.
var lately = []string{desk.KindSchedule, desk.KindBroadcast, desk.KindSaga}

// SearchNames finds things of every kind, those whose id begins with the text
// first.
func (db *DB) SearchNames(ctx context.Context, q desk.Question) ([]desk.Hit, error) {
	if !plainText(q.Text) {
		return nil, notify.InvalidField("q", "malformed", "must be text")
	}
	q.Text = strings.ToLower(q.Text)
	start := beginning(q.Text)
	var parts []string
	for _, kind := range q.Kinds {
		order := "id"
		if slices.Contains(lately, kind) {
			order = "id DESC"
		}
		if kind != desk.KindRecipient {
			parts = append(parts, fmt.Sprintf(`SELECT * FROM (SELECT '%s' AS kind, id, name FROM (%s) AS named
				ORDER BY CASE WHEN lower(id) LIKE ?0 ESCAPE '\' THEN 0 ELSE 1 END, %s LIMIT ?2) AS of_kind`, kind, namesOf[kind], order))
		}
	}
	found := map[string][]desk.Hit{}
	if len(parts) > 0 {
		var rows []desk.Hit
		err := db.latest().NewRaw(strings.Join(parts, " UNION ALL ")+" ORDER BY kind, id", start, "%"+start, q.Most).Scan(ctx, &rows)
		if err != nil {
			return nil, during(err, "search names")
		}
		for _, hit := range rows {
			found[hit.Kind] = append(found[hit.Kind], hit)
		}
	}
	hits := []desk.Hit{}
	for _, kind := range q.Kinds {
		if kind == desk.KindRecipient {
			people, err := db.namedRecipients(ctx, q)
			if err != nil {
				return nil, during(err, "search recipients by name")
			}
			found[kind] = people
		}
		if slices.Contains(lately, kind) {
			slices.Reverse(found[kind])
		}
		hits = append(hits, found[kind]...)
	}
	return hits, nil
}

// namedRecipients finds living recipients as their own list does, by the index of
// each place to look in.
func (db *DB) namedRecipients(ctx context.Context, q desk.Question) ([]desk.Hit, error) {
	ids, err := db.findRecipients(ctx, wanted{Filter: audience.Filter{Q: q.Text}, most: q.Most, alive: true})
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	var rows []recipientRow
	err = db.latest().NewSelect().Model(&rows).Column("id", "name").Where("r.id IN (?)", bun.List(ids)).Where("r.erased_at = 0").
		OrderExpr("CASE WHEN lower(r.id) LIKE ? ESCAPE '\\' THEN 0 ELSE 1 END, r.id", beginning(q.Text)).Limit(int64(q.Most)).Scan(ctx)
	hits := make([]desk.Hit, len(rows))
	for i, row := range rows {
		hits[i] = desk.Hit{Kind: desk.KindRecipient, ID: row.ID, Name: row.Name}
	}
	// Which of them are shown is decided by their rank, their order by the id alone.
	slices.SortFunc(hits, func(a, b desk.Hit) int { return strings.Compare(a.ID, b.ID) })
	return hits, err
}
