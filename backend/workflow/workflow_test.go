package workflow_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/workflow"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

type clock struct{ at time.Time }

func (c *clock) Now() time.Time { return c.at }

// memory is a Store of live workflows and categories.
type memory struct {
	mu         sync.Mutex
	live       map[string]notify.Workflow
	categories map[string]notify.Category
	loads      int
	drafts     []workflow.Draft
	by         string
	at         time.Time
	err        error
}

func (m *memory) LiveWorkflows(context.Context) ([]notify.Workflow, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.loads++
	var list []notify.Workflow
	for _, w := range m.live {
		list = append(list, w)
	}
	return list, m.err
}

func (m *memory) WorkflowVersion(context.Context, string, int) (notify.Workflow, error) {
	return notify.Workflow{}, notify.ErrNotFound
}

func (m *memory) WorkflowVersions(_ context.Context, key string) ([]notify.Workflow, error) {
	return []notify.Workflow{m.live[key]}, m.err
}

func (m *memory) SaveWorkflow(_ context.Context, w notify.Workflow, by string, now time.Time) (notify.Workflow, error) {
	if m.err != nil {
		return w, m.err
	}
	w.Version = m.live[w.Key].Version + 1
	m.live[w.Key], m.by, m.at = w, by, now
	return w, nil
}

func (m *memory) KeepWorkflow(_ context.Context, d workflow.Draft, _ time.Time) (notify.Workflow, error) {
	m.drafts = append(m.drafts, d)
	return d.Workflow, m.err
}

func (m *memory) OpenWorkflows(context.Context) ([]notify.Workflow, error) { return nil, m.err }

func (m *memory) DeleteWorkflow(_ context.Context, key string) error {
	delete(m.live, key)
	return m.err
}

func (m *memory) Categories(context.Context) ([]notify.Category, error) {
	var list []notify.Category
	for _, c := range m.categories {
		list = append(list, c)
	}
	return list, m.err
}

func (m *memory) PutCategory(_ context.Context, c notify.Category, _ time.Time) error {
	m.categories[c.Key] = c
	return m.err
}

func (m *memory) DeleteCategory(_ context.Context, key string) error {
	delete(m.categories, key)
	return m.err
}

func newCatalog() (*workflow.Catalog, *memory) {
	m := &memory{live: map[string]notify.Workflow{}, categories: map[string]notify.Category{"orders": {Key: "orders", Name: "Orders"}}}
	return workflow.NewCatalog(m, &clock{noon}, func(schema []byte) error {
		if !json.Valid(schema) {
			return errors.New("is no JSON")
		}
		return nil
	}), m
}

func sound() notify.Workflow {
	return notify.Workflow{Key: "order.shipped", Name: "Order shipped", Category: "orders", Enabled: true, Steps: []notify.Step{
		{Key: "mail", Kind: notify.StepChannel, Channel: notify.Email, Template: "order-shipped"},
	}}
}

func faults(t *testing.T, err error) []string {
	t.Helper()
	var invalid *notify.Invalid
	require.ErrorAs(t, err, &invalid)
	var list []string
	for _, f := range invalid.Fields {
		require.NotEmpty(t, f.Detail)
		list = append(list, f.Path+" "+f.Code)
	}
	return list
}

