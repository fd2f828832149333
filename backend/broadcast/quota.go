package broadcast

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Limits are how many messages broadcasts may send in a day and in a month of
// the house's calendar; zero is as many as there are.
type Limits struct {
	Day, Month int
	// Timezone is the house's.
	Timezone string
}

// Quotas keeps what is reserved and used of the limits.
type Quotas interface {
	// Limits are those that hold now.
	Limits(ctx context.Context) (Limits, error)
	// ReserveQuota puts messages of a submission aside, in the place of what it
	// had put aside before. Of many that ask for the last of it one gets it; the
	// others get a *FullError.
	ReserveQuota(ctx context.Context, r Reservation, l Limits) error
	// SettleQuota makes of what was reserved what was used.
	SettleQuota(ctx context.Context, id string, revision, used int) error
	// QuotaTaken is how much of a day and its month is reserved or used; what the
	// broadcast of the id has reserved itself is left out.
	QuotaTaken(ctx context.Context, day, but string) (ofDay, ofMonth int, err error)
}

// Reservation is what one submission needs of a day, written as 2006-01-02.
type Reservation struct {
	ID       string
	Revision int
	Day      string
	Messages int
}

// FullError says that a limit has no room.
type FullError struct {
	Span        string // day or month
	Limit, Left int
	Needs       int
}

// Error says it in a sentence.
func (e *FullError) Error() string {
	return fmt.Sprintf("the quota of broadcasts for the %s is %d messages: %d are left of it, and about %d are needed", e.Span, e.Limit, e.Left, e.Needs)
}

// Quota is what a day and its month still have room for.
type Quota struct {
	Date  string `json:"date"`
	Day   Room   `json:"day"`
	Month Room   `json:"month"`
	// Needs is what one broadcast takes of it.
	Needs int `json:"needs"`
}

// Room is a limit and what is taken of it; a limit of zero is none.
type Room struct {
	Limit int `json:"limit"`
	Taken int `json:"taken"`
}

func (r Room) holds(n int) bool { return r.Limit == 0 || r.Taken+n <= r.Limit }

// Quota says how much of today's quota is taken.
func (d *Desk) Quota(ctx context.Context) (Quota, error) { return d.quotaOf(ctx, Broadcast{}, 0) }

func (d *Desk) quotaOf(ctx context.Context, b Broadcast, needs int) (Quota, error) {
	limits, err := d.Quotas.Limits(ctx)
	if err != nil {
		return Quota{}, fmt.Errorf("read the quota of broadcasts: %w", err)
	}
	q := Quota{Date: limits.dayOf(b, d.Clock.Now()), Day: Room{Limit: limits.Day}, Month: Room{Limit: limits.Month}, Needs: needs}
	q.Day.Taken, q.Month.Taken, err = d.Quotas.QuotaTaken(ctx, q.Date, b.ID)
	return q, err
}

// dayOf is the day on which a broadcast begins, as the house counts days.
func (l Limits) dayOf(b Broadcast, now time.Time) string {
	at := now
	if b.SendAt.After(now) {
		at = b.SendAt
	}
	zone, err := time.LoadLocation(l.Timezone)
	if err != nil { // a zone that this machine does not know
		zone = time.UTC
	}
	return at.In(zone).Format(time.DateOnly)
}

// needs is how many messages an estimate expects.
func (e Estimate) needs() int {
	n := 0
	for _, c := range e.Channels {
		n += c.Messages
	}
	return n
}

// judgeQuota finds whether there is room for it.
func judgeQuota(q Quota) []Finding {
	for _, room := range []struct {
		span string
		Room
	}{{"day", q.Day}, {"month", q.Month}} {
		if !room.holds(q.Needs) {
			full := FullError{Span: room.span, Limit: room.Limit, Left: max(room.Limit-room.Taken, 0), Needs: q.Needs}
			return []Finding{{Code: "over_quota", Level: Bars, Path: "audience", Detail: sentence(full.Error()), People: 0}}
		}
	}
	return nil
}

// sentence begins a text as a sentence does and ends it as one.
func sentence(text string) string { return string(text[0]-'a'+'A') + text[1:] + "." }

func (l *Lifecycle) reserve(ctx context.Context, b Broadcast) (Answer, error) {
	if b.Frozen == nil {
		return Answer{}, Refusal{"it is no longer frozen"}
	}
	return l.take(ctx, b)
}

// moveQuota takes the quota of the day on which it really begins: an approval may
// have come on another than it was asked for.
func (l *Lifecycle) moveQuota(ctx context.Context, b Broadcast) error {
	_, err := l.take(ctx, b)
	return err
}

func (l *Lifecycle) take(ctx context.Context, b Broadcast) (Answer, error) {
	limits, err := l.Quotas.Limits(ctx)
	if err != nil {
		return Answer{}, fmt.Errorf("read the quota of broadcasts: %w", err)
	}
	r := Reservation{ID: b.ID, Revision: b.Revision, Day: limits.dayOf(b, l.Clock.Now()), Messages: b.Frozen.Estimate.needs()}
	err = l.Quotas.ReserveQuota(ctx, r, limits)
	var full *FullError
	if errors.As(err, &full) {
		return Answer{}, Refusal{sentence(full.Error())}
	}
	return Answer{Output: map[string]any{"day": r.Day, "messages": r.Messages}}, err
}
