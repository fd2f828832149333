package delivery

import (
	"context"

	"clarion/backend/notify"
)

// Candidates returns the accounts among which a message of the channel would be
// shared by weight if it went out now, as this process sees the vendors. It is
// empty when the channel has no account, or none whose breaker is closed.
func (d *Deliverer) Candidates(ctx context.Context, p notify.Priority, channel notify.Channel) ([]notify.Account, error) {
	accounts, err := d.Accounts.ForChannel(ctx, channel)
	if err != nil {
		return nil, err
	}
	open, _ := d.openNow(accounts, p)
	list := make([]notify.Account, len(open))
	for i, account := range open {
		list[i] = *account
	}
	return list, nil
}
