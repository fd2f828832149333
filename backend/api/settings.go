package api

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
)

// Sources keeps the business systems.
type Sources interface {
	List(ctx context.Context) ([]access.Source, error)
	Put(ctx context.Context, source access.Source) (access.Source, error)
	Delete(ctx context.Context, key string) error
}

func (s *Server) settingRoutes() []route {
	// The answer holds the secret: the store of answers must not keep it.
	create := post("/v1/api-keys", access.Admin, s.createKey).audited("api_key.create")
	create.once = false
	return []route{
		get("/v1/sources", access.Read, s.listSources),
		put("/v1/sources/:key", access.Admin, s.putSource).audited("source.save"),
		remove("/v1/sources/:key", access.Admin, s.deleteSource).audited("source.delete"),
		get("/v1/api-keys", access.Admin, s.listKeys),
		create,
		remove("/v1/api-keys/:id", access.Admin, s.revokeKey).audited("api_key.revoke"),
		{method: fiber.MethodGet, path: "/v1/home/quickstart", who: members, needs: access.Read, do: s.quickstart},
	}
}

func (s *Server) listSources(c *fiber.Ctx) error { return whole(s, c, s.Sources.List) }

func (s *Server) putSource(c *fiber.Ctx) error {
	in, err := decode[struct {
		Name string `json:"name"`
	}](c)
	if err != nil {
		return err
	}
	return shown(s, c, "key", func(ctx context.Context, key string) (access.Source, error) {
		return s.Sources.Put(ctx, access.Source{Key: key, Name: in.Name})
	})
}

func (s *Server) deleteSource(c *fiber.Ctx) error { return s.done(c, "key", s.Sources.Delete) }

func (s *Server) listKeys(c *fiber.Ctx) error {
	q := queryOf(c)
	p := q.page()
	if err := q.err(); err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	keys, next, err := s.Keys.List(ctx, p)
	if err != nil {
		return err
	}
	return replyPage(c, keys, next)
}

type keyInput struct {
	Name      string              `json:"name"`
	Source    string              `json:"source"`
	Scopes    []access.Permission `json:"scopes"`
	RateLimit int                 `json:"rate_limit"`
	ExpiresAt time.Time           `json:"expires_at"`
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
	})
	if err != nil {
		return err
	}
	return reply(c, fiber.StatusCreated, newKeyView{key, secret})
}

func (s *Server) revokeKey(c *fiber.Ctx) error { return s.done(c, "id", s.Keys.Revoke) }
