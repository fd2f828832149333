package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"clarion/backend/broadcast"
	"clarion/backend/notify"
)

// growing is a store without quotas whose group has one more member each time its
// audience is taken down. Who has taken it down waits for all the others, and who
// did last until the others are through.
type growing struct {
	*DB
	mu      sync.Mutex
	n       int
	taken   sync.WaitGroup
	through chan struct{}
}

func (*growing) Limits(context.Context) (broadcast.Limits, error) { return broadcast.Limits{}, nil }

func (g *growing) TakeAudience(ctx context.Context, b broadcast.Broadcast, now time.Time) (broadcast.Roll, error) {
	roll, err := g.grow(ctx, b, now)
	g.taken.Done()
	g.taken.Wait()
	if roll.Turn == freezers {
		<-g.through
	}
	return roll, err
}

func (g *growing) grow(ctx context.Context, b broadcast.Broadcast, now time.Time) (broadcast.Roll, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.n++
	if err := g.AddMembers(ctx, "ops", []string{fmt.Sprintf("p%03d", g.n)}, now); err != nil {
		return broadcast.Roll{}, err
	}
	return g.DB.TakeAudience(ctx, b, now)
}

const freezers = 20

type plainWords struct{}

func (plainWords) Pin(context.Context, broadcast.Plan) (broadcast.Pinned, []broadcast.Finding, error) {
	return broadcast.Pinned{}, nil, nil
}

func (plainWords) Same(context.Context, broadcast.Pin) (bool, error) { return true, nil }

type inAppOnly struct{}

func (inAppOnly) Rehearse(_ context.Context, _ notify.Event, people []broadcast.Person) ([]broadcast.Rehearsed, error) {
	list := make([]broadcast.Rehearsed, len(people))
	for i, p := range people {
		list[i] = broadcast.Rehearsed{
			Recipient: notify.RecipientRef{ID: p.ID},
			Messages:  []broadcast.RehearsedMessage{{Channel: notify.InApp, Status: notify.Queued, Parts: 1, LeavesWay: true}},
		}
	}
	return list, nil
}

// A worker that was taken for dead may still be freezing a broadcast while another
// has begun: what is kept is one audience and the digest of exactly that one.
func TestOfTwentyWhoFreezeARevisionOneWinsWithItsOwnAudience(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		crowded(t, db, freezers+1)
		require.NoError(t, db.PutGroup(ctx, notify.Group{Key: "ops", Name: "Ops"}, start))
		b := newBroadcast(t, db, broadcast.Audience{Groups: []string{"ops"}})
		b, err := db.ChangeBroadcast(ctx, b.ID, start, func(b *broadcast.Broadcast) (broadcast.Change, error) {
			b.State, b.Category = broadcast.Submitted, "news"
			return broadcast.Change{}, nil
		})
		require.NoError(t, err)
		g := &growing{DB: db, through: make(chan struct{})}
		g.taken.Add(freezers)
		desk := &broadcast.Desk{
			Store: g, Words: plainWords{}, Rehearser: inAppOnly{}, Quotas: g, Tell: func(string) {}, Clock: notify.SystemClock{},
			Log: slog.New(slog.DiscardHandler),
		}
		var done, won atomic.Int32
		race(t, freezers, func(int) error {
			err := desk.Freeze(ctx, b)
			if done.Add(1) == freezers-1 {
				close(g.through)
			}
			if err == nil {
				won.Add(1)
			} else if !errors.Is(err, notify.ErrConflict) {
				return err
			}
			return nil
		})
		require.EqualValues(t, 1, won.Load())
		got, err := db.Broadcast(ctx, b.ID)
		require.NoError(t, err)
		require.NotNil(t, got.Frozen, got.Reason)
		var roll broadcast.Roll
		require.NoError(t, db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
			var err error
			roll.People, roll.Digest, err = digestPeople(ctx, tx, b.ID)
			return err
		}))
		require.Equal(t, roll.People, got.Frozen.People)
		require.Equal(t, roll.Digest, got.Frozen.Digest)
		_, err = db.TakeAudience(ctx, b, later)
		require.ErrorIs(t, err, notify.ErrConflict, "what is frozen is not taken down again")
	})
}
