package api

import (
	"context"
	"encoding/csv"
	"io"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/notify"
	"clarion/backend/suppression"
)

// Suppressions keeps the addresses not to be contacted.
type Suppressions interface {
	List(ctx context.Context, f suppression.Filter, p notify.Page) ([]notify.Suppression, string, error)
	Get(ctx context.Context, id string) (notify.Suppression, error)
	Add(ctx context.Context, entry notify.Suppression) (notify.Suppression, error)
	// Import reads CSV; a preview, or a file with a fault, stores nothing.
	Import(ctx context.Context, file string, preview bool) (suppression.Imported, error)
	// Release ends an entry; by and why are kept with it.
	Release(ctx context.Context, id string, by suppression.Releaser, why string) (notify.Suppression, error)
}

func (s *Server) suppressionRoutes() []route {
	load := post("/v1/suppressions/import", access.DeliveriesWrite, s.importSuppressions).audited("suppression.import")
	load.large = true
	return []route{
		get("/v1/suppressions", access.Read, s.listSuppressions),
		post("/v1/suppressions", access.DeliveriesWrite, s.addSuppression).audited("suppression.add", noContent),
		get("/v1/suppressions/export", access.Read, s.exportSuppressions),
		load,
		get("/v1/suppressions/:id", access.Read, s.getSuppression),
		remove("/v1/suppressions/:id", access.DeliveriesWrite, s.removeSuppression).audited("suppression.remove"),
	}
}

var suppressionReasons = []notify.SuppressionReason{notify.Bounce, notify.SoftBounce, notify.Complaint, notify.Unsubscribe, notify.Manual}

// anyEnd asks for all that ended, however they did.
const anyEnd notify.SuppressionEnd = "any"

var suppressionEnds = []notify.SuppressionEnd{anyEnd, notify.SuppressionExpired, notify.SuppressionReleased, notify.SuppressionResubscribed}

func suppressionFilter(q *query) suppression.Filter {
	return suppression.Filter{
		Channel: option(q, "channel", channelNames), Address: q.text("address"), Q: q.text("q"),
		Recipient: q.text("recipient"), Reason: option(q, "reason", suppressionReasons), Scope: notify.SuppressionScope(q.text("scope")),
	}
}

func (s *Server) listSuppressions(c *fiber.Ctx) error {
	q := queryOf(c)
	f := suppressionFilter(q)
	f.How = option(q, "ended", suppressionEnds)
	f.Ended = f.How != ""
	if f.How == anyEnd {
		f.How = ""
	}
	return listed(s, c, q, f, s.Suppressions.List)
}

func (s *Server) getSuppression(c *fiber.Ctx) error { return shown(s, c, "id", s.Suppressions.Get) }

func (s *Server) addSuppression(c *fiber.Ctx) error {
	in, err := decode[struct {
		Channel notify.Channel           `json:"channel"`
		Address string                   `json:"address"`
		Reason  notify.SuppressionReason `json:"reason"`
		Detail  string                   `json:"detail"`
		// ExpiresAt is when the entry ends by itself.
		ExpiresAt time.Time               `json:"expires_at"`
		Scope     notify.SuppressionScope `json:"scope"`
	}](c)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	added, err := s.Suppressions.Add(ctx, notify.Suppression{
		Channel: in.Channel, Address: in.Address, Reason: in.Reason, Detail: in.Detail, ExpiresAt: in.ExpiresAt, Scope: in.Scope,
	})
	if err != nil {
		return err
	}
	return reply(c, fiber.StatusCreated, added)
}

func (s *Server) importSuppressions(c *fiber.Ctx) error {
	in, err := decode[struct {
		CSV     string `json:"csv"`
		Preview bool   `json:"preview"`
	}](c)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	result, err := s.Suppressions.Import(ctx, in.CSV, in.Preview)
	if err != nil {
		return err
	}
	if result.Added == 0 {
		unnoted(c)
	}
	return replyOK(c, result)
}

// exportSuppressions streams all that the filters of the list find.
func (s *Server) exportSuppressions(c *fiber.Ctx) error {
	q := queryOf(c)
	f := suppressionFilter(q)
	if err := q.err(); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	return s.stream(c, "suppressions.csv", func(ctx context.Context, w io.Writer) error {
		out := csv.NewWriter(w)
		_ = out.Write(suppression.Columns)
		for page := (notify.Page{Limit: maxLimit}); ; {
			list, next, err := s.Suppressions.List(ctx, f, page)
			if err != nil {
				return err
			}
			for _, entry := range list {
				_ = out.Write(suppression.Row(entry))
			}
			out.Flush()
			if next == "" || out.Error() != nil {
				return out.Error()
			}
			page.After = next
		}
	})
}

// reasonMost is how much a person may say about why.
const reasonMost = 500

// releaser is who lifts an entry.
func (k *call) releaser() suppression.Releaser {
	by := suppression.Releaser{ID: k.actor().ID, Name: k.actor().Name, Source: notify.ByAPIKey}
	if k.kind == byMember {
		by.Source = notify.ByMember
	}
	return by
}

// removeSuppression takes a reason, which is kept with who lifted it.
func (s *Server) removeSuppression(c *fiber.Ctx) error {
	q := queryOf(c)
	reason := q.text("reason")
	if utf8.RuneCountInString(reason) > reasonMost {
		q.faults.Add("reason", "too_long", "must be at most 500 characters")
	}
	if err := q.err(); err != nil {
		return err
	}
	return s.done(c, "id", func(ctx context.Context, id string) error {
		removed, err := s.Suppressions.Release(ctx, id, callOf(c).releaser(), reason)
		// The address itself is somebody's, and the audit log forgets nothing.
		noted(c, id, map[string]any{"channel": removed.Channel, "reason": removed.Reason}, map[string]any{"lifted_because": reason})
		return err
	})
}
