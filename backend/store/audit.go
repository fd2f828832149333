package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/uptrace/bun"

	"clarion/backend/audit"
	"clarion/backend/notify"
)

var (
	_ audit.Store         = (*DB)(nil)
	_ audit.Announcements = (*DB)(nil)
)

// auditLock is the advisory lock that keeps the chain in one line: the letters
// "audit" read as a number.
const auditLock = 0x6175646974

type auditRow struct {
	bun.BaseModel `bun:"table:audit,alias:a"`

	Place       int64  `bun:",pk,autoincrement"`
	ID          string `bun:"id"`
	At          int64
	ActorKind   string
	ActorID     string
	ActorName   string
	Action      string
	TargetKind  string
	TargetID    string
	StateBefore string
	StateAfter  string
	TraceID     string
	IP          string `bun:"ip"`
	Outcome     string
	Seal        string
}

func auditRowOf(r audit.Record) auditRow {
	return auditRow{
		ID: r.ID, At: micros(r.At), ActorKind: string(r.Actor.Kind), ActorID: r.Actor.ID, ActorName: r.Actor.Name,
		Action: r.Action, TargetKind: r.Target.Kind, TargetID: r.Target.ID, Outcome: string(r.Outcome),
		StateBefore: string(r.Before), StateAfter: string(r.After), TraceID: r.TraceID, IP: r.IP,
	}
}

func (r auditRow) word() (audit.Record, error) {
	return audit.Record{
		Outcome: audit.Outcome(r.Outcome),
		ID:      r.ID, At: fromMicros(r.At), Actor: audit.Actor{Kind: audit.ActorKind(r.ActorKind), ID: r.ActorID, Name: r.ActorName},
		Action: r.Action, Target: audit.Target{Kind: r.TargetKind, ID: r.TargetID},
		Before: raw(r.StateBefore), After: raw(r.StateAfter), TraceID: r.TraceID, IP: r.IP,
	}, nil
}

func (r auditRow) sealed() (audit.Sealed, error) {
	record, err := r.word()
	return audit.Sealed{Record: record, Place: r.Place, Seal: r.Seal}, err
}

// AppendAudit stores a record with the seal made of the newest one, in the place
// of its announcement.
func (db *DB) AppendAudit(ctx context.Context, r audit.Record, seal func(previous string) string) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := withdrawAudit(ctx, tx, r.ID); err != nil {
			return err
		}
		return db.appendAudit(ctx, tx, auditRowOf(r), seal)
	})
	return during(err, "append audit record %s", r.ID)
}

// appendAudit adds to the chain. On SQLite the transaction holds the only writer;
// PostgreSQL needs the lock.
func (db *DB) appendAudit(ctx context.Context, tx bun.Tx, row auditRow, seal func(previous string) string) error {
	if db.postgres() {
		if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(?)", int64(auditLock)); err != nil {
			return err
		}
	}
	var previous string
	err := tx.QueryRowContext(ctx, "SELECT seal FROM audit ORDER BY place DESC LIMIT 1").Scan(&previous)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	row.Seal = seal(previous)
	_, err = tx.NewInsert().Model(&row).Exec(ctx)
	return err
}

// AuditRecords returns a page, newest first.
func (db *DB) AuditRecords(ctx context.Context, f audit.Filter, p notify.Page) ([]audit.Record, string, error) {
	var rows []auditRow
	query := db.latest().NewSelect().Model(&rows)
	if !f.Documents {
		query.ExcludeColumn("state_before", "state_after")
	}
	for _, c := range auditConditions(f) {
		c.on(query)
	}
	if err := paged(query, p, "a.id", "DESC"); err != nil {
		return nil, "", err
	}
	if err := query.Scan(ctx); err != nil {
		return nil, "", during(err, "list audit records")
	}
	rows, next := cut(rows, p, func(r auditRow) string { return r.ID })
	list, err := listed(rows, auditRow.word)
	if err == nil {
		err = db.nameTargets(ctx, list)
	}
	return list, next, err
}

// nameTargets says what members and API keys are called that were acted on.
func (db *DB) nameTargets(ctx context.Context, list []audit.Record) error {
	var ids []string
	for _, r := range list {
		ids = append(ids, r.Target.ID)
	}
	names, err := db.Names(ctx, ids)
	for i := range list {
		list[i].Target.Name = names[list[i].Target.ID]
	}
	return err
}

func auditConditions(f audit.Filter) []condition {
	part := "%" + beginning(strings.ToLower(f.Q))
	return []condition{
		when(f.Actor != "", "a.actor_id = ? OR a.actor_kind = ?", f.Actor, f.Actor),
		when(f.Action != "", `a.action = ? OR a.action LIKE ? ESCAPE '\'`, f.Action, beginning(f.Action+".")),
		when(f.Target != "", "a.target_id = ? OR a.target_kind = ?", f.Target, f.Target),
		when(f.Q != "", `lower(a.actor_name || ' ' || a.actor_id || ' ' || a.action || ' ' || a.target_id || ' ' || a.ip || ' ' || a.trace_id) LIKE ? ESCAPE '\'`, part),
		when(!f.From.IsZero(), "a.at >= ?", micros(f.From)),
		when(!f.To.IsZero(), "a.at < ?", micros(f.To)),
	}
}

// AuditRecord returns one record whole.
func (db *DB) AuditRecord(ctx context.Context, id string) (audit.Record, error) {
	var row auditRow
	if err := db.latest().NewSelect().Model(&row).Where("a.id = ?", id).Scan(ctx); err != nil {
		return audit.Record{}, during(err, "find audit record %s", id)
	}
	record, err := row.word()
	if err != nil {
		return audit.Record{}, err
	}
	found := []audit.Record{record}
	err = db.nameTargets(ctx, found)
	return found[0], err
}

// AuditChain returns records oldest first, whole and with their seals.
func (db *DB) AuditChain(ctx context.Context, after int64, limit int) ([]audit.Sealed, error) {
	var rows []auditRow
	err := db.latest().NewSelect().Model(&rows).Where("a.place > ?", after).OrderExpr("a.place").Limit(int64(limit)).Scan(ctx)
	if err != nil {
		return nil, during(err, "walk the audit records")
	}
	return listed(rows, auditRow.sealed)
}
