package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime/pprof"
	"time"

	"clarion/backend/app"
	"clarion/backend/config"
)

// newsroom sends broadcasts to a crowd of readers: written by one key, approved by
// another.
type newsroom struct {
	*house
	worker           *app.App
	author, approver string
	readers          int
	// queued are our runs as far as until the last message was saved.
	queued []result
	copied copied
}

// broadcastsBench compares how soon an approved broadcast is with the vendor, and
// how soon it is saved, with PostgreSQL's COPY of all rows that saving leaves, and
// of the messages among them; then it sees how urgent messages fare beside one.
func broadcastsBench(ctx context.Context, b *bench) error {
	h, err := b.open(ctx, config.RoleAPI, config.RoleScheduler)
	if err != nil {
		return err
	}
	n := &newsroom{house: h, readers: b.size(100_000, 1000)}
	if err := n.open(ctx, b); err != nil {
		return err
	}
	var all, alone []result
	handed := comparison{
		name: "broadcasts", unit: "recipients", floor: 0.25, aim: 0.5, pairs: 3,
		ours: "Clarion, approved to the vendor", theirs: "COPY of the same rows", runOurs: n.handed,
		runTheirs: func(ctx context.Context) (result, error) {
			one, err := n.copyAll(ctx)
			if err != nil {
				return one, err
			}
			other, err := n.copyMessages(ctx)
			all, alone = append(all, one), append(alone, other)
			return one, err
		},
	}
	if err := b.compare(ctx, handed); err != nil {
		return err
	}
	last := func(list []result) []result { return list[len(list)-b.pairsOf(handed):] }
	saved := handed
	saved.name, saved.ours = "broadcasts, until all messages are saved", "Clarion, approved to saved"
	b.report(saved, last(n.queued), last(all))
	saved.name, saved.theirs = "broadcasts, saved, beside one row of the three alone", "COPY of the message rows alone"
	b.report(saved, last(n.queued), last(alone))
	return n.urgent(ctx, b)
}

// open adds the readers, the keys and a worker.
func (n *newsroom) open(ctx context.Context, b *bench) error {
	for _, text := range []string{
		`INSERT INTO recipients (id, name, locale, timezone, data, created_at, updated_at)
			SELECT 'reader-' || lpad(i::text, 6, '0'), 'Reader ' || i, 'en', 'Europe/London', '{}', 1, 1 FROM generate_series(1, $1) AS i`,
		`INSERT INTO addresses (recipient_id, channel, address, created_at)
			SELECT 'reader-' || lpad(i::text, 6, '0'), 'sms', '+44' || 7100000000 + i, 1 FROM generate_series(1, $1) AS i`,
		`INSERT INTO group_members (group_key, recipient_id) SELECT 'readers', 'reader-' || lpad(i::text, 6, '0') FROM generate_series(1, $1) AS i`,
	} {
		if _, err := n.sql.Exec(ctx, text, n.readers); err != nil {
			return fmt.Errorf("add readers: %w", err)
		}
	}
	if err := n.ask(ctx, http.MethodPut, "/v1/groups/readers", map[string]any{"name": "Readers"}, nil); err != nil {
		return err
	}
	if _, err := n.sql.Exec(ctx, "VACUUM ANALYZE"); err != nil {
		return fmt.Errorf("add readers: %w", err)
	}
	for scope, key := range map[string]*string{"notifications:write": &n.author, "content:approve": &n.approver} {
		var made struct{ Data struct{ Secret string } }
		err := n.as(bootstrapKey).ask(ctx, http.MethodPost, "/v1/api-keys", map[string]any{"name": scope, "source": "shop", "scopes": []string{"read", scope}}, &made)
		if err != nil {
			return err
		}
		*key = made.Data.Secret
	}
	var err error
	if n.worker, err = n.startWorker(ctx); err != nil {
		return err
	}
	b.stage.Cleanup(func() { b.stop(n.worker) })
	return n.copied.open(ctx, n.house)
}

// as is the house as another key sees it.
func (n *newsroom) as(key string) *house {
	return &house{door: n.door, key: key}
}

// news is a broadcast as far as is asked here.
type news struct {
	Data struct {
		ID, State, Hash string
		EventID         string          `json:"event_id"`
		Frozen          json.RawMessage `json:"frozen"`
	}
}