func TestADefinitionIsChecked(t *testing.T) {
	t.Parallel()
	condition := func(field, op, value string) func(*notify.Workflow) {
		return func(w *notify.Workflow) {
			w.Steps[0].If = []notify.Condition{{Field: field, Op: op, Value: json.RawMessage(value)}}
		}
	}
	is := func(value string) notify.Condition {
		return notify.Condition{Field: "data.a", Op: "eq", Value: json.RawMessage(value)}
	}
	all := func(list ...notify.Condition) notify.Condition { return notify.Condition{All: list} }
	some := func(list ...notify.Condition) notify.Condition { return notify.Condition{Any: list} }
	group := func(c notify.Condition) func(*notify.Workflow) {
		return func(w *notify.Workflow) { w.Steps[0].If = []notify.Condition{c} }
	}
	for name, test := range map[string]struct {
		change func(w *notify.Workflow)
		want   []string
	}{
		"a sound one passes":         {func(*notify.Workflow) {}, nil},
		"no key":                     {func(w *notify.Workflow) { w.Key = "" }, []string{"key invalid_key", "event_type invalid_key"}},
		"a key in capitals":          {func(w *notify.Workflow) { w.Key, w.EventType = "Order", "order" }, []string{"key invalid_key"}},
		"a key that is too long":     {func(w *notify.Workflow) { w.Key, w.EventType = strings.Repeat("k", 101), "order" }, []string{"key invalid_key"}},
		"an event type with a space": {func(w *notify.Workflow) { w.EventType = "a b" }, []string{"event_type invalid_key"}},
		"no name":                    {func(w *notify.Workflow) { w.Name = "" }, []string{"name required"}},
		"an unknown priority":        {func(w *notify.Workflow) { w.Priority = "urgent" }, []string{"priority not_an_option"}},
		"an unknown category":        {func(w *notify.Workflow) { w.Category = "ghosts" }, []string{"category unknown_category"}},
		"a negative expiry":          {func(w *notify.Workflow) { w.ExpiresAfterSeconds = -1 }, []string{"expires_after_seconds out_of_range"}},
		"a broken schema":            {func(w *notify.Workflow) { w.EventSchema = json.RawMessage("{") }, []string{"event_schema invalid_schema"}},
		"a good schema passes":       {func(w *notify.Workflow) { w.EventSchema = json.RawMessage("{}") }, nil},
		"no steps":                   {func(w *notify.Workflow) { w.Steps = nil }, []string{"steps required"}},
		"a step without a key":       {func(w *notify.Workflow) { w.Steps[0].Key = "" }, []string{"steps[0].key invalid_key"}},
		"two steps with one key":     {func(w *notify.Workflow) { w.Steps = append(w.Steps, w.Steps[0]) }, []string{"steps[1].key duplicate"}},
		"a kind that does not exist": {func(w *notify.Workflow) { w.Steps[0].Kind = "fax" }, []string{"steps[0].kind not_an_option"}},
		"an unknown channel":         {func(w *notify.Workflow) { w.Steps[0].Channel = "fax" }, []string{"steps[0].channel unknown_channel"}},
		"no template":                {func(w *notify.Workflow) { w.Steps[0].Template = "" }, []string{"steps[0].template required"}},
		"a condition that passes":    {condition("data.a.b", "eq", "1"), nil},
		"exists needs no value":      {condition("recipient.id", "exists", ""), nil},
		"another root":               {condition("secret.a", "eq", "1"), []string{"steps[0].if[0].field unknown_field"}},
		"a root without a name":      {condition("data", "eq", "1"), []string{"steps[0].if[0].field unknown_field"}},
		"a root and a dot":           {condition("event.", "eq", "1"), []string{"steps[0].if[0].field unknown_field"}},
		"an unknown operator":        {condition("data.a", "like", "1"), []string{"steps[0].if[0].op not_an_option"}},
		"a comparison without value": {condition("data.a", "gt", ""), []string{"steps[0].if[0].value required"}},
		"a comparison with no JSON":  {condition("data.a", "in", "["), []string{"steps[0].if[0].value required"}},
		"a list for not_in":          {condition("data.a", "not_in", "[1]"), nil},
		"no list for in":             {condition("data.a", "in", "1"), []string{"steps[0].if[0].value wrong_type"}},
		"no order of a boolean":      {condition("data.a", "gte", "true"), []string{"steps[0].if[0].value wrong_type"}},
		"an order of numbers":        {condition("data.a", "lt", "-1.5"), nil},
		"no text to start with":      {condition("data.a", "starts_with", "1"), []string{"steps[0].if[0].value wrong_type"}},
		"a hole in a path":           {condition("data..a", "eq", "1"), []string{"steps[0].if[0].field unknown_field"}},
		"groups in groups":           {group(all(is("1"), some(is("1"), all(is("1"))))), nil},
		"a fault within groups":      {group(all(is("1"), some(is("1"), is("{")))), []string{"steps[0].if[0].all[1].any[1].value required"}},
		"a group of nothing":         {group(notify.Condition{Any: []notify.Condition{}}), []string{"steps[0].if[0].any required"}},
		"a group of both kinds":      {group(notify.Condition{All: []notify.Condition{is("1")}, Any: []notify.Condition{is("1")}}), []string{"steps[0].if[0] not_an_option"}},
		"a group that compares":      {group(notify.Condition{Field: "data.a", All: []notify.Condition{is("1")}}), []string{"steps[0].if[0] not_an_option"}},
		"groups that go too deep":    {group(all(all(all(all(is("1")))))), []string{"steps[0].if[0].all[0].all[0].all[0] too_deep"}},
		"too many conditions":        {group(all(slices.Repeat([]notify.Condition{is("1")}, 50)...)), []string{"steps[0].if out_of_range"}},
		"everything wrong at once":   {func(w *notify.Workflow) { *w = notify.Workflow{Priority: "x"} }, []string{"key invalid_key", "event_type invalid_key", "name required", "priority not_an_option", "category unknown_category", "steps required"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, m := newCatalog()
			w := sound()
			test.change(&w)
			_, err := c.Save(t.Context(), w, "mem_1")
			if test.want == nil {
				require.NoError(t, err)
				return
			}
			require.Equal(t, test.want, faults(t, err))
			require.Empty(t, m.live, "what is wrong is not stored")
		})
	}
}

