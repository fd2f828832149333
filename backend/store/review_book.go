package store

import (
	"context"

	"github.com/uptrace/bun"

	"clarion/backend/access"
	"clarion/backend/approval"
	"clarion/backend/notify"
)

type approvalRow struct {
	bun.BaseModel `bun:"table:approvals,alias:a"`

	ID          string `bun:",pk"`
	Kind        string
	Key         string
	Version     int
	BaseVersion int
	Title       string
	Note        string
	Hash        string
	Authors     string
	State       string
	SubmittedBy string
	SubmittedAt int64
	DecidedBy   string
	DecidedAt   int64
	PublishedAt int64
}

func rowOfApproval(a approval.Approval) *approvalRow {
	return &approvalRow{
		ID: a.ID, Kind: string(a.Kind), Key: a.Key, Version: a.Version, BaseVersion: a.Base, Title: a.Title, Note: a.Note,
		Hash: a.Hash, Authors: idList(a.Authors...), State: string(a.State),
		SubmittedBy: a.SubmittedBy, SubmittedAt: micros(a.SubmittedAt), DecidedBy: a.DecidedBy, DecidedAt: micros(a.DecidedAt),
		PublishedAt: micros(a.PublishedAt),
	}
}

func (r approvalRow) word() (approval.Approval, error) {
	authors, err := readIDs(r.Authors)
	if err != nil {
		return approval.Approval{}, during(err, "authors of approval %s", r.ID)
	}
	return approval.Approval{
		ID: r.ID, Kind: approval.Kind(r.Kind), Key: r.Key, Version: r.Version, Base: r.BaseVersion, Title: r.Title, Note: r.Note,
		Hash: r.Hash, State: approval.State(r.State), Authors: authors, SubmittedBy: r.SubmittedBy, SubmittedAt: fromMicros(r.SubmittedAt),
		DecidedBy: r.DecidedBy, DecidedAt: fromMicros(r.DecidedAt), PublishedAt: fromMicros(r.PublishedAt),
	}, nil
}

// Approval returns one approval.
func (db *DB) Approval(ctx context.Context, id string) (approval.Approval, error) {
	var row approvalRow
	if err := db.latest().NewSelect().Model(&row).Where("a.id = ?", id).Scan(ctx); err != nil {
		return approval.Approval{}, during(err, "find approval %s", id)
	}
	return row.word()
}

// Approvals returns a page, newest first.
func (db *DB) Approvals(ctx context.Context, f approval.Filter, p notify.Page) ([]approval.Approval, string, error) {
	var rows []approvalRow
	query := db.latest().NewSelect().Model(&rows)
	for _, c := range []condition{
		whenAny("a.state", f.State), whenAny("a.kind", f.Kind), when(f.Key != "", "a.key = ?", f.Key),
	} {
		c.on(query)
	}
	if err := paged(query, p, "a.id", "DESC"); err != nil {
		return nil, "", err
	}
	if err := query.Scan(ctx); err != nil {
		return nil, "", during(err, "list approvals")
	}
	rows, next := cut(rows, p, func(r approvalRow) string { return r.ID })
	list, err := listed(rows, approvalRow.word)
	return list, next, err
}

// CountApprovals counts those that wait, by kind.
func (db *DB) CountApprovals(ctx context.Context) (map[approval.Kind]int, error) {
	var rows []struct {
		Kind string
		N    int
	}
	err := db.latest().NewSelect().TableExpr("approvals").ColumnExpr("kind, count(*) AS n").
		Where("state = ?", string(approval.Waiting)).Group("kind").Scan(ctx, &rows)
	counts := map[approval.Kind]int{}
	for _, r := range rows {
		counts[approval.Kind(r.Kind)] = r.N
	}
	return counts, during(err, "count approvals")
}

type commentRow struct {
	bun.BaseModel `bun:"table:approval_comments,alias:c"`

	ID         string `bun:",pk"`
	ApprovalID string
	Section    string
	Body       string
	SaidBy     string
	SaidAt     int64
}

func rowOfComment(c approval.Comment) *commentRow {
	return &commentRow{ID: c.ID, ApprovalID: c.Approval, Section: c.Section, Body: c.Body, SaidBy: c.By, SaidAt: micros(c.At)}
}

// AddComment stores a remark.
func (db *DB) AddComment(ctx context.Context, c approval.Comment) error {
	_, err := db.w.NewInsert().Model(rowOfComment(c)).Exec(ctx)
	return during(err, "comment on approval %s", c.Approval)
}

// Comments returns all of one approval, oldest first.
func (db *DB) Comments(ctx context.Context, id string) ([]approval.Comment, error) {
	var rows []commentRow
	err := db.latest().NewSelect().Model(&rows).Where("c.approval_id = ?", id).Order("c.id").Scan(ctx)
	if err != nil {
		return nil, during(err, "find the comments on approval %s", id)
	}
	return listed(rows, func(r commentRow) (approval.Comment, error) {
		return approval.Comment{ID: r.ID, Approval: r.ApprovalID, Section: r.Section, Body: r.Body, By: r.SaidBy, At: fromMicros(r.SaidAt)}, nil
	})
}

// Approvers returns every active member whose role may approve.
func (db *DB) Approvers(ctx context.Context) ([]approval.Person, error) {
	var roles []string
	for _, role := range access.Roles {
		if access.Allows(role.Permissions(), access.ContentApprove) {
			roles = append(roles, string(role))
		}
	}
	var rows []adminRow
	err := db.latest().NewSelect().Model(&rows).Where("m.role IN (?)", bun.List(roles)).Where("m.deactivated_at = 0").Order("m.id").Scan(ctx)
	if err != nil {
		return nil, during(err, "find who may approve")
	}
	return listed(rows, personOf)
}

// Person returns one member as somebody to be told.
func (db *DB) Person(ctx context.Context, id string) (approval.Person, error) {
	var row adminRow
	if err := db.latest().NewSelect().Model(&row).Where("m.id = ?", id).Scan(ctx); err != nil {
		return approval.Person{}, during(err, "find member %s", id)
	}
	return personOf(row)
}

func personOf(r adminRow) (approval.Person, error) {
	return approval.Person{ID: r.ID, Recipient: r.RecipientID, Name: r.Name, Email: r.Email, Locale: r.Locale}, nil
}
