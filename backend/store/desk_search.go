package store

import (
	"context"
	"fmt"
	"strings"

	"clarion/backend/desk"
	"clarion/backend/notify"
)

var _ desk.SearchStore = (*DB)(nil)

// namesOf says where each kind of thing has its id and its name. ?0 is what an id
// or a name may begin with, ?1 what may stand anywhere in it: the tables of what
// a house sets up are small, that of its recipients is not.
var namesOf = map[string]string{
	desk.KindTemplate:    `SELECT key AS id, name FROM templates WHERE lower(key) LIKE ?1 ESCAPE '\' OR lower(name) LIKE ?1 ESCAPE '\'`,
	desk.KindWorkflow:    `SELECT key AS id, event_type AS name FROM workflows WHERE lower(key) LIKE ?1 ESCAPE '\' OR lower(event_type) LIKE ?1 ESCAPE '\'`,
	desk.KindGroup:       `SELECT key AS id, name FROM groups WHERE lower(key) LIKE ?1 ESCAPE '\' OR lower(name) LIKE ?1 ESCAPE '\'`,
	desk.KindCategory:    `SELECT key AS id, name FROM categories WHERE lower(key) LIKE ?1 ESCAPE '\' OR lower(name) LIKE ?1 ESCAPE '\'`,
	desk.KindIntegration: `SELECT id, name FROM integrations WHERE id LIKE ?0 ESCAPE '\' OR lower(name) LIKE ?1 ESCAPE '\' OR provider LIKE ?0 ESCAPE '\'`,
	desk.KindSource:      `SELECT key AS id, name FROM sources WHERE lower(key) LIKE ?1 ESCAPE '\' OR lower(name) LIKE ?1 ESCAPE '\'`,
	desk.KindMember:      `SELECT id, name FROM members WHERE id LIKE ?0 ESCAPE '\' OR lower(name) LIKE ?1 ESCAPE '\' OR lower(email) LIKE ?0 ESCAPE '\'`,
	desk.KindRecipient: `SELECT id, name FROM recipients WHERE erased_at = 0 AND (lower(id) LIKE ?0 ESCAPE '\' OR lower(name) LIKE ?0 ESCAPE '\'
		OR id IN (SELECT recipient_id FROM addresses WHERE address LIKE ?0 ESCAPE '\'))`,
}

// SearchNames finds things of every kind in one statement, those whose id begins
// with the text first.
func (db *DB) SearchNames(ctx context.Context, q desk.Question) ([]desk.Hit, error) {
	if !plainText(q.Text) {
		return nil, notify.InvalidField("q", "malformed", "must be text")
	}
	start := beginning(strings.ToLower(q.Text))
	parts := make([]string, len(q.Kinds))
	for place, kind := range q.Kinds {
		parts[place] = fmt.Sprintf(`SELECT * FROM (SELECT %d AS place, '%s' AS kind, id, name FROM (%s) AS named
			ORDER BY CASE WHEN lower(id) LIKE ?0 ESCAPE '\' THEN 0 ELSE 1 END, id LIMIT ?2) AS of_kind`, place, kind, namesOf[kind])
	}
	var rows []struct {
		Place          int
		Kind, ID, Name string
	}
	err := db.latest().NewRaw(strings.Join(parts, " UNION ALL ")+" ORDER BY place, id", start, "%"+start, q.Most).Scan(ctx, &rows)
	if err != nil {
		return nil, during(err, "search names")
	}
	hits := make([]desk.Hit, len(rows))
	for i, row := range rows {
		hits[i] = desk.Hit{Kind: row.Kind, ID: row.ID, Name: row.Name}
	}
	return hits, nil
}
