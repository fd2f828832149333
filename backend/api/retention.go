package api

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/retention"
)

// Retention says what is kept for how long, and what would go.
type Retention interface {
	Rules() retention.Rules
	// Outlook is asked of the database; behind is how many rows the copy in
	// ClickHouse lacks, which are not removed before it has them.
	Outlook(ctx context.Context) (o retention.Outlook, behind int64, err error)
}

type retentionView struct {
	KeepMessages int        `json:"keep_messages"`
	KeepEvents   int        `json:"keep_events"`
	Messages     int        `json:"messages"`
	Events       int        `json:"events"`
	More         bool       `json:"more"`
	Removed      int64      `json:"removed"`
	RemovedUntil *time.Time `json:"removed_until"`
	Oldest       *time.Time `json:"oldest"`
	Behind       int64      `json:"behind"`
}

func (s *Server) getRetention(c *fiber.Ctx) error {
	ctx, cancel := s.deadline(c)
	defer cancel()
	o, behind, err := s.Retention.Outlook(ctx)
	if err != nil {
		return err
	}
	rules := s.Retention.Rules()
	v := retentionView{
		KeepMessages: rules.Messages, KeepEvents: rules.Events, Messages: min(o.Messages, retention.Most), Events: min(o.Events, retention.Most),
		More: max(o.Messages, o.Events) > retention.Most, Removed: o.Removed, Behind: behind,
	}
	if !o.RemovedUntil.IsZero() {
		v.RemovedUntil = &o.RemovedUntil
	}
	if !o.Oldest.IsZero() {
		v.Oldest = &o.Oldest
	}
	return replyOK(c, v)
}
