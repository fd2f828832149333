package api

import (
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/approval"
	"clarion/backend/notify"
)

// reviewDoor is the door to one kind under review.
type reviewDoor struct {
	s    *Server
	kind approval.Kind
}

func (v reviewDoor) target(key string) approval.Target {
	return approval.Target{Kind: v.kind, Key: key}
}

func (v reviewDoor) history(c *fiber.Ctx) error {
	return shown(v.s, c, "key", func(ctx context.Context, key string) (approval.History, error) {
		return v.s.Reviews.History(ctx, v.target(key))
	})
}

func (v reviewDoor) diff(c *fiber.Ctx) error {
	q := queryOf(c)
	from, to := q.number("from"), q.number("to")
	if err := q.err(); err != nil {
		return err
	}
	key, err := param(c, "key")
	if err != nil {
		return err
	}
	return whole(v.s, c, func(ctx context.Context) ([]approval.Difference, error) {
		return v.s.Reviews.Diff(ctx, v.target(key), from, to)
	})
}

func (v reviewDoor) discard(c *fiber.Ctx) error {
	return shown(v.s, c, "key", func(ctx context.Context, key string) (approval.Head, error) {
		return v.s.Reviews.Discard(ctx, v.target(key))
	})
}

func (v reviewDoor) submit(c *fiber.Ctx) error {
	in, err := decodeMaybe[struct {
		Note     string `json:"note"`
		Revision int    `json:"revision"`
	}](c)
	if err != nil {
		return err
	}
	actor := callOf(c).reviewer()
	return shown(v.s, c, "key", func(ctx context.Context, key string) (approval.Head, error) {
		return v.s.Reviews.Submit(ctx, approval.Submission{Target: v.target(key), Actor: actor, Note: in.Note, Revision: in.Revision})
	})
}

func (v reviewDoor) withdraw(c *fiber.Ctx) error {
	actor := callOf(c).reviewer()
	return shown(v.s, c, "key", func(ctx context.Context, key string) (approval.Head, error) {
		return v.s.Reviews.Withdraw(ctx, v.target(key), actor)
	})
}

func (v reviewDoor) publish(c *fiber.Ctx) error {
	actor := callOf(c).reviewer()
	return shown(v.s, c, "key", func(ctx context.Context, key string) (approval.Published, error) {
		return v.s.Reviews.Publish(ctx, v.target(key), actor)
	})
}

func (v reviewDoor) rollback(c *fiber.Ctx) error {
	in, err := decode[struct {
		Version int    `json:"version"`
		Note    string `json:"note"`
	}](c)
	if err != nil {
		return err
	}
	change := approval.Change{Actor: callOf(c).reviewer(), Note: in.Note}
	return shown(v.s, c, "key", func(ctx context.Context, key string) (approval.Published, error) {
		return v.s.Reviews.Rollback(ctx, v.target(key), in.Version, change)
	})
}

func (v reviewDoor) retire(c *fiber.Ctx) error { return v.shelve(c, v.s.Reviews.Retire) }

func (v reviewDoor) unretire(c *fiber.Ctx) error { return v.shelve(c, v.s.Reviews.Unretire) }

func (v reviewDoor) shelve(c *fiber.Ctx, do func(context.Context, approval.Target, approval.Change) (approval.Published, error)) error {
	in, err := decodeMaybe[struct {
		Note string `json:"note"`
	}](c)
	if err != nil {
		return err
	}
	change := approval.Change{Actor: callOf(c).reviewer(), Note: in.Note}
	return shown(v.s, c, "key", func(ctx context.Context, key string) (approval.Published, error) {
		return do(ctx, v.target(key), change)
	})
}

// waiting is the approval of a key that can be decided.
func (v reviewDoor) waiting(ctx context.Context, key string) (string, error) {
	head, err := v.s.Reviews.Head(ctx, v.target(key))
	if err != nil {
		return "", err
	}
	if head.Approval == nil || head.Approval.State != approval.Waiting {
		return "", errors.Join(notify.ErrConflict, notify.InvalidField("state", "wrong_state", "nothing waits for approval"))
	}
	return head.Approval.ID, nil
}

func (v reviewDoor) approve(c *fiber.Ctx) error { return v.decide(c, v.s.approveByID) }

func (v reviewDoor) reject(c *fiber.Ctx) error { return v.decide(c, v.s.rejectByID) }

// decide decides what waits for a key.
func (v reviewDoor) decide(c *fiber.Ctx, do func(*fiber.Ctx, string) error) error {
	key, err := param(c, "key")
	if err != nil {
		return err
	}
	ctx, cancel := v.s.deadline(c)
	defer cancel()
	id, err := v.waiting(ctx, key)
	if err != nil {
		return err
	}
	return do(c, id)
}
