package app

import (
	"context"
	"log/slog"
	"time"

	"clarion/backend/audit"
	"clarion/backend/notify"
	"clarion/backend/suppression"
)

// noteTime bounds what is written about an endpoint that was given up.
const noteTime = 5 * time.Second

// endpoints tells of webhooks that Clarion itself stopped calling: the audit log
// keeps it, and the pages that are open show it.
type endpoints struct {
	entries interface {
		Suppressions(ctx context.Context, f suppression.Filter, p notify.Page) ([]notify.Suppression, string, error)
	}
	audit interface {
		Record(ctx context.Context, e audit.Entry) error
	}
	changes *changes
	log     *slog.Logger
}

func (h *house) endpoints() *endpoints {
	return &endpoints{entries: h.db, audit: h.audit, changes: h.changes, log: h.log}
}

// GivenUp finds the entry that a message's end has made, if it was the first one.
func (e *endpoints) GivenUp(ctx context.Context, channel notify.Channel, address, messageID string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteTime)
	defer cancel()
	list, _, err := e.entries.Suppressions(ctx, suppression.Filter{Channel: channel, Address: address}, notify.Page{Limit: 1})
	if err != nil {
		e.log.Error("find the endpoint that a message gave up", "message", messageID, "error", err)
		return
	}
	if len(list) == 1 && list[0].MessageID == messageID {
		e.Suppressed(ctx, list)
	}
}

// Suppressed records entries that Clarion made by itself. What the address is
// stands in the entry, and not in a log that never forgets.
func (e *endpoints) Suppressed(ctx context.Context, list []notify.Suppression) {
	for _, each := range list {
		e.log.Warn("endpoint given up; lift its suppression when it works again", "suppression", each.ID, "detail", each.Detail)
		err := e.audit.Record(ctx, audit.Entry{
			Actor: audit.Actor{Kind: audit.House, ID: "clarion", Name: "Clarion"}, Action: "suppression.add",
			Target: audit.Target{Kind: "suppression", ID: each.ID},
			After:  map[string]any{"channel": each.Channel, "reason": each.Reason, "detail": each.Detail},
		})
		if err != nil {
			e.log.Error("the audit log misses an endpoint that was given up", "suppression", each.ID, "error", err)
		}
		e.changes.Tell("suppression", each.ID)
	}
}

// softBounces is the rule as the settings have it.
func (h *house) softBounces(ctx context.Context) (suppression.SoftBounces, error) {
	set, err := h.settings.Recent(ctx)
	return suppression.SoftBounces{Count: set.Soft.Count, Span: set.Soft.Span, Rest: set.Soft.Rest}, err
}
