package api

import (
	"context"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/notify"
	"clarion/backend/roster"
)

// Groups keeps lists of recipients.
type Groups interface { //nolint:interfacebloat // the port of one resource: every method is one of its routes
	Groups(ctx context.Context, q string, p notify.Page) ([]notify.Group, string, error)
	Group(ctx context.Context, key string) (notify.Group, error)
	// Create adds a group, or renames it.
	Create(ctx context.Context, g notify.Group) error
	DeleteGroup(ctx context.Context, key string) error
	Members(ctx context.Context, group string, p notify.Page) ([]notify.RecipientRef, string, error)
	AddMembers(ctx context.Context, group string, recipients []string) error
	RemoveMembers(ctx context.Context, group string, recipients []string) error
}

// Joining brings those whom a list names into a group.
type Joining interface {
	// Join tells every row with somebody who is not known; a preview adds nobody.
	Join(ctx context.Context, group string, list []byte, preview bool) (roster.Joined, error)
}

func (s *Server) groupRoutes() []route {
	load := post("/v1/groups/:key/members/import", access.RecipientsWrite, s.importMembers).audited("group.add_members", noContent, membersOnly)
	load.large = true
	return []route{
		load,
		get("/v1/groups", access.Read, s.listGroups),
		get("/v1/groups/:key", access.Read, s.getGroup),
		put("/v1/groups/:key", access.RecipientsWrite, s.putGroup).audited("group.save", membersOnly),
		remove("/v1/groups/:key", access.RecipientsWrite, s.deleteGroup).audited("group.delete"),
		get("/v1/groups/:key/members", access.Read, s.listMembers),
		post("/v1/groups/:key/members", access.RecipientsWrite, s.addMembers).audited("group.add_members", noContent, membersOnly),
		remove("/v1/groups/:key/members/:id", access.RecipientsWrite, s.removeMember).audited("group.remove_member", noContent, membersOnly),
	}
}

func (s *Server) listGroups(c *fiber.Ctx) error {
	q := queryOf(c)
	return listed(s, c, q, q.text("q"), s.Groups.Groups)
}

func (s *Server) getGroup(c *fiber.Ctx) error { return shown(s, c, "key", s.Groups.Group) }

func (s *Server) putGroup(c *fiber.Ctx) error {
	in, err := decode[struct {
		Name string `json:"name"`
	}](c)
	if err != nil {
		return err
	}
	return shown(s, c, "key", func(ctx context.Context, key string) (notify.Group, error) {
		if err := s.Groups.Create(ctx, notify.Group{Key: key, Name: in.Name}); err != nil {
			return notify.Group{}, err
		}
		return s.Groups.Group(ctx, key)
	})
}

func (s *Server) deleteGroup(c *fiber.Ctx) error { return s.done(c, "key", s.Groups.DeleteGroup) }

func (s *Server) listMembers(c *fiber.Ctx) error {
	key, err := param(c, "key")
	if err != nil {
		return err
	}
	return listed(s, c, queryOf(c), key, s.Groups.Members)
}

func (s *Server) addMembers(c *fiber.Ctx) error {
	in, err := decode[struct {
		Recipients []string `json:"recipients"`
	}](c)
	if err != nil {
		return err
	}
	var faults notify.Invalid
	if n := len(in.Recipients); n == 0 || n > maxIDs {
		faults.Add("recipients", "out_of_range", fmt.Sprintf("must hold 1 to %d ids", maxIDs))
	}
	for i, id := range in.Recipients {
		if !notify.ValidKey(id) {
			faults.Add(fmt.Sprintf("recipients[%d]", i), "invalid_id", "must be 1 to 255 characters without spaces")
		}
	}
	if err := faults.Err(); err != nil {
		return err
	}
	return s.done(c, "key", func(ctx context.Context, key string) error {
		return s.Groups.AddMembers(ctx, key, in.Recipients)
	})
}

// importMembers takes a list as it is: a table, or ids and email addresses as they
// were pasted.
func (s *Server) importMembers(c *fiber.Ctx) error {
	q := queryOf(c)
	preview := option(q, "preview", []string{"true", "false"}) == "true"
	if err := q.err(); err != nil {
		return err
	}
	return shown(s, c, "key", func(ctx context.Context, key string) (roster.Joined, error) {
		joined, err := s.Joining.Join(ctx, key, rawBody(c), preview)
		if err == nil && joined.Added == 0 {
			unnoted(c)
		}
		return joined, err
	})
}

func (s *Server) removeMember(c *fiber.Ctx) error {
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	return s.done(c, "key", func(ctx context.Context, key string) error {
		return s.Groups.RemoveMembers(ctx, key, []string{id})
	})
}
