package delivery

import (
	"context"
	"fmt"

	"clarion/backend/notify"
)

// Wishes asks again what recipients want: they may have changed their minds, or
// the hour has changed.
type Wishes interface {
	// Ask judges each message as things stand now, in their order.
	Ask(ctx context.Context, messages []notify.Message) ([]notify.Judgement, error)
}

// take is a part of a chunk on its way through an account.
type take struct {
	account  *notify.Account
	lane     *lane
	priority notify.Priority
	ids      []string
	// judged is set when the recipients were asked just now.
	judged bool
}

// askAgain judges messages that a claim left alone and returns those that may go
// out now. The others are skipped or held, each with its reason.
func (d *Deliverer) askAgain(ctx context.Context, messages []notify.Message) ([]string, error) {
	list, err := d.Wishes.Ask(ctx, messages)
	if err != nil {
		return nil, fmt.Errorf("ask what the recipients of %d messages want: %w", len(messages), err)
	}
	may, err := d.Store.Judge(ctx, list, d.Clock.Now())
	if err != nil {
		return nil, fmt.Errorf("judge %d messages: %w", len(list), err)
	}
	gone := map[string]bool{}
	for _, id := range may {
		gone[id] = true
	}
	var changed []string
	for _, m := range messages {
		if !gone[m.ID] {
			changed = append(changed, m.ID)
		}
	}
	if len(changed) > 0 {
		d.Observer.Changed(ctx, changed)
	}
	return may, nil
}
