package dispatch

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"clarion/backend/notify"
)

// wait parks a run until something becomes of a message that it has made. Where
// no such message is on its way there is nothing to wait for.
func (p *passage) wait(step *notify.Step, rest []notify.Step) {
	rule := step.Wait
	sent, made := p.sent[p.channelOf(rule.Step)]
	if !made || sent.Status.Ended() && sent.Status != notify.Sent && sent.Status != notify.Delivered {
		p.tell(notify.Decision{Step: "wait", Outcome: "pass", Detail: fmt.Sprintf("Nothing was sent by %s, so nothing is waited for.", rule.Step), Rule: p.rule()})
		return
	}
	detail := fmt.Sprintf("It waits %s for %s of %s.", seconds(rule.Seconds), strings.Join(rule.For, " or "), rule.Step)
	p.park(step, rest, p.now.Add(seconds(rule.Seconds)), detail)
	p.parked.Awaits = sent.ID
}

// channelOf is the channel of a step of the workflow.
func (p *passage) channelOf(key string) notify.Channel {
	i := slices.IndexFunc(p.workflow.Steps, func(s notify.Step) bool { return s.Key == key })
	if i < 0 {
		return ""
	}
	return p.workflow.Steps[i].Channel
}

// waited says what a run that waits does now: stop, go on, or wait on.
func (p *passage) waited(rule *notify.Wait, parked Parked) (stop, goOn bool) {
	tell := func(outcome, detail string) {
		p.tell(notify.Decision{Step: "wait", Outcome: outcome, Detail: detail, Rule: p.rule()})
	}
	status := notify.Status("")
	if len(parked.Signals) > 0 {
		status = notify.Status(parked.Signals[0])
	}
	if i := slices.IndexFunc(parked.Signals, rule.Proves); i >= 0 {
		if rule.WhenMet == notify.MetGoOn {
			tell("pass", fmt.Sprintf("%s: %s. It goes on.", rule.Step, parked.Signals[i]))
			return false, true
		}
		tell("stop", fmt.Sprintf("%s: %s. Nothing more is needed.", rule.Step, parked.Signals[i]))
		return true, false
	}
	switch {
	case status == notify.Cancelled:
		tell("stop", fmt.Sprintf("The message of %s was cancelled.", rule.Step))
		return true, false
	case status == "":
		tell("pass", fmt.Sprintf("The message of %s is not there any more: it goes on at once.", rule.Step))
		return false, true
	case status.Ended() && status != notify.Sent && status != notify.Delivered:
		tell("pass", fmt.Sprintf("The message of %s is %s: it goes on at once.", rule.Step, status))
		return false, true
	case !p.now.Before(parked.ResumeAt):
		tell("pass", fmt.Sprintf("No %s of %s in time: it goes on.", strings.Join(rule.For, " or "), rule.Step))
		return false, true
	}
	return false, false
}

// stops finds the runs that an event ends, for the recipients of this page.
func (d *Dispatcher) stops(ctx context.Context, j *job, view *Vars, batch *Batch) error {
	flows, err := d.Workflows.Stops(ctx, j.event.Type)
	if err != nil {
		return fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
	}
	if len(flows) == 0 || len(j.ids) == 0 || d.Runs == nil {
		return nil
	}
	names := make([]string, len(flows))
	for i := range flows {
		names[i] = flows[i].Key
	}
	waiting, err := d.Runs.Waiting(ctx, names, j.ids)
	if err != nil {
		return fmt.Errorf("find the runs that event %s ends: %w", j.event.ID, err)
	}
	var ended []string
	for _, w := range waiting {
		theirs, err := d.Views.Event(w.Event)
		if err == nil && endedBy(flows, w.Workflow, j.event.Type, view, &theirs) {
			ended = append(ended, w.ID)
		}
	}
	if len(ended) > 0 {
		batch.Stops = append(batch.Stops, Stop{EventID: j.event.ID, Runs: ended, Decision: notify.Decision{
			Step: "cancel", Outcome: "stop", Detail: fmt.Sprintf("The event %s came.", j.event.Type), Rule: "event:" + j.event.ID, At: batch.Now,
		}})
	}
	return nil
}

func (d *Dispatcher) tellStopped(stops []Stop) {
	for _, stop := range stops {
		if d.Stopped != nil {
			d.Stopped(stop.Runs)
		}
	}
}

// endedBy reports whether one of a workflow's rules says that the event ends a
// run that another event started.
func endedBy(flows []notify.Workflow, key, eventType string, now, then *Vars) bool {
	for i := range flows {
		if flows[i].Key != key {
			continue
		}
		for _, rule := range flows[i].CancelOn {
			if rule.EventType != eventType {
				continue
			}
			if rule.Match == "" {
				return true
			}
			a, there := lookup(rule.Match, now)
			b, too := lookup(rule.Match, then)
			if there && too && equal(a, b) {
				return true
			}
		}
	}
	return false
}
