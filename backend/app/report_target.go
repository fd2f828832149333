package app

import (
	"context"
	"encoding/json"

	"clarion/backend/notify"
	"clarion/backend/report/mailing"
	"clarion/backend/schedule"
)

// reportTarget sends a report by email at its time.
type reportTarget struct {
	mailer *mailing.Mailer
	clock  notify.Clock
}

// order reads the order of a target.
func (t reportTarget) order(target json.RawMessage) (mailing.Order, error) {
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(target, &fields); err != nil {
		return mailing.Order{}, notify.InvalidField("", "wrong_type", "must be an object")
	}
	delete(fields, "kind")
	text, err := json.Marshal(fields)
	if err != nil {
		return mailing.Order{}, err
	}
	return mailing.DecodeOrder(text)
}

// Check names what is wrong with the order.
func (t reportTarget) Check(ctx context.Context, target json.RawMessage) error {
	order, err := t.order(target)
	if err != nil {
		return err
	}
	return t.mailer.Check(ctx, order, t.clock.Now(), "UTC")
}

// Fire sends it, once for each key.
func (t reportTarget) Fire(ctx context.Context, f schedule.Fire) (string, error) {
	order, err := t.order(f.Target)
	if err != nil {
		return "", err
	}
	return t.mailer.Send(ctx, mailing.Sending{
		Order: order, At: f.At, Zone: f.Zone, Key: f.Key, Schedule: f.Name, ScheduleID: f.ScheduleID,
	})
}
