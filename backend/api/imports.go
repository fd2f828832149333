package api

import (
	"context"
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/notify"
	"clarion/backend/roster"
)

// Imports brings files of people in.
type Imports interface { //nolint:interfacebloat // the port of one resource: every method is one of its routes
	Create(ctx context.Context, name, by string) (roster.Import, error)
	Get(ctx context.Context, id string) (roster.Import, error)
	List(ctx context.Context, f struct{}, p notify.Page) ([]roster.Import, string, error)
	Upload(ctx context.Context, id string, number int, content []byte) error
	Headings(ctx context.Context, id string) ([]roster.Heading, error)
	// Check has every row checked by a mapping; nothing of anybody is stored.
	Check(ctx context.Context, id string, columns []roster.Column, group string) error
	Faulty(ctx context.Context, id string, p notify.Page) ([]roster.FaultyRow, string, error)
	Start(ctx context.Context, id string) error
	Cancel(ctx context.Context, id string) error
}

func (s *Server) importRoutes() []route {
	part := put("/v1/recipient-imports/:id/parts/:number", access.RecipientsWrite, s.uploadPart).unaudited("the import it belongs to is recorded")
	part.large = true
	return []route{
		get("/v1/recipient-imports", access.Read, s.listImports),
		post("/v1/recipient-imports", access.RecipientsWrite, s.createImport).audited("recipient_import.create"),
		get("/v1/recipient-imports/:id", access.Read, s.getImport),
		part,
		get("/v1/recipient-imports/:id/columns", access.RecipientsWrite, s.importColumns),
		post("/v1/recipient-imports/:id/check", access.RecipientsWrite, s.checkImport).unaudited("it stores nothing"),
		get("/v1/recipient-imports/:id/faults", access.RecipientsWrite, s.importFaults),
		get("/v1/recipient-imports/:id/rejected", access.RecipientsWrite, s.importRejected),
		post("/v1/recipient-imports/:id/start", access.RecipientsWrite, s.startImport).audited("recipient_import.start"),
		post("/v1/recipient-imports/:id/cancel", access.RecipientsWrite, s.cancelImport).audited("recipient_import.cancel"),
	}
}

func (s *Server) listImports(c *fiber.Ctx) error {
	return listed(s, c, queryOf(c), struct{}{}, s.Imports.List)
}

func (s *Server) getImport(c *fiber.Ctx) error { return shown(s, c, "id", s.Imports.Get) }

func (s *Server) createImport(c *fiber.Ctx) error {
	in, err := decode[struct {
		Name string `json:"name"`
	}](c)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	made, err := s.Imports.Create(ctx, in.Name, callOf(c).actor().Name)
	if err != nil {
		return err
	}
	return reply(c, fiber.StatusCreated, made)
}

// uploadPart takes a piece of the file as it is.
func (s *Server) uploadPart(c *fiber.Ctx) error {
	number, err := strconv.Atoi(c.Params("number"))
	if err != nil {
		return notify.InvalidField("number", "out_of_range", "must be the number of the part")
	}
	content := rawBody(c)
	return s.done(c, "id", func(ctx context.Context, id string) error { return s.Imports.Upload(ctx, id, number, content) })
}

func (s *Server) importColumns(c *fiber.Ctx) error { return shown(s, c, "id", s.Imports.Headings) }

func (s *Server) checkImport(c *fiber.Ctx) error {
	in, err := decode[struct {
		Columns []roster.Column `json:"columns"`
		Group   string          `json:"group"`
	}](c)
	if err != nil {
		return err
	}
	return s.moveImport(c, func(ctx context.Context, id string) error { return s.Imports.Check(ctx, id, in.Columns, in.Group) })
}

func (s *Server) startImport(c *fiber.Ctx) error { return s.moveImport(c, s.Imports.Start) }

func (s *Server) cancelImport(c *fiber.Ctx) error { return s.moveImport(c, s.Imports.Cancel) }

// moveImport answers the import as it is after a move.
func (s *Server) moveImport(c *fiber.Ctx, move func(ctx context.Context, id string) error) error {
	return shown(s, c, "id", func(ctx context.Context, id string) (roster.Import, error) {
		if err := move(ctx, id); err != nil {
			return roster.Import{}, err
		}
		return s.Imports.Get(ctx, id)
	})
}

func (s *Server) importFaults(c *fiber.Ctx) error {
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	return listed(s, c, queryOf(c), id, s.Imports.Faulty)
}

// importRejected streams the rows that cannot be stored as they came, each with
// its line and what is wrong with it.
func (s *Server) importRejected(c *fiber.Ctx) error {
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	if _, err := s.Imports.Get(ctx, id); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	return s.stream(c, "rejected.csv", func(ctx context.Context, w io.Writer) error {
		out := csv.NewWriter(w)
		for page := (notify.Page{Limit: maxLimit}); ; {
			rows, next, err := s.Imports.Faulty(ctx, id, page)
			if err != nil {
				return err
			}
			for _, row := range rows {
				_ = out.Write(rejectedRow(row))
			}
			out.Flush()
			if next == "" || out.Error() != nil {
				return out.Error()
			}
			page.After = next
		}
	})
}

func rejectedRow(row roster.FaultyRow) []string {
	cells, err := csv.NewReader(strings.NewReader(row.Row)).Read()
	if err != nil {
		cells = []string{row.Row}
	}
	reasons := make([]string, len(row.Faults))
	for i, f := range row.Faults {
		reasons[i] = strings.TrimSpace(f.Column + " " + f.Detail)
	}
	return append([]string{strconv.Itoa(row.Line), strings.Join(reasons, "; ")}, cells...)
}
