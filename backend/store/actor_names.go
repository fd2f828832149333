package store

import (
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"clarion/backend/consent"
	"clarion/backend/notify"
)

var _ consent.Names = (*DB)(nil)

// Names returns the names of members and API keys. Who is not there any more is
// called as the audit log called them last; ids of other things have none.
func (db *DB) Names(ctx context.Context, ids []string) (map[string]string, error) {
	named := map[string]string{}
	ids = slices.DeleteFunc(sortedSet(ids), func(id string) bool {
		return !strings.HasPrefix(id, notify.MemberID) && !strings.HasPrefix(id, notify.KeyID)
	})
	const here = `SELECT id, CASE WHEN name = '' THEN email ELSE name END AS name FROM members WHERE id IN (?0)
		UNION ALL SELECT id, name FROM api_keys WHERE id IN (?0)`
	const gone = `SELECT actor_id AS id, actor_name AS name FROM audit WHERE id IN (SELECT max(id) FROM audit WHERE actor_id IN (?0) GROUP BY actor_id)`
	for _, text := range []string{here, gone} {
		if len(ids) == 0 {
			return named, nil
		}
		var rows []struct{ ID, Name string }
		if err := db.latest().NewRaw(text, bun.List(ids)).Scan(ctx, &rows); err != nil {
			return nil, during(err, "find names")
		}
		for _, r := range rows {
			named[r.ID] = r.Name
		}
		ids = slices.DeleteFunc(ids, func(id string) bool { return named[id] != "" })
	}
	return named, nil
}
