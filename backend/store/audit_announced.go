package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/audit"
)

// announcedRow is a change that was begun and is not in the audit log yet.
type announcedRow struct {
	bun.BaseModel `bun:"table:audit_announced"`

	ID          string `bun:"id,pk"`
	At          int64
	ActorKind   string
	ActorID     string
	ActorName   string
	Action      string
	TargetKind  string
	TargetID    string
	StateBefore string
	TraceID     string
	IP          string `bun:"ip"`
}

func (r announcedRow) word() (audit.Record, error) {
	return auditRow{
		ID: r.ID, At: r.At, ActorKind: r.ActorKind, ActorID: r.ActorID, ActorName: r.ActorName, Action: r.Action,
		TargetKind: r.TargetKind, TargetID: r.TargetID, StateBefore: r.StateBefore, TraceID: r.TraceID, IP: r.IP,
	}.word()
}

// AnnounceAudit stores that a change is about to be made.
func (db *DB) AnnounceAudit(ctx context.Context, r audit.Record) error {
	row := auditRowOf(r)
	_, err := db.w.NewInsert().Model(&announcedRow{
		ID: row.ID, At: row.At, ActorKind: row.ActorKind, ActorID: row.ActorID, ActorName: row.ActorName, Action: row.Action,
		TargetKind: row.TargetKind, TargetID: row.TargetID, StateBefore: row.StateBefore, TraceID: row.TraceID, IP: row.IP,
	}).Exec(ctx)
	return during(err, "announce audit record %s", r.ID)
}

// WithdrawAudit forgets an announcement.
func (db *DB) WithdrawAudit(ctx context.Context, id string) error {
	_, err := withdrawAudit(ctx, db.w, id)
	return during(err, "withdraw audit record %s", id)
}

func withdrawAudit(ctx context.Context, on bun.IDB, id string) (bool, error) {
	n, err := touched(on.NewDelete().Table("audit_announced").Where("id = ?", id).Exec(ctx))
	return n > 0, err
}

// AnnouncedAudits returns what was announced before a time and not recorded.
func (db *DB) AnnouncedAudits(ctx context.Context, before time.Time, limit int) ([]audit.Record, error) {
	var rows []announcedRow
	err := db.latest().NewSelect().Model(&rows).Where("at < ?", micros(before)).OrderExpr("at, id").Limit(int64(limit)).Scan(ctx)
	if err != nil {
		return nil, during(err, "list announced audit records")
	}
	return listed(rows, announcedRow.word)
}

// SettleAudit appends a record in the place of an announcement, once.
func (db *DB) SettleAudit(ctx context.Context, announcement string, r audit.Record, seal func(previous string) string) (bool, error) {
	mine := false
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var err error
		if mine, err = withdrawAudit(ctx, tx, announcement); err != nil || !mine {
			return err
		}
		return db.appendAudit(ctx, tx, auditRowOf(r), seal)
	})
	return mine && err == nil, during(err, "settle audit record %s", announcement)
}
