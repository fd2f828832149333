package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/saga"
	"clarion/backend/shop"
	"clarion/backend/store"
)

// mortal is the database of a worker that dies at one of its writes.
type mortal struct {
	*store.DB
	writes, dieAt int
	after         bool
}

var errDied = errors.New("the worker died")

func (m *mortal) SaveSaga(ctx context.Context, c saga.Change) (bool, error) {
	place := m.writes
	m.writes++
	if place == m.dieAt && !m.after {
		return false, errDied
	}
	abandoned, err := m.DB.SaveSaga(ctx, c)
	if place == m.dieAt {
		return false, errDied
	}
	return abandoned, err
}

// handClock is moved to whatever is next.
type handClock struct {
	mu sync.Mutex
	at time.Time
}

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *handClock) to(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at.After(c.at) {
		c.at = at
	}
}

type noWork struct{}

func (noWork) EnqueueSaga(context.Context, notify.Priority, []string) error { return nil }

// everybody can order.
type everybody struct{}

func (everybody) Recipient(_ context.Context, id string) (notify.Recipient, error) {
	return notify.Recipient{ID: id}, nil
}

// starter starts the saga of an order with the engine of the day.
type starter struct{ engine *saga.Engine }

func (s *starter) StartOrder(ctx context.Context, o shop.Order, by string) (string, error) {
	return (orders{&house{sagas: s.engine}}).StartOrder(ctx, o, by)
}

// counterDesk is a shop with a database of its own.
type counterDesk struct {
	t     *testing.T
	db    *store.DB
	clock *handClock
	shop  *shop.Shop
	start *starter
}

func openCounter(t *testing.T) *counterDesk {
	t.Helper()
	db, err := store.Open(t.Context(), store.Config{URL: "sqlite://" + filepath.Join(t.TempDir(), "shop.db")})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	require.NoError(t, db.Migrate(t.Context()))
	d := &counterDesk{t: t, db: db, clock: &handClock{at: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)}, start: &starter{}}
	d.shop = &shop.Shop{Store: db, Sagas: d.start, People: everybody{}, Clock: d.clock, Patience: time.Millisecond}
	require.NoError(t, d.shop.Open(t.Context()))
	return d
}

func (d *counterDesk) engine(m *mortal) *saga.Engine {
	d.t.Helper()
	worker := notify.NewID(notify.WorkerID)
	require.NoError(d.t, d.db.Beat(d.t.Context(), worker, d.clock.Now()))
	e, err := saga.NewEngine(saga.Deps{Store: m, Queue: noWork{}, Clock: d.clock, Worker: worker, Log: slog.Default()}, orderDefinition(d.shop))
	require.NoError(d.t, err)
	return e
}

// order lives an order through to its end, while its worker dies at one write,
// and looks at the books all the time.
func (d *counterDesk) order(m *mortal, faults map[shop.Step]shop.Fault) (shop.View, saga.View) {
	d.t.Helper()
	ctx := d.t.Context()
	e := d.engine(m)
	d.start.engine = e
	o, err := d.shop.Place(ctx, shop.Basket{Customer: "ada", Lines: []shop.Line{{Item: "mug", Quantity: 2}, {Item: "beans", Quantity: 1}}, Faults: faults})
	require.NoError(d.t, err)
	for range 40 {
		if err := e.Handle(ctx, notify.Medium, []string{o.SagaID}); err != nil {
			require.ErrorIs(d.t, err, errDied)
			e = d.engine(m)
		}
		d.balanced()
		v, err := e.Get(ctx, o.SagaID)
		require.NoError(d.t, err)
		d.post(o.ID, v.State)
		switch v.State {
		case saga.Completed, saga.Compensated:
			view, err := d.shop.Order(ctx, o.ID)
			require.NoError(d.t, err)
			return view, v
		case saga.CompensationFailed:
			require.NoError(d.t, e.Retry(ctx, o.SagaID, "bo"))
		}
		d.clock.to(v.NextAt)
		d.clock.to(v.LeaseUntil)
	}
	require.Fail(d.t, "it never ends")
	return shop.View{}, saga.View{}
}

// post takes what may leave the box: nobody is told of a shipment that may still be
// taken back.
func (d *counterDesk) post(order string, state saga.State) {
	d.t.Helper()
	letters, err := d.db.TakeLetters(d.t.Context(), d.clock.Now(), d.clock.Now().Add(time.Hour), 100)
	require.NoError(d.t, err)
	for _, l := range letters {
		require.Equal(d.t, order, l.OrderID)
		if l.Type == "order.shipped" {
			require.Equal(d.t, saga.Completed, state, "nothing is shipped before the order is known to stay committed")
		}
		require.NoError(d.t, d.db.LetterPosted(d.t.Context(), l.ID, "evt_of_"+l.ID, d.clock.Now()))
	}
}

func (d *counterDesk) balanced() {
	d.t.Helper()
	books, err := d.shop.Books(d.t.Context())
	require.NoError(d.t, err)
	require.Empty(d.t, books.Wrong)
}

func posted(v shop.View) []string {
	types := []string{}
	for _, l := range v.Letters {
		types = append(types, l.Type)
	}
	return types
}

