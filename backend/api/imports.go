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
	Create(ctx context.Context, n roster.New) (roster.Import, error)
	Get(ctx context.Context, id string) (roster.Import, error)
	List(ctx context.Context, f struct{}, p notify.Page) ([]roster.Import, string, error)
	Upload(ctx context.Context, id string, number int, content []byte) error
	Headings(ctx context.Context, id string) ([]roster.Heading, error)
	// Check has every row checked by a mapping; nothing of anybody is stored.
	Check(ctx context.Context, id string, m roster.Mapping) error
	// Complete checks a file that goes on by itself, once all of it is there.
	Complete(ctx context.Context, id string, whole roster.Whole) error
	Arrived(ctx context.Context, id string) ([]roster.Part, error)
	Accepted(ctx context.Context, id string, p notify.Page) ([]roster.AcceptedRow, string, error)
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
		roster.Terms
	}](c)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	made, err := s.Imports.Create(ctx, roster.New{Name: in.Name, Terms: in.Terms, By: callOf(c).actor().Name})
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
	content, err := partOf(c)
	if err != nil {
		return err
	}
	return s.done(c, "id", func(ctx context.Context, id string) error { return s.Imports.Upload(ctx, id, number, content) })
}

// partOf is a piece of a file; one that is too large is refused by its length.
func partOf(c *fiber.Ctx) ([]byte, error) {
	content := rawBody(c)
	if len(content) > roster.PartMost {
		return nil, refuse(fiber.StatusRequestEntityTooLarge, typeTooLarge, "a part holds at most 4 MiB: cut the file into more of them")
	}
	return content, nil
}

func (s *Server) importColumns(c *fiber.Ctx) error { return shown(s, c, "id", s.Imports.Headings) }

func (s *Server) checkImport(c *fiber.Ctx) error {
	in, err := decode[struct {
		Columns []roster.Column  `json:"columns"`
		Group   string           `json:"group"`
		Unknown roster.Strangers `json:"unknown"`
	}](c)
	if err != nil {
		return err
	}
	mapping := roster.Mapping{Columns: in.Columns, Group: in.Group, Strangers: in.Unknown}
	return s.moveImport(c, func(ctx context.Context, id string) error { return s.Imports.Check(ctx, id, mapping) })
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
	return s.rejectedAsCSV(c, id)
}

func (s *Server) rejectedAsCSV(c *fiber.Ctx, id string) error {
	return streamRows(s, c, rowsOf[roster.FaultyRow]{"rejected.csv", id, s.Imports.Faulty, rejectedRow})
}

// rowsOf is a list of the rows of one import, and how a row is written.
type rowsOf[T any] struct {
	name, id string
	list     func(context.Context, string, notify.Page) ([]T, string, error)
	cells    func(T) []string
}

// streamRows writes every row of a list as CSV.
func streamRows[T any](s *Server, c *fiber.Ctx, of rowsOf[T]) error {
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	return s.stream(c, of.name, func(ctx context.Context, w io.Writer) error {
		out := csv.NewWriter(w)
		for page := (notify.Page{Limit: maxLimit}); ; {
			rows, next, err := of.list(ctx, of.id, page)
			if err != nil {
				return err
			}
			for _, row := range rows {
				_ = out.Write(of.cells(row))
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
