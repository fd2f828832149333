package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
)

type categoryRow struct {
	bun.BaseModel `bun:"table:categories,alias:c"`

	Key       string `bun:",pk"`
	Name      string
	Names     string
	Mandatory bool
	Ambiguity string
	Policy    string
	CreatedAt int64
}

func (r categoryRow) word() (notify.Category, error) {
	c := notify.Category{
		Key: r.Key, Name: r.Name, Mandatory: r.Mandatory,
		Ambiguity: notify.AmbiguityPolicy(r.Ambiguity), CreatedAt: fromMicros(r.CreatedAt),
	}
	err := readDocument(r.Names, &c.Names)
	if err == nil {
		err = readDocument(r.Policy, &c.CategoryPolicy)
	}
	return c, during(err, "category %s", r.Key)
}

// Categories returns all categories, ordered by key.
func (db *DB) Categories(ctx context.Context) ([]notify.Category, error) {
	var rows []categoryRow
	if err := db.latest().NewSelect().Model(&rows).Order("c.key").Scan(ctx); err != nil {
		return nil, during(err, "load categories")
	}
	return listed(rows, categoryRow.word)
}

// PutCategory adds or replaces a category; its age stays.
func (db *DB) PutCategory(ctx context.Context, c notify.Category, now time.Time) error {
	names, err := document(c.Names)
	if err != nil {
		return err
	}
	policy, err := document(c.CategoryPolicy)
	if err != nil {
		return err
	}
	row := categoryRow{
		Key: c.Key, Name: c.Name, Names: names, Mandatory: c.Mandatory, Ambiguity: string(c.Ambiguity), Policy: policy, CreatedAt: micros(now),
	}
	_, err = db.w.NewInsert().Model(&row).On("CONFLICT (key) DO UPDATE").Set("name = EXCLUDED.name").
		Set("names = EXCLUDED.names").Set("mandatory = EXCLUDED.mandatory").Set("ambiguity = EXCLUDED.ambiguity").
		Set("policy = EXCLUDED.policy").Exec(ctx)
	return during(err, "store category %s", c.Key)
}

// DeleteCategory removes a category; messages that named it keep the name.
func (db *DB) DeleteCategory(ctx context.Context, key string) error {
	result, err := db.w.NewDelete().Model((*categoryRow)(nil)).Where("key = ?", key).Exec(ctx)
	return mustTouch(result, err, "delete category %s", key)
}
