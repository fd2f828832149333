package config

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"
)

// variable is one setting: its name in the environment and in the file (in
// lower case, without CLARION_), its default and what it means.
type variable struct {
	name     string
	fallback string
	help     string
	secret   bool
	set      func(c *Config, value string) error
}

// variables is every setting there is; .env.example is made from it.
var variables = []variable{
	{name: "CLARION_LISTEN", fallback: "127.0.0.1:8080", help: "Address of the HTTP server", set: text(func(c *Config) *string { return &c.Listen })},
	{name: "CLARION_PUBLIC_URL", help: "How vendors and browsers reach Clarion; http://CLARION_LISTEN if empty", set: text(func(c *Config) *string { return &c.PublicURL })},
	{name: "CLARION_ALLOWED_ORIGINS", help: "Further origins that may open the inbox socket, separated by commas", set: list(func(c *Config) *[]string { return &c.AllowedOrigins })},
	{name: "CLARION_DATA_DIR", fallback: "./data", help: "Directory for SQLite, the generated master key and the sandbox", set: text(func(c *Config) *string { return &c.DataDir })},
	{name: "DATABASE_URL", help: "postgres://… or sqlite://path; SQLite in the data directory if empty", secret: true, set: text(func(c *Config) *string { return &c.DatabaseURL })},
	{name: "DATABASE_REPLICA_URL", help: "PostgreSQL replica for reads that may lag", secret: true, set: text(func(c *Config) *string { return &c.ReplicaURL })},
	{name: "REDIS_URL", help: "redis://, rediss://, redis-sentinel:// or redis-cluster://; embedded if empty", secret: true, set: text(func(c *Config) *string { return &c.RedisURL })},
	{name: "CLICKHOUSE_URL", help: "clickhouse://host:9000/db or http://host:8123/db", secret: true, set: text(func(c *Config) *string { return &c.ClickHouseURL })},
	{name: "CLARION_CLICKHOUSE_CLUSTER", help: "Cluster over which ClickHouse's tables are replicated and spread; empty for a single node", set: text(func(c *Config) *string { return &c.Analytics.Cluster })},
	{name: "CLARION_ANALYTICS_KEEP_EVENTS", fallback: "400", help: "For how many days ClickHouse keeps each event; 0 is for ever", set: count(func(c *Config) *int { return &c.Analytics.KeepEvents })},
	{name: "CLARION_ANALYTICS_KEEP_MINUTES", fallback: "35", help: "For how many days it keeps counts per minute; 0 is for ever", set: count(func(c *Config) *int { return &c.Analytics.KeepMinutes })},
	{name: "CLARION_ANALYTICS_KEEP_HOURS", fallback: "800", help: "For how many days it keeps counts per hour; 0 is for ever. Counts per day always stay", set: count(func(c *Config) *int { return &c.Analytics.KeepHours })},
	{name: "CLARION_ANALYTICS_HASH_RECIPIENTS", fallback: "false", help: "Whether ClickHouse gets a keyed hash instead of recipients' ids", set: toggle(func(c *Config) *bool { return &c.Analytics.HashRecipients })},
	{name: "CLARION_SECRET_KEY", help: "Master key that seals secrets; generated into the data directory in development", secret: true, set: hiddenText(func(c *Config) *Secret { return &c.SecretKey })},
	{name: "CLARION_SECRET_KEY_OLD", help: "The master key before CLARION_SECRET_KEY; only clarion rotate-key reads it", secret: true, set: hiddenText(func(c *Config) *Secret { return &c.OldSecretKey })},
	{name: "CLARION_ENV", fallback: Development, help: "development or production", set: text(func(c *Config) *string { return &c.Env })},
	{name: "CLARION_DEMO", help: "Seed the sample shop; true in development, false in production", set: toggle(func(c *Config) *bool { return &c.Demo })},
	{name: "CLARION_SANDBOX", help: "Run the vendors in a box; true in development, false in production", set: toggle(func(c *Config) *bool { return &c.Sandbox })},
	{name: "CLARION_SANDBOX_LISTEN", help: "Loopback address of the vendors in a box; a free port if empty. Needed when roles run apart", set: text(func(c *Config) *string { return &c.SandboxListen })},
	{name: "CLARION_OUTBOUND_ALLOW", help: "Hosts and networks inside that integrations may call, separated by commas: relay.corp.example, .corp.example, 10.1.0.0/16", set: list(func(c *Config) *[]string { return &c.OutboundAllow })},
	{name: "CLARION_ADMIN_EMAIL", fallback: "admin@example.com", help: "Email of the first member on an empty database", set: text(func(c *Config) *string { return &c.AdminEmail })},
	{name: "CLARION_ADMIN_PASSWORD", help: "Password of the first member; generated and printed once if empty", secret: true, set: hiddenText(func(c *Config) *Secret { return &c.AdminPassword })},
	{name: "CLARION_BOOTSTRAP_KEY", help: "API key with all scopes, made on an empty database", secret: true, set: hiddenText(func(c *Config) *Secret { return &c.BootstrapKey })},
	{name: "CLARION_OIDC_ISSUER", help: "OpenID Connect issuer for sign-in, such as https://accounts.example.com; off if empty", set: text(func(c *Config) *string { return &c.OIDC.Issuer })},
	{name: "CLARION_OIDC_CLIENT_ID", help: "Client id at the issuer; its redirect address is CLARION_PUBLIC_URL/v1/auth/oidc/callback", set: text(func(c *Config) *string { return &c.OIDC.ClientID })},
	{name: "CLARION_OIDC_CLIENT_SECRET", help: "Client secret at the issuer", secret: true, set: hiddenText(func(c *Config) *Secret { return &c.OIDC.ClientSecret })},
	{name: "CLARION_OIDC_ALLOWED_DOMAINS", help: "Domains whose addresses may sign in by the issuer, separated by commas; all if empty", set: list(func(c *Config) *[]string { return &c.OIDC.AllowedDomains })},
	{name: "CLARION_OIDC_DEFAULT_ROLE", help: "Role of who comes by the issuer without an invitation: editor, approver or viewer; they are refused if empty", set: text(func(c *Config) *string { return &c.OIDC.DefaultRole })},
	{name: "CLARION_OIDC_NAME", fallback: "single sign-on", help: "What the button of the sign-in page calls the issuer", set: text(func(c *Config) *string { return &c.OIDC.Name })},
	{name: "CLARION_ROLES", fallback: "api,worker,scheduler", help: "What this process does", set: list(func(c *Config) *[]string { return &c.Roles })},
	{name: "CLARION_LOG_LEVEL", fallback: "info", help: "debug, info, warn or error", set: level},
	{name: "CLARION_LOG_FORMAT", help: "text or json; json in production", set: text(func(c *Config) *string { return &c.LogFormat })},
	{name: "CLARION_KEEP_RUNS", fallback: "90", help: "For how many days runs of workflows, digests, throttles and sagas are kept once they ended; messages and decisions stay", set: count(func(c *Config) *int { return &c.KeepRuns })},
	{name: "CLARION_KEEP_MESSAGES", fallback: "0", help: "For how many days messages that ended are kept, with their attempts, timelines, notifications and inbox items; 30 at least, 0 is for ever. Counts for reports stay", set: count(func(c *Config) *int { return &c.KeepMessages })},
	{name: "CLARION_KEEP_EVENTS", fallback: "0", help: "For how many days events are kept that have no message any more, and with them their idempotency keys; 30 at least, 0 is for ever", set: count(func(c *Config) *int { return &c.KeepEvents })},
	{name: "CLARION_SOFT_BOUNCES", fallback: "3", help: "After how many soft bounces an address rests; 0 for never", set: count(func(c *Config) *int { return &c.SoftBounces })},
	{name: "CLARION_SOFT_BOUNCE_SPAN", fallback: "168h", help: "Within what time they must come, with nothing that went well between", set: duration(func(c *Config) *time.Duration { return &c.SoftBounceSpan })},
	{name: "CLARION_SOFT_BOUNCE_REST", fallback: "72h", help: "For how long the address rests", set: duration(func(c *Config) *time.Duration { return &c.SoftBounceRest })},
	{name: "CLARION_SHUTDOWN_TIMEOUT", fallback: "20s", help: "How long a graceful stop may take", set: duration(func(c *Config) *time.Duration { return &c.ShutdownTimeout })},
	{name: "CLARION_KILL_POINT", help: "Development only: where the process kills itself, for crash tests", set: text(func(c *Config) *string { return &c.KillPoint })},
}

