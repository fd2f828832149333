package dispatch

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"clarion/backend/notify"
)

// step is one question of the policy.
type step struct {
	name string
	ask  func(ctx context.Context, l *lane) (verdict, error)
}

// verdict is the answer. The zero verdict passes without a word.
type verdict struct {
	skip   notify.SkipReason
	end    notify.Status // a status other than skipped that ends the lane
	until  time.Time
	detail string
	rule   string
}

// policy is all that can happen to a message before it is queued, in order. To
// change what happens to an event, change this list.
func (d *Dispatcher) policy() []step {
	return []step{
		{"audience", selectedBy},
		{"workflow enabled", workflowEnabled},
		{"recipient present", recipientPresent},
		{"condition", conditionsHold},
		{"throttle", notThrottled},
		{"preference", d.wanted},
		{"address", addressFound},
		{"expiry", notExpired},
		{"integration", d.routeExists},
		{"template", d.rendered},
		{"cadence", d.gathered},
		{"quiet hours", d.quietHours},
		{"frequency cap", d.capped},
	}
}

// walk takes a lane through the policy until a step ends it, and returns every
// decision that had something to say.
func (d *Dispatcher) walk(ctx context.Context, l *lane) ([]notify.Decision, error) {
	decisions := make([]notify.Decision, 0, 4)
	for _, s := range d.steps {
		v, err := s.ask(ctx, l)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		decision := notify.Decision{Step: s.name, Channel: l.step.Channel, Outcome: "pass", Detail: v.detail, Rule: v.rule}
		if s.name == "preference" { // its decision keeps the proof it was made under
			decision.Consent = l.person.Consent
		}
		switch {
		case v.skip != "":
			decision.Outcome, decision.Reason = "skip", v.skip
			l.message.Status, l.message.SkipReason = notify.Skipped, v.skip
		case v.end == notify.Held:
			decision.Outcome, decision.Until = "hold", v.until
			l.message.Status = v.end
		case v.end != "":
			decision.Outcome = string(v.end)
			l.message.Status = v.end
		case v.detail == "":
			continue
		}
		decisions = append(decisions, decision)
		if l.message.Status != notify.Queued {
			l.message.ErrorDetail = v.detail
			break
		}
	}
	return decisions, nil
}

// selectedBy keeps which list of people the recipient came by: whoever asks later
// cannot find out from a list that has changed.
func selectedBy(_ context.Context, l *lane) (verdict, error) {
	kind, key, _ := strings.Cut(l.by, ":")
	if kind == "" {
		return verdict{}, nil
	}
	return verdict{detail: fmt.Sprintf("In the %s %s.", kind, key), rule: l.by}, nil
}

func workflowEnabled(_ context.Context, l *lane) (verdict, error) {
	if !l.workflow.Enabled {
		return verdict{skip: notify.WorkflowDisabled, detail: "The workflow is switched off.", rule: "workflow:" + l.workflow.Key}, nil
	}
	return verdict{}, nil
}

func recipientPresent(_ context.Context, l *lane) (verdict, error) {
	switch {
	case !l.found:
		return verdict{skip: notify.RecipientNotFound, detail: "There is no such recipient."}, nil
	case !l.person.ErasedAt.IsZero():
		return verdict{skip: notify.Erased, detail: "The recipient's data was erased."}, nil
	}
	return verdict{}, nil
}

func conditionsHold(_ context.Context, l *lane) (verdict, error) {
	for _, c := range l.step.If {
		if !holds(c, l.vars) {
			return verdict{skip: notify.ConditionFalse, detail: "The condition does not hold: " + sentence(c), rule: "workflow:" + l.workflow.Key}, nil
		}
	}
	if len(l.step.If) > 0 {
		return verdict{detail: fmt.Sprintf("All %d conditions hold.", len(l.step.If))}, nil
	}
	return verdict{}, nil
}

// notThrottled stops what a throttle of the workflow had no room for.
func notThrottled(_ context.Context, l *lane) (verdict, error) {
	if l.full {
		return verdict{skip: notify.FrequencyCapped, detail: "The workflow's throttle had no room for it.", rule: "workflow:" + l.workflow.Key}, nil
	}
	return verdict{}, nil
}

