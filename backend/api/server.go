package api

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"

	"clarion/backend/access"
	"clarion/backend/notify"
)

const (
	// maxBody and maxBatch bound what a request may carry.
	maxBody  = 1 << 20
	maxBatch = 8 << 20
	// requestTime bounds a handler's work: less than access takes a claimed
	// idempotency key to be abandoned after.
	requestTime = 30 * time.Second
)

// Config is what the door needs to know about the house.
type Config struct {
	// Production turns on Secure cookies and HSTS.
	Production bool
	// PublicURL is where vendors and browsers reach us, without a trailing
	// slash. Callback URLs are built from it, never from a request's headers.
	PublicURL string
	// Origins are the browsers' origins that may call us besides our own host.
	Origins []string
	Version string
	Commit  string
	// IssuerName is what the button of the sign-in page calls the issuer.
	IssuerName string
	// DemoKey is shown on Home. It is set only with demo data in development,
	// where the key is kept readable by design.
	DemoKey string
	// Pages is the built SPA; nil when this process has none.
	Pages fs.FS
	// RatePerSecond is the limit of an API key that has none of its own; zero is
	// access.DefaultRate.
	RatePerSecond int
}

// Server is the HTTP door.
type Server struct {
	Config
	Deps
	app     *fiber.App
	metrics *metrics
	shields []header
	pages   *pages
	rates   rates
	pace    socketPace
	// views are the GET handlers by their paths.
	views map[string]fiber.Handler
	// readable is what reads the kinds of things that are told to the pages.
	readable map[string]access.Permission
	clock    notify.Clock
	log      *slog.Logger

	// stopping is closed when the sockets must go.
	stopping chan struct{}
	stopOnce sync.Once
	sockets  sync.WaitGroup
	mu       sync.Mutex
	listener net.Listener
	quiet    quiet
	// life is the parent of every request's context.
	life context.Context
	end  context.CancelFunc
}

// New builds the door. It fails when the embedded document or the pages cannot
// be read.
func New(c Config, d Deps) (*Server, error) {
	s := &Server{
		Config: c, Deps: d, metrics: newMetrics(d.Collectors), shields: shields(c.Production), rates: newRates(d.Clock, c.RatePerSecond),
		pace: usualPace, views: map[string]fiber.Handler{}, clock: d.Clock, log: d.Log, stopping: make(chan struct{}),
	}
	s.life, s.end = context.WithCancel(context.Background())
	var err error
	if s.pages, err = newPages(c.Pages); err != nil {
		return nil, fmt.Errorf("read the pages: %w", err)
	}
	s.app = fiber.New(fiber.Config{
		DisableStartupMessage: true,
		// Immutable makes every string a copy: a handler's strings may then
		// outlive the request whose buffers Fiber uses again.
		Immutable:     true,
		CaseSensitive: true,
		BodyLimit:     maxBatch,
		// Forwarded headers are believed by nobody: c.IP is the peer.
		EnableTrustedProxyCheck:      true,
		ReadTimeout:                  20 * time.Second,
		WriteTimeout:                 60 * time.Second,
		IdleTimeout:                  120 * time.Second,
		ReadBufferSize:               16 << 10,
		DisablePreParseMultipartForm: true,
		ErrorHandler:                 s.refuseEarly,
	})
	s.app.Use(s.door)
	table := s.routes()
	s.readable = readableKinds(table)
	for _, r := range table {
		if r.reads() && r.who == callers {
			s.views[r.path] = r.do
		}
	}
	for _, r := range table {
		s.mount(r)
	}
	s.app.Use(s.page)
	s.app.Server().Handler = s.knownMethods(s.app.Server().Handler)
	return s, nil
}

// Serve answers on the listener until Shutdown.
func (s *Server) Serve(l net.Listener) error {
	s.mu.Lock()
	l = &closeOnce{Listener: s.quiet.watch(l)}
	s.listener = l
	stopped := s.isStopping()
	s.mu.Unlock()
	if stopped {
		return l.Close()
	}
	if s.Ledger != nil {
		go s.rates.Share(s.life, s.Ledger, s.log)
	}
	if err := s.app.Listener(l); err != nil {
		return fmt.Errorf("serve http: %w", err)
	}
	return nil
}

// Shutdown stops taking requests, tells every socket to come back later (1012)
// and waits for the requests under way, at most until ctx ends.
func (s *Server) Shutdown(ctx context.Context) error {
	s.stopOnce.Do(s.stop)
	gone := make(chan struct{})
	go func() { s.sockets.Wait(); close(gone) }()
	select {
	case <-gone:
	case <-ctx.Done():
	}
	err := s.app.ShutdownWithContext(ctx)
	s.end()
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stop http: %w", err)
	}
	return nil
}

// stop closes the listener here, because the framework forgets to when it is
// stopped before it has begun to serve.
func (s *Server) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.stopping)
	if s.listener != nil {
		_ = s.listener.Close()
	}
	s.quiet.hush()
}

// closeOnce is a listener that both we and the framework may close.
type closeOnce struct {
	net.Listener
	once sync.Once
	err  error
}

func (l *closeOnce) Close() error {
	l.once.Do(func() { l.err = l.Listener.Close() })
	return l.err
}

func (s *Server) isStopping() bool {
	select {
	case <-s.stopping:
		return true
	default:
		return false
	}
}

// Deps is everything the door calls. A nil Sandbox means that it is off.
type Deps struct {
	Clock notify.Clock
	Log   *slog.Logger

	Keys Keys
	// Signatures checks what keys that take only signed requests send.
	Signatures Signatures
	Sources    Sources
	Members    Members
	Staff      Staff
	Account    Account
	Tokens     Tokens
	Answers    Answers
	Audit      Audit
	Views      Views
	Search     Search
	House      House
	// Issuer is nil where nobody vouches for people.
	Issuer   Issuer
	Vouching Vouching

	Acceptor    Acceptor
	Canceller   Canceller
	Rescheduler Rescheduler
	Recalls     Recalls
	Explainer   Explainer
	Reports     Reports
	Mailer      Mailer
	Retention   Retention
	Letters     Letters
	OTPs        OTPs
	Hooks       Hooks
	Redactor    Redactor

	Recipients   Recipients
	Verifier     Verifier
	Imports      Imports
	Syncs        Syncs
	Groups       Groups
	Joining      Joining
	Segments     Segments
	Broadcasts   Broadcasts
	Preferences  Preferences
	Centre       Centre
	Own          Own
	Consents     Consents
	ConsentChain ConsentChain
	Workflows    Workflows
	Categories   Categories
	Templates    Templates
	Parts        Parts
	Reviews      Reviews
	Integrations Integrations
	PublicKeys   PublicKeys
	Suppressions Suppressions
	Simulator    Simulator
	Tester       Tester
	Sagas        Sagas
	Schedules    Schedules
	// Shop is nil where there is no demo.
	Shop Shop

	// Uses counts how often links are used, for all processes.
	Uses Uses
	// Ledger makes the rates of API keys those of all processes; nil where there is
	// one process only.
	Ledger access.Ledger

	Inbox Inbox
	// Subscribe begins to collect the live frames of a topic.
	Subscribe func(topic string) Feed
	// Tell tells the open pages of all processes, soon, that a thing of a kind of
	// the audit log has changed. It does not wait.
	Tell      func(kind, id string)
	Callbacks Callbacks
	Sandbox   Sandbox
	// Checks are the dependencies that /readyz asks.
	Checks []Check
	// Collectors are the other packages' metrics.
	Collectors []prometheus.Collector
}
