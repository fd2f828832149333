// Package sandbox is the vendors in a box at wire level, one folder each, with
// their checks, error bodies, faults on demand, signed callbacks and a ledger
// of every call. It is a plain http.Handler that knows the vendors' protocols
// and nothing of ours but the words: it may not import a provider, and it never
// speaks to anything but loopback.
package sandbox

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"clarion/backend/notify"
	"clarion/backend/sandbox/wire"
)

// Config is what Open needs; the zero value is a sandbox in memory that lets
// every caller in and calls nobody back.
type Config struct {
	// Dir keeps the ledger, the messages, the callbacks still owed and the
	// signing key across restarts. Empty keeps all of it in memory.
	Dir string
	// Credentials are what each vendor accepts, by provider and setting key, as
	// README.md lists them. A vendor without an entry lets everybody in.
	Credentials map[string]map[string]string
	// Callbacks are the first values of SetCallbackURL, by provider.
	Callbacks map[string]string
	// Seed makes the choice of faults repeatable; zero picks a random one.
	Seed uint64
	// Discard counts calls and keeps nothing: the sink of a benchmark. There
	// are no messages, no ledger and no callbacks, only Tally.
	Discard bool
	// Clock stamps what is recorded; nil is the machine's clock.
	Clock func() time.Time
	// Log gets what the sandbox cannot tell its caller; nil is silent.
	Log *slog.Logger
}

// Sandbox is the running box.
type Sandbox struct {
	vendors map[string]wire.Vendor
	routes  []route
	faults  *faults
	book    *book
	journal *journal // nil in memory
	tally   *tally   // nil unless Config.Discard
	targets *targets
	lanes   map[string]*lane
	clock   func() time.Time
	log     *slog.Logger

	closing chan struct{}
	cancel  context.CancelFunc
	work    sync.WaitGroup
	once    sync.Once
}

// Open starts a sandbox, with what Dir remembers: callbacks that were owed when
// the process died are sent again.
func Open(c Config) (*Sandbox, error) {
	if c.Clock == nil {
		c.Clock = notify.SystemClock{}.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Discard {
		c.Dir = ""
	}
	s := &Sandbox{
		faults: newFaults(c.Seed), book: newBook(), targets: newTargets(),
		clock: c.Clock, log: c.Log, closing: make(chan struct{}),
	}
	if err := s.load(c); err != nil {
		return nil, err
	}
	for provider, url := range c.Callbacks {
		if err := s.SetCallbackURL(provider, url); err != nil {
			return nil, err
		}
	}
	if c.Discard {
		s.tally = newTally()
	}
	s.start()
	return s, nil
}

func (s *Sandbox) load(c Config) error {
	if c.Dir != "" {
		if err := os.MkdirAll(c.Dir, 0o700); err != nil {
			return fmt.Errorf("make sandbox folder: %w", err)
		}
	}
	if err := s.furnish(c); err != nil || c.Dir == "" {
		return err
	}
	journal, err := openJournal(c.Dir, s.book, s.log)
	s.journal = journal
	return err
}

func (s *Sandbox) start() {
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	s.lanes = map[string]*lane{}
	client := newClient()
	for name, vendor := range s.vendors {
		if c := vendor.Callbacks; c != nil {
			post := &postman{vendor, s.targets, client}
			s.lanes[name] = newLane(c.Size, c.Workers, post.post)
			s.lanes[name].linger = c.Linger
			s.lanes[name].open = func() bool { return s.listening(name) }
		}
	}
	for _, at := range s.routes {
		if serve := s.vendors[at.provider].Serve; serve != nil {
			s.work.Go(func() { serve(ctx, s.take(at)) })
		}
	}
	for provider, l := range s.lanes {
		l.done, l.lost = s.acknowledge, func(events []*event, cause error) {
			s.log.Warn("sandbox gave up a callback", "provider", provider, "events", len(events), "error", cause)
		}
		l.run(ctx, &s.work)
	}
	s.schedule(s.book.owed())
	if s.journal != nil {
		s.work.Go(func() { s.journal.compactor(ctx) })
	}
}

// Close lets go of hanging callers, stops the callbacks and waits for all
// goroutines of the sandbox. Callbacks not yet acknowledged stay in Dir. Close
// the sandbox before its listener's server, which waits for the callers.
func (s *Sandbox) Close() error {
	var err error
	s.once.Do(func() {
		close(s.closing)
		s.cancel()
		s.work.Wait()
		if s.journal != nil {
			err = s.journal.close()
		}
	})
	return err
}

// SetCallbackURL says where a vendor's callbacks go. A vendor with one hook
// makes no events without it, and events owed from before wait. Where each
// message names its own address, a URL set here is where the host named there
// is really reached, as behind a proxy. Only loopback addresses are allowed;
// empty takes the setting back.
func (s *Sandbox) SetCallbackURL(provider, url string) error {
	if calls, _ := s.CallsBack(provider); !calls {
		return notify.InvalidField("provider", "no_callbacks", fmt.Sprintf("%q has no callbacks", provider))
	}
	if err := s.targets.set(provider, url); err != nil {
		return err
	}
	s.lanes[provider].nudge()
	return nil
}

// SetPublicURL says under which address a vendor with one hook knows it, when
// callbacks really go elsewhere, as behind a proxy: some vendors sign it. Nothing
// is ever sent there.
func (s *Sandbox) SetPublicURL(provider, url string) error {
	if _, hook := s.CallsBack(provider); !hook {
		return notify.InvalidField("provider", "no_hook", fmt.Sprintf("%q has no hook of its own", provider))
	}
	s.targets.announce(provider, url)
	return nil
}

// SetFault makes one vendor misbehave, or behave again. It replaces what was
// set for that vendor; a faulty Fault is a *notify.Invalid.
func (s *Sandbox) SetFault(f Fault) error {
	if err := s.check(f); err != nil {
		return err
	}
	s.faults.set(f)
	return nil
}

// Faults lists what is set, one entry for each vendor.
func (s *Sandbox) Faults() []Fault {
	list := s.faults.list()
	for i := range list {
		list[i].Supported = s.Supports(list[i].Provider)
	}
	return list
}

// Messages returns what people would have received, newest first, and the
// After of the next page, empty at the end.
func (s *Sandbox) Messages(f MessageFilter) ([]Message, string) { return s.book.findMessages(f) }

// Requests returns the ledger of raw calls, newest first, and the After of the
// next page, empty at the end.
func (s *Sandbox) Requests(f RequestFilter) ([]Request, string) { return s.book.findRequests(f) }

// Tally returns the counts of a sandbox opened with Discard, else zeros.
func (s *Sandbox) Tally() Tally {
	if s.tally == nil {
		return Tally{}
	}
	return s.tally.read()
}

// Clear empties the messages. The ledger stays: it is the ground truth.
func (s *Sandbox) Clear() error {
	last := s.book.clear()
	if s.journal == nil {
		return nil
	}
	return s.journal.write(entry{Cleared: last})
}

func (s *Sandbox) acknowledge(events []*event) {
	for _, e := range events {
		if e.taken != nil {
			close(e.taken)
		}
	}
	ids := s.book.settle(events)
	if s.journal == nil {
		return
	}
	if err := s.journal.write(entry{Acknowledged: ids}); err != nil {
		s.log.Error("sandbox could not note an acknowledged callback", "error", err)
	}
}

func (s *Sandbox) schedule(events []*event) {
	for _, e := range events {
		s.lanes[e.Origin.Provider].push(e)
	}
}