func notExpired(_ context.Context, l *lane) (verdict, error) {
	if at := l.message.ExpiresAt; !at.IsZero() && !l.now.Before(at) {
		return verdict{end: notify.Expired, detail: "Its time had passed before it could be sent."}, nil
	}
	return verdict{}, nil
}

func (d *Dispatcher) routeExists(ctx context.Context, l *lane) (verdict, error) {
	if l.event.IsTest() {
		return d.testRouteExists(ctx, l)
	}
	every := l.everyAddress()
	var served []string
	for _, address := range l.usable {
		ok, err := d.Routes.HasWay(ctx, l.step.Channel, l.message.Category, address)
		if err != nil {
			return verdict{}, fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
		}
		if ok {
			served = append(served, address)
			if !every {
				break
			}
		}
	}
	if l.usable = served; len(served) > 0 {
		l.message.Address = served[0]
		return l.devices(), nil
	}
	detail := fmt.Sprintf("No enabled integration serves %s for this category and address.", l.step.Channel)
	return verdict{skip: notify.NoIntegration, detail: detail, rule: "integrations"}, nil
}

// rendered makes the content and pins the template version.
func (d *Dispatcher) rendered(ctx context.Context, l *lane) (verdict, error) {
	if direct := l.event.Direct; direct != nil && direct.Content != nil {
		l.message.Content = fit(*direct.Content, l.step.Channel)
		l.measure(direct)
		return verdict{detail: "The content came with the request."}, nil
	}
	request := RenderRequest{
		Template: l.step.Template, Channel: l.step.Channel, Locale: l.person.Locale, Vars: l.vars, Links: d.linksOf(l),
	}
	if l.event.Direct != nil {
		request.Version = l.event.Direct.Pins[l.step.Template]
	}
	content, ref, err := d.Templates.Render(ctx, request)
	switch {
	case errors.Is(err, notify.ErrNotFound):
		return verdict{skip: notify.NoTemplate, detail: fmt.Sprintf("The template %s has no %s content.", l.step.Template, l.step.Channel), rule: "template:" + l.step.Template}, nil
	case errors.Is(err, notify.ErrUnavailable) || ctx.Err() != nil:
		return verdict{}, err
	case err != nil:
		//nolint:nilerr // a template that cannot be rendered is an answer about this message, kept with its reason
		return verdict{skip: notify.TemplateFailed, detail: err.Error(), rule: "template:" + l.step.Template}, nil
	}
	l.message.Content, l.message.Template = content, ref
	l.measure(l.event.Direct)
	return verdict{detail: fmt.Sprintf("Template %s version %d in %s.", ref.Key, ref.Version, ref.Locale), rule: "template:" + ref.Key}, nil
}

// linksOf makes the links of a message as it is when they are asked for.
func (d *Dispatcher) linksOf(l *lane) func() notify.Links {
	return func() notify.Links { return d.Links.Of(l.message, l.category) }
}

// measure says of a test that it is one, how big the content is, and in how many
// parts it goes out.
func (l *lane) measure(direct *notify.Direct) {
	if direct != nil && direct.Test {
		l.message.Content = l.message.Content.AsTest()
	}
	l.message.SizeBytes, l.message.Parts = l.message.Content.Size(), l.message.Content.Parts(l.step.Channel)
}

// fit fills the fields a channel needs from those the caller gave.
func fit(c notify.Content, channel notify.Channel) notify.Content {
	first := func(values ...string) string {
		for _, v := range values {
			if v != "" {
				return v
			}
		}
		return ""
	}
	out := c
	switch channel {
	case notify.Email:
		out.Subject, out.Text = first(c.Subject, c.Title), first(c.Text, c.Body)
	case notify.Push, notify.InApp:
		out.Title, out.Body = first(c.Title, c.Subject), first(c.Body, c.Text)
	default:
		out.Text = first(c.Text, c.Body, c.Title, c.Subject)
	}
	return out
}
