package api

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/broadcast"
	"clarion/backend/notify"
	"clarion/backend/roster"
)

// operation is something that goes on after its request was answered.
type operation struct {
	ID    string `json:"id"`
	Kind  string `json:"kind"`
	State string `json:"state"`
	// Broadcast is what it leads to, and where that stands.
	Broadcast operationBroadcast `json:"broadcast"`
	Format    roster.Format      `json:"format"`
	Unknown   roster.Strangers   `json:"unknown"`
	// Parts have arrived, while it is uploading.
	Parts    []roster.Part `json:"parts"`
	Size     int64         `json:"size"`
	Read     int64         `json:"read"`
	Rows     int           `json:"rows"`
	Accepted int           `json:"accepted"`
	Rejected int           `json:"rejected"`
	// Policy says by what it goes out with nobody looking; empty when somebody does.
	Policy    string    `json:"policy"`
	Error     string    `json:"error"`
	CreatedBy string    `json:"created_by"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	EndedAt   time.Time `json:"ended_at,omitzero"`
}

type operationBroadcast struct {
	ID    string          `json:"id"`
	State broadcast.State `json:"state"`
}

// operation is the file in bulk of an id, as its callers see it.
func (s *Server) operation(ctx context.Context, id string) (operation, error) {
	i, err := s.Imports.Get(ctx, id)
	if err != nil {
		return operation{}, err
	}
	if i.Errand == nil {
		return operation{}, notify.ErrNotFound // an import that a person looks after
	}
	view := operation{
		ID: i.ID, Kind: "bulk", State: string(i.State), Format: i.Format, Unknown: i.Strangers, Parts: []roster.Part{}, Size: i.Size, Read: i.Read,
		Rows: i.Rows, Accepted: i.Stored, Rejected: i.Faulty, Error: i.Error, CreatedBy: i.CreatedBy, CreatedAt: i.CreatedAt,
		UpdatedAt: i.UpdatedAt, EndedAt: i.EndedAt, Broadcast: operationBroadcast{ID: i.Errand.Broadcast},
	}
	if i.Errand.Auto {
		view.Policy = string(access.BulkAuto)
	}
	if i.State == roster.Uploading {
		if view.Parts, err = s.Imports.Arrived(ctx, id); err != nil {
			return view, err
		}
	}
	b, err := s.Broadcasts.Get(ctx, i.Errand.Broadcast)
	if err != nil && !errors.Is(err, notify.ErrNotFound) {
		return view, err
	}
	view.Broadcast.State = b.State
	return view, nil
}

func (s *Server) getOperation(c *fiber.Ctx) error { return shown(s, c, "id", s.operation) }

// theirs refuses another source's operation to a key, as if there were none.
func (s *Server) theirs(ctx context.Context, current *call, id string) error {
	i, err := s.Imports.Get(ctx, id)
	switch {
	case err != nil:
		return err
	case i.Errand == nil, current.kind == byKey && !current.allows(access.Admin) && i.Errand.By.Source != current.source():
		return notify.ErrNotFound
	}
	return nil
}

// operationPart takes a piece of the file as it is; the same number again replaces it.
func (s *Server) operationPart(c *fiber.Ctx) error {
	number, err := strconv.Atoi(c.Params("number"))
	if err != nil {
		return notify.InvalidField("number", "out_of_range", "must be the number of the part")
	}
	content, err := partOf(c)
	if err != nil {
		return err
	}
	return s.moveOperation(c, func(ctx context.Context, id string) error { return s.Imports.Upload(ctx, id, number, content) })
}

// completeOperation says that all of the file is there.
func (s *Server) completeOperation(c *fiber.Ctx) error {
	in, err := decodeMaybe[struct {
		Size    int64           `json:"size"`
		Columns []roster.Column `json:"columns"`
	}](c)
	if err != nil {
		return err
	}
	return s.moveOperation(c, func(ctx context.Context, id string) error {
		return s.Imports.Complete(ctx, id, roster.Whole{Size: in.Size, Columns: in.Columns})
	})
}

// cancelOperation stops it, and the draft that it was for.
func (s *Server) cancelOperation(c *fiber.Ctx) error {
	by := callOf(c).broadcaster()
	return s.moveOperation(c, func(ctx context.Context, id string) error {
		i, err := s.Imports.Get(ctx, id)
		if err != nil {
			return err
		}
		if err := s.Imports.Cancel(ctx, id); err != nil {
			return err
		}
		noted(c, i.Errand.Broadcast, nil, nil)
		_, err = s.Broadcasts.Cancel(ctx, i.Errand.Broadcast, broadcast.Cancellation{Reason: "The upload of its recipients was cancelled.", By: by})
		return err
	})
}

// moveOperation answers the operation as it is after a move.
func (s *Server) moveOperation(c *fiber.Ctx, move func(ctx context.Context, id string) error) error {
	current := callOf(c)
	return shown(s, c, "id", func(ctx context.Context, id string) (operation, error) {
		if err := s.theirs(ctx, current, id); err != nil {
			return operation{}, err
		}
		if err := move(ctx, id); err != nil {
			return operation{}, err
		}
		return s.operation(ctx, id)
	})
}

// operationRows lists what was taken, or what was not and why; as CSV all of it.
func (s *Server) operationRows(c *fiber.Ctx) error {
	id, err := param(c, "id")
	if err != nil {
		return err
	}
	q := queryOf(c)
	outcome, format := q.text("outcome"), q.text("format")
	if outcome != "accepted" && outcome != "rejected" {
		return notify.InvalidField("outcome", "not_an_option", "must be accepted or rejected")
	}
	if format != "" && format != "json" && format != "csv" {
		return notify.InvalidField("format", "not_an_option", "must be json or csv")
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	if _, err := s.operation(ctx, id); err != nil {
		return err
	}
	switch {
	case format == "csv" && outcome == "rejected":
		return s.rejectedAsCSV(c, id)
	case format == "csv":
		return streamRows(s, c, rowsOf[roster.AcceptedRow]{"accepted.csv", id, s.Imports.Accepted, acceptedRow})
	case outcome == "rejected":
		return listed(s, c, q, id, s.Imports.Faulty)
	default:
		return listed(s, c, q, id, s.Imports.Accepted)
	}
}

func acceptedRow(row roster.AcceptedRow) []string {
	return []string{strconv.Itoa(row.Line), row.Recipient}
}
