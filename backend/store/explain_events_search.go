package store

import (
	"context"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
)

// eventPlaces is where a search looks for events, each with an index of its own,
// and what it asks of an event when too many are found there to be named.
// Indexes of what callers choose begin with the source, so those are gathered
// first, from one to the next.
var eventPlaces = []struct{ text, whole string }{
	{"SELECT e.id FROM events AS e WHERE e.trace_id = ?0 LIMIT ?1", "e.trace_id = ?"},
	{eachSource + "SELECT e.id FROM known JOIN events AS e ON e.source = known.source AND e.idempotency_key = ?0 LIMIT ?1", "e.idempotency_key = ?"},
	{eachSource + "SELECT e.id FROM known JOIN events AS e ON e.source = known.source AND e.cancel_key = ?0 AND e.cancel_key <> '' LIMIT ?1", "e.cancel_key = ?"},
}

const eachSource = `WITH RECURSIVE known (source) AS (SELECT min(source) FROM events
	UNION ALL SELECT (SELECT min(e.source) FROM events AS e WHERE e.source > known.source) FROM known WHERE known.source IS NOT NULL) `

// searchEvents says what q means: an id, a trace, a key or a cancel key of any
// source, or the beginning of a type. An id of ours says so itself; what has an
// index is looked up first and named.
func (db *DB) searchEvents(ctx context.Context, q string) (condition, error) {
	if q == "" {
		return condition{}, nil
	}
	if notify.IsID(notify.EventID, q) {
		return that("e.id = ?", q), nil
	}
	ids := []string{q}
	found := that(`e.type LIKE ? ESCAPE '\'`, beginning(q))
	for _, place := range eventPlaces {
		var some []string
		if err := db.r.NewRaw(place.text, q, peopleMost+1).Scan(ctx, &some); err != nil {
			return condition{}, during(err, "search events")
		}
		if len(some) > peopleMost {
			found = found.or(that(place.whole, q))
			continue
		}
		ids = append(ids, some...)
	}
	return found.or(that("e.id IN (?)", bun.List(ids))), nil
}
