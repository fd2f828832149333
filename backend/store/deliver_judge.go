package store

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/dispatch"
	"clarion/backend/notify"
)

// judging is one round of judgements, in one transaction.
type judging struct {
	db     *DB
	tx     bun.Tx
	now    time.Time
	counts map[notify.CapKey]int
	may    []string
	stops  []stopped
	story  []timelineRow
	watch  []watched
}

// stopped is a judgement that does not let its message go.
type stopped struct {
	notify.Judgement
	decision notify.Decision
}

// Judge applies what recipients' preferences say to messages that are queued.
func (db *DB) Judge(ctx context.Context, list []notify.Judgement, now time.Time) ([]string, error) {
	var may []string
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		j := &judging{db: db, tx: tx, now: now, counts: map[notify.CapKey]int{}}
		if err := j.count(ctx, list); err != nil {
			return err
		}
		queued, err := j.lockQueued(ctx, list)
		if err != nil {
			return err
		}
		for i := range list {
			if !queued[list[i].Message.ID] {
				continue
			}
			if err := j.apply(ctx, list[i]); err != nil {
				return fmt.Errorf("message %s: %w", list[i].Message.ID, err)
			}
		}
		if err := j.stop(ctx); err != nil {
			return err
		}
		may = j.may
		if err := watch(ctx, tx, watchLists(watchMessages, j.watch)); err != nil {
			return err
		}
		return writeTimeline(ctx, tx, j.story)
	})
	return may, during(err, "judge %d messages", len(list))
}

// count locks the people whose messages are held against caps, and counts. What
// waited is not counted yet: it still says what it was held for.
func (j *judging) count(ctx context.Context, list []notify.Judgement) error {
	batch := dispatch.Batch{}
	var people []string
	for _, each := range list {
		if m := each.Message; len(each.Caps) > 0 {
			m.Caps = each.Caps
			batch.Messages = append(batch.Messages, m)
			people = append(people, m.Recipient.ID)
		}
	}
	keys := batch.CapKeys()
	if len(keys) == 0 {
		return nil
	}
	var locked []string
	q := j.tx.NewSelect().Table("recipients").Column("id").Where("id IN (?)", bun.List(sortedSet(people))).OrderExpr("id")
	if err := j.db.lock(q, "UPDATE").Scan(ctx, &locked); err != nil {
		return err
	}
	columns := capColumns(keys, j.now)
	for i, key := range keys {
		n := 0
		err := j.tx.NewRaw("SELECT ("+capCounted+") FROM (SELECT ? AS recipient, ? AS category, ? AS since, ? AS oldest) AS g", row(columns, i)...).Scan(ctx, &n)
		if err != nil {
			return err
		}
		j.counts[key] = n
	}
	return nil
}

func (j *judging) lockQueued(ctx context.Context, list []notify.Judgement) (map[string]bool, error) {
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].Message.ID
	}
	var found []string
	q := j.tx.NewSelect().Table("messages").Column("id").Where("id IN (?)", bun.List(sortedSet(ids))).
		Where("status = ?", notify.Queued).OrderExpr("id")
	if err := j.db.lock(q, "UPDATE").Scan(ctx, &found); err != nil {
		return nil, err
	}
	queued := make(map[string]bool, len(found))
	for _, id := range found {
		queued[id] = true
	}
	return queued, nil
}

func (j *judging) apply(ctx context.Context, each notify.Judgement) error {
	m := each.Message
	m.Caps = each.Caps
	if over, yes := dispatch.OverCap(&m, j.counts); yes && !each.Stops() {
		each.Step = "frequency cap"
		each.WishAnswer = notify.WishAnswer{Skip: notify.FrequencyCapped, Detail: dispatch.CapSentence(over), Rule: over.Rule}
	}
	switch {
	case each.Skip != "":
		j.stops = append(j.stops, stopped{each, notify.Decision{Outcome: "skip", Reason: each.Skip}})
		return nil
	case !each.Until.IsZero():
		j.stops = append(j.stops, stopped{each, notify.Decision{Outcome: "hold"}})
		return nil
	}
	dispatch.CountFor(&m, j.counts)
	j.may = append(j.may, m.ID)
	if m.HeldFor == "" {
		return nil
	}
	_, err := j.tx.NewUpdate().Table("messages").Set("held_for = ''").Set("error_detail = ''").Where("id = ?", m.ID).Exec(ctx)
	return err
}

// stop skips and holds what may not go, and says so in the notifications.
func (j *judging) stop(ctx context.Context) error {
	told := make(map[string][]notify.Decision, len(j.stops))
	for _, each := range j.stops {
		if err := j.stopOne(ctx, each); err != nil {
			return fmt.Errorf("message %s: %w", each.Message.ID, err)
		}
		m, d := each.Message, each.decision
		d.Step, d.Channel, d.Detail, d.Rule = each.Step, m.Channel, each.Detail, each.Rule
		told[m.NotificationID] = append(told[m.NotificationID], d)
	}
	return j.db.addDecisions(ctx, j.tx, told)
}

// stopOne skips or holds a message.
func (j *judging) stopOne(ctx context.Context, each stopped) error {
	m := each.Message
	row := timelineRow{MessageID: m.ID, At: micros(j.now), Channel: string(m.Channel), Source: m.Source}
	u := j.tx.NewUpdate().Table("messages").Where("id = ?", m.ID).Set("error_detail = ?", each.Detail).Set("lease_until = 0")
	if each.Skip != "" {
		u.Set("status = ?", notify.Skipped).Set("skip_reason = ?", each.Skip).Set("held_for = ''")
		row.Kind, row.Detail = string(notify.Skipped), because(string(each.Skip))
	} else {
		due := micros(each.Until)
		u.Set("status = ?", notify.Held).Set("due_at = ?", due).Set("held_for = ?", notify.QuietHours)
		row.Kind, row.Detail = string(notify.Held), heldUntil(notify.QuietHours, each.Until)
		j.watch = append(j.watch, watched{m.ID, due, due})
	}
	if _, err := u.Exec(ctx); err != nil {
		return err
	}
	j.story = append(j.story, row)
	return nil
}
