package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/approval"
	"clarion/backend/notify"
)

var (
	_ approval.Store  = (*DB)(nil)
	_ approval.People = (*DB)(nil)
)

type headRow struct {
	Key         string
	LiveVersion int
	RetiredAt   int64
}

type stageRow struct {
	Key         string
	Version     int
	State       string
	Revision    int
	Editors     string
	CreatedBy   string
	CreatedAt   int64
	UpdatedBy   string
	UpdatedAt   int64
	PublishedBy string
	PublishedAt int64
}

func (r stageRow) word(h headRow) (approval.Version, error) {
	editors, err := readIDs(r.Editors)
	if err != nil {
		return approval.Version{}, during(err, "editors of %s version %d", r.Key, r.Version)
	}
	stage := approval.Stage(r.State)
	if r.State == published {
		stage = approval.Retired
		if r.Version == h.LiveVersion && h.RetiredAt == 0 {
			stage = approval.Live
		}
	}
	return approval.Version{
		Version: r.Version, Stage: stage, Revision: r.Revision, Editors: editors,
		CreatedBy: r.CreatedBy, CreatedAt: fromMicros(r.CreatedAt), UpdatedBy: r.UpdatedBy, UpdatedAt: fromMicros(r.UpdatedAt),
		PublishedBy: r.PublishedBy, PublishedAt: fromMicros(r.PublishedAt),
	}, nil
}

func (db *DB) selectStages(s shelf) *bun.SelectQuery {
	return db.latest().NewSelect().TableExpr("? AS v", s.versions).ColumnExpr(`v.key, v.version, v.state, v.revision, v.editors,
		v.created_by, v.created_at, v.updated_by, v.updated_at, v.published_by, v.published_at`)
}

// HeadOf returns where one key stands.
func (db *DB) HeadOf(ctx context.Context, kind approval.Kind, key string) (approval.Head, error) {
	heads, err := db.HeadsOf(ctx, kind, []string{key})
	if err != nil {
		return approval.Head{}, err
	}
	head, ok := heads[key]
	if !ok {
		return head, during(notify.ErrNotFound, "find %s %s", kind, key)
	}
	return head, nil
}

// HeadsOf returns where the keys stand that there are: three reads, however many.
func (db *DB) HeadsOf(ctx context.Context, kind approval.Kind, keys []string) (map[string]approval.Head, error) {
	s := shelves[kind]
	var rows []headRow
	err := db.latest().NewSelect().TableExpr("? AS h", s.heads).ColumnExpr("h.key, h.live_version, h.retired_at").
		Where("h.key IN (?)", bun.List(keys)).Scan(ctx, &rows)
	if err != nil {
		return nil, during(err, "find %d of kind %s", len(keys), kind)
	}
	heads := make(map[string]approval.Head, len(rows))
	for _, r := range rows {
		h := approval.Head{Kind: kind, Key: r.Key, State: approval.Live, LiveVersion: r.LiveVersion, RetiredAt: fromMicros(r.RetiredAt)}
		if r.RetiredAt != 0 {
			h.State = approval.Retired
		}
		heads[r.Key] = h
	}
	var open []stageRow
	err = db.selectStages(s).Where("v.key IN (?)", bun.List(keys)).Where("v.state IN "+openStates).Scan(ctx, &open)
	if err != nil {
		return nil, during(err, "find the drafts of %d of kind %s", len(keys), kind)
	}
	for _, r := range open {
		version, err := r.word(headRow{})
		if err != nil {
			return nil, err
		}
		h := heads[r.Key]
		h.State, h.Open = version.Stage, &version
		heads[r.Key] = h
	}
	return heads, db.addApprovals(ctx, kind, heads)
}

// addApprovals gives each head the newest approval of its open version.
func (db *DB) addApprovals(ctx context.Context, kind approval.Kind, heads map[string]approval.Head) error {
	var keys []string
	for key, h := range heads {
		if h.Open != nil {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	var rows []approvalRow
	err := db.latest().NewSelect().Model(&rows).Where("a.kind = ?", string(kind)).Where("a.key IN (?)", bun.List(keys)).
		Where("a.id = (SELECT max(id) FROM approvals AS n WHERE n.kind = a.kind AND n.key = a.key AND n.version = a.version)").Scan(ctx)
	if err != nil {
		return during(err, "find the approvals of drafts of kind %s", kind)
	}
	for _, r := range rows {
		h := heads[r.Key]
		if r.Version != h.Open.Version {
			continue
		}
		a, err := r.word()
		if err != nil {
			return err
		}
		h.Approval = &a
		heads[r.Key] = h
	}
	return nil
}

// VersionsOf returns what is known of all versions but the discarded ones.
func (db *DB) VersionsOf(ctx context.Context, kind approval.Kind, key string) ([]approval.Version, error) {
	s := shelves[kind]
	var head headRow
	err := db.latest().NewSelect().TableExpr("? AS h", s.heads).ColumnExpr("h.key, h.live_version, h.retired_at").
		Where("h.key = ?", key).Scan(ctx, &head)
	if err != nil {
		return nil, during(err, "find %s %s", kind, key)
	}
	var rows []stageRow
	err = db.selectStages(s).Where("v.key = ?", key).Where("v.state <> ?", discarded).Order("v.version DESC").Scan(ctx, &rows)
	if err != nil {
		return nil, during(err, "find the versions of %s %s", kind, key)
	}
	return listed(rows, func(r stageRow) (approval.Version, error) { return r.word(head) })
}

type publicationRow struct {
	bun.BaseModel `bun:"table:publications,alias:p"`

	ID         string `bun:",pk"`
	Kind       string
	Key        string
	Version    int
	How        string
	Note       string
	ApprovalID string
	DoneBy     string
	DoneAt     int64
}

// Publications returns the moves of a head, newest first.
func (db *DB) Publications(ctx context.Context, kind approval.Kind, key string) ([]approval.Publication, error) {
	var rows []publicationRow
	err := db.latest().NewSelect().Model(&rows).Where("p.kind = ?", string(kind)).Where("p.key = ?", key).
		Order("p.id DESC").Limit(100).Scan(ctx)
	if err != nil {
		return nil, during(err, "find the publications of %s %s", kind, key)
	}
	return listed(rows, func(r publicationRow) (approval.Publication, error) {
		return approval.Publication{
			ID: r.ID, Kind: kind, Key: key, Version: r.Version, How: approval.How(r.How), Note: r.Note,
			ApprovalID: r.ApprovalID, By: r.DoneBy, At: fromMicros(r.DoneAt),
		}, nil
	})
}

func record(ctx context.Context, tx bun.Tx, p approval.Publication) error {
	row := publicationRow{
		ID: p.ID, Kind: string(p.Kind), Key: p.Key, Version: p.Version, How: string(p.How), Note: p.Note,
		ApprovalID: p.ApprovalID, DoneBy: p.By, DoneAt: micros(p.At),
	}
	_, err := tx.NewInsert().Model(&row).Exec(ctx)
	return err
}

// DiscardDraft gives up the open version of a key.
func (db *DB) DiscardDraft(ctx context.Context, kind approval.Kind, key string, now time.Time) error {
	s := shelves[kind]
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := lockHead(ctx, tx, s, key, now); err != nil {
			return err
		}
		open, err := openVersion(ctx, tx, s, key)
		if err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, "UPDATE ? SET state = ? WHERE key = ? AND version = ?", s.versions, discarded, key, open.Version)
		if err := mustMove(result, err); err != nil {
			return err
		}
		return void(ctx, tx, edition{kind: kind, key: key, now: now}, open.Version)
	})
	return during(err, "discard the draft of %s %s", kind, key)
}
