package store

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
)

// Every list is paged by one sort key: the cursor is the key of the last row,
// wrapped so that nobody builds one by hand.
const (
	pageDefault = 50
	pageMost    = 1000
	cursorMost  = 4096
)

// pageSize is the number of rows asked for, within bounds.
func pageSize(p notify.Page) int {
	if p.Limit <= 0 {
		return pageDefault
	}
	return min(p.Limit, pageMost)
}

// readCursor opens the cursor of the page before; empty for the first page.
func readCursor(p notify.Page) (string, error) {
	if p.After == "" {
		return "", nil
	}
	key, err := base64.RawURLEncoding.DecodeString(p.After)
	if err != nil || len(p.After) > cursorMost || len(key) == 0 || !plainText(string(key)) {
		return "", notify.InvalidField("after", "invalid_cursor", "is not a cursor this list gave")
	}
	return string(key), nil
}

// plainText reports whether a database can hold or compare s at all.
func plainText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// paged orders q by column and cuts out one page and a row more, which tells
// whether there is a next one. order is "DESC" or "ASC".
func paged(q *bun.SelectQuery, p notify.Page, column bun.Ident, order bun.Safe) error {
	after, err := readCursor(p)
	if err != nil {
		return err
	}
	if after != "" {
		than := bun.Safe(">")
		if order == "DESC" {
			than = "<"
		}
		q.Where("? ? ?", column, than, after)
	}
	q.OrderExpr("? ?", column, order).Limit(int64(pageSize(p) + 1))
	return nil
}

// cut drops the row more and returns the cursor of the next page, "" at the end.
func cut[T any](rows []T, p notify.Page, key func(T) string) ([]T, string) {
	size := pageSize(p)
	if len(rows) <= size {
		return rows, ""
	}
	rows = rows[:size]
	return rows, base64.RawURLEncoding.EncodeToString([]byte(key(rows[size-1])))
}

// listed turns rows into the words of the house; an empty list is not nil, so
// that it is an empty list in JSON too.
func listed[R, T any](rows []R, word func(R) (T, error)) ([]T, error) {
	out := make([]T, 0, len(rows))
	for _, r := range rows {
		each, err := word(r)
		if err != nil {
			return nil, err
		}
		out = append(out, each)
	}
	return out, nil
}
