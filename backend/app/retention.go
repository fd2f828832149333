package app

import (
	"context"
	"time"

	"clarion/analytics"
	"clarion/backend/retention"
)

// keeper removes what is older than the configuration keeps.
func (h *house) keeper() *retention.Keeper {
	return &retention.Keeper{
		Store: h.db, Rules: h.retention().Rules(), Settled: h.settled, Clock: h.clock, Log: h.log,
		Removed: func(kind string, n int) { h.metrics.removed.WithLabelValues(kind).Add(float64(n)) },
	}
}

// settled is the last place of the stream that reports have counted and, where
// there is ClickHouse, that was copied.
func (h *house) settled(ctx context.Context) (int64, error) {
	seq, err := h.db.CountedSeq(ctx)
	if err != nil || h.warehouse == nil {
		return seq, err
	}
	there, err := h.db.ReadCopy(ctx, analytics.CopyName)
	return min(seq, there.Seq), err
}

func (h *house) retention() keeping { return keeping{h} }

type keeping struct{ *house }

// Rules are those of the configuration.
func (k keeping) Rules() retention.Rules {
	return retention.Rules{Messages: k.config.KeepMessages, Events: k.config.KeepEvents}
}

// Outlook is what would go now.
func (k keeping) Outlook(ctx context.Context) (retention.Outlook, int64, error) {
	before := func(days int) time.Time {
		if days == 0 {
			return time.Time{}
		}
		return k.clock.Now().AddDate(0, 0, -days)
	}
	o, err := k.db.Outlook(ctx, before(k.config.KeepMessages), before(k.config.KeepEvents))
	if err != nil || k.warehouse == nil {
		return o, 0, err
	}
	behind, _, err := k.db.CopyLag(ctx, analytics.CopyName)
	return o, behind, err
}
