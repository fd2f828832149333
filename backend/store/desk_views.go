package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"clarion/backend/desk"
	"clarion/backend/notify"
)

var _ desk.ViewStore = (*DB)(nil)

type viewRow struct {
	bun.BaseModel `bun:"table:saved_views,alias:v"`

	ID        string `bun:",pk"`
	MemberID  string
	List      string
	Name      string
	Search    string
	CreatedAt int64
}

func (r viewRow) word() (desk.View, error) {
	return desk.View{ID: r.ID, Member: r.MemberID, List: r.List, Name: r.Name, Search: r.Search, CreatedAt: fromMicros(r.CreatedAt)}, nil
}

// Views returns a member's views by list and name.
func (db *DB) Views(ctx context.Context, member string) ([]desk.View, error) {
	var rows []viewRow
	err := db.latest().NewSelect().Model(&rows).Where("v.member_id = ?", member).Order("v.list", "v.name").Scan(ctx)
	if err != nil {
		return nil, during(err, "load saved views")
	}
	return listed(rows, viewRow.word)
}

// PutView adds a view or changes the search of the one with its name. The limit
// is part of the statement: two pages open at once cannot pass it together by
// more than one.
func (db *DB) PutView(ctx context.Context, v desk.View, most int) (desk.View, error) {
	var row viewRow
	err := db.w.NewRaw(`INSERT INTO saved_views (id, member_id, list, name, search, created_at)
		SELECT ?, ?, ?, ?, ?, ?
		WHERE (SELECT count(*) FROM saved_views WHERE member_id = ? AND list = ? AND name <> ?) < ?
		ON CONFLICT (member_id, list, name) DO UPDATE SET search = EXCLUDED.search
		RETURNING id, member_id, list, name, search, created_at`,
		v.ID, v.Member, v.List, v.Name, v.Search, micros(v.CreatedAt), v.Member, v.List, v.Name, most).Scan(ctx, &row)
	if errors.Is(err, sql.ErrNoRows) {
		return desk.View{}, notify.InvalidField("name", "too_many", fmt.Sprintf("there are %d views of this list already; delete one first", most))
	}
	if err != nil {
		return desk.View{}, during(err, "save view %s", v.ID)
	}
	return row.word()
}

// DeleteView removes a member's own view.
func (db *DB) DeleteView(ctx context.Context, member, id string) error {
	result, err := db.w.NewDelete().Model((*viewRow)(nil)).Where("id = ? AND member_id = ?", id, member).Exec(ctx)
	return mustTouch(result, err, "delete view %s", id)
}
