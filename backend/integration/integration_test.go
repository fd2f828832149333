package integration_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/integration"
	"clarion/backend/notify"
	"clarion/backend/seal"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

type clock struct{ at time.Time }

func (c *clock) Now() time.Time { return c.at }

// memory is a Store that keeps rows in the order they came.
type memory struct {
	rows  []integration.Row
	woken int
	err   error
}

func (m *memory) Integrations(context.Context) ([]integration.Row, error) {
	return append([]integration.Row(nil), m.rows...), m.err
}

func (m *memory) PutIntegration(_ context.Context, r integration.Row, now time.Time) error {
	if m.err != nil {
		return m.err
	}
	r.Settings, r.UpdatedAt = nil, now
	for i := range m.rows {
		if m.rows[i].ID == r.ID {
			m.rows[i] = r
			return nil
		}
	}
	m.rows = append(m.rows, r)
	return nil
}

func (m *memory) EndLeases(context.Context, time.Time) error {
	m.woken++
	return m.err
}

func (m *memory) DeleteIntegration(_ context.Context, id string) error {
	for i := range m.rows {
		if m.rows[i].ID == id {
			m.rows = append(m.rows[:i], m.rows[i+1:]...)
			return nil
		}
	}
	return notify.ErrNotFound
}

func (m *memory) PauseIntegration(_ context.Context, id, reason string, _ time.Time) error {
	for i := range m.rows {
		if m.rows[i].ID == id {
			m.rows[i].PausedReason = reason
		}
	}
	return nil
}

func (m *memory) ArrangeIntegrations(_ context.Context, places []integration.Place, _ time.Time) error {
	for _, place := range places {
		for i := range m.rows {
			if m.rows[i].ID == place.ID {
				m.rows[i].Order, m.rows[i].Weight, m.rows[i].Enabled = place.Order, place.Weight, place.Enabled
			}
		}
	}
	return m.err
}

// sender is made of settings.
type sender struct {
	settings map[string]string
	closed   bool
}

// Close is for those who hold connections.
func (s *sender) Close() error {
	s.closed = true
	return nil
}

func (*sender) Send(context.Context, notify.Outbound) notify.Result { return notify.Result{} }

// vendors knows mail, with the secrets key and token, and text, with none.
type vendors struct{ built int }

func (v *vendors) Build(i notify.Integration) (notify.Sender, error) {
	v.built++
	if i.Settings["key"] == "" && i.Provider == "mail" {
		return nil, notify.InvalidField("settings.key", "required", "a key is required")
	}
	return &sender{settings: i.Settings}, nil
}

func (*vendors) Channel(provider string) (notify.Channel, bool) {
	channel, ok := map[string]notify.Channel{"mail": notify.Email, "text": notify.SMS}[provider]
	return channel, ok
}

func (*vendors) Takes(string) func(string) bool { return nil }

func (*vendors) Secrets(provider string) map[string]bool {
	if provider == "mail" {
		return map[string]bool{"key": true, "token": true}
	}
	return nil
}

func (*vendors) Make(provider string) (map[string]string, error) {
	return map[string]string{"key": "made for " + provider}, nil
}

func (*vendors) Providers() any { return []string{"mail", "text"} }

const secret = "SG.very-secret"

func newCatalog(t *testing.T) (*integration.Catalog, *memory, *vendors) {
	t.Helper()
	sealer, err := seal.New([]byte("a master key of enough bytes"))
	require.NoError(t, err)
	m, v := &memory{}, &vendors{}
	return integration.NewCatalog(integration.Deps{Waker: m,
		Store: m, Sealer: sealer, Vendors: v, Clock: &clock{noon},
		BuiltIn: []notify.Account{{Integration: notify.Integration{ID: "in_app", Channel: notify.InApp, Enabled: true}, Sender: &sender{}}},
	}), m, v
}

func mail(settings map[string]string) notify.Integration {
	return notify.Integration{ID: "int_1", Provider: "mail", Enabled: true, Settings: settings}
}

func settingsOf(t *testing.T, c *integration.Catalog, id string) map[string]string {
	t.Helper()
	account, err := c.Account(t.Context(), id)
	require.NoError(t, err)
	return account.Sender.(*sender).settings
}

