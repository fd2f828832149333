package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"clarion/backend/broadcast"
	"clarion/backend/notify"
	"clarion/backend/schedule"
)

// broadcastTarget submits a copy of a broadcast each time.
type broadcastTarget struct{ desk *broadcast.Desk }

func patternOf(target json.RawMessage) (string, error) {
	var t struct {
		Broadcast string `json:"broadcast"`
	}
	if err := json.Unmarshal(target, &t); err != nil {
		return "", notify.InvalidField("broadcast", "wrong_type", "must be the id of a broadcast")
	}
	if t.Broadcast == "" {
		return "", notify.InvalidField("broadcast", "required", "is missing: the broadcast to repeat")
	}
	return t.Broadcast, nil
}

// Check looks whether there is such a broadcast and it can be repeated.
func (t broadcastTarget) Check(ctx context.Context, target json.RawMessage) error {
	id, err := patternOf(target)
	if err != nil {
		return err
	}
	err = t.desk.Repeatable(ctx, id)
	if errors.Is(err, notify.ErrNotFound) {
		return notify.InvalidField("broadcast", "unknown_broadcast", fmt.Sprintf("there is no broadcast %q", id))
	}
	var invalid *notify.Invalid
	if !errors.As(err, &invalid) {
		return err
	}
	faults := &notify.Invalid{}
	for _, f := range invalid.Fields {
		faults.Add("broadcast", f.Code, "cannot be repeated: "+f.Detail)
	}
	return faults
}

// Fire submits a copy, one for each key, and returns its id.
func (t broadcastTarget) Fire(ctx context.Context, f schedule.Fire) (string, error) {
	pattern, err := patternOf(f.Target)
	if err != nil {
		return "", err
	}
	at := f.At
	if zone, err := time.LoadLocation(f.Zone); err == nil {
		at = at.In(zone)
	}
	b, err := t.desk.Repeat(ctx, broadcast.Repetition{
		Of: pattern, ID: notify.SameID(notify.BroadcastID, f.At, f.Key), At: at, Note: f.Name, By: broadcast.Actor{ID: f.ScheduleID, Name: f.Name, Source: f.Source},
	})
	return b.ID, err
}
