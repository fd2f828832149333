package api

import (
	"errors"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/notify"
)

// refusedRecipient is one of a batch that was not stored.
type refusedRecipient struct {
	Index  int                 `json:"index"`
	ID     string              `json:"id"`
	Fields []notify.FieldError `json:"fields"`
}

// saveRecipients merges many: all or none of them, or with partial those that
// have no faults.
func (s *Server) saveRecipients(c *fiber.Ctx) error {
	in, err := decode[struct {
		Recipients []recipientInput `json:"recipients"`
		Partial    bool             `json:"partial"`
	}](c)
	if err != nil {
		return err
	}
	if n := len(in.Recipients); n == 0 || n > maxIDs {
		return notify.InvalidField("recipients", "out_of_range", fmt.Sprintf("must hold 1 to %d", maxIDs))
	}
	var all notify.Invalid
	good, refused := []notify.Recipient{}, []refusedRecipient{}
	for i, one := range in.Recipients {
		r, faults, err := one.checked(fmt.Sprintf("recipients[%d].", i))
		if err != nil {
			return err
		}
		if len(faults) > 0 {
			refused = append(refused, refusedRecipient{Index: i, ID: one.ID, Fields: faults})
			all.Fields = append(all.Fields, faults...)
			continue
		}
		good = append(good, r)
	}
	if err := all.Err(); err != nil && !in.Partial {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	if len(good) > 0 {
		if err := s.Recipients.Put(ctx, good, false); err != nil {
			return err
		}
	}
	return replyOK(c, map[string]any{"saved": len(good), "rejected": refused})
}

// checked is the recipient with all that is wrong with it.
func (in recipientInput) checked(prefix string) (notify.Recipient, []notify.FieldError, error) {
	r, err := in.recipient(prefix)
	var faults notify.Invalid
	var short *notify.Invalid
	switch {
	case errors.As(err, &short):
		faults.Fields = short.Fields
	case err != nil:
		return r, nil, err
	default:
		notify.CheckRecipient(&faults, prefix, r)
	}
	return r, faults.Fields, nil
}
