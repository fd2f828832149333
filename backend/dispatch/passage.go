package dispatch

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"clarion/backend/notify"
)

// passage is a run on its way through the steps that are left of it.
type passage struct {
	*run
	notification *notify.Notification
	messages     []notify.Message
	sent         map[notify.Channel]Sent
	// turn, digestID and full are what a parked run brings along.
	turn     int
	digestID string
	full     bool
	// parked is set once it waits: nothing more happens now.
	parked *notify.Run
}

// goOn walks the steps that are left until one of them waits.
func (d *Dispatcher) goOn(ctx context.Context, p *passage, rest []notify.Step) error {
	for len(rest) > 0 && p.parked == nil {
		var err error
		if rest, err = d.one(ctx, p, &rest[0], rest[1:]); err != nil {
			return fmt.Errorf("recipient %s: %w", p.person.ID, err)
		}
	}
	return nil
}

// one takes one step and returns those that are left.
func (d *Dispatcher) one(ctx context.Context, p *passage, step *notify.Step, rest []notify.Step) ([]notify.Step, error) {
	if step.Kind == notify.StepChannel || step.Kind == "" {
		return rest, d.send(ctx, p, step)
	}
	if p.applies(step) {
		return d.overTime(ctx, p, step, rest)
	}
	return rest, nil
}

// send takes a channel step through the policy.
func (d *Dispatcher) send(ctx context.Context, p *passage, step *notify.Step) error {
	l := &lane{run: p.run, step: step, full: p.full, message: p.message(*p.notification, step)}
	decisions, err := d.walk(ctx, l)
	if err != nil {
		return err
	}
	p.tell(decisions...)
	p.messages = append(append(p.messages, l.message), l.everyDevice()...)
	if p.sent != nil {
		p.sent[step.Channel] = Sent{ID: l.message.ID, Status: l.message.Status}
	}
	return nil
}

// tell keeps decisions. Those of a run that went on later say when.
func (p *passage) tell(decisions ...notify.Decision) {
	if p.turn > 0 {
		for i := range decisions {
			decisions[i].At = p.now
		}
	}
	p.notification.Decisions = append(p.notification.Decisions, decisions...)
}

// applies reports whether a step over time has anything to do. Where nothing
// will be sent, nothing is waited for.
func (p *passage) applies(step *notify.Step) bool {
	if !p.workflow.Enabled || !p.found || !p.person.ErasedAt.IsZero() || p.full {
		return false
	}
	for _, c := range step.If {
		if !holds(c, p.vars) {
			p.tell(notify.Decision{Step: string(step.Kind), Outcome: "pass", Detail: fmt.Sprintf("Left out: the condition of %s does not hold: %s", step.Key, sentence(c)), Rule: p.rule()})
			return false
		}
	}
	return true
}

func (p *passage) rule() string { return "workflow:" + p.workflow.Key }

// overTime does what a step over time does now and returns the steps that are
// left.
func (d *Dispatcher) overTime(ctx context.Context, p *passage, step *notify.Step, rest []notify.Step) ([]notify.Step, error) {
	switch {
	case step.Kind == notify.StepDelay && step.Delay != nil:
		return rest, d.delay(ctx, p, step, rest)
	case step.Kind == notify.StepDigest && step.Digest != nil:
		return rest, d.gather(ctx, p, step, rest)
	case step.Kind == notify.StepThrottle && step.Throttle != nil:
		return rest, d.throttle(ctx, p, step, rest)
	case step.Kind == notify.StepBranch && step.Branch != nil:
		return p.branch(step, rest), nil
	case step.Kind == notify.StepWait && step.Wait != nil:
		p.wait(step, rest)
		return rest, nil
	default:
		return rest, fmt.Errorf("step %s of workflow %s says nothing: %w", step.Key, p.workflow.Key, notify.ErrMalformed)
	}
}

// testPause is the longest that a test run waits at a step: whoever tries a
// workflow out looks on.
const testPause = 3 * time.Second

