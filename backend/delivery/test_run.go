package delivery

import (
	"context"
	"time"

	"clarion/backend/notify"
)

// keptBack is the end of an attempt that would have sent a test run to a real
// vendor: it is not called. The message moves on to a sandbox integration, or
// ends as a dead letter when there is none.
func keptBack(m notify.Message, account *notify.Account, now time.Time) attempted {
	return attempted{message: m, account: account, ended: now, result: notify.Result{
		Outcome: notify.AuthConfig, Code: "test_run",
		Detail: "This is a test run and the integration is a real one; it was not called.",
	}}
}

// sparing keeps what a vendor in the box said of an address off the address.
func sparing(m notify.Message, f Finish) Finish {
	if m.IsTest() {
		f.Suppress, f.InvalidAddress = "", false
	}
	return f
}

// after is the account to try after the given one, or "".
func (d *Deliverer) after(ctx context.Context, m notify.Message, account string) string {
	if m.IsTest() {
		return d.nextSandbox(ctx, m, account)
	}
	return d.nextAccount(ctx, m, account)
}

// nextSandbox is the sandbox account after the given one; from a real one it is
// the first. The last has none after it.
func (d *Deliverer) nextSandbox(ctx context.Context, m notify.Message, after string) string {
	accounts, err := d.Accounts.ForChannel(ctx, m.Channel)
	if err != nil {
		d.Log.Warn("find a sandbox integration; going on without", "channel", m.Channel, "error", err)
		return ""
	}
	first, passed := "", false
	for _, account := range accounts {
		switch {
		case account.ID == after && account.Sandbox:
			passed = true
		case !account.Sandbox:
		case passed:
			return account.ID
		case first == "":
			first = account.ID
		}
	}
	if passed || m.Attempts >= maxAttempts {
		return ""
	}
	return first
}