// submitted writes a broadcast to all readers and waits until it can be approved
// and until whoever may approve it has been told.
func (n *newsroom) submitted(ctx context.Context) (news, error) {
	if err := n.clear(ctx); err != nil {
		return news{}, err
	}
	author := n.as(n.author)
	var one news
	err := author.ask(ctx, http.MethodPost, "/v1/broadcasts", map[string]any{
		"name": "News", "audience": map[string]any{"groups": []string{"readers"}}, "template": "order.shipped", "channels": []string{"sms"}, "category": "orders",
		"data": map[string]any{"order_id": "1", "carrier": "DHL", "eta": "tomorrow"},
	}, &one)
	if err != nil {
		return one, err
	}
	if err := author.ask(ctx, http.MethodPost, "/v1/broadcasts/"+one.Data.ID+"/submit", map[string]any{}, nil); err != nil {
		return one, err
	}
	err = n.wait(ctx, "the audience to be frozen", func() (bool, error) {
		if err := author.ask(ctx, http.MethodGet, "/v1/broadcasts/"+one.Data.ID, nil, &one); err != nil {
			return false, err
		}
		if one.Data.State != "submitted" {
			return false, fmt.Errorf("the broadcast is %s", one.Data.State)
		}
		return len(one.Data.Frozen) > len("null"), nil
	})
	if err == nil {
		err = n.wait(ctx, "the approver to be told", func() (told bool, err error) {
			err = n.sql.QueryRow(ctx, `SELECT (SELECT count(*) FROM events) > 0 AND (SELECT count(*) FROM events WHERE status <> 'dispatched') = 0
				AND (SELECT count(*) FROM messages WHERE status IN ('held', 'queued', 'sending')) = 0`).Scan(&told)
			return told, err
		})
	}
	if err != nil {
		return one, err
	}
	return one, n.clear(ctx)
}

// approve approves it as it is.
func (n *newsroom) approve(ctx context.Context, one *news) error {
	return n.as(n.approver).ask(ctx, http.MethodPost, "/v1/broadcasts/"+one.Data.ID+"/approve", map[string]any{"hash": one.Data.Hash}, one)
}

// handed measures one broadcast from its approval until the vendor has the last
// message and every row is final, and notes when the last message was saved.
func (n *newsroom) handed(ctx context.Context) (result, error) {
	one, err := n.submitted(ctx)
	if err != nil {
		return result{}, err
	}
	r, err := n.measure(ctx, n.readers, func() error {
		queued, err := n.measure(ctx, n.readers, func() error {
			if err := n.approve(ctx, &one); err != nil {
				return err
			}
			return n.wait(ctx, "all messages to be saved", func() (all bool, err error) {
				err = n.sql.QueryRow(ctx, "SELECT count(*) > 0 FROM events WHERE id = $1 AND status = 'dispatched'", one.Data.EventID).Scan(&all)
				return all, err
			})
		})
		pprof.StopCPUProfile() // how messages are delivered is in the profile of drain
		n.queued = append(n.queued, queued)
		if err != nil {
			return err
		}
		return n.drained(ctx, n.readers)
	})
	if err != nil {
		return r, err
	}
	if err := errors.Join(n.exact(ctx, 1, n.readers), n.completed(ctx, one)); err != nil {
		return r, err
	}
	return r, n.copied.take(ctx, n.house)
}

// completed waits for the end of a broadcast and proves that every reader has one
// outcome.
func (n *newsroom) completed(ctx context.Context, one news) error {
	err := n.wait(ctx, "the broadcast to be completed", func() (bool, error) {
		err := n.as(n.author).ask(ctx, http.MethodGet, "/v1/broadcasts/"+one.Data.ID, nil, &one)
		return one.Data.State == "completed", err
	})
	if err != nil {
		return err
	}
	var once int
	err = n.sql.QueryRow(ctx, `SELECT count(*) FROM (SELECT p.recipient_id FROM broadcast_people AS p JOIN messages AS m ON m.recipient_id = p.recipient_id
		AND m.broadcast = p.broadcast_id WHERE p.broadcast_id = $1 AND m.status = 'sent' GROUP BY p.recipient_id HAVING count(*) = 1) AS q`, one.Data.ID).Scan(&once)
	if err != nil {
		return fmt.Errorf("count the outcomes: %w", err)
	}
	if once != n.readers {
		return fmt.Errorf("%d of %d readers have exactly one message", once, n.readers)
	}
	return nil
}

// urgent sees how urgent messages fare beside a broadcast.
func (n *newsroom) urgent(ctx context.Context, b *bench) error {
	one, err := n.submitted(ctx)
	if err != nil {
		return err
	}
	return n.besides(ctx, b, strain{
		what: fmt.Sprintf("beside a broadcast to %d", n.readers), events: 1, messages: n.readers,
		begin: func() error { return n.approve(ctx, &one) },
	})
}

// wait asks again and again until the answer is yes.
func (n *newsroom) wait(ctx context.Context, what string, holds func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	for {
		done, err := holds()
		if err != nil {
			return fmt.Errorf("wait for %s: %w", what, err)
		}
		if done {
			return nil
		}
		if err := pause(ctx, 10*time.Millisecond); err != nil {
			return fmt.Errorf("wait for %s: %w", what, err)
		}
	}
}