// park leaves the rest for later.
func (p *passage) park(step *notify.Step, rest []notify.Step, at time.Time, detail string) {
	if p.event.IsTest() && at.After(p.now.Add(testPause)) {
		at = p.now.Add(testPause)
		detail += " A test run waits a moment only."
	}
	p.parked = &notify.Run{
		ID: p.notification.ID, EventID: p.event.ID, RecipientID: p.person.ID, Workflow: p.workflow.Key, WorkflowVersion: p.workflow.Version,
		Priority: p.notification.Priority, Status: notify.RunParked, Step: step.Key, Kind: step.Kind, Rest: keys(rest), ResumeAt: at,
		DigestID: p.digestID, Turn: p.turn,
	}
	p.tell(notify.Decision{Step: string(step.Kind), Outcome: "hold", Detail: detail, Rule: p.rule(), Until: at})
}

func keys(steps []notify.Step) []string {
	list := make([]string, len(steps))
	for i := range steps {
		list[i] = steps[i].Key
	}
	return list
}

// branch takes the first arm whose conditions hold and leaves out the steps
// within the others, and what is within those in turn.
func (p *passage) branch(step *notify.Step, rest []notify.Step) []notify.Step {
	taken := ""
	for _, arm := range step.Branch.Arms {
		if !slices.ContainsFunc(arm.If, func(c notify.Condition) bool { return !holds(c, p.vars) }) {
			taken = arm.Key
			break
		}
	}
	detail := "No arm is open."
	if taken != "" {
		detail = fmt.Sprintf("It took %s.", taken)
	}
	p.tell(notify.Decision{Step: "branch", Outcome: "pass", Detail: detail, Rule: p.rule()})
	closed := map[string]bool{step.Key: true}
	var left []notify.Step
	for _, each := range rest {
		branch, arm, _ := strings.Cut(each.Within, ".")
		if closed[branch] && (branch != step.Key || arm != taken) {
			if each.Kind == notify.StepBranch {
				closed[each.Key] = true
			}
			continue
		}
		left = append(left, each)
	}
	return left
}

// gather asks for a place in the digest of the recipient and the key.
func (d *Dispatcher) gather(ctx context.Context, p *passage, step *notify.Step, rest []notify.Step) error {
	scope, err := d.scope(ctx, p, step, step.Digest.Key)
	if err != nil || scope == "" {
		return err
	}
	rule := *step.Digest
	if p.event.IsTest() {
		rule.Seconds = min(rule.Seconds, int(testPause.Seconds()))
	}
	p.park(step, rest, p.now.Add(seconds(rule.Seconds)), fmt.Sprintf("Gathered with what else comes within %s.", seconds(step.Digest.Seconds)))
	p.parked.Gather = &notify.Gather{Scope: scope, Rule: rule}
	return nil
}

// throttle asks for a ticket. The answer comes with the next turn.
func (d *Dispatcher) throttle(ctx context.Context, p *passage, step *notify.Step, rest []notify.Step) error {
	scope, err := d.scope(ctx, p, step, step.Throttle.Key)
	if err != nil || scope == "" {
		return err
	}
	before := len(p.notification.Decisions)
	p.park(step, rest, p.now, "")
	p.notification.Decisions = p.notification.Decisions[:before] // it waits for nothing that anybody would notice
	p.parked.Ticket = &notify.Ticket{Scope: scope, Rule: *step.Throttle}
	return nil
}

// scope names the stream of a step, a recipient and a key. A key that cannot be
// made is no reason to lose anything, nor to mix it with others: the step is
// left out.
func (d *Dispatcher) scope(ctx context.Context, p *passage, step *notify.Step, source string) (string, error) {
	key := ""
	if source != "" {
		var err error
		if key, err = d.Keys.Key(ctx, source, p.vars); err != nil {
			if ctx.Err() != nil {
				return "", fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
			}
			p.tell(notify.Decision{Step: string(step.Kind), Outcome: "pass", Detail: "Left out: its key cannot be made: " + err.Error(), Rule: p.rule()})
			return "", nil
		}
	}
	parts := []string{"workflow", p.workflow.Key, step.Key, p.person.ID, key}
	if p.event.IsTest() {
		parts[0] = "test"
	}
	return strings.Join(parts, "\n"), nil
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
