package api

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
)

// Sources keeps the business systems.
type Sources interface {
	List(ctx context.Context) ([]access.SourceView, error)
	Put(ctx context.Context, source access.Source) (access.Source, error)
	Delete(ctx context.Context, key string) error
	// Seen notes that a source sent an event.
	Seen(ctx context.Context, key string)
}

func (s *Server) settingRoutes() []route {
	return []route{
		get("/v1/sources", access.Read, s.listSources),
		put("/v1/sources/:key", access.Admin, s.putSource).audited("source.save"),
		remove("/v1/sources/:key", access.Admin, s.deleteSource).audited("source.delete"),
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
