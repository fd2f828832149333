package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"clarion/analytics"
	"clarion/backend/access"
	"clarion/backend/approval"
	"clarion/backend/audience"
	"clarion/backend/audit"
	"clarion/backend/broadcast"
	"clarion/backend/centre"
	"clarion/backend/config"
	"clarion/backend/consent"
	"clarion/backend/delivery"
	"clarion/backend/desk"
	"clarion/backend/dispatch"
	"clarion/backend/explain"
	"clarion/backend/inbox"
	"clarion/backend/ingest"
	"clarion/backend/integration"
	"clarion/backend/live"
	"clarion/backend/notify"
	"clarion/backend/otp"
	"clarion/backend/preference"
	"clarion/backend/provider"
	"clarion/backend/queue"
	"clarion/backend/recovery"
	"clarion/backend/roster"
	"clarion/backend/roster/syncs"
	"clarion/backend/saga"
	"clarion/backend/schedule"
	"clarion/backend/seal"
	"clarion/backend/segment"
	"clarion/backend/shop"
	"clarion/backend/store"
	"clarion/backend/suppression"
	"clarion/backend/template"
	"clarion/backend/tracking"
	"clarion/backend/workflow"
)

// house is everything a process is made of, plugged together.
type house struct {
	config config.Config
	log    *slog.Logger
	clock  notify.Clock
	worker string

	db *store.DB
	// warehouse is nil when there is no ClickHouse.
	warehouse *analytics.Warehouse
	exporter  *analytics.Exporter
	queue     *queue.Queue
	hub       *live.Hub
	box       *box
	sealer    *seal.Sealer
	codes     *otp.Codes
	metrics   *metrics
	watcher   *watcher
	changes   *changes

	settings     *desk.House
	sources      *access.Sources
	keys         *access.Keys
	signatures   *access.Signatures
	members      *access.Members
	tokens       *access.Tokens
	answers      *access.Answers
	audit        *audit.Log
	templates    *template.Catalog
	workflows    *workflow.Catalog
	integrations *integration.Catalog
	audience     *audience.Audience
	preferences  *preference.Preferences
	imports      *roster.Imports
	joining      *roster.Joining
	syncs        *syncs.Syncs
	links        *centre.Links
	centre       *centre.Centre
	consents     *consent.Log
	suppressions *suppression.Suppressions
	segments     *segment.Segments
	inbox        *inbox.Inbox
	explainer    *explain.Explainer
	reviews      *approval.Desk
	notices      *notices
	broadcasts   *broadcast.Desk
	schedules    *schedule.Desk

	acceptor   *ingest.Acceptor
	dispatcher *dispatch.Dispatcher
	deliverer  *delivery.Deliverer
	tracker    *tracking.Tracker
	sweeper    *recovery.Sweeper
	heart      *recovery.Heart

	sagas   *saga.Engine
	shop    *shop.Shop
	postman *shop.Postman

	demoKey string
}

// build opens the technologies and plugs the features into them. What it has
// opened it closes again when a later part fails.
func build(ctx context.Context, c config.Config, clock notify.Clock, log *slog.Logger) (*house, error) {
	h := &house{config: c, log: log, clock: clock, worker: notify.NewID(notify.WorkerID), metrics: newMetrics()}
	for _, open := range []func(context.Context) error{h.openData, h.openAnalytics, h.openQueue, h.plugCatalogs, h.plugAccess, h.plugLine, h.plugLinks, h.plugBroadcasts, h.plugSagas, h.plugSchedules} {
		if err := open(ctx); err != nil {
			return nil, errors.Join(err, h.close())
		}
	}
	return h, nil
}

func (h *house) openData(ctx context.Context) error {
	if err := os.MkdirAll(h.config.DataDir, 0o700); err != nil {
		return fmt.Errorf("make the data directory: %w", err)
	}
	key, err := masterKey(h.config)
	if err != nil {
		return err
	}
	if h.sealer, err = seal.New(key); err != nil {
		return err
	}
	if h.db, err = store.Open(ctx, store.Config{URL: h.config.DatabaseURL, ReplicaURL: h.config.ReplicaURL}); err != nil {
		return err
	}
	return h.db.Migrate(ctx)
}

