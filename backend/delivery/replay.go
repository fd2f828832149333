package delivery

import (
	"context"
	"fmt"

	"clarion/backend/notify"
)

// replayPage is how many dead letters one statement puts back.
const replayPage = 500

// Replay puts dead letters back on the line, page by page, oldest first: with
// the content they were made with, or rendered anew when s.Current is set. What
// cannot be rendered stays a dead letter.
func (d *Deliverer) Replay(ctx context.Context, s Selection) (ReplayCounts, error) {
	counts, err := d.Replays.ReplayCounts(ctx, s, d.Clock.Now())
	if err != nil {
		return counts, fmt.Errorf("count the replay: %w", err)
	}
	counts.WouldSend = 0
	for s.Limit = replayPage; ; {
		page, last, err := d.replayPage(ctx, s)
		if err != nil {
			return counts, fmt.Errorf("replay dead letters: %w", err)
		}
		counts.WouldSend += page
		if last == "" {
			return counts, nil
		}
		s.After = last
	}
}

// replayPage replays the next page and returns how many messages it put back
// and the last id it looked at, empty at the end.
func (d *Deliverer) replayPage(ctx context.Context, s Selection) (sent int, last string, err error) {
	now := d.Clock.Now()
	letters, err := d.Replays.Replayable(ctx, s, now)
	if err != nil || len(letters) == 0 {
		return 0, "", err
	}
	ids := make([]string, 0, len(letters))
	for _, m := range letters {
		last = m.ID
		if s.Current {
			if err := d.renew(ctx, m); err != nil {
				d.Log.Warn("a dead letter cannot be rendered anew", "message", m.ID, "error", err)
				continue
			}
		}
		ids = append(ids, m.ID)
	}
	if len(ids) == 0 {
		return 0, last, nil
	}
	refs, err := d.Replays.Replay(ctx, Selection{IDs: ids, Limit: len(ids)}, now, now.Add(queueLease))
	if err != nil {
		return 0, "", err
	}
	d.enqueueRefs(ctx, refs)
	return len(refs), last, nil
}

// renew renders a dead letter with the template that is live now. Content that
// came ready-made with the request stays as it is.
func (d *Deliverer) renew(ctx context.Context, m notify.Message) error {
	if m.Template.Key == "" {
		return nil
	}
	content, ref, err := d.Renewer.Renew(ctx, m)
	if err != nil {
		return err
	}
	return d.Replays.Rewrite(ctx, m.ID, content, ref)
}

// Preview says what Replay would do.
func (d *Deliverer) Preview(ctx context.Context, s Selection) (ReplayCounts, error) {
	return d.Replays.ReplayCounts(ctx, s, d.Clock.Now())
}

// Resend puts one failed or unknown message back on the line.
func (d *Deliverer) Resend(ctx context.Context, messageID string) error {
	counts, err := d.Replay(ctx, Selection{IDs: []string{messageID}})
	if err != nil {
		return err
	}
	if counts.WouldSend == 0 {
		return fmt.Errorf("message %s is not a dead letter that can be sent: %w", messageID, notify.ErrConflict)
	}
	return nil
}

// Discard ends dead letters for good, with the reason.
func (d *Deliverer) Discard(ctx context.Context, s Selection, reason string) (int, error) {
	if reason == "" {
		return 0, notify.InvalidField("reason", "required", "say why")
	}
	return d.Replays.Discard(ctx, s, reason, d.Clock.Now())
}

func (d *Deliverer) enqueueRefs(ctx context.Context, refs []Ref) {
	waiting := map[chunkKey][]string{}
	for _, ref := range refs {
		key := chunkKey{ref.Priority, ref.Channel}
		waiting[key] = append(waiting[key], ref.ID)
	}
	d.enqueueAll(ctx, waiting)
}

// Redact removes what an ended message said and where it went; the books keep
// its row.
func (d *Deliverer) Redact(ctx context.Context, messageID string) error {
	return d.Redactions.RedactMessage(ctx, messageID, d.Clock.Now())
}
