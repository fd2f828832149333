package dispatch

import (
	"context"
	"fmt"

	"clarion/backend/notify"
)

// Sandboxes answers whether a channel has an integration that only sends into
// the box.
type Sandboxes interface {
	HasSandbox(ctx context.Context, channel notify.Channel) (bool, error)
}

// testRouteExists lets a test run go where nobody is reached but who asked for
// it: to sandbox integrations, and to the inbox of its actor.
func (d *Dispatcher) testRouteExists(ctx context.Context, l *lane) (verdict, error) {
	if l.step.Channel == notify.InApp {
		if l.person.ID != l.event.Actor {
			return verdict{skip: notify.NoIntegration, detail: "A test run reaches no inbox but that of the member who started it."}, nil
		}
		return verdict{}, nil
	}
	ok, err := d.Sandboxes.HasSandbox(ctx, l.step.Channel)
	if err != nil {
		return verdict{}, fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
	}
	if !ok {
		detail := fmt.Sprintf("A test run goes to sandbox integrations only, and none that is enabled serves %s.", l.step.Channel)
		return verdict{skip: notify.NoIntegration, detail: detail, rule: "integrations"}, nil
	}
	return verdict{}, nil
}