func (h *house) openQueue(ctx context.Context) error {
	var err error
	h.queue, err = queue.Open(ctx, queue.Config{URL: h.config.RedisURL, ShutdownTimeout: h.config.ShutdownTimeout, Log: h.log})
	if err != nil {
		return err
	}
	h.hub = live.New(h.queue.Client(), h.log)
	h.changes = &changes{hub: h.hub, log: h.log}
	h.watcher = &watcher{hub: h.hub, metrics: h.metrics, log: h.log, waker: &waker{runs: h.db, clock: h.clock, log: h.log}}
	h.box, err = openBox(h.config, h.clock, h.log)
	return err
}

func (h *house) plugCatalogs(context.Context) error {
	guard, err := provider.NewGuard(h.config.OutboundAllow)
	if err != nil {
		return fmt.Errorf("CLARION_OUTBOUND_ALLOW: %w", err)
	}
	key, err := h.sealer.Derive("one-time codes")
	if err != nil {
		return err
	}
	h.codes = otp.NewCodes(key)
	h.templates = template.NewCatalog(h.db, template.New(template.Config{Clock: h.clock}), h.clock)
	h.settings = desk.NewHouse(h.db, h.clock, desk.Settings{Soft: desk.SoftBounces{
		Count: h.config.SoftBounces, Span: h.config.SoftBounceSpan, Rest: h.config.SoftBounceRest,
	}})
	h.templates.FallBackOn(func(ctx context.Context) (template.Fallback, error) {
		set, err := h.settings.Recent(ctx)
		return template.Fallback{Locale: set.Locale, Timezone: set.Timezone}, err
	})
	h.workflows = workflow.NewCatalog(h.db, h.clock, func(s []byte) error { return template.CheckSchema(s) })
	h.workflows.CheckLinesWith(template.CheckLine)
	push := pusher{h.hub}
	h.inbox = &inbox.Inbox{Store: h.db, Push: push, Clock: h.clock}
	h.integrations = integration.NewCatalog(integration.Deps{
		Waker: h.db, Store: h.db, Pulses: h.db, Sealer: h.sealer, Clock: h.clock,
		Vendors: &vendors{
			callbacks: h.config.PublicURL + "/callbacks/", box: h.box.address(), guard: guard, clock: h.clock,
			tokens: &integration.Tokens{Store: h.db, Sealer: h.sealer, Clock: h.clock, Owner: h.worker},
		},
		BuiltIn: []notify.Account{{
			Integration: notify.Integration{
				ID: inbox.AccountID, Provider: inbox.AccountID, Name: "Inbox", Channel: notify.InApp, Weight: 1, Enabled: true,
			},
			Sender: &inbox.Sender{Store: h.db, Push: push, Clock: h.clock},
		}},
	})
	h.audience = &audience.Audience{Store: h.db, Clock: h.clock}
	h.preferences = &preference.Preferences{Store: h.db, Clock: h.clock, Categories: h.workflows.Categories, Workflow: h.workflows.Workflow, House: h.rules}
	h.suppressions = &suppression.Suppressions{Store: h.db, Clock: h.clock}
	h.segments = &segment.Segments{Store: h.db, Clock: h.clock}
	h.explainer = &explain.Explainer{Store: h.db, Lists: lists{h.audience, h.segments}}
	h.joining = &roster.Joining{People: h.db, Clock: h.clock, GroupExists: h.groupExists}
	h.imports = &roster.Imports{Store: h.db, Clock: h.clock, GroupExists: h.groupExists}
	h.syncs = h.newSyncs(guard)
	return nil
}

// timezone is where people live who have no time zone of their own.
func (h *house) timezone(ctx context.Context) (string, error) {
	set, err := h.settings.Recent(ctx)
	return set.Timezone, err
}

