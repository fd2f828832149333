package store

import (
	"context"

	"github.com/uptrace/bun"

	"clarion/backend/approval"
	"clarion/backend/broadcast"
	"clarion/backend/notify"
)

// waits reports whether somebody can decide about a broadcast.
func waits(b broadcast.Broadcast) bool { return b.State == broadcast.Submitted && b.Hash != "" }

// queueApproval keeps the queue of approvals in step with a broadcast, in the
// transaction that changes it: what waits anywhere is in one place.
func queueApproval(ctx context.Context, tx bun.Tx, was, b broadcast.Broadcast) error {
	if waits(b) {
		if waits(was) && was.Hash == b.Hash {
			return nil
		}
		_, err := tx.NewInsert().Model(rowOfApproval(approval.Approval{
			ID: notify.NewID(notify.ApprovalID), Kind: approval.Broadcast, Key: b.ID, Version: b.Revision, Title: b.Name, Note: b.Note,
			Hash: b.Hash, State: approval.Waiting, Authors: b.Authors, SubmittedBy: b.SubmittedBy, SubmittedAt: b.SubmittedAt,
		})).Exec(ctx)
		return err
	}
	if was.State == b.State {
		return nil
	}
	state, by, at := approval.Approved, b.DecidedBy, b.DecidedAt
	switch b.State {
	case broadcast.Rejected:
		state = approval.Rejected
	case broadcast.Draft, broadcast.Submitted:
		state, by, at = approval.Voided, b.EndedBy, b.UpdatedAt
	case broadcast.Cancelled, broadcast.Failed:
		if !b.StartedAt.IsZero() {
			return nil
		}
		state, by, at = approval.Withdrawn, b.EndedBy, b.UpdatedAt
	default:
	}
	_, err := tx.NewUpdate().Table("approvals").Set("state = ?", string(state)).Set("decided_by = ?", by).Set("decided_at = ?", micros(at)).
		Set("published_at = ?", micros(b.StartedAt)).
		Where("kind = ?", string(approval.Broadcast)).Where("key = ?", b.ID).
		Where("state IN (?, ?)", string(approval.Waiting), string(approval.Approved)).Where("published_at = 0").Exec(ctx)
	return err
}