// fileVariable names the optional YAML file; the environment wins over it.
const fileVariable = "CLARION_CONFIG"

// Load reads the environment, given as KEY=value lines, and the YAML file that
// CLARION_CONFIG names. A secret may also be given as NAME_FILE, the path of a
// file that holds it.
func Load(environ []string) (Config, error) {
	env := map[string]string{}
	for _, line := range environ {
		if name, value, ok := strings.Cut(line, "="); ok {
			env[name] = value
		}
	}
	k, err := gather(env)
	if err != nil {
		return Config{}, err
	}
	var c Config
	var faults []error
	for _, v := range variables {
		value := k.String(fileKey(v.name))
		if value == "" {
			value = v.fallback
		}
		if err := v.set(&c, value); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", v.name, err))
		}
	}
	production := c.Env == Production
	if !k.Exists(fileKey("CLARION_DEMO")) {
		c.Demo = !production
	}
	if !k.Exists(fileKey("CLARION_SANDBOX")) {
		c.Sandbox = !production
	}
	c.finish()
	faults = append(faults, c.check())
	if err := errors.Join(faults...); err != nil {
		return c, fmt.Errorf("configuration:\n%w", err)
	}
	return c, nil
}

// gather joins file and environment under the names of the file.
func gather(env map[string]string) (*koanf.Koanf, error) {
	k := koanf.New("\x00")
	known := map[string]bool{}
	for _, v := range variables {
		known[fileKey(v.name)] = true
	}
	if path := env[fileVariable]; path != "" {
		if err := k.Load(file.Provider(path), yaml.Parser()); err != nil {
			return nil, fmt.Errorf("read %s: %w", fileVariable, err)
		}
		for key := range k.All() {
			if !known[key] {
				return nil, fmt.Errorf("%s: no setting %q", fileVariable, key)
			}
		}
	}
	for _, v := range variables {
		value, ok := env[v.name]
		if path := env[v.name+"_FILE"]; v.secret && !ok && path != "" {
			raw, err := os.ReadFile(path)
			if err != nil {
				return nil, fmt.Errorf("%s_FILE: %w", v.name, err)
			}
			value, ok = strings.TrimSpace(string(raw)), true
		}
		if ok && value != "" {
			if err := k.Set(fileKey(v.name), value); err != nil {
				return nil, fmt.Errorf("%s: %w", v.name, err)
			}
		}
	}
	return k, nil
}

