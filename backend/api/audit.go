package api

import (
	"bufio"
	"context"
	"encoding/csv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/audit"
	"clarion/backend/notify"
)

const (
	// exportPage is how many records an export reads at a time; exportTime how
	// long it may take.
	exportPage = 200
	exportTime = 50 * time.Second
)

// AuditBook is written before and after every change.
type AuditBook interface {
	Begin(ctx context.Context, e audit.Entry) (begun string, err error)
	Withdraw(ctx context.Context, begun string) error
	Record(ctx context.Context, e audit.Entry) error
}

// Audit is the log of what was changed by whom.
type Audit interface {
	AuditBook
	List(ctx context.Context, f audit.Filter, p notify.Page) ([]audit.Record, string, error)
	Find(ctx context.Context, id string) (audit.Record, error)
	Verify(ctx context.Context) (audit.Verdict, error)
}

func (s *Server) auditRoutes() []route {
	return []route{
		get("/v1/audit", access.Admin, s.listAudit),
		get("/v1/audit/verify", access.Admin, s.verifyAudit),
		get("/v1/audit/:id", access.Admin, s.getAudit),
	}
}

func (s *Server) listAudit(c *fiber.Ctx) error {
	q := queryOf(c)
	f := audit.Filter{
		Actor: q.text("actor"), Action: q.text("action"), Target: q.text("target"), Q: q.text("q"),
		From: q.time("from"), To: q.time("to"),
	}
	if option(q, "format", []string{"json", "csv"}) != "csv" {
		return listed(s, c, q, f, s.Audit.List)
	}
	if err := q.err(); err != nil {
		return err
	}
	f.Documents = true
	return s.exportAudit(c, f)
}

func (s *Server) getAudit(c *fiber.Ctx) error { return shown(s, c, "id", s.Audit.Find) }

func (s *Server) verifyAudit(c *fiber.Ctx) error {
	ctx, cancel := s.deadline(c)
	defer cancel()
	verdict, err := s.Audit.Verify(ctx)
	if err != nil {
		return err
	}
	return replyOK(c, verdict)
}

var auditColumns = []string{
	"id", "at", "actor_kind", "actor_id", "actor_name", "action", "target_kind", "target_id", "ip", "trace_id", "before", "after", "outcome",
}

// exportAudit streams every page. The first is read before anything is said, so
// that an error is still answered as one.
func (s *Server) exportAudit(c *fiber.Ctx, f audit.Filter) error {
	ctx, cancel := context.WithTimeout(s.life, exportTime)
	page := notify.Page{Limit: exportPage}
	records, next, err := s.Audit.List(ctx, f, page)
	if err != nil {
		cancel()
		return err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="clarion-audit.csv"`)
	trace := callOf(c).trace
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		defer cancel()
		out := csv.NewWriter(w)
		_ = out.Write(auditColumns)
		for {
			for _, r := range records {
				_ = out.Write(csvRow(auditCells(r)))
			}
			if out.Flush(); out.Error() != nil || next == "" {
				return
			}
			page.After = next
			if records, next, err = s.Audit.List(ctx, f, page); err != nil {
				s.log.Error("an export ended early", "trace_id", trace, "error", err)
				_ = out.Write([]string{"This export is not complete: it was interrupted."})
				out.Flush()
				return
			}
		}
	})
	return nil
}

func auditCells(r audit.Record) []string {
	return []string{
		r.ID, r.At.Format(time.RFC3339Nano), string(r.Actor.Kind), r.Actor.ID, r.Actor.Name, r.Action,
		r.Target.Kind, r.Target.ID, r.IP, r.TraceID, string(r.Before), string(r.After), string(r.Outcome),
	}
}

// csvRow makes every cell plain text for a spreadsheet, which would take what
// begins like a formula for one.
func csvRow(cells []string) []string {
	for i, cell := range cells {
		if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
			cells[i] = "'" + cell
		}
	}
	return cells
}
