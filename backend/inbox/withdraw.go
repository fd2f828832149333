package inbox

import (
	"context"
	"fmt"
)

// Withdrawn are the items that were removed from one feed, and the offset of the
// frame that says so.
type Withdrawn struct {
	Recipient string
	IDs       []string
	Offset    int64
}

// Withdraw removes the items of messages, also from the feeds that are open now.
func (b *Inbox) Withdraw(ctx context.Context, messages []string) error {
	gone, err := b.Store.RemoveItems(ctx, messages, b.Clock.Now())
	if err != nil {
		return fmt.Errorf("remove %d items: %w", len(messages), err)
	}
	for _, each := range gone {
		b.tell(ctx, each.Recipient, ChangedFrame{Type: "changed", Offset: each.Offset, IDs: each.IDs, As: Deleted})
		counts, err := b.Counts(ctx, each.Recipient)
		if err != nil {
			return err
		}
		b.tell(ctx, each.Recipient, CountsFrame{Type: "counts", Counts: counts})
	}
	return nil
}

// Deleted is how a frame says that items are no more.
const Deleted = "deleted"
