package broadcast

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"clarion/backend/notify"
)

const (
	// recallPage is how many messages are taken back between two checkpoints.
	recallPage = 500
	// recallAtOnce is how many calls of vendors are made at a time.
	recallAtOnce = 8
	// recallTries is how often a vendor is asked for one message that does not say
	// a clear no.
	recallTries = 4
	// recallPause is how long what is on its way to a vendor is waited for.
	recallPause = time.Second
)

// RecallOutcome is what became of taking one message back.
type RecallOutcome string

// The outcomes.
const (
	RecallStopped  RecallOutcome = "stopped" // it had not gone out
	RecallNothing  RecallOutcome = "nothing" // it never reached anybody
	RecallDeleted  RecallOutcome = "deleted" // it was there, and is no more
	RecallCannot   RecallOutcome = "cannot"  // it is with the recipient for good
	RecallMistaken RecallOutcome = "failed"  // the vendor could have, and did not answer
	recallWaits    RecallOutcome = ""        // it is on its way
)

// RecallOutcomes is the closed list.
var RecallOutcomes = []RecallOutcome{RecallStopped, RecallNothing, RecallDeleted, RecallCannot, RecallMistaken}

// OutcomeFilter picks people of the audience of a broadcast.
type OutcomeFilter struct {
	Broadcast string
	// Recall is what became of taking back a message of theirs; all when empty.
	Recall []RecallOutcome
	// Reached is yes for those for whom it was decided what they get, no for the
	// others; all when empty.
	Reached Reached
}

// Reached is whether it was decided what somebody gets.
type Reached string

// The two of them.
const (
	ReachedYes Reached = "yes"
	ReachedNo  Reached = "no"
)

// Sent is a message of a broadcast, as a recall sees it.
type Sent struct {
	MessageID         string
	Recipient         string
	Channel           notify.Channel
	Status            notify.Status
	Integration       string
	ProviderMessageID string
	// Broadcast is the one it belongs to, if any.
	Broadcast string
}

// Taken is what became of one of them.
type Taken struct {
	MessageID string        `json:"message_id"`
	Outcome   RecallOutcome `json:"outcome"`
	// Detail is why it cannot be, or what a vendor said.
	Detail string `json:"detail,omitempty"`
	// Note asks for a line in its timeline also when it stays where it is.
	Note bool `json:"-"`
}

// RecallBooks keeps what became of every message that was to be taken back.
type RecallBooks interface {
	// ToRecall returns messages of a broadcast's event after the given one, by id,
	// of which it is not written yet what became of taking them back.
	ToRecall(ctx context.Context, eventID, after string, limit int) ([]Sent, error)
	// SaveRecalls writes it, once for each; only what failed is written anew.
	SaveRecalls(ctx context.Context, id string, list []Taken, now time.Time) error
	RecallCounts(ctx context.Context, id string) (map[RecallOutcome]int, error)
}

// Posts takes messages back from where they went.
type Posts interface {
	// Withdraw removes in-app items, wherever they are open.
	Withdraw(ctx context.Context, messages []string) error
	// Delete asks the vendor of a message to delete it; able is false when the
	// vendor has no way to, and the result's detail then says why, if that is known.
	Delete(ctx context.Context, s Sent) (result notify.Result, able bool, err error)
}

// Recaller takes back what a broadcast has sent.
type Recaller struct {
	*Desk
	Recalls RecallBooks
	Posts   Posts
}

// recallPlace is how far a recall has come.
type recallPlace struct {
	After string `json:"after"`
	// Waits says that some before it were on their way.
	Waits bool `json:"waits,omitempty"`
	Done  int  `json:"done"`
}

// next takes back one page. What was done before a crash is not done twice: of
// every message it is written what became of it, and to delete what is deleted
// changes nothing.
func (r *Recaller) next(ctx context.Context, b Broadcast, checkpoint json.RawMessage) (Answer, error) {
	if b.Recall != Recalling || b.EventID == "" {
		return Answer{Output: map[string]any{"recall": "not asked for"}}, nil
	}
	var place recallPlace
	if len(checkpoint) > 0 {
		if err := json.Unmarshal(checkpoint, &place); err != nil {
			return Answer{}, fmt.Errorf("read how far the recall of broadcast %s has come: %w", b.ID, err)
		}
	}
	list, err := r.Recalls.ToRecall(ctx, b.EventID, place.After, recallPage)
	if err != nil {
		return Answer{}, fmt.Errorf("find what is to be taken back of broadcast %s: %w", b.ID, err)
	}
	switch {
	case len(list) > 0:
		return r.page(ctx, b, place, list)
	case place.Waits:
		// A checkpoint of its own begins from the front; only what waits is left.
		if place.After != "" {
			return Answer{Checkpoint: recallPlace{Done: place.Done, Waits: true}}, nil
		}
	}
	return r.end(ctx, b)
}