func TestSavingMakesAVersionLive(t *testing.T) {
	t.Parallel()
	c, m := newCatalog()
	first, err := c.Save(t.Context(), sound(), "mem_1")
	require.NoError(t, err)
	require.Equal(t, 1, first.Version)
	require.Equal(t, "order.shipped", first.EventType, "a workflow starts on its own key unless told otherwise")
	require.Equal(t, notify.Medium, first.Priority)
	require.Equal(t, []any{"mem_1", noon}, []any{m.by, m.at})
	list, err := c.ForEvent(t.Context(), "order.shipped")
	require.NoError(t, err)
	require.Equal(t, []notify.Workflow{first}, list)

	off := sound()
	off.Enabled = false
	second, err := c.Save(t.Context(), off, "mem_1")
	require.NoError(t, err)
	list, err = c.ForEvent(t.Context(), "order.shipped")
	require.NoError(t, err)
	require.Equal(t, []notify.Workflow{second}, list, "seen at once here, and also when switched off")
	got, err := c.Workflow(t.Context(), "order.shipped")
	require.NoError(t, err)
	require.Equal(t, second, got)
	all, err := c.List(t.Context())
	require.NoError(t, err)
	require.Len(t, all, 1)
	versions, err := c.Versions(t.Context(), "order.shipped")
	require.NoError(t, err)
	require.Len(t, versions, 1)

	require.NoError(t, c.Delete(t.Context(), "order.shipped"))
	_, err = c.Workflow(t.Context(), "order.shipped")
	require.ErrorIs(t, err, notify.ErrNotFound)
}

func TestADraftMayHaveFaultsAndChangesNothingThatIsLive(t *testing.T) {
	t.Parallel()
	c, m := newCatalog()
	w := sound()
	w.Name, w.Priority = "", ""
	_, found, err := c.Keep(t.Context(), workflow.Draft{Workflow: w, By: "mem_1"})
	require.NoError(t, err)
	require.Equal(t, []string{"name required"}, faults(t, found))
	require.Equal(t, notify.Medium, m.drafts[0].Workflow.Priority)
	require.Empty(t, m.live)
	_, _, err = c.Keep(t.Context(), workflow.Draft{Workflow: notify.Workflow{Key: "No"}})
	require.Equal(t, []string{"key invalid_key"}, faults(t, err))
	m.err = errors.New("away")
	_, _, err = c.Keep(t.Context(), workflow.Draft{Workflow: sound()})
	require.ErrorIs(t, err, m.err)
}

