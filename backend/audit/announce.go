package audit

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"clarion/backend/notify"
)

const (
	// overdue is when the end of an announced change is no longer waited for: far
	// longer than any call may take.
	overdue = 10 * time.Minute
	// settleEvery is how often Run looks.
	settleEvery = time.Minute
	settlePage  = 100
)

// Begin announces a change before it is made, and returns what its Entry names
// as Begun. When it fails the change must not be made: nobody would ever know.
func (l *Log) Begin(ctx context.Context, e Entry) (string, error) {
	r, err := l.record(e)
	if err != nil {
		return "", err
	}
	if err := l.Announced.AnnounceAudit(ctx, r); err != nil {
		return "", fmt.Errorf("announce %s of %s %s: %w", e.Action, e.Target.Kind, e.Target.ID, err)
	}
	return r.ID, nil
}

// Withdraw takes an announcement back: nothing was changed.
func (l *Log) Withdraw(ctx context.Context, begun string) error {
	return l.Announced.WithdrawAudit(ctx, begun)
}

// Settle records every change whose end nobody saw in time as unknown, and says
// how many there were.
func (l *Log) Settle(ctx context.Context) (int, error) {
	settled := 0
	for {
		list, err := l.Announced.AnnouncedAudits(ctx, l.Clock.Now().Add(-overdue), settlePage)
		if err != nil {
			return settled, fmt.Errorf("look for changes whose end nobody saw: %w", err)
		}
		for _, r := range list {
			announcement := r.ID
			// An id of its own: the call may yet end, and be recorded under the first.
			r.ID, r.At, r.Outcome = notify.NewID(notify.AuditID), l.Clock.Now().UTC().Truncate(time.Microsecond), Unknown
			mine, err := l.Announced.SettleAudit(ctx, announcement, r, r.seal)
			if err != nil {
				return settled, fmt.Errorf("record that the end of %s is not known: %w", announcement, err)
			}
			if mine {
				settled++
			}
		}
		if len(list) < settlePage {
			return settled, nil
		}
	}
}

// Run settles until ctx is done.
func (l *Log) Run(ctx context.Context, log *slog.Logger) {
	ticker := time.NewTicker(settleEvery)
	defer ticker.Stop()
	for {
		n, err := l.Settle(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			log.Warn("settle the audit log", "error", err)
		case n > 0:
			log.Warn("changes were begun whose end nobody saw; the audit log says which", "changes", n)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
