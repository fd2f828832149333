package shop

import (
	"fmt"
	"strings"
	"time"
)

// Service is one of the shop's services, named as the source it reports as.
type Service string

// The services.
const (
	Orders    Service = "shop"
	Inventory Service = "inventory"
	Payments  Service = "payments"
	Shipping  Service = "shipping"
)

// Services is the closed list.
var Services = []Service{Orders, Inventory, Payments, Shipping}

// Step is one step of an order.
type Step string

// The steps, in their order.
const (
	CreateOrder      Step = "create_order"
	ReserveInventory Step = "reserve_inventory"
	ProcessPayment   Step = "process_payment"
	ConfirmOrder     Step = "confirm_order"
	ScheduleShipment Step = "schedule_shipment"
	TrackingNumber   Step = "tracking_number"
	Commit           Step = "commit"
)

// Stage is a step and the service that does it.
type Stage struct {
	Step    Step    `json:"step"`
	Service Service `json:"service"`
	// Undoes says whether there is something to take back.
	Undoes bool `json:"undoes"`
}

// Stages is the way of an order.
var Stages = []Stage{
	{CreateOrder, Orders, true}, {ReserveInventory, Inventory, true}, {ProcessPayment, Payments, true}, {ConfirmOrder, Orders, false},
	{ScheduleShipment, Shipping, true}, {TrackingNumber, Shipping, false}, {Commit, Orders, true},
}

// Fault is how a service is told to fail at a step.
type Fault string

// The faults.
const (
	// Refuse says no.
	Refuse Fault = "refuse"
	// TimeOut does what it is asked and never says so.
	TimeOut Fault = "timeout"
	// Crash breaks down once, after it did what it was asked.
	Crash Fault = "crash"
	// NoUndo does its part, and fails to take it back until somebody insists.
	NoUndo Fault = "no_undo"
)

// Faults is the closed list of what can be chosen for one order.
var Faults = []Fault{Refuse, TimeOut, Crash, NoUndo}

// State is where an order or one of its parts stands.
type State string

// The states of an order, and of its reservation, payment and shipment.
const (
	Placed    State = "placed"
	Created   State = "created"
	Confirmed State = "confirmed"
	Completed State = "completed"
	Cancelled State = "cancelled"
	Refused   State = "refused"

	Reserved State = "reserved"
	Sold     State = "sold"
	Released State = "released"

	Charged  State = "charged"
	Refunded State = "refunded"

	Scheduled  State = "scheduled"
	Dispatched State = "dispatched"

	// Void is the mark of what was taken back before it came.
	Void State = "void"
)

// open reports whether an order is still under way.
func (s State) open() bool { return s == Placed || s == Created || s == Confirmed }

// Currency is what the shop reckons in; amounts are in hundredths of it.
const Currency = "EUR"

// Line is so many of an item, at the price of the day.
type Line struct {
	Item     string `json:"item"`
	Quantity int    `json:"quantity"`
	Price    int64  `json:"price"`
}

// Order is what a person ordered.
type Order struct {
	ID       string         `json:"id"`
	Number   string         `json:"number"`
	Customer string         `json:"customer"`
	Lines    []Line         `json:"lines"`
	Total    int64          `json:"total"`
	State    State          `json:"state"`
	Reason   string         `json:"reason"`
	Faults   map[Step]Fault `json:"faults"`
	// UndoFaults is how often taking something back will still fail.
	UndoFaults int       `json:"-"`
	SagaID     string    `json:"saga_id"`
	TraceID    string    `json:"trace_id"`
	CreatedAt  time.Time `json:"created_at"`
	UpdatedAt  time.Time `json:"updated_at"`
}

// View is an order with its entries in the services' books and what they posted.
type View struct {
	Order
	Reservation State    `json:"reservation"`
	Payment     State    `json:"payment"`
	Shipment    State    `json:"shipment"`
	Tracking    string   `json:"tracking"`
	Letters     []Letter `json:"letters"`
}

// Item is something on the shelf.
type Item struct {
	ID        string            `json:"id"`
	Names     map[string]string `json:"names"`
	Price     int64             `json:"price"`
	Stocked   int64             `json:"stocked"`
	Available int64             `json:"available"`
	Reserved  int64             `json:"reserved"`
	Sold      int64             `json:"sold"`
}

// Letter is an event that a service has to post.
type Letter struct {
	// ID is also its idempotency key.
	ID string `json:"id"`
	// AfterSaga is the saga that has to be completed before it is posted; empty
	// where what it tells is true already.
	AfterSaga string    `json:"after_saga"`
	OrderID   string    `json:"-"`
	Source    Service   `json:"source"`
	Type      string    `json:"type"`
	Body      []byte    `json:"-"`
	TraceID   string    `json:"-"`
	Place     int64     `json:"-"`
	Tries     int       `json:"tries"`
	PostedAt  time.Time `json:"posted_at,omitzero"`
	EventID   string    `json:"event_id"`
	Error     string    `json:"error"`
}

// Refusal is a service's no.
type Refusal struct{ Reason string }

// Error returns the reason.
func (r Refusal) Error() string { return r.Reason }

// numberOf is what people call an order.
func numberOf(id string) string { return "J-" + strings.ToUpper(id[max(0, len(id)-6):]) }

// money writes hundredths as people do.
func money(cents int64) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }
