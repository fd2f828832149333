package config_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/config"
)

func TestNothingSetMeansEverythingEmbedded(t *testing.T) {
	t.Parallel()
	c, err := config.Load(nil)
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1:8080", c.Listen)
	require.Equal(t, "sqlite://data/clarion.db", c.DatabaseURL)
	require.Equal(t, "http://127.0.0.1:8080", c.PublicURL)
	require.Empty(t, c.RedisURL)
	require.True(t, c.Demo)
	require.True(t, c.Sandbox)
	require.Equal(t, []string{"api", "worker", "scheduler"}, c.Roles)
}

func TestAllMistakesAreReportedAtOnce(t *testing.T) {
	t.Parallel()
	_, err := config.Load([]string{
		"CLARION_LISTEN=nowhere", "DATABASE_URL=mysql://x", "CLARION_ENV=staging", "CLARION_ROLES=api,cook",
		"CLARION_LOG_LEVEL=loud", "CLARION_SHUTDOWN_TIMEOUT=soon", "CLARION_DEMO=perhaps", "CLARION_BOOTSTRAP_KEY=short",
	})
	for _, name := range []string{
		"CLARION_LISTEN", "DATABASE_URL", "CLARION_ENV", "CLARION_ROLES", "CLARION_LOG_LEVEL",
		"CLARION_SHUTDOWN_TIMEOUT", "CLARION_DEMO", "CLARION_BOOTSTRAP_KEY",
	} {
		require.ErrorContains(t, err, name)
	}
}

func TestProduction(t *testing.T) {
	t.Parallel()
	good := []string{
		"CLARION_ENV=production", "CLARION_SECRET_KEY=0f6c1d9b8a7e4c3d2b1a0f6c1d9b8a7e", "REDIS_URL=redis://127.0.0.1:6379",
		"DATABASE_URL=postgres://127.0.0.1/clarion",
	}
	tests := map[string]struct {
		more []string
		want string
	}{
		"takes a complete setting":       {nil, ""},
		"refuses the demo":               {[]string{"CLARION_DEMO=true"}, "CLARION_DEMO"},
		"refuses the sandbox":            {[]string{"CLARION_SANDBOX=true"}, "CLARION_SANDBOX"},
		"refuses kill points":            {[]string{"CLARION_KILL_POINT=after_commit"}, "CLARION_KILL_POINT"},
		"refuses a short master key":     {[]string{"CLARION_SECRET_KEY=0f6c1d9b8a7e4c3d2b1a"}, "at least 32"},
		"refuses a sample master key":    {[]string{"CLARION_SECRET_KEY=change-me-change-me-change-me-change-me"}, "sample"},
		"needs a master key":             {[]string{"CLARION_SECRET_KEY="}, "required"},
		"needs a Redis of its own":       {[]string{"REDIS_URL="}, "REDIS_URL"},
		"switches demo and sandbox off ": {nil, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := config.Load(append(append([]string{}, good...), tt.more...))
			if tt.want == "" {
				require.NoError(t, err)
				require.False(t, c.Demo || c.Sandbox)
				require.Equal(t, "json", c.LogFormat)
				return
			}
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestFileAndEnvironment(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, secret := filepath.Join(dir, "clarion.yaml"), filepath.Join(dir, "key")
	require.NoError(t, os.WriteFile(file, []byte("listen: 127.0.0.1:9000\nlog_level: warn\ndatabase_url: sqlite://x.db\n"), 0o600))
	require.NoError(t, os.WriteFile(secret, []byte("from a file of its own\n"), 0o600))
	c, err := config.Load([]string{"CLARION_CONFIG=" + file, "CLARION_LISTEN=127.0.0.1:9001", "CLARION_SECRET_KEY_FILE=" + secret})
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1:9001", c.Listen, "the environment wins over the file")
	require.Equal(t, "sqlite://x.db", c.DatabaseURL)
	require.Equal(t, "from a file of its own", c.SecretKey.Reveal())

	require.NoError(t, os.WriteFile(file, []byte("lissten: x\n"), 0o600))
	_, err = config.Load([]string{"CLARION_CONFIG=" + file})
	require.ErrorContains(t, err, "lissten")
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	t.Parallel()
	c := config.Config{SecretKey: "canary"}
	text, err := json.Marshal(c)
	require.NoError(t, err)
	for _, printed := range []string{fmt.Sprint(c), fmt.Sprintf("%+v %#v %s %q %x", c, c, c.SecretKey, c.SecretKey, c.SecretKey), string(text)} {
		require.NotContains(t, printed, "canary")
		require.NotContains(t, printed, "63616e617279")
	}
}

func TestTheExampleFileIsUpToDate(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("../../.env.example")
	require.NoError(t, err)
	require.Equal(t, config.Example(), string(file), "write it anew with: go run ./backend/cmd/clarion env > .env.example")
}
