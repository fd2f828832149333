package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/approval"
	"clarion/backend/notify"
)

// lockHead makes those who move a subject take turns.
func lockHead(ctx context.Context, tx bun.Tx, s shelf, key string, now time.Time) error {
	result, err := tx.ExecContext(ctx, "UPDATE ? SET updated_at = ? WHERE key = ?", s.heads, micros(now), key)
	return mustTouch(result, err, "lock %s", key)
}

// mustMove turns a change of no row into notify.ErrConflict: what was expected
// is no longer so.
func mustMove(result sql.Result, err error) error {
	n, err := touched(result, err)
	if err == nil && n == 0 {
		err = notify.ErrConflict
	}
	return err
}

// Submit stores an approval and moves its draft to review.
func (db *DB) Submit(ctx context.Context, a approval.Approval, revision int) error {
	s := shelves[a.Kind]
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := lockHead(ctx, tx, s, a.Key, a.SubmittedAt); err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, `UPDATE ? SET state = 'in_review' WHERE key = ? AND version = ? AND revision = ? AND state = 'draft'`,
			s.versions, a.Key, a.Version, revision)
		if err := mustMove(result, err); err != nil {
			return err
		}
		_, err = tx.NewInsert().Model(rowOfApproval(a)).Exec(ctx)
		return err
	})
	return during(err, "submit %s %s version %d", a.Kind, a.Key, a.Version)
}

// Decide ends an approval, and moves its version on or back, in one step.
func (db *DB) Decide(ctx context.Context, d approval.Decision) error {
	a, s := d.Approval, shelves[d.Approval.Kind]
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := lockHead(ctx, tx, s, a.Key, a.DecidedAt); err != nil {
			return err
		}
		if err := decide(ctx, tx, a); err != nil {
			return err
		}
		to, from := approval.Draft, []string{"in_review"}
		switch a.State {
		case approval.Approved:
			to = approval.StageApproved
		case approval.Withdrawn:
			from = append(from, "approved")
		}
		result, err := tx.ExecContext(ctx, "UPDATE ? SET state = ? WHERE key = ? AND version = ? AND revision = ? AND state IN (?)",
			s.versions, string(to), a.Key, a.Version, d.Revision, bun.List(from))
		if err := mustMove(result, err); err != nil {
			return err
		}
		if d.Comment != nil {
			if _, err := tx.NewInsert().Model(rowOfComment(*d.Comment)).Exec(ctx); err != nil {
				return err
			}
		}
		if d.Publish != nil {
			return db.publish(ctx, tx, *d.Publish)
		}
		return db.stillLive(ctx, tx, d.Pins)
	})
	return during(err, "decide approval %s", a.ID)
}

// decide writes the decision if nobody did before. What was approved can still
// be withdrawn while it is not published.
func decide(ctx context.Context, tx bun.Tx, a approval.Approval) error {
	from := []string{string(approval.Waiting)}
	if a.State == approval.Withdrawn {
		from = append(from, string(approval.Approved))
	}
	row := rowOfApproval(a)
	result, err := tx.NewUpdate().Model(row).Column("state", "hash", "authors", "base_version", "decided_by", "decided_at", "published_at").
		WherePK().Where("state IN (?)", bun.List(from)).Where("published_at = 0").Exec(ctx)
	return mustMove(result, err)
}

// Publish moves the pointer of a head.
func (db *DB) Publish(ctx context.Context, m approval.Move) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := lockHead(ctx, tx, shelves[m.Kind], m.Key, m.At); err != nil {
			return err
		}
		if m.ApprovalID != "" {
			_, err := tx.ExecContext(ctx, "UPDATE approvals SET published_at = ? WHERE id = ?", micros(m.At), m.ApprovalID)
			if err != nil {
				return err
			}
		}
		return db.publish(ctx, tx, m)
	})
	return during(err, "publish %s %s version %d", m.Kind, m.Key, m.Version)
}

func (db *DB) publish(ctx context.Context, tx bun.Tx, m approval.Move) error {
	s := shelves[m.Kind]
	if err := db.stillLive(ctx, tx, m.Pins); err != nil {
		return err
	}
	if m.How == approval.WasRetired {
		if err := shelve(ctx, tx, m); err != nil {
			return err
		}
		return record(ctx, tx, m.Publication)
	}
	if err := setPublished(ctx, tx, m); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE ? SET live_version = ?, retired_at = 0 WHERE key = ?", s.heads, m.Version, m.Key); err != nil {
		return err
	}
	if m.Kind == approval.Workflow {
		if err := copyToHead(ctx, tx, m); err != nil {
			return err
		}
	}
	return record(ctx, tx, m.Publication)
}

func shelve(ctx context.Context, tx bun.Tx, m approval.Move) error {
	result, err := tx.ExecContext(ctx, "UPDATE ? SET retired_at = ? WHERE key = ? AND live_version = ? AND retired_at = 0",
		shelves[m.Kind].heads, micros(m.At), m.Key, m.Version)
	return mustMove(result, err)
}

// setPublished makes an open version a published one, which is for ever; one
// that was published before only has to be there. What waits for an approval
// that nobody needs any more is void.
func setPublished(ctx context.Context, tx bun.Tx, m approval.Move) error {
	s := shelves[m.Kind]
	if m.From == "" {
		result, err := tx.ExecContext(ctx, "UPDATE ? SET state = state WHERE key = ? AND version = ? AND state = ?",
			s.versions, m.Key, m.Version, published)
		return mustMove(result, err)
	}
	result, err := tx.ExecContext(ctx, `UPDATE ? SET state = ?, published_by = ?, published_at = ?
		WHERE key = ? AND version = ? AND revision = ? AND state = ?`,
		s.versions, published, m.By, micros(m.At), m.Key, m.Version, m.Revision, string(m.From))
	if err := mustMove(result, err); err != nil {
		return err
	}
	return void(ctx, tx, edition{kind: m.Kind, key: m.Key, by: m.By, now: m.At}, m.Version)
}

// copyToHead gives the head of a workflow what it keeps of its live version.
func copyToHead(ctx context.Context, tx bun.Tx, m approval.Move) error {
	var text string
	err := tx.QueryRowContext(ctx, "SELECT definition FROM workflow_versions WHERE key = ? AND version = ?", m.Key, m.Version).Scan(&text)
	if err != nil {
		return err
	}
	var w notify.Workflow
	if err := readDocument(text, &w); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "UPDATE workflows SET event_type = ?, enabled = ? WHERE key = ?", w.EventType, w.Enabled, m.Key)
	return err
}

// stillLive holds what goes out together with a version to what was looked at.
func (db *DB) stillLive(ctx context.Context, tx bun.Tx, pins []approval.Pin) error {
	lock := bun.Safe("")
	if db.postgres() {
		lock = "FOR SHARE"
	}
	for _, pin := range pins {
		var live int
		err := tx.QueryRowContext(ctx, "SELECT live_version FROM ? WHERE key = ? ?", shelves[pin.Kind].heads, pin.Key, lock).Scan(&live)
		if err != nil {
			return during(err, "find %s %s", pin.Kind, pin.Key)
		}
		if live != pin.Version {
			return during(notify.ErrConflict, "%s %s has version %d by now", pin.Kind, pin.Key, live)
		}
	}
	return nil
}
