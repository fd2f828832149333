package delivery

import (
	"context"

	"clarion/backend/notify"
)

// Candidates returns the accounts among which the message would be shared by
// weight if it went out now, as this process sees the vendors. It is empty when
// no account fits it, or none whose breaker is closed.
func (d *Deliverer) Candidates(ctx context.Context, m *notify.Message) ([]notify.Account, error) {
	accounts, err := d.fitting(ctx, m)
	if err != nil {
		return nil, err
	}
	open := d.openNow(accounts, m.Priority)
	list := make([]notify.Account, len(open))
	for i, account := range open {
		list[i] = *account
	}
	return list, nil
}
