package api

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/notify"
)

// Keys are the API keys.
type Keys interface { //nolint:interfacebloat // the port of one resource: every method is one of its routes
	Authenticate(ctx context.Context, secret string) (access.Key, error)
	List(ctx context.Context, f access.KeyFilter, p notify.Page) ([]access.Key, string, error)
	Get(ctx context.Context, id string) (access.Key, error)
	Create(ctx context.Context, n access.NewKey) (access.Key, string, error)
	Change(ctx context.Context, id string, c access.KeyChange) (access.Key, error)
	Rotate(ctx context.Context, id string, grace time.Duration) (access.Key, string, error)
	Revoke(ctx context.Context, id string) error
}

// Signatures checks requests of keys that take only signed ones.
type Signatures interface {
	Verify(ctx context.Context, signed access.Signed) error
}

func (s *Server) keyRoutes() []route {
	// The answers hold a secret: the store of answers must not keep it.
	create := post("/v1/api-keys", access.Admin, s.createKey).audited("api_key.create")
	rotate := post("/v1/api-keys/:id/rotate", access.Admin, s.rotateKey).audited("api_key.rotate")
	create.once, rotate.once = false, false
	return []route{
		get("/v1/api-keys", access.Admin, s.listKeys),
		create,
		get("/v1/api-keys/:id", access.Admin, s.getKey),
		put("/v1/api-keys/:id", access.Admin, s.changeKey).audited("api_key.save"),
		rotate,
		remove("/v1/api-keys/:id", access.Admin, s.revokeKey).audited("api_key.revoke"),
	}
}

func (s *Server) listKeys(c *fiber.Ctx) error {
	q := queryOf(c)
	f := access.KeyFilter{Source: q.text("source"), State: option(q, "state", access.KeyStates)}
	return listed(s, c, q, f, s.Keys.List)
}

func (s *Server) getKey(c *fiber.Ctx) error { return shown(s, c, "id", s.Keys.Get) }

type keyInput struct {
	Name             string              `json:"name"`
	Source           string              `json:"source"`
	Scopes           []access.Permission `json:"scopes"`
	RateLimit        int                 `json:"rate_limit"`
	ExpiresAt        time.Time           `json:"expires_at"`
	RequireSignature bool                `json:"require_signature"`
}

type newKeyView struct {
	access.Key
	Secret string `json:"secret"`
}

func (s *Server) createKey(c *fiber.Ctx) error {
	in, err := decode[keyInput](c)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	key, secret, err := s.Keys.Create(ctx, access.NewKey{
		Name: in.Name, Source: in.Source, Scopes: in.Scopes, RateLimit: in.RateLimit, ExpiresAt: in.ExpiresAt.UTC(),
		RequireSignature: in.RequireSignature,
	})
	if err != nil {
		return err
	}
	return reply(c, fiber.StatusCreated, newKeyView{key, secret})
}

func (s *Server) changeKey(c *fiber.Ctx) error {
	in, err := decode[struct {
		Name             string    `json:"name"`
		RateLimit        int       `json:"rate_limit"`
		ExpiresAt        time.Time `json:"expires_at"`
		RequireSignature bool      `json:"require_signature"`
	}](c)
	if err != nil {
		return err
	}
	return shown(s, c, "id", func(ctx context.Context, id string) (access.Key, error) {
		return s.Keys.Change(ctx, id, access.KeyChange{
			Name: in.Name, RateLimit: in.RateLimit, ExpiresAt: in.ExpiresAt.UTC(), RequireSignature: in.RequireSignature,
		})
	})
}

func (s *Server) rotateKey(c *fiber.Ctx) error {
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	in, err := decode[struct {
		ExpiresInHours int `json:"expires_in_hours"`
	}](c)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	key, secret, err := s.Keys.Rotate(ctx, id, time.Duration(in.ExpiresInHours)*time.Hour)
	if err != nil {
		return err
	}
	return reply(c, fiber.StatusCreated, newKeyView{key, secret})
}

func (s *Server) revokeKey(c *fiber.Ctx) error { return s.done(c, "id", s.Keys.Revoke) }

// checkSignature refuses an unsigned request of a key that takes only signed
// ones. Path and query are those of the wire, not as the router reads them.
func (s *Server) checkSignature(ctx context.Context, c *fiber.Ctx, key access.Key, secret string) error {
	if !key.RequireSignature {
		return nil
	}
	return s.Signatures.Verify(ctx, access.Signed{
		Key: key.ID, Secret: secret,
		Timestamp: c.Get("X-Clarion-Timestamp"), Nonce: c.Get("X-Clarion-Nonce"), Signature: c.Get("X-Clarion-Signature"),
		Method: c.Method(), Target: string(c.Request().Header.RequestURI()), Body: c.Request().Body(),
	})
}