func TestSavingSealsTheSettings(t *testing.T) {
	t.Parallel()
	c, m, _ := newCatalog(t)
	saved, err := c.Save(t.Context(), notify.Integration{Provider: "mail", Enabled: true, Settings: map[string]string{"key": secret, "from": "a@x.com"}})
	require.NoError(t, err)
	require.True(t, notify.IsID(notify.IntegrationID, saved.ID))
	require.Equal(t, []any{notify.Email, "mail", 1}, []any{saved.Channel, saved.Name, saved.Weight}, "what is left out is filled in")
	require.NotContains(t, m.rows[0].Sealed, secret)
	require.NotContains(t, m.rows[0].Sealed, "a@x.com")
	require.Equal(t, map[string]string{"key": secret, "from": "a@x.com"}, settingsOf(t, c, saved.ID))

	list, err := c.List(t.Context())
	require.NoError(t, err)
	text, err := json.Marshal([]any{list, saved})
	require.NoError(t, err)
	require.NotContains(t, string(text), secret, "settings are never given back")
	require.Equal(t, map[string]string{"from": "set", "key": "set"}, list[0].Settings, "a list names the settings that have a value, and shows none")
	require.Equal(t, []string{"mail", "text"}, c.Providers())
}

func TestSecretsThatAreLeftOutAreKept(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		then notify.Integration
		want map[string]string
	}{
		"a secret that is left out stays":           {mail(map[string]string{"from": "b@x.com"}), map[string]string{"key": secret, "token": "t", "from": "b@x.com"}},
		"a secret that is empty stays":              {mail(map[string]string{"key": "", "from": "b@x.com"}), map[string]string{"key": secret, "token": "t", "from": "b@x.com"}},
		"a secret that is given anew replaces":      {mail(map[string]string{"key": "new"}), map[string]string{"key": "new", "token": "t"}},
		"a plain setting that is left out is gone":  {mail(nil), map[string]string{"key": secret, "token": "t"}},
		"another provider does not get the secrets": {notify.Integration{ID: "int_1", Provider: "text", Settings: map[string]string{"a": "b"}}, map[string]string{"a": "b"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, _, _ := newCatalog(t)
			_, err := c.Save(t.Context(), mail(map[string]string{"key": secret, "token": "t", "from": "a@x.com"}))
			require.NoError(t, err)
			_, err = c.Save(t.Context(), test.then)
			require.NoError(t, err)
			require.Equal(t, test.want, settingsOf(t, c, "int_1"))
		})
	}
	t.Run("another integration does not get them", func(t *testing.T) {
		t.Parallel()
		c, _, _ := newCatalog(t)
		_, err := c.Save(t.Context(), mail(map[string]string{"key": secret}))
		require.NoError(t, err)
		other := mail(nil)
		other.ID = "int_2"
		_, err = c.Save(t.Context(), other)
		var invalid *notify.Invalid
		require.ErrorAs(t, err, &invalid)
		require.Equal(t, "settings.key", invalid.Fields[0].Path)
	})
	t.Run("what was sealed with a key that is gone must be given anew", func(t *testing.T) {
		t.Parallel()
		c, m, _ := newCatalog(t)
		m.rows = []integration.Row{{Integration: mail(nil), Sealed: "v1.junk"}}
		_, err := c.Save(t.Context(), mail(nil))
		require.Error(t, err)
		_, err = c.Save(t.Context(), mail(map[string]string{"key": "new"}))
		require.NoError(t, err)
	})
}

func TestSavingRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(i *notify.Integration)
		path   string
	}{
		"an unknown provider":            {func(i *notify.Integration) { i.Provider = "pigeon" }, "provider"},
		"a negative rate":                {func(i *notify.Integration) { i.PerSecond = -1 }, "per_second"},
		"a cost below nothing":           {func(i *notify.Integration) { i.UnitCostMicros = -1 }, "unit_cost_micros"},
		"a rate beyond reason":           {func(i *notify.Integration) { i.PerSecond = 1_000_001 }, "per_second"},
		"a negative concurrency":         {func(i *notify.Integration) { i.Concurrency = -1 }, "concurrency"},
		"a concurrency beyond reason":    {func(i *notify.Integration) { i.Concurrency = 1025 }, "concurrency"},
		"a weight beyond reason":         {func(i *notify.Integration) { i.Weight = 1001 }, "weight"},
		"settings that make no sender":   {func(i *notify.Integration) { i.Settings = nil }, "settings.key"},
		"the name of a built-in account": {func(i *notify.Integration) { i.ID = "in_app" }, "id"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, m, _ := newCatalog(t)
			i := mail(map[string]string{"key": secret})
			test.change(&i)
			_, err := c.Save(t.Context(), i)
			var invalid *notify.Invalid
			require.ErrorAs(t, err, &invalid)
			require.Equal(t, test.path, invalid.Fields[0].Path)
			require.NotContains(t, err.Error(), secret)
			require.Empty(t, m.rows)
		})
	}
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	c, m, _ := newCatalog(t)
	save := func(id string, change func(i *notify.Integration)) {
		i := mail(map[string]string{"key": secret})
		i.ID = id
		change(&i)
		_, err := c.Save(t.Context(), i)
		require.NoError(t, err)
	}
	save("third", func(i *notify.Integration) { i.Order = 3 })
	save("first", func(i *notify.Integration) { i.Order = 1 })
	save("off", func(i *notify.Integration) { i.Enabled = false })
	save("text", func(i *notify.Integration) { i.Provider = "text" })
	save("paused", func(*notify.Integration) {})
	require.NoError(t, m.PauseIntegration(t.Context(), "paused", "the vendor refused the credential", noon))
	// A row that cannot be opened must not stop the others.
	m.rows = append(m.rows, integration.Row{Integration: notify.Integration{ID: "broken", Provider: "mail", Channel: notify.Email, Enabled: true}, Sealed: "v1.junk"})

	ids := func(channel notify.Channel) (list []string) {
		accounts, err := c.ForChannel(t.Context(), channel)
		require.NoError(t, err)
		for _, a := range accounts {
			require.NotNil(t, a.Sender)
			list = append(list, a.ID)
		}
		return list
	}
	require.Equal(t, []string{"first", "third"}, ids(notify.Email), "the enabled ones, best first")
	require.Equal(t, []string{"text"}, ids(notify.SMS))
	require.Equal(t, []string{"in_app"}, ids(notify.InApp), "what is built in is always there")
	for channel, want := range map[notify.Channel]bool{notify.Email: true, notify.InApp: true, notify.Push: false} {
		has, err := c.HasRoute(t.Context(), channel)
		require.NoError(t, err)
		require.Equal(t, want, has, channel)
	}
	for _, id := range []string{"off", "paused", "in_app"} {
		_, err := c.Account(t.Context(), id)
		require.NoError(t, err, "%s still takes callbacks", id)
	}
	_, err := c.Account(t.Context(), "ghost")
	require.ErrorIs(t, err, notify.ErrNotFound)
	list, err := c.List(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 6)
	require.Contains(t, list[5].PausedReason, "broken", "a broken one is shown with the reason")
	require.False(t, strings.Contains(list[5].PausedReason, "junk"))

	require.NoError(t, c.Delete(t.Context(), "first"))
	require.Equal(t, []string{"third"}, ids(notify.Email))
}

func TestConnectionsOfASenderThatIsReplacedOrDeletedAreLetGo(t *testing.T) {
	t.Parallel()
	c, _, _ := newCatalog(t)
	get := func() *sender {
		account, err := c.Account(t.Context(), "int_1")
		require.NoError(t, err)
		return account.Sender.(*sender)
	}
	_, err := c.Save(t.Context(), mail(map[string]string{"key": secret}))
	require.NoError(t, err)
	first := get()
	require.False(t, first.closed)
	_, err = c.Save(t.Context(), mail(map[string]string{"key": "another"}))
	require.NoError(t, err)
	second := get()
	require.True(t, first.closed, "its settings changed")
	require.False(t, second.closed)
	require.NoError(t, c.Delete(t.Context(), "int_1"))
	_, err = c.List(t.Context())
	require.NoError(t, err)
	require.True(t, second.closed, "it was deleted")
}

func TestASenderIsMadeAnewOnlyWhenItsSettingsChange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, m, v := newCatalog(t)
		_, err := c.Save(t.Context(), mail(map[string]string{"key": secret}))
		require.NoError(t, err)
		get := func() notify.Account {
			account, err := c.Account(t.Context(), "int_1")
			require.NoError(t, err)
			return account
		}
		first, built := get(), v.built
		require.NoError(t, m.PauseIntegration(t.Context(), "int_1", "why", noon))
		<-time.After(2 * time.Second)
		second := get()
		require.Equal(t, "why", second.PausedReason, "what another process changed is seen after a while")
		require.Same(t, first.Sender, second.Sender)
		require.Equal(t, built, v.built)
		_, err = c.Save(t.Context(), mail(map[string]string{"key": "new"}))
		require.NoError(t, err)
		third := get()
		require.NotSame(t, first.Sender, third.Sender)
		require.Equal(t, "new", third.Sender.(*sender).settings["key"])
	})
}

func TestADatabaseThatIsAway(t *testing.T) {
	t.Parallel()
	c, m, _ := newCatalog(t)
	m.err = errors.New("away")
	for name, call := range map[string]func() error{
		"ForChannel": func() error { _, err := c.ForChannel(t.Context(), notify.Email); return err },
		"HasRoute":   func() error { _, err := c.HasRoute(t.Context(), notify.Email); return err },
		"Account":    func() error { _, err := c.Account(t.Context(), "x"); return err },
		"List":       func() error { _, err := c.List(t.Context()); return err },
		"Save":       func() error { _, err := c.Save(t.Context(), mail(map[string]string{"key": secret})); return err },
	} {
		err := call()
		require.ErrorIs(t, err, m.err, name)
		require.NotContains(t, err.Error(), secret)
	}
}
