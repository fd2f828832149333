package api

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/desk"
)

// Views are the members' saved views.
type Views interface {
	List(ctx context.Context, member string) ([]desk.View, error)
	Save(ctx context.Context, v desk.View) (desk.View, error)
	Delete(ctx context.Context, member, id string) error
}

// Search opens anything by name.
type Search interface {
	Find(ctx context.Context, text string, may desk.Sight) ([]desk.Hit, error)
}

func (s *Server) deskRoutes() []route {
	const own = "a member's own bookmarks, seen by nobody else"
	return []route{
		{method: fiber.MethodGet, path: "/v1/views", who: members, do: s.listViews},
		route{method: fiber.MethodPut, path: "/v1/views", who: members, do: s.saveView}.unaudited(own),
		route{method: fiber.MethodDelete, path: "/v1/views/:id", who: members, do: s.deleteView}.unaudited(own),
		{method: fiber.MethodGet, path: "/v1/search", who: members, needs: access.Read, do: s.search},
	}
}

func memberOf(c *fiber.Ctx) string { return callOf(c).member.Member.ID }

func (s *Server) listViews(c *fiber.Ctx) error {
	return whole(s, c, func(ctx context.Context) ([]desk.View, error) { return s.Views.List(ctx, memberOf(c)) })
}

func (s *Server) saveView(c *fiber.Ctx) error {
	in, err := decode[struct {
		List   string `json:"list"`
		Name   string `json:"name"`
		Search string `json:"search"`
	}](c)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	saved, err := s.Views.Save(ctx, desk.View{Member: memberOf(c), List: in.List, Name: in.Name, Search: in.Search})
	if err != nil {
		return err
	}
	return replyOK(c, saved)
}

func (s *Server) deleteView(c *fiber.Ctx) error {
	return s.done(c, "id", func(ctx context.Context, id string) error { return s.Views.Delete(ctx, memberOf(c), id) })
}

func (s *Server) search(c *fiber.Ctx) error {
	q := queryOf(c)
	text := q.text("q")
	if err := q.err(); err != nil {
		return err
	}
	return whole(s, c, func(ctx context.Context) ([]desk.Hit, error) {
		caller := callOf(c)
		return s.Search.Find(ctx, text, desk.Sight{Members: caller.allows(access.Admin), Schedules: caller.allows(access.SchedulesRead)})
	})
}
