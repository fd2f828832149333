package api

import (
	"context"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/consent"
	"clarion/backend/notify"
)

// Consents is the log of what people said.
type Consents interface {
	List(ctx context.Context, f consent.Filter, p notify.Page) ([]consent.Record, string, error)
	Say(ctx context.Context, c notify.Consent) error
}

// ConsentChain proves the log.
type ConsentChain interface {
	State(ctx context.Context) (consent.State, error)
	// Prove walks the whole chain and keeps what it found.
	Prove(ctx context.Context) (consent.State, error)
	At(ctx context.Context, place int64) (consent.Entry, error)
}

func (s *Server) consentRoutes() []route {
	return []route{
		get("/v1/consents", access.Read, s.listConsents),
		get("/v1/consents/chain", access.Read, s.consentChain),
		post("/v1/consents/prove", access.Admin, s.proveConsents).unaudited("it changes nothing of the log; when it was proved last is kept"),
		get("/v1/consents/:place", access.Read, s.getConsent),
	}
}

func (s *Server) listConsents(c *fiber.Ctx) error {
	q := queryOf(c)
	f := consent.Filter{
		Recipient: q.text("recipient"), Kind: option(q, "kind", notify.ConsentKinds), Source: option(q, "source", notify.ConsentSources),
		Channel: option(q, "channel", channelNames), Category: q.text("category"), Message: q.text("message"),
		From: q.time("from"), To: q.time("to"),
	}
	return listed(s, c, q, f, s.Consents.List)
}

func (s *Server) consentChain(c *fiber.Ctx) error {
	ctx, cancel := s.deadline(c)
	defer cancel()
	state, err := s.ConsentChain.State(ctx)
	if err != nil {
		return err
	}
	return replyOK(c, state)
}

func (s *Server) proveConsents(c *fiber.Ctx) error {
	ctx, cancel := s.deadline(c)
	defer cancel()
	state, err := s.ConsentChain.Prove(ctx)
	if err != nil {
		return err
	}
	return replyOK(c, state)
}

func (s *Server) getConsent(c *fiber.Ctx) error {
	return shown(s, c, "place", func(ctx context.Context, place string) (consent.Entry, error) {
		n, err := strconv.ParseInt(place, 10, 64)
		if err != nil || n < 1 {
			return consent.Entry{}, notify.ErrNotFound
		}
		return s.ConsentChain.At(ctx, n)
	})
}
