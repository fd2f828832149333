package dispatch

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"clarion/backend/notify"
)

// DigestRequest asks for the words of one message that says what many said.
type DigestRequest struct {
	// RenderRequest names the template that all of them have; it is empty where
	// they have several. It has no variables.
	RenderRequest
	Recipient notify.Recipient
	Category  notify.Category
	Digest    Digest
	// Own is the first of them: alone it keeps its own words.
	Own LeavingItem
}

// DigestWords are the words, where they come from, and a sentence about that.
type DigestWords struct {
	Content notify.Content
	Ref     notify.TemplateRef
	Detail  string
}

// RenderRequest names what to render and for whom.
type RenderRequest struct {
	Template string
	// Version is the approved one; zero is the live one.
	Version int
	Channel notify.Channel
	Locale  string
	Vars    *Vars
	// Links makes the message's own links when they are asked for.
	Links func() notify.Links
}

// leave sends the digests whose time has come: of the messages that wait in one
// the first carries it, and the others are done with it.
func (d *Dispatcher) leave(ctx context.Context, p notify.Priority, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	now := d.Clock.Now()
	digests, err := d.Leaves.Leaving(ctx, ids, now)
	if err != nil {
		return fmt.Errorf("read %d digests: %w", len(ids), err)
	}
	categories, err := d.Workflows.Categories(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
	}
	for i := range digests {
		d.Turns.Yield(p)
		g := &departure{Leaving: &digests[i], categories: categories, left: Left{
			ID: digests[i].ID, Now: now, LeaseUntil: now.Add(queueLease), Decisions: map[string][]notify.Decision{},
		}}
		if err := d.leaveOne(ctx, g); err != nil {
			return fmt.Errorf("digest %s: %w", g.ID, err)
		}
		saved, err := d.Leaves.SaveLeaving(ctx, g.left)
		if err != nil {
			return fmt.Errorf("save digest %s: %w", g.ID, err)
		}
		if saved && len(g.left.Carriers) > 0 {
			d.enqueueMessages(ctx, g.left.Carriers, []string{g.ID}, func(*notify.Message) string { return g.ID })
		}
	}
	return nil
}

// departure is a digest that is about to leave.
type departure struct {
	*Leaving
	categories map[string]notify.Category
	person     Person
	found      bool
	left       Left
}

// end ends one of the messages with a reason.
func (g *departure) end(item LeavingItem, status notify.Status, d notify.Decision) {
	m := item.Message
	m.Status, m.SkipReason, m.ErrorDetail = status, d.Reason, d.Detail
	d.At, d.Channel = g.left.Now, m.Channel
	g.left.Rest = append(g.left.Rest, m)
	g.tell(m, d)
}

func (g *departure) tell(m notify.Message, list ...notify.Decision) {
	g.left.Decisions[m.NotificationID] = append(g.left.Decisions[m.NotificationID], list...)
}

// leaveOne decides what becomes of each message of a digest.
func (d *Dispatcher) leaveOne(ctx context.Context, g *departure) error {
	if len(g.Items) == 0 {
		return nil
	}
	list, err := d.Store.People(ctx, []string{g.Items[0].Recipient.ID})
	if err != nil {
		return fmt.Errorf("load recipient %s: %w", g.Items[0].Recipient.ID, err)
	}
	g.person.ID = g.Items[0].Recipient.ID
	if len(list) > 0 {
		g.person, g.found = list[0], true
	}
	kept, err := d.stillWanted(ctx, g)
	if err != nil || len(kept) == 0 {
		return err
	}
	l, err := d.carrier(ctx, g, kept)
	if err != nil {
		return err
	}
	for _, item := range kept[1:] {
		g.end(item, notify.Skipped, notify.Decision{
			Step: "cadence", Outcome: "skip", Reason: notify.Digested, Rule: "message:" + l.message.ID,
			Detail: fmt.Sprintf("It is one of %d in the digest %s.", len(kept), l.message.ID),
		})
	}
	return nil
}

// stillWanted ends what has expired and what the recipient, or a member, has
// switched off since; it returns the others.
func (d *Dispatcher) stillWanted(ctx context.Context, g *departure) ([]LeavingItem, error) {
	answers := map[string]verdict{}
	var kept []LeavingItem
	for _, item := range g.Items {
		if !item.ExpiresAt.IsZero() && !g.left.Now.Before(item.ExpiresAt) {
			g.end(item, notify.Expired, notify.Decision{Step: "expiry", Outcome: "expired", Detail: "Its time had passed before its digest left."})
			continue
		}
		v, asked := answers[item.Workflow]
		if !asked {
			var err error
			if v, err = d.wantedStill(ctx, g, item); err != nil {
				return nil, err
			}
			answers[item.Workflow] = v
		}
		if v.skip != "" {
			g.end(item, notify.Skipped, notify.Decision{Step: "preference", Outcome: "skip", Reason: v.skip, Detail: v.detail, Rule: v.rule})
			continue
		}
		kept = append(kept, item)
	}
	return kept, nil
}

