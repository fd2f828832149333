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

// pay takes cost from the key's share and says in the headers what is left.
// Members and recipients are people: they have no share to use up.
func (s *Server) pay(c *fiber.Ctx, current *call, cost int) error {
	if current.kind != byKey || cost <= 0 {
		return nil
	}
	v := s.rates.Take(current.key.ID, current.key.RateLimit, cost)
	h := &c.Response().Header
	h.Set("RateLimit-Limit", strconv.Itoa(v.Limit))
	h.Set("RateLimit-Remaining", strconv.Itoa(v.Remaining))
	reset := 0
	if v.Reset > 0 {
		reset = wholeSeconds(v.Reset)
	}
	h.Set("RateLimit-Reset", strconv.Itoa(reset))
	if v.OK {
		return nil
	}
	return &fault{
		status: fiber.StatusTooManyRequests, kind: typeRateLimited,
		message: "this API key has used up its rate", wait: v.RetryAfter,
	}
}
