package access

import (
	"context"
	"log/slog"
	"time"
)

const (
	// settleEvery is how often processes tell each other what was taken: for so
	// long the callers of one may take what those of another took already.
	settleEvery = 100 * time.Millisecond
	// settlePatience is for how long one such exchange is waited.
	settlePatience = time.Second
	// restAfter is how long a caller is followed that takes nothing. Its bucket has
	// been full for long by then, and is forgotten.
	restAfter = 10 * time.Second
)

// Ledger adds up, by caller, what all processes take.
type Ledger interface {
	// Settle adds what this process took since it last did so, and answers what all
	// have taken since some time in the past that stays the same while it is asked
	// at least every few seconds.
	Settle(ctx context.Context, taken map[string]int64) (all map[string]int64, err error)
}

// tally is what is known of the takes from a bucket.
type tally struct {
	// taken is what was taken here and is not in the ledger.
	taken int64
	// all is what the ledger had at last; it says something when followed.
	all      int64
	followed bool
}

// Share takes from the buckets what callers take in other processes, until ctx
// ends: a rate then is one for all of them. While the ledger gives no answer each
// process counts for itself, and nothing is charged afterwards.
func (r *Rates) Share(ctx context.Context, ledger Ledger, log *slog.Logger) {
	look := time.NewTicker(settleEvery)
	defer look.Stop()
	alone := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
		switch err := r.settle(ctx, ledger); {
		case ctx.Err() != nil:
			return
		case err != nil && !alone:
			log.Warn("rates of API keys are counted by each process for itself", "error", err)
			alone = true
		case err == nil && alone:
			log.Info("rates of API keys are counted by all processes together again")
			alone = false
		}
	}
}

// settle exchanges once.
func (r *Rates) settle(ctx context.Context, ledger Ledger) error {
	taken := r.takes()
	if len(taken) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, settlePatience)
	defer cancel()
	all, err := ledger.Settle(ctx, taken)
	r.mu.Lock()
	defer r.mu.Unlock()
	for caller, here := range taken {
		b := r.buckets[caller]
		b.taken -= here
		total, told := all[caller]
		if told && b.followed {
			others := max(0, total-b.all-here) // less than nothing when the ledger began anew
			b.tokens = max(-b.limit, b.tokens-float64(others))
		}
		b.all, b.followed = total, told
	}
	return err
}

// takes are the callers that take here, with what they took. The others are
// forgotten: this also bounds how many are known.
func (r *Rates) takes() map[string]int64 {
	now := r.Clock.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	taken := make(map[string]int64, len(r.buckets))
	for caller, b := range r.buckets {
		if b.taken == 0 && now.Sub(b.at) > restAfter {
			delete(r.buckets, caller)
			continue
		}
		taken[caller] = b.taken
	}
	return taken
}
