package delivery

import (
	"context"
	"fmt"
	"time"

	"clarion/backend/notify"
)

// Quotas counts the calls of a day where all processes see it and no flush
// forgets it.
type Quotas interface {
	// TakeQuota takes up to want calls of an integration's day, of which there
	// are limit, and returns how many it took.
	TakeQuota(ctx context.Context, integration, day string, limit, want int) (int, error)
}

// withinLimits returns those of the ids that the integration's rate and day
// allow now and puts the rest back for later.
func (d *Deliverer) withinLimits(ctx context.Context, account *notify.Account, lane *lane, work chunk) ([]string, error) {
	work.ids = d.withinRate(ctx, account, lane, work)
	if account.PerDay <= 0 || len(work.ids) == 0 {
		return work.ids, nil
	}
	day := d.Clock.Now().UTC().Truncate(24 * time.Hour)
	granted, err := d.Quotas.TakeQuota(ctx, account.ID, day.Format(time.DateOnly), account.PerDay, len(work.ids))
	if err != nil {
		return nil, fmt.Errorf("take of the day's quota of %s: %w", account.ID, err)
	}
	if granted < len(work.ids) {
		// What is left looks for another way, now that this one rests. Without
		// one the rows stay queued and the sweeper asks again.
		lane.form.rest(day.Add(24*time.Hour), account.PerDay)
		d.putBack(chunk{work.priority, work.channel, work.ids[granted:]})
	}
	return work.ids[:granted], nil
}

// withinRate returns those of the ids that the integration's rate allows now. The
// others wait in the lane for their turn.
func (d *Deliverer) withinRate(ctx context.Context, account *notify.Account, lane *lane, work chunk) []string {
	ids := work.ids
	if account.PerSecond <= 0 {
		return ids
	}
	granted, after, err := d.Limiter.Lease(ctx, account.ID, account.PerSecond, len(ids))
	if err != nil {
		// Without the shared bucket the vendor's own limit still protects it;
		// stopping all mail because Redis blinked would be worse.
		d.Log.Warn("lease sending rate; sending without", "integration", account.ID, "error", err)
		return ids
	}
	if granted < len(ids) {
		rest := chunk{work.priority, work.channel, ids[granted:]}
		after = max(after, 10*time.Millisecond)
		turns := 1 + int(after.Seconds()*float64(account.PerSecond))/claimSize
		lane.ration(rest, after, func() {
			for _, next := range lane.ready(turns) {
				d.putBack(next)
			}
		})
	}
	return ids[:granted]
}