// rules are what holds for people who have said nothing else.
func (h *house) rules(ctx context.Context) (notify.HouseRules, error) {
	set, err := h.settings.Recent(ctx)
	return notify.HouseRules{Timezone: set.Timezone, DigestAt: set.DigestAt, DigestDay: set.DigestOn, FrequencyCap: set.FrequencyCap}, err
}

func (h *house) plugAccess(context.Context) error {
	h.sources = &access.Sources{Store: h.db, Activity: h.db, Clock: h.clock}
	h.signatures = &access.Signatures{Store: h.db, Clock: h.clock}
	h.keys = access.NewKeys(h.db, h.db, h.clock)
	h.answers = &access.Answers{Store: h.db, Clock: h.clock}
	h.audit = &audit.Log{Store: h.db, Announced: h.db, Clock: h.clock}
	var err error
	if h.members, err = access.NewMembers(access.MemberDeps{
		Store: h.db, Sessions: h.db, Invitations: h.db, Courier: &courier{h},
		Doors: h.db, Second: h.db, Sealer: h.sealer, Clock: h.clock,
	}); err != nil {
		return err
	}
	secret, err := h.sealer.Derive("recipient tokens")
	if err != nil {
		return err
	}
	h.tokens, err = access.NewTokens(secret, h.db, h.clock)
	return err
}

// plugLine plugs the line an event walks, from the door to the sweeper.
func (h *house) plugLine(context.Context) error {
	words := content{h.templates, h.workflows}
	h.acceptor = ingest.NewAcceptor(ingest.Deps{
		Store: h.db, Workflows: h.workflows, Checker: words, Queue: h.queue, Clock: h.clock, Log: h.log,
	})
	h.notices = &notices{
		accept: h.acceptor.Accept, people: h.db, recipients: h.db, audience: h.audience, workflows: h.workflows,
		settings: h.settings, url: h.config.PublicURL, log: h.log,
	}
	h.reviews = &approval.Desk{Store: h.db, People: h.db, Subjects: h.subjects(), Clock: h.clock, Teller: h.notices}
	h.dispatcher = dispatch.New(dispatch.Deps{
		Store: h.db, Runs: h.db, Leaves: h.db, Keys: words, Timezone: h.timezone, Stopped: h.changes.stopped, Workflows: h.workflows, Templates: words, Views: words, Wishes: h.preferences, Routes: h.integrations, Sandboxes: h.integrations,
		Queue: h.queue, Turns: h.queue.Turns(), Clock: h.clock, Log: h.log,
	})
	h.deliverer = delivery.New(delivery.Deps{
		Store: h.db, Targets: h.db, Quotas: h.db, Wishes: h.preferences, Codes: h.codes, Pauser: h.integrations, Silences: h.db, Lateness: h.db, Replays: h.db, Redactions: h.db, Accounts: h.integrations, Queue: h.queue, Limiter: h.queue, Turns: h.queue.Turns(),
		Observer: h.watcher, Endpoints: h.endpoints(), Clock: h.clock, Worker: h.worker, Log: h.log,
	})
	h.tracker = &tracking.Tracker{Store: h.db, Accounts: h.integrations, Observer: h.watcher, Clock: h.clock}
	deps := recovery.Deps{
		Store: h.db, Queue: h.queue, Settler: h.deliverer, Receipts: h.tracker, Silence: h.deliverer, Clock: h.clock, Log: h.log,
	}
	h.sweeper = recovery.NewSweeper(deps)
	h.heart = &recovery.Heart{Deps: deps, Worker: h.worker, Report: func() string { return conditionReport(h.deliverer.Conditions()) }, Teller: h.db}
	return nil
}

// close lets go of everything, last opened first.
func (h *house) close() error {
	var faults []error
	if h.acceptor != nil {
		h.acceptor.Close()
	}
	faults = append(faults, h.box.stop())
	if h.hub != nil {
		h.hub.Close()
	}
	if h.queue != nil {
		faults = append(faults, h.queue.Close())
	}
	if h.warehouse != nil {
		faults = append(faults, h.warehouse.Close())
	}
	if h.db != nil {
		faults = append(faults, h.db.Close())
	}
	return errors.Join(faults...)
}
