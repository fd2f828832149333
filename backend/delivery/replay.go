package delivery

import (
	"context"
	"fmt"

	"clarion/backend/notify"
)

// replayPage is how many dead letters one statement puts back.
const replayPage = 500

// Replay puts dead letters back on the line. The content they were made with is
// sent again.
func (d *Deliverer) Replay(ctx context.Context, s Selection) (ReplayCounts, error) {
	counts, err := d.Replays.ReplayCounts(ctx, s, d.Clock.Now())
	if err != nil {
		return counts, fmt.Errorf("count the replay: %w", err)
	}
	sent := 0
	for sent < counts.WouldSend {
		now := d.Clock.Now()
		s.Limit = replayPage
		refs, err := d.Replays.Replay(ctx, s, now, now.Add(queueLease))
		if err != nil {
			return counts, fmt.Errorf("replay dead letters: %w", err)
		}
		if len(refs) == 0 {
			break
		}
		d.enqueueRefs(ctx, refs)
		sent += len(refs)
	}
	counts.WouldSend = sent
	return counts, nil
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
