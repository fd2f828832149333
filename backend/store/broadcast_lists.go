package store

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"clarion/backend/broadcast"
)

// naming is whose audience changes, whom it named and whom it names now.
type naming struct {
	broadcast string
	was, is   broadcast.Audience
}

// bookLists keeps which groups and segments the audience of a broadcast names.
func bookLists(ctx context.Context, tx bun.Tx, n naming) error {
	if !slices.Equal(n.was.Groups, n.is.Groups) {
		if err := bookList(ctx, tx, bookOf("group", n.broadcast), n.is.Groups); err != nil {
			return err
		}
	}
	if slices.Equal(n.was.Segments, n.is.Segments) {
		return nil
	}
	return bookList(ctx, tx, bookOf("segment", n.broadcast), n.is.Segments)
}

// listBook is where it stands which lists of a kind a broadcast names.
type listBook struct {
	table, column bun.Ident
	broadcast     string
}

func bookOf(kind, broadcast string) listBook {
	return listBook{bun.Ident("broadcast_" + kind + "s"), bun.Ident(kind + "_key"), broadcast}
}

func bookList(ctx context.Context, tx bun.Tx, b listBook, keys []string) error {
	if _, err := tx.NewRaw("DELETE FROM ? WHERE broadcast_id = ?", b.table, b.broadcast).Exec(ctx); err != nil {
		return err
	}
	for _, key := range slices.Compact(slices.Sorted(slices.Values(keys))) {
		if _, err := tx.NewRaw("INSERT INTO ? (?, broadcast_id) VALUES (?, ?)", b.table, b.column, key, b.broadcast).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}
