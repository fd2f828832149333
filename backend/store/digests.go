package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/digest"
	"clarion/backend/notify"
)

// digestRow is a window.
type digestRow struct {
	ID       string
	OpenedAt int64
	ClosesAt int64
	Total    int
	Carrier  string
}

func (r digestRow) window() digest.Window {
	return digest.Window{ID: r.ID, OpenedAt: fromMicros(r.OpenedAt), ClosesAt: fromMicros(r.ClosesAt), Total: r.Total, Carrier: r.Carrier}
}

// appendDigest puts each entry into the open window of its scope, or opens one,
// and returns their places in the order of the entries. It is atomic: the row of
// a scope is locked from the first entry to the end of the transaction, so that
// of any number of writers one opens the window and the others join it. Who
// appends calls it last but for what follows from the places: rows of digests
// are locked before those of their carriers.
func appendDigest(ctx context.Context, tx bun.Tx, entries []digest.Entry, now time.Time) ([]digest.Place, error) {
	places := make([]digest.Place, len(entries))
	turns := make([]int, len(entries))
	for i := range turns {
		turns[i] = i
	}
	// The same order for everybody: two transactions never wait for each other.
	slices.SortStableFunc(turns, func(a, b int) int { return cmp.Compare(entries[a].Scope, entries[b].Scope) })
	var items [][]any
	for len(turns) > 0 {
		same := 1
		for same < len(turns) && entries[turns[same]].Scope == entries[turns[0]].Scope {
			same++
		}
		window, err := openWindow(ctx, tx, entries[turns[0]], now)
		if err != nil {
			return nil, err
		}
		for _, i := range turns[:same] {
			e := entries[i]
			window, places[i].Role = window.Add(e, now)
			if places[i].Role != digest.Led {
				places[i].DigestID = window.ID
				items = append(items, []any{window.ID, e.ItemID, e.EventID, micros(now)})
			}
		}
		for _, i := range turns[:same] {
			places[i].Carrier, places[i].ClosesAt = window.Carrier, window.ClosesAt
		}
		if err := keepWindow(ctx, tx, window); err != nil {
			return nil, err
		}
		turns = turns[same:]
	}
	return places, insertItems(ctx, tx, items)
}

// openWindow returns the window that an entry goes into, locked. One with a time
// of its own does not join what should have left by now: nothing may be left of
// that to carry it.
func openWindow(ctx context.Context, tx bun.Tx, e digest.Entry, now time.Time) (digest.Window, error) {
	window, err := lockWindow(ctx, tx, e.Scope)
	if err != nil || e.ClosesAt.IsZero() || window.OpenedAt.IsZero() || now.Before(window.ClosesAt) {
		return window, err
	}
	if _, err := closeDigest(ctx, tx, window.ID, now); err != nil {
		return window, err
	}
	return lockWindow(ctx, tx, e.Scope)
}

// lockWindow returns the open window of a scope, locked. Where there is none it
// is made; who waits here for one that is closed meanwhile makes the next.
func lockWindow(ctx context.Context, tx bun.Tx, scope string) (digest.Window, error) {
	var row digestRow
	err := tx.NewRaw(`INSERT INTO digests (id, scope) VALUES (?, ?) ON CONFLICT (scope) DO UPDATE SET scope = EXCLUDED.scope
		RETURNING id, opened_at, closes_at, total, carrier`, notify.NewID(notify.DigestID), scope).Scan(ctx, &row)
	return row.window(), err
}

func keepWindow(ctx context.Context, tx bun.Tx, w digest.Window) error {
	_, err := tx.NewRaw("UPDATE digests SET opened_at = ?, closes_at = ?, total = ?, carrier = ? WHERE id = ?",
		micros(w.OpenedAt), micros(w.ClosesAt), w.Total, w.Carrier, w.ID).Exec(ctx)
	return err
}

func insertItems(ctx context.Context, tx bun.Tx, items [][]any) error {
	for part := range slices.Chunk(items, upsertAtOnce) {
		places, args := tuples(part)
		if _, err := tx.NewRaw("INSERT INTO digest_items (digest_id, item_id, event_id, at) VALUES "+places, args...).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// closeDigest closes a window, so that what comes next opens another. It reports
// whether the window was open: of many who close it at once, one is told yes.
func closeDigest(ctx context.Context, tx bun.Tx, id string, now time.Time) (bool, error) {
	n, err := touched(tx.NewRaw("UPDATE digests SET scope = NULL, closed_at = ? WHERE id = ? AND scope IS NOT NULL", micros(now), id).Exec(ctx))
	return n == 1, err
}
