package broadcast

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"clarion/backend/notify"
)

// sampleMost is how many of the audience are thought through: enough that a share
// of a hundredth is seen, few enough that a person waits for it.
const sampleMost = 200

// Rehearser thinks an event through for some people: what each would get, by
// the steps that really send, with nothing stored or sent.
type Rehearser interface {
	Rehearse(ctx context.Context, e notify.Event, people []Person) ([]Rehearsed, error)
}

// Rehearsed is what one recipient would get.
type Rehearsed struct {
	Recipient notify.RecipientRef `json:"recipient"`
	Messages  []RehearsedMessage  `json:"messages"`
}

// RehearsedMessage is one message that would be made, or not.
type RehearsedMessage struct {
	Channel notify.Channel `json:"channel"`
	// Locale is that of the words, where a template has several.
	Locale  string            `json:"locale"`
	Status  notify.Status     `json:"status"`
	Reason  notify.SkipReason `json:"skip_reason,omitempty"`
	Detail  string            `json:"detail,omitempty"`
	Content notify.Content    `json:"content"`
	Size    int               `json:"size_bytes"`
	// Parts are those of a text message; one of everything else.
	Parts int `json:"parts"`
	// CostMicros is what it costs by the prices of the integrations that share it.
	CostMicros int64 `json:"cost_micros"`
	// LeavesWay says that the words themselves give a way to refuse them.
	LeavesWay bool `json:"-"`
	// MayRefuse says that the recipient may refuse the category.
	MayRefuse bool `json:"-"`
}

// Estimate is what a broadcast would come to, from a sample of its audience.
type Estimate struct {
	People  int `json:"people"`
	Sampled int `json:"sampled"`
	// Reached is how many people would get at least one message.
	Reached  int               `json:"reached"`
	Channels []ChannelEstimate `json:"channels"`
	Skips    []SkipEstimate    `json:"skips"`
	// CostMicros is what all of it costs.
	CostMicros int64 `json:"cost_micros"`
	// Seconds is how long it takes at the rate it is given; zero without one.
	Seconds int `json:"seconds"`
}

// ChannelEstimate is one channel's part of it.
type ChannelEstimate struct {
	Channel    notify.Channel `json:"channel"`
	Messages   int            `json:"messages"`
	Parts      int            `json:"parts"`
	CostMicros int64          `json:"cost_micros"`
	// Held are those of the messages that would wait for the end of quiet hours.
	Held int `json:"held"`
}

// SkipEstimate is how many messages would not be made, and why.
type SkipEstimate struct {
	Channel notify.Channel    `json:"channel"`
	Reason  notify.SkipReason `json:"reason"`
	People  int               `json:"people"`
}

// estimate scales what a sample would get up to the whole audience.
func estimate(people, perSecond int, sample []Rehearsed) Estimate {
	e := Estimate{People: people, Sampled: len(sample), Channels: []ChannelEstimate{}, Skips: []SkipEstimate{}}
	if len(sample) == 0 {
		return e
	}
	channels, skips := map[notify.Channel]*ChannelEstimate{}, map[SkipEstimate]int{}
	reached, messages := 0, 0
	for _, one := range sample {
		got := false
		for _, m := range one.Messages {
			if m.Status != notify.Queued && m.Status != notify.Held {
				skips[SkipEstimate{Channel: m.Channel, Reason: m.Reason}]++
				continue
			}
			c := channels[m.Channel]
			if c == nil {
				c = &ChannelEstimate{Channel: m.Channel}
				channels[m.Channel] = c
			}
			got = true
			messages++
			c.Messages++
			c.Parts += m.Parts
			c.CostMicros += m.CostMicros
			if m.Status == notify.Held {
				c.Held++
			}
		}
		if got {
			reached++
		}
	}
	scale := func(n int) int { return (n*people + len(sample)/2) / len(sample) }
	e.Reached = scale(reached)
	for _, c := range channels {
		cost := (c.CostMicros*int64(people) + int64(len(sample))/2) / int64(len(sample))
		e.CostMicros += cost
		e.Channels = append(e.Channels, ChannelEstimate{c.Channel, scale(c.Messages), scale(c.Parts), cost, scale(c.Held)})
	}
	for s, n := range skips {
		s.People = scale(n)
		e.Skips = append(e.Skips, s)
	}
	slices.SortFunc(e.Channels, func(a, b ChannelEstimate) int { return cmp.Compare(a.Channel, b.Channel) })
	slices.SortFunc(e.Skips, func(a, b SkipEstimate) int {
		return cmp.Or(cmp.Compare(b.People, a.People), cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Reason, b.Reason))
	})
	if perSecond > 0 {
		e.Seconds = (scale(messages) + perSecond - 1) / perSecond
	}
	return e
}

