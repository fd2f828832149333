package sandbox

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"clarion/backend/notify"
	"clarion/backend/sandbox/wire"
)

// FaultKind is a way for a vendor to misbehave.
type FaultKind = wire.FaultKind

// The faults. README.md says what each means for each vendor.
const (
	None               = wire.None
	Status             = wire.Status
	RateLimit          = wire.RateLimit
	Hang               = wire.Hang
	Reset              = wire.Reset
	TimeoutAfterAccept = wire.TimeoutAfterAccept
	BadJSON            = wire.BadJSON
	Bounce             = wire.Bounce
	Undelivered        = wire.Undelivered
)

// FaultKinds is the closed list.
var FaultKinds = []FaultKind{
	None, Status, RateLimit, Hang, Reset, TimeoutAfterAccept, BadJSON, Bounce, Undelivered,
	wire.InvalidRecipient, wire.RecipientBlocked, wire.ContentRejected, wire.AuthConfig, wire.Temporary, wire.Partial, wire.OKWithError,
	wire.NoID, wire.WrongType, wire.HangMidBody, wire.ResetMidBody, wire.SlowBody, wire.HugeBody, wire.Redirect,
}

// Fault is how one vendor behaves from now on.
type Fault struct {
	Provider string    `json:"provider"`
	Fault    FaultKind `json:"fault"`
	// Status is the answer of the fault status.
	Status int `json:"status"`
	// Rate is the share of calls that are struck; zero means all of them.
	Rate float64 `json:"rate"`
	// RetryAfterSeconds is sent with status and rate_limit; zero sends none.
	RetryAfterSeconds int `json:"retry_after_seconds"`
	// RetryAfterForm is how Retry-After is written: in seconds unless set.
	RetryAfterForm RetryAfterForm `json:"retry_after_form,omitempty"`
	Callback       Callback       `json:"callback"`
	// Supported are the faults the vendor can have: said by Faults, and nothing to
	// set.
	Supported []FaultKind `json:"supported,omitempty"`
}

// Callback is how a vendor calls back about every message it accepted, struck
// by the fault or not.
type Callback struct {
	// DelayMS is when the first callback comes; zero means the usual 40 ms.
	DelayMS int `json:"delay_ms"`
	// Duplicates is how many times each callback is sent again.
	Duplicates int `json:"duplicates"`
	// Shuffle mixes the order of a message's callbacks.
	Shuffle bool `json:"shuffle"`
	// Drop sends none.
	Drop bool `json:"drop"`
	// BeforeAnswer holds the answer back until they were taken.
	BeforeAnswer bool `json:"before_answer,omitempty"`
	// UnknownFields adds fields to each that nobody has heard of, UnknownStatus
	// one callback with such a status before the others.
	UnknownFields bool `json:"unknown_fields,omitempty"`
	UnknownStatus bool `json:"unknown_status,omitempty"`
}

const (
	maxDelayMS    = 600_000
	maxDuplicates = 100
)

func (s *Sandbox) check(f Fault) error {
	var faults notify.Invalid
	vendor, known := s.vendors[f.Provider]
	if !known {
		faults.Add("provider", "unknown_provider", "provider must be one of "+strings.Join(Providers(), ", "))
	}
	if !slices.Contains(FaultKinds, f.Fault) {
		faults.Add("fault", "unknown_fault", fmt.Sprintf("fault must be one of %v", FaultKinds))
	}
	if why := unsupported(vendor, f.Fault); known && why != "" {
		faults.Add("fault", "not_supported", f.Provider+" "+why)
	}
	if f.Fault == Status && (f.Status < 400 || f.Status > 599) {
		faults.Add("status", "out_of_range", "status must be an error status, 400 to 599")
	}
	if !(f.Rate >= 0 && f.Rate <= 1) { // also refuses NaN
		faults.Add("rate", "out_of_range", "rate is a probability, 0 to 1")
	}
	if !slices.Contains(retryAfterForms, f.RetryAfterForm) {
		faults.Add("retry_after_form", "not_an_option", fmt.Sprintf("must be one of %v", retryAfterForms[1:]))
	}
	if f.RetryAfterSeconds < 0 {
		faults.Add("retry_after_seconds", "out_of_range", "retry_after_seconds cannot be negative")
	}
	if f.Callback.DelayMS < 0 || f.Callback.DelayMS > maxDelayMS {
		faults.Add("callback.delay_ms", "out_of_range", fmt.Sprintf("delay_ms must be 0 to %d", maxDelayMS))
	}
	if f.Callback.Duplicates < 0 || f.Callback.Duplicates > maxDuplicates {
		faults.Add("callback.duplicates", "out_of_range", fmt.Sprintf("duplicates must be 0 to %d", maxDuplicates))
	}
	return faults.Err()
}

// faults holds what is set and throws the dice.
type faults struct {
	mu       sync.Mutex
	settings map[string]Fault
	dice     *rand.Rand
}

func newFaults(seed uint64) *faults {
	if seed == 0 {
		seed = rand.Uint64()
	}
	f := &faults{settings: map[string]Fault{}, dice: rand.New(rand.NewPCG(seed, seed))}
	for _, p := range Providers() {
		f.settings[p] = Fault{Provider: p, Fault: None}
	}
	return f
}

func (f *faults) set(next Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	next.Supported = nil
	f.settings[next.Provider] = next
}

func (f *faults) list() []Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]Fault, len(listings))
	for i, p := range Providers() {
		out[i] = f.settings[p]
	}
	return out
}

// roll returns what is set for a vendor and whether this call is struck.
func (f *faults) roll(provider string) (Fault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.settings[provider]
	if now.Fault == None {
		return now, false
	}
	return now, now.Rate == 0 || f.dice.Float64() < now.Rate
}

// shuffle mixes a message's callbacks.
func (f *faults) shuffle(n int, swap func(i, j int)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.dice.Shuffle(n, swap)
}