func fileKey(name string) string {
	return strings.ToLower(strings.TrimPrefix(name, "CLARION_"))
}

func text(field func(*Config) *string) func(*Config, string) error {
	return func(c *Config, value string) error { *field(c) = value; return nil }
}

func hiddenText(field func(*Config) *Secret) func(*Config, string) error {
	return func(c *Config, value string) error { *field(c) = Secret(value); return nil }
}

func list(field func(*Config) *[]string) func(*Config, string) error {
	return func(c *Config, value string) error {
		var items []string
		for _, item := range strings.Split(value, ",") {
			if item = strings.TrimSpace(item); item != "" {
				items = append(items, item)
			}
		}
		*field(c) = items
		return nil
	}
}

func toggle(field func(*Config) *bool) func(*Config, string) error {
	return func(c *Config, value string) error {
		if value == "" {
			return nil
		}
		on, err := strconv.ParseBool(value)
		if err != nil {
			return fmt.Errorf("must be true or false, not %q", value)
		}
		*field(c) = on
		return nil
	}
}

func level(c *Config, value string) error {
	var l slog.Level
	if err := l.UnmarshalText([]byte(value)); err != nil {
		return fmt.Errorf("must be debug, info, warn or error, not %q", value)
	}
	c.LogLevel = l
	return nil
}

func duration(field func(*Config) *time.Duration) func(*Config, string) error {
	return func(c *Config, value string) error {
		d, err := time.ParseDuration(value)
		if err != nil {
			return fmt.Errorf("must be a duration such as 20s, not %q", value)
		}
		*field(c) = d
		return nil
	}
}

func count(field func(*Config) *int) func(*Config, string) error {
	return func(c *Config, value string) error {
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 {
			return fmt.Errorf("must be a whole number that is not negative, not %q", value)
		}
		*field(c) = n
		return nil
	}
}

// Example is the text of .env.example.
func Example() string {
	var b strings.Builder
	b.WriteString("# Every setting of Clarion with its default. Nothing needs to be set to try it.\n# A secret may also be given as NAME_FILE, the path of a file that holds it.\n")
	for _, v := range variables {
		fmt.Fprintf(&b, "\n# %s\n#%s=%s\n", v.help, v.name, v.fallback)
	}
	return b.String()
}
