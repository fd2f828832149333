package api

import (
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// door is what every request passes: it gives it a trace id, the headers that
// every answer has, and an envelope whatever happens further in.
func (s *Server) door(c *fiber.Ctx) error {
	started := time.Now()
	current := callOf(c)
	c.Set("X-Trace-Id", current.trace)
	s.secure(c)
	if s.share(c) {
		c.Status(fiber.StatusNoContent)
		s.metrics.observe(c, time.Since(started))
		return nil
	}
	if err := s.contained(c); err != nil {
		s.fail(c, err)
	}
	s.metrics.observe(c, time.Since(started))
	return nil
}

// contained turns a panic into an error.
func (s *Server) contained(c *fiber.Ctx) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			s.log.Error("panic in a handler", "method", c.Method(), "path", c.Path(), "trace_id", callOf(c).trace,
				"panic", fmt.Sprint(cause), "stack", string(debug.Stack()))
			err = refuse(fiber.StatusInternalServerError, typeInternal, "internal error")
		}
	}()
	return c.Next()
}

// refuseEarly answers what never reached a handler: broken HTTP, bodies and
// headers beyond the limits.
func (s *Server) refuseEarly(c *fiber.Ctx, err error) error {
	c.Set("X-Trace-Id", callOf(c).trace)
	s.secure(c)
	s.fail(c, err)
	return nil
}

// knownMethods answers methods that HTTP does not have, which the framework
// would answer with a text of its own.
func (s *Server) knownMethods(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	methods := map[string]bool{}
	for _, method := range fiber.DefaultMethods {
		methods[method] = true
	}
	return func(r *fasthttp.RequestCtx) {
		if methods[string(r.Method())] {
			next(r)
			return
		}
		c := s.app.AcquireCtx(r)
		defer s.app.ReleaseCtx(c)
		_ = s.refuseEarly(c, fiber.ErrNotImplemented)
	}
}

// header is one in its canonical spelling, which need not be made anew for
// every answer.
type header struct{ name, value []byte }

// shields are the headers of S29.
func shields(production bool) []header {
	list := []header{
		{[]byte("X-Content-Type-Options"), []byte("nosniff")},
		{[]byte("Referrer-Policy"), []byte("no-referrer")},
		{[]byte("Content-Security-Policy"), []byte("default-src 'none'; frame-ancestors 'none'")},
		{[]byte("X-Frame-Options"), []byte("DENY")},
		{[]byte("Cache-Control"), []byte("no-store")},
	}
	if production {
		list = append(list, header{[]byte("Strict-Transport-Security"), []byte("max-age=31536000; includeSubDomains")})
	}
	return list
}

// secure sets them on every answer. Pages put their own policy in place.
func (s *Server) secure(c *fiber.Ctx) {
	for _, h := range s.shields {
		c.Response().Header.SetCanonical(h.name, h.value)
	}
}

// sameHouse reports whether a browser's Origin may call us: our own host, or
// one that the configuration names. Callers that are no browser send none.
func (s *Server) sameHouse(c *fiber.Ctx) bool {
	origin := c.Get(fiber.HeaderOrigin)
	if origin == "" {
		return true
	}
	_, host, ok := strings.Cut(origin, "://")
	if ok && host != "" && strings.EqualFold(host, string(c.Request().Header.Host())) {
		return true
	}
	if s.PublicURL != "" && strings.EqualFold(origin, s.PublicURL) {
		return true
	}
	for _, allowed := range s.Origins {
		if strings.EqualFold(origin, allowed) {
			return true
		}
	}
	return false
}