// check holds one order that ended against itself.
func (d *counterDesk) check(o shop.View, s saga.View) {
	d.t.Helper()
	if s.State == saga.Completed {
		require.Equal(d.t, []shop.State{shop.Completed, shop.Sold, shop.Charged, shop.Dispatched}, []shop.State{o.State, o.Reservation, o.Payment, o.Shipment})
		require.NotEmpty(d.t, o.Tracking)
		require.Equal(d.t, []string{"order.created", "order.shipped"}, posted(o))
		require.NotEmpty(d.t, o.Letters[1].EventID, "it is posted once the order stays")
		return
	}
	require.Contains(d.t, []shop.State{shop.Cancelled, shop.Refused}, o.State)
	require.NotContains(d.t, []shop.State{shop.Reserved, shop.Sold}, o.Reservation)
	require.NotEqual(d.t, shop.Charged, o.Payment)
	require.NotContains(d.t, []shop.State{shop.Scheduled, shop.Dispatched}, o.Shipment)
	require.Contains(d.t, posted(o), "order.failed")
	require.NotContains(d.t, posted(o), "order.shipped")
	if o.Payment == shop.Refunded {
		require.Contains(d.t, posted(o), "payment.refunded")
	}
}

func TestTheBooksOfTheShopAddUpWhateverFails(t *testing.T) {
	t.Parallel()
	d := openCounter(t)
	ended := map[saga.State]int{}
	for _, stage := range shop.Stages {
		for _, fault := range []shop.Fault{shop.Refuse, shop.TimeOut, shop.Crash} {
			o, s := d.order(&mortal{DB: d.db, dieAt: -1}, map[shop.Step]shop.Fault{stage.Step: fault})
			d.check(o, s)
			ended[s.State]++
			require.Equal(t, fault == shop.Crash, s.State == saga.Completed, "%s at %s", fault, stage.Step)
		}
		if stage.Undoes && stage.Step != shop.Commit {
			o, s := d.order(&mortal{DB: d.db, dieAt: -1}, map[shop.Step]shop.Fault{stage.Step: shop.NoUndo, shop.Commit: shop.Refuse})
			d.check(o, s)
			require.Contains(t, fmt.Sprint(s.Transitions), saga.GaveUp, "a person had to insist")
		}
	}
	require.Equal(t, map[saga.State]int{saga.Completed: 7, saga.Compensated: 14}, ended)
}

func TestASwitchedServiceFailsForAllOrdersUntilItIsSwitchedBack(t *testing.T) {
	t.Parallel()
	d := openCounter(t)
	set := func(service shop.Service, fault shop.Fault) {
		before, after, err := d.shop.SetSwitch(t.Context(), shop.Switch{Service: service, Fault: fault, ChangedBy: "bo"})
		require.NoError(t, err)
		require.Equal(t, service, before.Service)
		require.Equal(t, d.clock.Now(), after.ChangedAt)
	}
	order := func(own map[shop.Step]shop.Fault) saga.State {
		o, s := d.order(&mortal{DB: d.db, dieAt: -1}, own)
		d.check(o, s)
		return s.State
	}
	for _, service := range shop.Services {
		for fault, want := range map[shop.Fault]saga.State{
			shop.Refuse: saga.Compensated, shop.TimeOut: saga.Compensated, shop.Slow: saga.Completed, shop.Off: saga.Completed,
		} {
			set(service, fault)
			require.Equal(t, want, order(nil), "%s at the %s service", fault, service)
			require.Equal(t, want, order(nil), "and still")
		}
		set(service, shop.Off)
	}
	set(shop.Payments, shop.Refuse)
	require.Equal(t, saga.Completed, order(map[shop.Step]shop.Fault{shop.ProcessPayment: shop.Crash}), "what is chosen for an order counts more")
	all, err := d.shop.Switches(t.Context())
	require.NoError(t, err)
	require.Len(t, all, len(shop.Services))
	require.Equal(t, []any{shop.Refuse, "bo"}, []any{all[2].Fault, all[2].ChangedBy})

	_, _, err = d.shop.SetSwitch(t.Context(), shop.Switch{Service: "post", Fault: shop.Off})
	require.ErrorIs(t, err, notify.ErrNotFound)
	_, _, err = d.shop.SetSwitch(t.Context(), shop.Switch{Service: shop.Orders, Fault: shop.Crash})
	var bad *notify.Invalid
	require.ErrorAs(t, err, &bad)
}

func TestTheBooksOfTheShopAddUpWheneverItsWorkerDies(t *testing.T) {
	t.Parallel()
	d := openCounter(t)
	for _, faults := range []map[shop.Step]shop.Fault{
		{}, {shop.ProcessPayment: shop.Refuse}, {shop.Commit: shop.TimeOut}, {shop.ScheduleShipment: shop.Crash, shop.TrackingNumber: shop.Refuse},
	} {
		whole := &mortal{DB: d.db, dieAt: -1}
		d.check(d.order(whole, faults))
		for at := range whole.writes {
			for _, after := range []bool{false, true} {
				d.check(d.order(&mortal{DB: d.db, dieAt: at, after: after}, faults))
			}
		}
	}
}
