package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/broadcast"
	"clarion/backend/notify"
	"clarion/backend/roster"
)

// inlineMost is how many recipients a request may name itself; more come as a file.
const inlineMost = 1000

func (s *Server) bulkRoutes() []route {
	bulk := post("/v1/notifications/bulk", access.NotificationsWrite, s.postBulk).audited("broadcast.create", noContent)
	bulk.large = true
	part := put("/v1/operations/:id/parts/:number", access.NotificationsWrite, s.operationPart).unaudited("the operation it belongs to is recorded")
	part.large = true
	return []route{
		bulk, part,
		get("/v1/operations/:id", access.Read, s.getOperation),
		get("/v1/operations/:id/rows", access.Read, s.operationRows),
		post("/v1/operations/:id/complete", access.NotificationsWrite, s.completeOperation).unaudited("the operation it belongs to is recorded"),
		post("/v1/operations/:id/cancel", access.NotificationsWrite, s.cancelOperation).audited("broadcast.cancel", noContent),
	}
}

// bulkInput is a message to many, with the recipients in it or in a file that follows.
type bulkInput struct {
	Name string `json:"name"`
	broadcast.Plan
	To      []json.RawMessage `json:"to"`
	Upload  *bulkUpload       `json:"upload"`
	Unknown roster.Strangers  `json:"unknown"`
}

type bulkUpload struct {
	Format  roster.Format   `json:"format"`
	Name    string          `json:"name"`
	Columns []roster.Column `json:"columns"`
}

func (in bulkInput) check() error {
	var faults notify.Invalid
	switch {
	case (in.To == nil) == (in.Upload == nil):
		faults.Add("to", "required", "give the recipients here, or upload a file of them: one of both")
	case in.Upload == nil && len(in.To) == 0:
		faults.Add("to", "required", "names nobody")
	case len(in.To) > inlineMost:
		faults.Add("to", "too_many", fmt.Sprintf("names %d recipients, at most %d stand in a request: give upload and send a file", len(in.To), inlineMost))
	}
	if !in.Audience.Empty() {
		faults.Add("audience", "not_allowed", "whom it is for stands in to, or in the file")
	}
	if in.Upload != nil && in.Upload.Format == roster.CSV && len(in.Upload.Columns) > 0 {
		if err := roster.CheckMapping(in.Upload.Columns); err != nil {
			return underUpload(err)
		}
	}
	return faults.Err()
}

// underUpload names what is wrong with a mapping as the request has it.
func underUpload(err error) error {
	var invalid *notify.Invalid
	if errors.As(err, &invalid) {
		for i := range invalid.Fields {
			invalid.Fields[i].Path = "upload." + invalid.Fields[i].Path
		}
	}
	return err
}

// terms are those of the file that the recipients come in: what stands in the
// request is a file of its own.
func (in bulkInput) terms() roster.Terms {
	t := roster.Terms{Purpose: roster.ForAudience, Format: roster.NDJSON, Strangers: in.Unknown}
	if in.Upload != nil {
		t.Format = cmp.Or(in.Upload.Format, roster.CSV)
	}
	return t
}

// lines are the recipients of a request, one on a line.
func (in bulkInput) lines() ([]byte, error) {
	var file bytes.Buffer
	for i, row := range in.To {
		if err := json.Compact(&file, row); err != nil {
			return nil, notify.Malformed(fmt.Sprintf("to[%d]", i), "malformed_json", "is not JSON")
		}
		file.WriteByte('\n')
	}
	return file.Bytes(), nil
}

// postBulk begins a broadcast to whom the request names, or to whom a file names
// that is uploaded next. It waits for approval like every other one, unless the
// key was given bulk:auto by name.
func (s *Server) postBulk(c *fiber.Ctx) error {
	in, err := decode[bulkInput](c)
	if err != nil {
		return err
	}
	if err := in.check(); err != nil {
		return err
	}
	file, err := in.lines()
	if err != nil {
		return err
	}
	if len(file) > roster.PartMost {
		return notify.InvalidField("to", "too_large", "holds more than 4 MiB: give upload and send a file")
	}
	current := callOf(c)
	if err := s.pay(c, current, len(in.To)-1); err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	view, err := s.beginBulk(ctx, current, in, file)
	if err != nil {
		return err
	}
	noted(c, view.Broadcast.ID, nil, nil)
	return reply(c, fiber.StatusAccepted, view)
}

func (s *Server) beginBulk(ctx context.Context, current *call, in bulkInput, file []byte) (operation, error) {
	by := current.broadcaster()
	if in.Name == "" {
		in.Name = "Bulk " + s.clock.Now().UTC().Format(time.DateTime)
	}
	errand := &roster.Errand{By: roster.Asker{ID: by.ID, Name: by.Name, Source: by.Source}, Auto: current.mayGoAlone()}
	n := roster.New{ID: notify.NewID(notify.ImportID), Name: in.Name, Terms: in.terms(), Errand: errand, By: by.Name}
	if in.Upload != nil {
		n.Name, errand.Columns = cmp.Or(in.Upload.Name, in.Name), in.Upload.Columns
	}
	in.Audience.File = n.ID
	if err := s.Broadcasts.Ready(ctx, in.Name, in.Plan); err != nil {
		return operation{}, err
	}
	b, err := s.Broadcasts.Create(ctx, in.Name, in.Plan, by)
	if err != nil {
		return operation{}, err
	}
	errand.Broadcast = b.ID
	i, err := s.Imports.Create(ctx, n)
	if err != nil {
		return operation{}, err
	}
	if in.Upload == nil {
		if err := s.Imports.Upload(ctx, i.ID, 1, file); err != nil {
			return operation{}, err
		}
		if err := s.Imports.Complete(ctx, i.ID, roster.Whole{}); err != nil {
			return operation{}, err
		}
	}
	return s.operation(ctx, i.ID)
}

// mayGoAlone reports whether what the caller sends in bulk goes out with nobody
// looking: keys only, and only where the scope stands on the key by name.
func (k *call) mayGoAlone() bool {
	return k.kind == byKey && slices.Contains(k.key.Scopes, access.BulkAuto)
}
