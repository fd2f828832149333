// Package config reads the settings of a process, from the environment and an
// optional YAML file, into one checked struct. All mistakes are reported at
// once. It starts nothing and prints nothing.
package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// The roles of a process.
const (
	RoleAPI       = "api"
	RoleWorker    = "worker"
	RoleScheduler = "scheduler"
)

// The environments. Production refuses everything that is only for trying out.
const (
	Development = "development"
	Production  = "production"
)

// OIDC is an OpenID Connect issuer and how this house is known to it.
type OIDC struct {
	Issuer       string
	ClientID     string
	ClientSecret Secret
	// AllowedDomains are those of the addresses that may sign in; empty lets any.
	AllowedDomains []string
	// DefaultRole is what strangers of those domains become; empty refuses them.
	DefaultRole string
	// Name is on the button.
	Name string
}

// Analytics is how the copy of the events in ClickHouse is kept.
type Analytics struct {
	// Cluster is empty for a single node.
	Cluster string
	// KeepEvents, KeepMinutes and KeepHours are days; zero is for ever.
	KeepEvents, KeepMinutes, KeepHours int
	// HashRecipients puts a keyed hash in the place of people.
	HashRecipients bool
}

// Config is everything a process can be told.
type Config struct {
	// Listen is the address of the HTTP server.
	Listen string
	// DataDir keeps what has no server of its own: SQLite, keys, the sandbox.
	DataDir string
	// DatabaseURL is postgres://… or sqlite://path.
	DatabaseURL string
	// ReplicaURL serves reads that may lag; empty uses DatabaseURL.
	ReplicaURL string
	// RedisURL is empty for the embedded server.
	RedisURL string
	// ClickHouseURL is empty when reports come from the database.
	ClickHouseURL string
	// Analytics is how the copy there is kept.
	Analytics Analytics
	// SecretKey is the master key; empty in development means: generate one and
	// keep it in DataDir.
	SecretKey Secret
	// OldSecretKey is read by rotate-key only.
	OldSecretKey Secret
	Env          string
	// Demo seeds the sample shop; Sandbox runs the vendors in a box.
	Demo    bool
	Sandbox bool
	// SandboxListen is where the vendors in a box listen; empty picks a free
	// port, which only this process knows.
	SandboxListen string
	// OutboundAllow are hosts and networks that integrations may call although
	// they are not public.
	OutboundAllow []string
	// AdminEmail and AdminPassword are those of the first member on an empty
	// database; the password is generated and printed once when it is empty.
	AdminEmail    string
	AdminPassword Secret
	// BootstrapKey is an API key with all scopes, made on an empty database.
	BootstrapKey Secret
	// OIDC is the issuer that vouches for members; off without an issuer.
	OIDC     OIDC
	Roles    []string
	LogLevel slog.Level
	// LogFormat is text or json.
	LogFormat string
	// PublicURL is how vendors and browsers reach us; no trailing slash.
	PublicURL string
	// AllowedOrigins may open the inbox socket besides PublicURL's own.
	AllowedOrigins []string
	// SoftBounces is how many messages must bounce softly within SoftBounceSpan for
	// an address to rest for SoftBounceRest; zero for never.
	SoftBounces                    int
	SoftBounceSpan, SoftBounceRest time.Duration
	// KeepRuns is for how many days runs and sagas are kept that have ended; one at least.
	KeepRuns int
	// KeepMessages and KeepEvents are for how many days what has ended stays in the
	// database; zero is for ever.
	KeepMessages, KeepEvents int
	// ShutdownTimeout bounds a graceful stop.
	ShutdownTimeout time.Duration
	// KillPoint names where the process kills itself; only in development.
	KillPoint string
}

// leastKept is for how many days messages and events are kept at least.
const leastKept = 30

// Production reports whether the process serves real people.
func (c Config) Production() bool { return c.Env == Production }

// Has reports whether the process plays a role.
func (c Config) Has(role string) bool { return slices.Contains(c.Roles, role) }

// finish fills in what depends on other settings.
func (c *Config) finish() {
	if c.DatabaseURL == "" {
		c.DatabaseURL = "sqlite://" + filepath.Join(c.DataDir, "clarion.db")
	}
	if c.PublicURL == "" {
		c.PublicURL = "http://" + c.Listen
	}
	c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	if c.LogFormat == "" {
		c.LogFormat = "text"
		if c.Production() {
			c.LogFormat = "json"
		}
	}
}

// check reports every mistake.
func (o OIDC) check() []error {
	if o.Issuer == "" {
		return nil
	}
	var faults []error
	if o.ClientID == "" || o.ClientSecret == "" {
		faults = append(faults, errors.New("CLARION_OIDC_CLIENT_ID and _SECRET: required with CLARION_OIDC_ISSUER"))
	}
	switch {
	case o.DefaultRole == "":
	case !slices.Contains([]string{"editor", "approver", "viewer"}, o.DefaultRole):
		faults = append(faults, fmt.Errorf("CLARION_OIDC_DEFAULT_ROLE: must be editor, approver or viewer, not %q", o.DefaultRole))
	case len(o.AllowedDomains) == 0:
		faults = append(faults, errors.New("CLARION_OIDC_ALLOWED_DOMAINS: required with CLARION_OIDC_DEFAULT_ROLE, or the whole world may come in"))
	}
	return faults
}

