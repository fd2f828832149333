package workflow

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"clarion/backend/fresh"
	"clarion/backend/notify"
)

// staleAfter is how long another process may go on with an old version after a
// new one went live here.
const staleAfter = time.Second

// Catalog answers which workflows an event starts, from memory.
type Catalog struct {
	store Store
	clock notify.Clock
	// checkSchema refuses an event schema that is none.
	checkSchema func(schema []byte) error
	// checkLine refuses a key that is not Liquid; nil takes all.
	checkLine func(source string) error

	live       *fresh.Value[*byType]
	categories *fresh.Value[map[string]notify.Category]
}

type byType struct {
	all    []notify.Workflow
	byType map[string][]notify.Workflow
	byKey  map[string]notify.Workflow
	stops  map[string][]notify.Workflow
}

// NewCatalog makes a Catalog. checkSchema compiles a JSON Schema and says what
// is wrong with it.
func NewCatalog(store Store, clock notify.Clock, checkSchema func([]byte) error) *Catalog {
	c := &Catalog{store: store, clock: clock, checkSchema: checkSchema}
	c.live = fresh.New(staleAfter, time.Now, c.loadLive)
	c.categories = fresh.New(staleAfter, time.Now, c.loadCategories)
	return c
}

func (c *Catalog) loadLive(ctx context.Context) (*byType, error) {
	all, err := c.store.LiveWorkflows(ctx)
	if err != nil {
		return nil, fmt.Errorf("load live workflows: %w", err)
	}
	index := &byType{all: all, byType: map[string][]notify.Workflow{}, byKey: map[string]notify.Workflow{}, stops: map[string][]notify.Workflow{}}
	for _, w := range all {
		index.byType[w.EventType] = append(index.byType[w.EventType], w)
		index.byKey[w.Key] = w
		for _, rule := range w.CancelOn {
			if list := index.stops[rule.EventType]; len(list) == 0 || list[len(list)-1].Key != w.Key {
				index.stops[rule.EventType] = append(list, w)
			}
		}
	}
	return index, nil
}

func (c *Catalog) loadCategories(ctx context.Context) (map[string]notify.Category, error) {
	list, err := c.store.Categories(ctx)
	if err != nil {
		return nil, fmt.Errorf("load categories: %w", err)
	}
	index := make(map[string]notify.Category, len(list))
	for _, category := range list {
		index[category.Key] = category
	}
	return index, nil
}

// ForEvent returns the live workflows an event type starts, the disabled ones
// too: that a workflow was switched off is an answer, not an absence. A type
// that is unknown here is looked up once more in the database, because another
// process may just have made it.
func (c *Catalog) ForEvent(ctx context.Context, eventType string) ([]notify.Workflow, error) {
	index, err := c.live.Get(ctx)
	if err != nil {
		return nil, err
	}
	if found := index.byType[eventType]; len(found) > 0 {
		return found, nil
	}
	if index, err = c.live.Reload(ctx); err != nil {
		return nil, err
	}
	return index.byType[eventType], nil
}

// CheckLinesWith says how the keys of digests and throttles are checked. It is
// called before the first check.
func (c *Catalog) CheckLinesWith(check func(source string) error) { c.checkLine = check }

// Stops returns the live workflows whose runs an event type may end.
func (c *Catalog) Stops(ctx context.Context, eventType string) ([]notify.Workflow, error) {
	index, err := c.live.Get(ctx)
	if err != nil {
		return nil, err
	}
	return index.stops[eventType], nil
}

// Pinned returns one version of a workflow for a run that began with it. It is
// switched off when what is live is, or when nothing is live.
func (c *Catalog) Pinned(ctx context.Context, key string, version int) (notify.Workflow, error) {
	index, err := c.live.Get(ctx)
	if err != nil {
		return notify.Workflow{}, err
	}
	live, there := index.byKey[key]
	if there && live.Version == version {
		return live, nil
	}
	w, err := c.store.WorkflowVersion(ctx, key, version)
	w.Enabled = there && live.Enabled
	return w, err
}

// List returns every live workflow.
func (c *Catalog) List(ctx context.Context) ([]notify.Workflow, error) {
	index, err := c.live.Get(ctx)
	if err != nil {
		return nil, err
	}
	return index.all, nil
}

// Workflow returns the live version of one workflow.
func (c *Catalog) Workflow(ctx context.Context, key string) (notify.Workflow, error) {
	index, err := c.live.Get(ctx)
	if err != nil {
		return notify.Workflow{}, err
	}
	w, ok := index.byKey[key]
	if !ok {
		return w, fmt.Errorf("workflow %s: %w", key, notify.ErrNotFound)
	}
	return w, nil
}

// Versions returns all versions of a workflow, newest first.
func (c *Catalog) Versions(ctx context.Context, key string) ([]notify.Workflow, error) {
	return c.store.WorkflowVersions(ctx, key)
}

// Delete removes a workflow; what it sent keeps its name and version.
func (c *Catalog) Delete(ctx context.Context, key string) error {
	defer c.live.Forget()
	return c.store.DeleteWorkflow(ctx, key)
}

// Categories returns the categories by key.
func (c *Catalog) Categories(ctx context.Context) (map[string]notify.Category, error) {
	return c.categories.Get(ctx)
}

// PutCategory checks and stores a category.
func (c *Catalog) PutCategory(ctx context.Context, category notify.Category) error {
	var faults notify.Invalid
	checkKey(&faults, "key", category.Key)
	if category.Name == "" {
		faults.Add("name", "required", "a category needs a name")
	}
	for locale, name := range category.Names {
		if !notify.ValidLocale(locale) {
			faults.Add("names."+locale, "invalid_locale", "must be a language tag such as en or zh-CN")
		} else if strings.TrimSpace(name) == "" {
			faults.Add("names."+locale, "required", "must not be empty")
		}
	}
	switch category.Ambiguity {
	case "", notify.Resend, notify.HoldForReceipt, notify.FailUnknown:
	default:
		faults.Add("ambiguity", "not_an_option", "must be resend, hold_for_receipt or fail")
	}
	category.Check(&faults)
	if err := faults.Err(); err != nil {
		return err
	}
	defer c.categories.Forget()
	return c.store.PutCategory(ctx, category, c.clock.Now())
}

// DeleteCategory removes a category that no live workflow uses.
func (c *Catalog) DeleteCategory(ctx context.Context, key string) error {
	index, err := c.live.Reload(ctx)
	if err != nil {
		return err
	}
	var uses notify.Invalid
	for _, w := range index.all {
		if w.Category == key {
			uses.Add("workflows", "in_use", fmt.Sprintf("workflow %s uses it", w.Key))
		}
	}
	if err := uses.Err(); err != nil {
		return fmt.Errorf("delete category %s: %w", key, errors.Join(notify.ErrConflict, err))
	}
	defer c.categories.Forget()
	return c.store.DeleteCategory(ctx, key)
}