func (r *Recaller) page(ctx context.Context, b Broadcast, place recallPlace, list []Sent) (Answer, error) {
	taken, err := r.takeAll(ctx, list)
	if err != nil {
		return Answer{}, err
	}
	if err := r.Recalls.SaveRecalls(ctx, b.ID, taken, r.Clock.Now()); err != nil {
		return Answer{}, fmt.Errorf("write what was taken back of broadcast %s: %w", b.ID, err)
	}
	r.Tell(b.ID)
	if len(taken) < len(list) { // what comes back from its vendor for another try is stopped
		if _, err := r.change(ctx, b.ID, house, func(*Broadcast) (Change, error) { return Change{Event: CancelEvent}, nil }); err != nil {
			return Answer{}, err
		}
	}
	if len(taken) == 0 { // all of them are on their way
		return Answer{Until: r.Clock.Now().Add(recallPause)}, nil
	}
	place.After, place.Done = list[len(list)-1].MessageID, place.Done+len(taken)
	place.Waits = place.Waits || len(taken) < len(list)
	return Answer{Checkpoint: place}, nil
}

// end writes that all that could be taken back was.
func (r *Recaller) end(ctx context.Context, b Broadcast) (Answer, error) {
	counts, err := r.Recalls.RecallCounts(ctx, b.ID)
	if err != nil {
		return Answer{}, fmt.Errorf("count what was taken back of broadcast %s: %w", b.ID, err)
	}
	_, err = r.change(ctx, b.ID, house, func(now *Broadcast) (Change, error) {
		if now.Recall != Recalling {
			return Change{}, errUnchanged
		}
		now.Recall = Recalled
		return Change{Entry: Entry{Kind: "recall_done", Detail: fmt.Sprintf("%d deleted, %d stopped, %d cannot be taken back, %d failed",
			counts[RecallDeleted], counts[RecallStopped], counts[RecallCannot], counts[RecallMistaken])}}, nil
	})
	return Answer{Output: map[string]any{"recall": counts}}, unlessUnchanged(err)
}

// takeAll takes back what can be; what is on its way is left out.
func (r *Recaller) takeAll(ctx context.Context, list []Sent) ([]Taken, error) {
	taken := make([]Taken, len(list))
	var items []string
	places := make(chan struct{}, recallAtOnce)
	faults := make([]error, len(list))
	var all sync.WaitGroup
	for i, s := range list {
		taken[i] = Taken{MessageID: s.MessageID, Outcome: standing(s)}
		if taken[i].Outcome != RecallDeleted {
			continue
		}
		if s.Channel == notify.InApp {
			items = append(items, s.MessageID)
			continue
		}
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			taken[i].Outcome, taken[i].Detail, faults[i] = r.one(ctx, s)
		})
	}
	all.Wait()
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	if len(items) > 0 {
		if err := r.Posts.Withdraw(ctx, items); err != nil {
			return nil, fmt.Errorf("remove %d items from inboxes: %w", len(items), err)
		}
	}
	kept := taken[:0]
	for _, t := range taken {
		if t.Outcome != recallWaits {
			kept = append(kept, t)
		}
	}
	return kept, nil
}

// standing is what a message's state says about taking it back; deleted means
// that it has still to be.
func standing(s Sent) RecallOutcome {
	switch s.Status {
	case notify.Cancelled, notify.Expired:
		return RecallStopped
	case notify.Skipped, notify.Failed:
		return RecallNothing
	case notify.Sent, notify.Delivered, notify.Unknown:
		return RecallDeleted
	}
	return recallWaits
}

// one asks the vendor of one message.
func (r *Recaller) one(ctx context.Context, s Sent) (RecallOutcome, string, error) {
	for try := 1; ; try++ {
		result, able, err := r.Posts.Delete(ctx, s)
		switch {
		case err != nil:
			return "", "", fmt.Errorf("take message %s back: %w", s.MessageID, err)
		case ctx.Err() != nil:
			return "", "", fmt.Errorf("take message %s back: %w", s.MessageID, ctx.Err())
		case !able:
			return RecallCannot, cmp.Or(result.Detail, "What goes by this channel and vendor cannot be taken back."), nil
		case result.Outcome == notify.OK:
			return RecallDeleted, result.Detail, nil
		case result.Outcome == notify.AuthConfig:
			return RecallMistaken, result.Detail, nil
		case !again(result.Outcome):
			return RecallCannot, result.Detail, nil
		case try == recallTries:
			return RecallMistaken, result.Detail, nil
		}
		select {
		case <-ctx.Done():
		case <-time.After(min(max(result.RetryAfter, time.Duration(try)*recallPause/4), 5*recallPause)):
		}
	}
}

// again says whether asking again may help.
func again(o notify.Outcome) bool {
	return o == notify.Temporary || o == notify.RateLimited || o == notify.Ambiguous
}
