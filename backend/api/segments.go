package api

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/notify"
	"clarion/backend/segment"
)

// Segments keeps rules about recipients.
type Segments interface { //nolint:interfacebloat // the port of one resource: every method is one of its routes
	List(ctx context.Context, f segment.Filter, p notify.Page) ([]segment.Segment, string, error)
	Get(ctx context.Context, key string) (segment.Segment, error)
	Put(ctx context.Context, in segment.Segment) (segment.Segment, error)
	Delete(ctx context.Context, key string) error
	Members(ctx context.Context, key string, p notify.Page) ([]notify.RecipientRef, string, error)
	// Explain says whether a recipient is in a segment, rule by rule.
	Explain(ctx context.Context, key, recipient string) (segment.Membership, error)
	// Of returns the segments a recipient is in.
	Of(ctx context.Context, recipient string) ([]segment.Segment, error)
	Preview(ctx context.Context, q segment.Question) (segment.Preview, error)
}

func (s *Server) segmentRoutes() []route {
	// Nothing is stored but the number of members, so there is nothing to do once.
	preview := post("/v1/segments/preview", access.Read, s.previewSegment).unaudited("a preview changes nothing")
	preview.once = false
	return []route{
		get("/v1/segments", access.Read, s.listSegments),
		preview,
		get("/v1/segments/:key", access.Read, s.getSegment),
		put("/v1/segments/:key", access.RecipientsWrite, s.putSegment).audited("segment.save"),
		remove("/v1/segments/:key", access.RecipientsWrite, s.deleteSegment).audited("segment.delete"),
		get("/v1/segments/:key/members", access.Read, s.listSegmentMembers),
		get("/v1/segments/:key/members/:id", access.Read, s.explainMembership),
		get("/v1/recipients/:id/segments", access.Read, s.listSegmentsOf),
	}
}

func (s *Server) listSegments(c *fiber.Ctx) error {
	q := queryOf(c)
	return listed(s, c, q, segment.Filter{Q: q.text("q"), Group: q.text("group")}, s.Segments.List)
}

func (s *Server) getSegment(c *fiber.Ctx) error { return shown(s, c, "key", s.Segments.Get) }

func (s *Server) putSegment(c *fiber.Ctx) error {
	in, err := decode[struct {
		Name        string       `json:"name"`
		Description string       `json:"description"`
		Rule        segment.Rule `json:"rule"`
	}](c)
	if err != nil {
		return err
	}
	return shown(s, c, "key", func(ctx context.Context, key string) (segment.Segment, error) {
		return s.Segments.Put(ctx, segment.Segment{Key: key, Name: in.Name, Description: in.Description, Rule: in.Rule})
	})
}

func (s *Server) deleteSegment(c *fiber.Ctx) error { return s.done(c, "key", s.Segments.Delete) }

func (s *Server) listSegmentMembers(c *fiber.Ctx) error {
	key, err := param(c, "key")
	if err != nil {
		return err
	}
	return listed(s, c, queryOf(c), key, s.Segments.Members)
}

func (s *Server) explainMembership(c *fiber.Ctx) error {
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	return shown(s, c, "key", func(ctx context.Context, key string) (segment.Membership, error) {
		return s.Segments.Explain(ctx, key, id)
	})
}

func (s *Server) listSegmentsOf(c *fiber.Ctx) error {
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	return whole(s, c, func(ctx context.Context) ([]segment.Segment, error) {
		if _, err := s.Recipients.Recipient(ctx, id); err != nil {
			return nil, err
		}
		return s.Segments.Of(ctx, id)
	})
}

func (s *Server) previewSegment(c *fiber.Ctx) error {
	in, err := decode[struct {
		Rule   *segment.Rule `json:"rule"`
		Key    string        `json:"key"`
		Editor string        `json:"editor"`
	}](c)
	if err != nil {
		return err
	}
	if (in.Rule == nil) == (in.Key == "") {
		return notify.InvalidField("rule", "required", "give a rule, or the key of a segment")
	}
	q := segment.Question{Rule: in.Rule, Key: in.Key}
	if in.Editor != "" {
		q.Caller = callOf(c).id() + " " + in.Editor
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	found, err := s.Segments.Preview(ctx, q)
	if err != nil {
		return err
	}
	return replyOK(c, found)
}
