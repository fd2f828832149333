package api

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/notify"
)

type rates struct{ *access.Rates }

func newRates(clock notify.Clock, perSecond int) rates {
	return rates{&access.Rates{Clock: clock, Default: perSecond}}
}

// The headers of the rate, as SetCanonical wants them.
var rateLimit, rateRemaining, rateReset = []byte("Ratelimit-Limit"), []byte("Ratelimit-Remaining"), []byte("Ratelimit-Reset")

// pay takes cost from the key's share and says in the headers what is left.
// Members and recipients are people: they have no share to use up.
func (s *Server) pay(c *fiber.Ctx, current *call, cost int) error {
	if current.kind != byKey || cost <= 0 {
		return nil
	}
	v := s.rates.Take(current.key.ID, current.key.RateLimit, cost)
	reset := 0
	if v.Reset > 0 {
		reset = wholeSeconds(v.Reset)
	}
	number := make([]byte, 0, 20)
	for _, h := range []struct {
		name  []byte
		value int
	}{{rateLimit, v.Limit}, {rateRemaining, v.Remaining}, {rateReset, reset}} {
		c.Response().Header.SetCanonical(h.name, strconv.AppendInt(number, int64(h.value), 10))
	}
	if v.OK {
		return nil
	}
	return &fault{
		status: fiber.StatusTooManyRequests, kind: typeRateLimited,
		message: "this API key has used up its rate", wait: v.RetryAfter,
	}
}