// wantedStill asks about the messages of one workflow.
func (d *Dispatcher) wantedStill(ctx context.Context, g *departure, item LeavingItem) (verdict, error) {
	l, err := d.laneOf(ctx, g, item)
	if err != nil {
		return verdict{}, err
	}
	for _, ask := range []func(context.Context, *lane) (verdict, error){workflowEnabled, recipientPresent, d.wanted} {
		if v, err := ask(ctx, l); err != nil || v.skip != "" {
			return v, err
		}
	}
	return verdict{}, nil
}

// laneOf is the lane of a message that waited.
func (d *Dispatcher) laneOf(ctx context.Context, g *departure, item LeavingItem) (*lane, error) {
	w := notify.Workflow{Key: item.Workflow, Category: item.Category, Critical: item.Critical, Enabled: true}
	live, err := d.Workflows.Workflow(ctx, item.Workflow)
	switch {
	case err == nil:
		w.Enabled = live.Enabled
	case !errors.Is(err, notify.ErrNotFound):
		return nil, fmt.Errorf("%w: workflow %s: %w", notify.ErrUnavailable, item.Workflow, err)
	}
	event := &notify.Event{ID: item.EventID, Source: item.Source, Tenant: item.Tenant, TraceID: item.TraceID}
	step := &notify.Step{Kind: notify.StepChannel, Channel: item.Channel, Template: item.Template.Key}
	r := &run{event: event, workflow: &w, category: g.categories[item.Category], person: &g.person, found: g.found, now: g.left.Now}
	return &lane{run: r, step: step, message: item.Message}, nil
}

// carrier makes the first message say what all of them say, to where the person
// is reached now.
func (d *Dispatcher) carrier(ctx context.Context, g *departure, kept []LeavingItem) (*lane, error) {
	l, err := d.laneOf(ctx, g, kept[0])
	if err != nil {
		return nil, err
	}
	m := &l.message
	m.Status, m.DueAt, m.ExpiresAt = notify.Queued, g.left.Now, latestExpiry(kept)
	decisions := []notify.Decision{{Step: "cadence", Channel: m.Channel, Outcome: "pass", Detail: fmt.Sprintf("Its digest leaves: %d gathered.", len(kept)), Rule: "digest:" + g.ID}}
	for _, s := range []step{
		{"preference", d.wanted}, {"address", addressFound}, {"integration", d.routeExists},
		{"template", func(ctx context.Context, l *lane) (verdict, error) { return d.renderedTogether(ctx, l, kept) }},
	} {
		v, err := s.ask(ctx, l)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		decision := notify.Decision{Step: s.name, Channel: m.Channel, Outcome: "pass", Detail: v.detail, Rule: v.rule}
		if v.skip != "" {
			decision.Outcome, decision.Reason = "skip", v.skip
			m.Status, m.SkipReason, m.ErrorDetail = notify.Skipped, v.skip, v.detail
		}
		if v.detail != "" && s.name != "preference" {
			decisions = append(decisions, decision)
		}
		if v.skip != "" {
			break
		}
	}
	for i := range decisions {
		decisions[i].At = g.left.Now
	}
	g.tell(*m, decisions...)
	g.left.Carriers = append([]notify.Message{*m}, l.everyDevice()...)
	return l, nil
}

// latestExpiry is when the last of them expires; never when one of them does not.
func latestExpiry(list []LeavingItem) time.Time {
	var last time.Time
	for _, item := range list {
		if item.ExpiresAt.IsZero() {
			return time.Time{}
		}
		last = later(last, item.ExpiresAt)
	}
	return last
}

// renderedTogether makes the words of a digest. One message alone that does not
// speak of a digest keeps its own.
func (d *Dispatcher) renderedTogether(ctx context.Context, l *lane, items []LeavingItem) (verdict, error) {
	words, err := d.Templates.Together(ctx, l.together(d, items))
	switch {
	case errors.Is(err, notify.ErrUnavailable) || ctx.Err() != nil:
		return verdict{}, err
	case err != nil:
		//nolint:nilerr // a digest that cannot be rendered is an answer about this message, kept with its reason
		return verdict{skip: notify.TemplateFailed, detail: err.Error(), rule: "template:" + l.step.Template}, nil
	}
	l.message.Content, l.message.Template, l.message.SizeBytes = words.Content, words.Ref, words.Content.Size()
	return verdict{detail: words.Detail}, nil
}

// together asks for the words of a digest.
func (l *lane) together(d *Dispatcher, items []LeavingItem) DigestRequest {
	r := DigestRequest{
		RenderRequest: RenderRequest{Template: l.step.Template, Channel: l.step.Channel, Locale: l.person.Locale, Links: d.linksOf(l)},
		Recipient:     l.person.Recipient, Category: l.category,
		Digest: Digest{Total: len(items), First: items[0].At, Last: items[len(items)-1].At}, Own: items[0],
	}
	for _, item := range items {
		if item.Template.Key != r.Template {
			r.Template = ""
		}
	}
	for _, item := range items[max(0, len(items)-notify.DigestKeep):] {
		r.Digest.Items = append(r.Digest.Items, DigestItem{At: item.At, Content: item.Content, Event: item.Event})
	}
	return r
}

// apart are the ids of digests, and those of runs.
func apart(ids []string) (digests, runs []string) {
	for _, id := range ids {
		if strings.HasPrefix(id, notify.DigestID) {
			digests = append(digests, id)
		} else {
			runs = append(runs, id)
		}
	}
	return digests, runs
}