func TestWhatAnotherProcessSaved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, m := newCatalog()
		list, err := c.ForEvent(t.Context(), "order.shipped")
		require.NoError(t, err)
		require.Empty(t, list)
		w := sound()
		w.EventType = w.Key
		m.live[w.Key] = w
		list, err = c.ForEvent(t.Context(), "order.shipped")
		require.NoError(t, err)
		require.Len(t, list, 1, "an unknown type is looked up once more")

		w.Version = 2
		m.live[w.Key] = w
		loads := m.loads
		list, err = c.ForEvent(t.Context(), "order.shipped")
		require.NoError(t, err)
		require.Zero(t, list[0].Version, "a known one is answered from memory")
		require.Equal(t, loads, m.loads)
		<-time.After(time.Second)
		list, err = c.ForEvent(t.Context(), "order.shipped")
		require.NoError(t, err)
		require.Equal(t, 2, list[0].Version, "no older than a second")
	})
}

func TestADatabaseThatIsAway(t *testing.T) {
	t.Parallel()
	c, m := newCatalog()
	m.err = errors.New("away")
	for name, call := range map[string]func() error{
		"ForEvent":       func() error { _, err := c.ForEvent(t.Context(), "x"); return err },
		"List":           func() error { _, err := c.List(t.Context()); return err },
		"Workflow":       func() error { _, err := c.Workflow(t.Context(), "x"); return err },
		"Save":           func() error { _, err := c.Save(t.Context(), sound(), ""); return err },
		"Categories":     func() error { _, err := c.Categories(t.Context()); return err },
		"DeleteCategory": func() error { return c.DeleteCategory(t.Context(), "x") },
		"PutCategory":    func() error { return c.PutCategory(t.Context(), notify.Category{Key: "x", Name: "X"}) },
		"Delete":         func() error { return c.Delete(t.Context(), "x") },
		"Versions":       func() error { _, err := c.Versions(t.Context(), "x"); return err },
	} {
		require.ErrorIs(t, call(), m.err, name)
	}
	m.err = nil
	_, err := c.Save(t.Context(), sound(), "")
	require.NoError(t, err)
	_, err = c.ForEvent(t.Context(), "order.shipped")
	require.NoError(t, err)
	m.err = errors.New("away")
	list, err := c.ForEvent(t.Context(), "order.shipped")
	require.NoError(t, err)
	require.Len(t, list, 1, "what is known goes on")
	_, err = c.ForEvent(t.Context(), "other")
	require.ErrorIs(t, err, m.err, "that a type is unknown cannot be said")
	_, err = c.Save(t.Context(), sound(), "")
	require.ErrorIs(t, err, m.err)
}

func TestCategories(t *testing.T) {
	t.Parallel()
	c, _ := newCatalog()
	require.NoError(t, c.PutCategory(t.Context(), notify.Category{Key: "news", Name: "News", Ambiguity: notify.FailUnknown}))
	known, err := c.Categories(t.Context())
	require.NoError(t, err)
	require.Equal(t, "News", known["news"].Name)
	require.Equal(t, []string{"key invalid_key", "name required", "ambiguity not_an_option"}, faults(t, c.PutCategory(t.Context(), notify.Category{Ambiguity: "guess"})))

	_, err = c.Save(t.Context(), sound(), "")
	require.NoError(t, err)
	require.ErrorIs(t, c.DeleteCategory(t.Context(), "orders"), notify.ErrConflict, "one that a live workflow uses stays")
	require.NoError(t, c.DeleteCategory(t.Context(), "news"))
	known, err = c.Categories(t.Context())
	require.NoError(t, err)
	require.NotContains(t, known, "news")
}
