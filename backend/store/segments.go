package store

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/segment"
)

var _ segment.Store = (*DB)(nil)

type segmentRow struct {
	bun.BaseModel `bun:"table:segments,alias:s"`

	Key         string `bun:",pk"`
	Name        string
	Description string
	Rule        string
	Members     int
	CountedAt   int64
	CreatedAt   int64
	UpdatedAt   int64
}

func (r segmentRow) word() (segment.Segment, error) {
	s := segment.Segment{
		Key: r.Key, Name: r.Name, Description: r.Description, Members: r.Members, CountedAt: fromMicros(r.CountedAt),
		CreatedAt: fromMicros(r.CreatedAt), UpdatedAt: fromMicros(r.UpdatedAt),
	}
	return s, during(readDocument(r.Rule, &s.Rule), "rule of segment %s", r.Key)
}

// Segments returns a page ordered by key.
func (db *DB) Segments(ctx context.Context, f segment.Filter, p notify.Page) ([]segment.Segment, string, error) {
	var rows []segmentRow
	query := db.latest().NewSelect().Model(&rows)
	if f.Q != "" {
		if !plainText(f.Q) {
			return nil, "", notify.InvalidField("q", "malformed", "must be text")
		}
		db.begins("lower(s.key)", f.Q).or(db.begins("lower(s.name)", f.Q)).on(query)
	}
	if f.Group != "" {
		keys, err := db.segmentsNaming(ctx, f.Group)
		if err != nil {
			return nil, "", err
		}
		query.Where("s.key IN (?)", bun.List(keys))
	}
	if err := paged(query, p, "s.key", "ASC"); err != nil {
		return nil, "", err
	}
	if err := query.Scan(ctx); err != nil {
		return nil, "", during(err, "list segments")
	}
	rows, next := cut(rows, p, func(r segmentRow) string { return r.Key })
	list, err := listed(rows, segmentRow.word)
	return list, next, err
}

// segmentsNaming are the keys of the segments whose rules name a group. They are
// read and not searched as text: a group may be called like any word of a rule.
func (db *DB) segmentsNaming(ctx context.Context, group string) ([]string, error) {
	var rows []segmentRow
	if err := db.latest().NewSelect().Model(&rows).Where("s.rule LIKE '%\"group\"%'").Scan(ctx); err != nil {
		return nil, during(err, "list segments")
	}
	keys := []string{}
	for _, row := range rows {
		one, err := row.word()
		if err != nil {
			return nil, err
		}
		for _, c := range one.Rule.Conditions() {
			if names, _, _ := sorted(c); c.Field == segment.FieldGroup && slices.Contains(names, group) {
				keys = append(keys, row.Key)
				break
			}
		}
	}
	return keys, nil
}

// Segment returns one segment.
func (db *DB) Segment(ctx context.Context, key string) (segment.Segment, error) {
	var row segmentRow
	if err := db.latest().NewSelect().Model(&row).Where("s.key = ?", key).Scan(ctx); err != nil {
		return segment.Segment{}, during(err, "find segment %s", key)
	}
	return row.word()
}

// PutSegment adds a segment or replaces what it says.
func (db *DB) PutSegment(ctx context.Context, s segment.Segment, now time.Time) error {
	rule, err := document(s.Rule)
	if err != nil {
		return during(err, "write the rule of segment %s", s.Key)
	}
	row := segmentRow{Key: s.Key, Name: s.Name, Description: s.Description, Rule: rule, CreatedAt: micros(now), UpdatedAt: micros(now)}
	insert := db.w.NewInsert().Model(&row).On("CONFLICT (key) DO UPDATE")
	for _, column := range []bun.Ident{"name", "description", "rule", "updated_at"} {
		insert.Set("? = EXCLUDED.?", column, column)
	}
	_, err = insert.Exec(ctx)
	return during(err, "store segment %s", s.Key)
}

// NoteCount keeps how many members a segment had. When its rule was changed
// meanwhile the number is that of another rule, and is dropped.
func (db *DB) NoteCount(ctx context.Context, s segment.Segment, members int, now time.Time) error {
	rule, err := document(s.Rule)
	if err != nil {
		return during(err, "write the rule of segment %s", s.Key)
	}
	_, err = db.w.NewUpdate().Model((*segmentRow)(nil)).Set("members = ?, counted_at = ?", members, micros(now)).
		Where("key = ? AND rule = ?", s.Key, rule).Exec(ctx)
	return during(err, "note the members of segment %s", s.Key)
}

// DeleteSegment removes the rule, not the people who fit it.
func (db *DB) DeleteSegment(ctx context.Context, key string) error {
	result, err := db.w.NewDelete().Model((*segmentRow)(nil)).Where("key = ?", key).Exec(ctx)
	return during(mustTouch(result, err, "remove the segment"), "delete segment %s", key)
}
