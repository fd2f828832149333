package analytics

import (
	"context"
	"time"

	"clarion/backend/notify"
)

// Stream is read in order.
type Stream interface {
	// StreamTip returns the newest row and who may yet add one before it.
	StreamTip(ctx context.Context) (notify.StreamTip, error)
	// DeliveryEvents returns rows after one place up to another, in order.
	DeliveryEvents(ctx context.Context, after, upTo int64, limit int) ([]notify.DeliveryEvent, error)
}

// Books keep how far the copy has come.
type Books interface {
	// HoldCopy takes or keeps the lease of a copy; false when another has it.
	HoldCopy(ctx context.Context, c notify.StreamCopy, now time.Time) (notify.StreamCopy, bool, error)
	// SaveCopy writes how far it has come; ErrConflict when another has the lease.
	SaveCopy(ctx context.Context, c notify.StreamCopy, now time.Time) error
	// Corrections are those that wait, oldest first; Corrected removes one.
	Corrections(ctx context.Context, limit int, now time.Time) ([]notify.StreamCorrection, error)
	Corrected(ctx context.Context, id int64) error
}

// Sink is where the copy is.
type Sink interface {
	Insert(ctx context.Context, token string, rows []notify.DeliveryEvent) error
	Correct(ctx context.Context, from, to string) error
}

// Observer hears how the copying goes.
type Observer interface {
	Copied(rows int, took time.Duration)
	CopyFailed()
}