func (c *Config) check() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		fault("CLARION_LISTEN: %q is not host:port", c.Listen)
	}
	if !strings.HasPrefix(c.DatabaseURL, "postgres://") && !strings.HasPrefix(c.DatabaseURL, "postgresql://") && !strings.HasPrefix(c.DatabaseURL, "sqlite://") {
		fault("DATABASE_URL: must start with postgres:// or sqlite://")
	}
	if c.Env != Development && c.Env != Production {
		fault("CLARION_ENV: must be development or production, not %q", c.Env)
	}
	for name, days := range map[string]int{"CLARION_KEEP_MESSAGES": c.KeepMessages, "CLARION_KEEP_EVENTS": c.KeepEvents} {
		if days > 0 && days < leastKept {
			fault("%s: must be at least %d days, or 0 for ever: caps, late receipts and links in emails reach back so far", name, leastKept)
		}
	}
	faults = append(faults, c.OIDC.check()...)
	if len(c.Roles) == 0 {
		fault("CLARION_ROLES: name at least one of api, worker, scheduler")
	}
	for _, role := range c.Roles {
		if role != RoleAPI && role != RoleWorker && role != RoleScheduler {
			fault("CLARION_ROLES: no role %q; there are api, worker, scheduler", role)
		}
	}
	if u, err := url.Parse(c.PublicURL); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		fault("CLARION_PUBLIC_URL: %q is not an http or https URL", c.PublicURL)
	}
	if c.LogFormat != "text" && c.LogFormat != "json" {
		fault("CLARION_LOG_FORMAT: must be text or json, not %q", c.LogFormat)
	}
	if c.SoftBounces > 0 && (c.SoftBounceSpan <= 0 || c.SoftBounceRest <= 0) {
		fault("CLARION_SOFT_BOUNCE_SPAN and CLARION_SOFT_BOUNCE_REST: must be positive")
	}
	if c.ShutdownTimeout <= 0 {
		fault("CLARION_SHUTDOWN_TIMEOUT: must be positive")
	}
	if key := c.BootstrapKey.Reveal(); key != "" && len(key) < 16 {
		fault("CLARION_BOOTSTRAP_KEY: must be at least 16 characters")
	}
	if key := c.SecretKey.Reveal(); key != "" && len(key) < 16 {
		fault("CLARION_SECRET_KEY: must be at least 16 characters")
	}
	if len(faults) == 0 && !c.whole() {
		faults = append(faults, c.checkApart()...)
	}
	if c.Production() {
		faults = append(faults, c.checkProduction()...)
	}
	return errors.Join(faults...)
}

// whole reports whether this process plays every role.
func (c *Config) whole() bool {
	return c.Has(RoleAPI) && c.Has(RoleWorker) && c.Has(RoleScheduler)
}

// checkApart reports what processes with different roles must share.
func (c *Config) checkApart() []error {
	var faults []error
	if c.RedisURL == "" {
		faults = append(faults, errors.New("REDIS_URL: required when roles run apart; the embedded server is this process's own"))
	}
	if c.Sandbox && c.SandboxListen == "" {
		faults = append(faults, errors.New("CLARION_SANDBOX_LISTEN: required when roles run apart with the sandbox on"))
	}
	if c.SecretKey == "" {
		faults = append(faults, errors.New("CLARION_SECRET_KEY: required when roles run apart"))
	}
	return faults
}

// sampleKeys stand in documents; whoever reads those knows them.
var sampleKeys = []string{"change-me", "changeme", "secret", "clarion", "development"}

func (c *Config) checkProduction() []error {
	var faults []error
	key := c.SecretKey.Reveal()
	switch {
	case key == "":
		faults = append(faults, errors.New("CLARION_SECRET_KEY: required in production"))
	case len(key) < 32:
		faults = append(faults, errors.New("CLARION_SECRET_KEY: must be at least 32 characters in production"))
	}
	for _, sample := range sampleKeys {
		if strings.Contains(strings.ToLower(key), sample) {
			faults = append(faults, errors.New("CLARION_SECRET_KEY: looks like a sample from a document"))
			break
		}
	}
	if c.Demo {
		faults = append(faults, errors.New("CLARION_DEMO: refused in production"))
	}
	if c.Sandbox {
		faults = append(faults, errors.New("CLARION_SANDBOX: refused in production"))
	}
	if c.KillPoint != "" {
		faults = append(faults, errors.New("CLARION_KILL_POINT: refused in production"))
	}
	if c.RedisURL == "" {
		faults = append(faults, errors.New("REDIS_URL: required in production; the embedded server is for trying out"))
	}
	return faults
}
