package delivery

import (
	"math/rand/v2"
	"time"

	"clarion/backend/notify"
)

// webhookWaits is the table of Standard Webhooks: how long after each try that
// failed the next one comes. A receiver may be away for days, and drops what it
// has seen, so that sending again is never wrong.
var webhookWaits = []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

// waitsOf are the waits of a channel with a table of its own, nil for others.
func waitsOf(c notify.Channel) []time.Duration {
	if c == notify.Webhook {
		return webhookWaits
	}
	return nil
}

// pause is the wait after a message's nth failed try.
func pause(c notify.Channel, n int) time.Duration {
	waits := waitsOf(c)
	if waits == nil {
		return jitter(n)
	}
	wait := waits[min(max(n-1, 0), len(waits)-1)]
	return wait + rand.N(wait/5) // up to a fifth more: not everybody at once
}

// resendsOf is how often an answer in doubt may be answered by sending again.
func resendsOf(c notify.Channel) int {
	if waits := waitsOf(c); waits != nil {
		return len(waits)
	}
	return maxResends
}

// untoldOf is how often a message may be put off by who does not say until when.
func untoldOf(c notify.Channel) int {
	if waits := waitsOf(c); waits != nil {
		return len(waits)
	}
	return maxDeferrals
}
