package shop

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Ask is a service asked to do its part of an order, or to take it back. The same
// order and step is the same part, however often it is asked for.
type Ask struct {
	Order Order
	Step  Step
	// Try counts from one.
	Try int
}

// Answer is what a service says.
type Answer struct {
	State    State  `json:"state"`
	Tracking string `json:"tracking,omitempty"`
}

// undoFaults is how often a service that will not undo says so: as often as it is
// asked before the orchestrator leaves it to people.
const undoFaults = 3

// Do does the part of a step.
func (s *Shop) Do(ctx context.Context, a Ask) (Answer, error) {
	fault, err := s.faultOf(ctx, a)
	if err != nil {
		return Answer{}, err
	}
	switch fault {
	case Refuse:
		return Answer{}, s.refuse(ctx, a)
	case Slow:
		if err := s.rest(ctx); err != nil {
			return Answer{}, err
		}
	}
	answer, err := s.do(ctx, a)
	if err != nil {
		return Answer{}, err
	}
	s.changed(a.Order.ID)
	switch {
	case fault == TimeOut:
		if err := s.rest(ctx); err != nil {
			return Answer{}, err
		}
		return Answer{}, fmt.Errorf("the %s service did not answer in time", serviceOf(a.Step))
	case fault == Crash && a.Try <= 1:
		return Answer{}, fmt.Errorf("the %s service broke down: connection reset", serviceOf(a.Step))
	}
	return answer, nil
}

// rest keeps the caller waiting.
func (s *Shop) rest(ctx context.Context) error {
	timer := time.NewTimer(s.Patience)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

func serviceOf(step Step) Service {
	for _, stage := range Stages {
		if stage.Step == step {
			return stage.Service
		}
	}
	return Orders
}

func (s *Shop) do(ctx context.Context, a Ask) (Answer, error) {
	o := a.Order
	m := Move{Order: o, Now: s.Clock.Now()}
	switch a.Step {
	case CreateOrder:
		m.From, m.To, m.Letters = []State{Placed}, Created, s.letters(o, orderCreated(o))
		return Answer{State: Created}, errors.Join(s.Store.AddShopOrder(ctx, o), s.Store.MoveShopOrder(ctx, m))
	case ReserveInventory:
		return Answer{State: Reserved}, s.Store.Reserve(ctx, m)
	case ProcessPayment:
		return Answer{State: Charged}, s.Store.Charge(ctx, m)
	case ConfirmOrder:
		m.From, m.To = []State{Created}, Confirmed
		return Answer{State: Confirmed}, s.Store.MoveShopOrder(ctx, m)
	case ScheduleShipment:
		return Answer{State: Scheduled}, s.Store.Schedule(ctx, m)
	case TrackingNumber:
		number, err := s.Store.Track(ctx, m, trackingOf(o))
		return Answer{State: Scheduled, Tracking: number}, err
	case Commit:
		// Whether the order stays committed is known when its saga has completed:
		// until then nobody is told that it was shipped.
		m.Letters = s.letters(o, orderShipped(o))
		m.Letters[0].AfterSaga = o.SagaID
		return Answer{State: Completed}, s.Store.CommitShopOrder(ctx, m)
	}
	return Answer{}, fmt.Errorf("the shop has no step %q", a.Step)
}

// reasons are why a service says no.
var reasons = map[Service]string{
	Orders: "the order was not accepted", Inventory: "out of stock", Payments: "the card was declined", Shipping: "no carrier serves this address",
}

// refuse says no, and leaves nothing behind but the telling.
func (s *Shop) refuse(ctx context.Context, a Ask) error {
	o, why := a.Order, reasons[serviceOf(a.Step)]
	m := Move{Order: o, Reason: why, Now: s.Clock.Now()}
	var err error
	switch a.Step {
	case CreateOrder:
		m.From, m.To, m.Letters = []State{Placed}, Refused, s.letters(o, orderFailed(o, why))
		err = errors.Join(s.Store.AddShopOrder(ctx, o), s.Store.MoveShopOrder(ctx, m))
	case ProcessPayment:
		m.Letters = s.letters(o, paymentFailed(o, why))
		err = s.Store.DeclinePayment(ctx, m)
	}
	if err != nil {
		return err
	}
	s.changed(o.ID)
	return Refusal{why}
}

// Undo takes back the part of a step. Why is why the order cannot be completed.
func (s *Shop) Undo(ctx context.Context, a Ask, why string) error {
	if a.Order.Faults[a.Step] == NoUndo {
		fails, err := s.Store.SpendUndoFault(ctx, a.Order.ID)
		if err != nil {
			return err
		}
		if fails {
			return fmt.Errorf("the %s service cannot take it back now", serviceOf(a.Step))
		}
	}
	if err := s.undo(ctx, a, why); err != nil {
		return err
	}
	s.changed(a.Order.ID)
	return nil
}

func (s *Shop) undo(ctx context.Context, a Ask, why string) error {
	o := a.Order
	m := Move{Order: o, Reason: why, Now: s.Clock.Now()}
	switch a.Step {
	case CreateOrder:
		m.From, m.To, m.Letters = []State{Placed, Created, Confirmed}, Cancelled, s.letters(o, orderCancelled(o, why), orderFailed(o, why))
		return errors.Join(s.Store.AddShopOrder(ctx, o), s.Store.MoveShopOrder(ctx, m))
	case ReserveInventory:
		return s.Store.Release(ctx, m)
	case ProcessPayment:
		m.Letters = s.letters(o, paymentRefunded(o))
		return s.Store.Refund(ctx, m)
	case ScheduleShipment:
		return s.Store.CancelShipment(ctx, m)
	case Commit:
		return s.Store.UncommitShopOrder(ctx, m)
	}
	return fmt.Errorf("the shop has nothing to take back at step %q", a.Step)
}
