package api

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/notify"
	"clarion/backend/report"
	"clarion/backend/report/mailing"
)

// Reports answers what was done, how much, how fast and how well.
type Reports interface {
	Menu() []report.Info
	Ask(ctx context.Context, id string, a report.Asked) (report.Answer, error)
}

// Mailer sends reports to people.
type Mailer interface {
	Send(ctx context.Context, s mailing.Sending) (ref string, err error)
}

func (s *Server) reportRoutes() []route {
	// A letter shows the report to whoever gets it, who may be its sender.
	send := post("/v1/reports/:id/send", access.NotificationsWrite, s.sendReport).unaudited("its messages tell who got what")
	send.and = access.ReportsRead
	return []route{
		get("/v1/reports", access.ReportsRead, s.listReports),
		get("/v1/reports/:id", access.ReportsRead, s.getReport),
		send,
	}
}

func (s *Server) listReports(c *fiber.Ctx) error { return replyPage(c, s.Reports.Menu(), "") }

func (s *Server) getReport(c *fiber.Ctx) error {
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	q := queryOf(c)
	asked := report.Asked{
		From: q.time("from"), To: q.time("to"), Zone: q.text("zone"), Bucket: q.text("bucket"), Compare: q.text("compare"),
		Group: q.text("group"), Limit: q.text("limit"), Filters: map[string][]string{},
	}
	for _, name := range report.FilterNames {
		if values := q.several(name); len(values) > 0 {
			asked.Filters[name] = values
		}
	}
	format := option(q, "format", []string{"json", "csv"})
	if err := q.err(); err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	answer, err := s.Reports.Ask(ctx, id, asked)
	if err != nil {
		return err
	}
	if format == "csv" {
		return replyReportCSV(c, id, answer)
	}
	return replyOK(c, answer)
}

// sendReport sends a report by email now.
func (s *Server) sendReport(c *fiber.Ctx) error {
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	in, err := decode[struct {
		Params     map[string]string `json:"params"`
		Recipients json.RawMessage   `json:"recipients"`
		Format     mailing.Format    `json:"format"`
	}](c)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	ref, err := s.Mailer.Send(ctx, mailing.Sending{
		Order: mailing.Order{Report: id, Params: in.Params, Recipients: in.Recipients, Format: in.Format},
		At:    s.Clock.Now(), Key: notify.NewID(notify.EventID),
	})
	if err != nil {
		return err
	}
	return reply(c, fiber.StatusAccepted, map[string]string{"event_id": ref})
}

// several reads a value that may be given more than once or with commas between.
// An empty one counts: messages without a tenant are asked for by "tenant=".
func (q *query) several(name string) []string {
	var list []string
	for _, raw := range q.c.Context().QueryArgs().PeekMulti(name) {
		if !utf8.Valid(raw) || len(raw) > 8192 {
			q.faults.Add(name, "invalid_text", "must be at most 8192 bytes of UTF-8")
			return nil
		}
		list = append(list, strings.Split(string(raw), ",")...)
	}
	return list
}

// replyReportCSV answers with the rows alone, the time before in columns of its
// own where it was asked for.
func replyReportCSV(c *fiber.Ctx, id string, a report.Answer) error {
	var file bytes.Buffer
	out := csv.NewWriter(&file)
	head, rows := a.Table()
	_ = out.Write(head) // a buffer takes everything
	for _, row := range rows {
		_ = out.Write(csvRow(row))
	}
	out.Flush()
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="clarion-%s.csv"`, id))
	return c.Send(file.Bytes())
}