// Check is what is known of a broadcast before it goes out.
type Check struct {
	Findings []Finding   `json:"findings"`
	Estimate Estimate    `json:"estimate"`
	Previews []Rehearsed `json:"previews"`
	// Quota is what the day it would begin on has room for.
	Quota Quota `json:"quota"`
}

// Check writes down the audience of a broadcast as it is now and thinks it
// through for a sample.
func (d *Desk) Check(ctx context.Context, id string) (Check, error) {
	b, err := d.Store.Broadcast(ctx, id)
	if err != nil {
		return Check{}, err
	}
	if b.State != Draft && (b.State != Rejected || b.Hash != "") {
		return d.frozenCheck(ctx, b)
	}
	c, _, err := d.thought(ctx, b)
	return c, err
}

// frozenCheck shows what was found when it was frozen, with words for a few people.
func (d *Desk) frozenCheck(ctx context.Context, b Broadcast) (Check, error) {
	c := Check{Findings: []Finding{}, Previews: []Rehearsed{}, Estimate: estimate(b.People, 0, nil)}
	var err error
	if b.Frozen == nil {
		c.Quota, err = d.quotaOf(ctx, b, 0)
		return c, err
	}
	c.Findings, c.Estimate = b.Frozen.Findings, b.Frozen.Estimate
	if c.Quota, err = d.quotaOf(ctx, b, c.Estimate.needs()); err != nil {
		return c, err
	}
	sample, err := d.sample(ctx, b, frozenSample)
	c.Previews = shown(sample)
	return c, err
}

// thought is a check of the plan as it stands, and what it would be frozen as.
func (d *Desk) thought(ctx context.Context, b Broadcast) (Check, Frozen, error) {
	now := d.Clock.Now()
	c := Check{Findings: lacks(b.Plan), Previews: []Rehearsed{}, Estimate: estimate(0, 0, nil)}
	pinned, found, err := d.Words.Pin(ctx, b.Plan)
	if err != nil {
		return c, Frozen{}, fmt.Errorf("find what broadcast %s goes out with: %w", b.ID, err)
	}
	c.Findings = append(c.Findings, found...)
	if c.Quota, err = d.quotaOf(ctx, b, 0); err != nil {
		return c, Frozen{}, err
	}
	f := Frozen{Pins: pinned.Pins, Workflow: pinned.Workflow, At: now}
	if f.Pins == nil {
		f.Pins = []Pin{}
	}
	if b.Audience.Empty() {
		f.Findings = c.Findings
		return c, f, nil
	}
	roll, err := d.Store.TakeAudience(ctx, b, now)
	if err != nil {
		return c, f, fmt.Errorf("take down the audience of broadcast %s: %w", b.ID, err)
	}
	f.People, f.Digest, f.turn = roll.People, roll.Digest, roll.Turn
	c.Estimate = estimate(f.People, b.PerSecond, nil)
	b.Frozen = &f
	var sample []Rehearsed
	if f.People > 0 && !bars(c.Findings) {
		if sample, err = d.sample(ctx, b, sampleMost); err != nil {
			return c, f, err
		}
		c.Estimate = estimate(f.People, b.PerSecond, sample)
	}
	c.Findings = append(c.Findings, judge(b, c.Estimate, sample, now)...)
	c.Previews = shown(sample)
	if c.Quota, err = d.quotaOf(ctx, b, c.Estimate.needs()); err != nil {
		return c, f, err
	}
	c.Findings = append(c.Findings, judgeQuota(c.Quota)...)
	if c.Findings == nil {
		c.Findings = []Finding{}
	}
	f.Estimate, f.Findings = c.Estimate, c.Findings
	return c, f, nil
}

func (d *Desk) sample(ctx context.Context, b Broadcast, most int) ([]Rehearsed, error) {
	people, err := d.Store.SampleAudience(ctx, b.ID, most)
	if err != nil {
		return nil, fmt.Errorf("sample the audience of broadcast %s: %w", b.ID, err)
	}
	sample, err := d.Rehearser.Rehearse(ctx, b.event(d.Clock.Now()), people)
	if err != nil {
		return nil, fmt.Errorf("think broadcast %s through: %w", b.ID, err)
	}
	return sample, nil
}
