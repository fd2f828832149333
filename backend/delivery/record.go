package delivery

import (
	"context"
	"errors"
	"fmt"
	"time"

	"clarion/backend/killpoint"
	"clarion/backend/notify"
)

// record stores what happened and puts what can be tried again at once back on
// the queue. It keeps trying for a while: a known answer is worth waiting for,
// and without it the message would be in doubt.
func (d *Deliverer) record(ctx context.Context, sent []attempted) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	now := d.Clock.Now()
	finishes, deferrals := d.settle(ctx, sent, now)
	// Answers first: a message that was only refused by the breaker can wait.
	return errors.Join(d.recordFinishes(ctx, finishes, now), d.giveBack(ctx, deferrals, now))
}

func (d *Deliverer) recordFinishes(ctx context.Context, finishes []Finish, now time.Time) error {
	if len(finishes) == 0 {
		return nil
	}
	end := d.Turns.Take(finishes[0].Priority)
	applied, err := d.finish(ctx, finishes, now)
	end()
	if err != nil {
		return fmt.Errorf("store results: %w", err)
	}
	killpoint.Reach(killpoint.AfterResult)
	d.Observer.Changed(ctx, applied)
	for _, f := range finishes {
		if f.Suppress == notify.Bounce && f.Channel != notify.Email { // mailboxes bounce every day, and their entry says so
			d.Endpoints.GivenUp(ctx, f.Channel, f.Address, f.MessageID)
		}
	}
	d.again(ctx, finishes, now)
	return nil
}

// giveBack returns messages whose vendor was not called. One that is not given
// back would look interrupted later, although nothing is in doubt.
func (d *Deliverer) giveBack(ctx context.Context, deferrals []Deferral, now time.Time) error {
	if len(deferrals) == 0 {
		return nil
	}
	err := untilAvailable(ctx, func() error { return d.Store.Defer(ctx, deferrals, now) })
	if err != nil {
		return fmt.Errorf("defer: %w", err)
	}
	return nil
}

// finish stores results, trying again while the database is away.
func (d *Deliverer) finish(ctx context.Context, finishes []Finish, now time.Time) (applied []string, err error) {
	err = untilAvailable(ctx, func() error {
		applied, err = d.Store.FinishAttempts(ctx, finishes, now)
		return err
	})
	return applied, err
}

// untilAvailable writes again and again while the database is away.
func untilAvailable(ctx context.Context, write func() error) error {
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		err := write()
		if err == nil || !errors.Is(err, notify.ErrUnavailable) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(wait):
		}
	}
}
