package api

import (
	"crypto/sha256"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
)

// How often a link may be used, at once and over time.
const (
	visitBurst  = 30
	visitEvery  = 2 * time.Second
	visitsKept  = 20_000
	visitsShort = 16
)

// visitors limits the public pages by link, in this process. It counts links and
// not callers: behind a proxy all callers look the same, and a mailbox provider
// unsubscribes thousands of people from one address.
type visitors struct {
	mu    sync.Mutex
	links map[[visitsShort]byte]visits
}

type visits struct {
	used float64
	at   time.Time
}

// admit counts one use of the link of a request.
func (v *visitors) admit(c *fiber.Ctx, now time.Time) error {
	sum := sha256.Sum256([]byte(c.Params("token")))
	wait := v.use([visitsShort]byte(sum[:visitsShort]), now)
	if wait <= 0 {
		return nil
	}
	return &fault{status: fiber.StatusTooManyRequests, kind: typeRateLimited, message: "this link was used too often", wait: wait}
}

func (v *visitors) use(link [visitsShort]byte, now time.Time) time.Duration {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.links == nil || len(v.links) >= visitsKept {
		v.forget(now)
	}
	one := v.links[link]
	one.used = max(0, one.used-now.Sub(one.at).Seconds()/visitEvery.Seconds())
	one.at = now
	defer func() { v.links[link] = one }()
	if one.used+1 > visitBurst {
		return time.Duration((one.used + 1 - visitBurst) * float64(visitEvery))
	}
	one.used++
	return 0
}

// forget drops links that are as good as new; when there are too many all the
// same, it drops all of them rather than to keep people out.
func (v *visitors) forget(now time.Time) {
	kept := map[[visitsShort]byte]visits{}
	for link, one := range v.links {
		if now.Sub(one.at) < visitBurst*visitEvery {
			kept[link] = one
		}
	}
	if len(kept) >= visitsKept {
		kept = map[[visitsShort]byte]visits{}
	}
	v.links = kept
}
