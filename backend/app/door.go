package app

import (
	"errors"
	"io/fs"

	"github.com/prometheus/client_golang/prometheus"

	"clarion/backend/access"
	"clarion/backend/api"
	"clarion/backend/audience"
	"clarion/backend/broadcast"
	"clarion/backend/config"
	"clarion/backend/desk"
	"clarion/backend/hook"
	"clarion/frontend"
)

// door plugs the features into the HTTP door.
func (h *house) door(o Options) (*api.Server, error) {
	pages, err := builtPages()
	if err != nil {
		return nil, err
	}
	mailer, err := h.reportMailer()
	if err != nil {
		return nil, err
	}
	checks, collectors := h.streamSigns()
	return api.New(api.Config{
		Production: h.config.Production(), PublicURL: h.config.PublicURL, Origins: h.config.AllowedOrigins,
		IssuerName: h.config.OIDC.Name, Version: o.Version, Commit: o.Commit, DemoKey: h.demoKey, Pages: pages,
	}, api.Deps{
		Clock: h.clock, Log: h.log, Staff: h.members, Account: h.members, Issuer: issuerOf(h.config), Vouching: h.members,
		Keys: h.keys, Signatures: h.signatures, Sources: h.sources, Members: h.members, Tokens: h.tokens, Answers: h.answers, Audit: h.audit,
		Views: &desk.Views{Store: h.db, Clock: h.clock}, Search: &desk.Search{Store: h.db}, House: h.settings,
		Acceptor: h.acceptor, Canceller: h.db, Rescheduler: h.db, Explainer: h.explainer, Reports: h.reports(), Mailer: mailer, Retention: h.retention(), Letters: h.deliverer,
		Hooks:      &hook.Hooks{Store: h.db, Sealer: h.sealer, Clock: h.clock},
		OTPs:       h.codeDesk(),
		Redactor:   h.deliverer,
		Imports:    h.imports,
		Joining:    h.joining,
		Syncs:      h.syncs,
		Broadcasts: h.broadcasts,
		Recalls:    &broadcast.Single{Recaller: h.recaller(), Books: h.db},
		Schedules:  h.schedules,
		Verifier:   &audience.Verifier{Store: h.db, Codes: addressCodes{h.codeDesk(), h.db.Recipient}, Clock: h.clock},
		Recipients: h.audience, Groups: h.audience, Segments: h.segments, Preferences: h.preferences,
		Centre: h.centre, Own: h.centre, Consents: h.consents, ConsentChain: h.consents,
		Workflows: h.workflows, Categories: h.workflows, Templates: h.templates, Parts: h.templates, Reviews: h.reviews,
		Integrations: h.integrations, PublicKeys: h.integrations, Suppressions: h.suppressions, Simulator: h.simulator(), Tester: h.tester(),
		Sagas: h.sagas, Shop: h.counter(),
		Uses: h.queue.Uses(), Ledger: h.ledger(),
		Inbox: h.inbox, Subscribe: subscribe(h.hub), Tell: h.changes.Tell, Callbacks: h.tracker, Sandbox: h.box.door(),
		// Events are accepted without the queue: SQL keeps them for the sweeper. A
		// process that only works has nothing to do without it.
		Checks: append([]api.Check{
			{Name: "database", Ping: h.db.Ping},
			{Name: "queue", Ping: h.queue.Ping, Spare: h.config.Has(config.RoleAPI)},
		}, checks...),
		Collectors: append([]prometheus.Collector{
			h.metrics.attempts, h.metrics.calls, h.metrics.removed, h.metrics.fires, h.metrics.fireDelay, queueCollector{h.queue},
		}, collectors...),
	})
}

// ledger is where processes tell each other what API keys took; nil where there
// is one process only.
func (h *house) ledger() access.Ledger {
	if h.queue.Embedded() {
		return nil
	}
	return h.queue.Ledger()
}

// builtPages is the SPA inside the binary, or nil when it was built without.
func builtPages() (fs.FS, error) {
	pages, err := fs.Sub(frontend.Dist, "dist")
	if err != nil {
		return nil, err
	}
	if _, err := fs.Stat(pages, "index.html"); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	return pages, nil
}
