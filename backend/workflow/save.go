package workflow

import (
	"context"
	"fmt"

	"clarion/backend/notify"
)

// usual fills in what a definition may leave out.
func usual(w notify.Workflow) notify.Workflow {
	if w.EventType == "" {
		w.EventType = w.Key
	}
	if w.Priority == "" {
		w.Priority = notify.Medium
	}
	return w
}

// Check fills in what was left out and reports everything that is wrong.
func (c *Catalog) Check(ctx context.Context, w notify.Workflow) (notify.Workflow, error) {
	w = usual(w)
	return w, c.sound(ctx, w)
}

// Save checks w and makes it the live version.
func (c *Catalog) Save(ctx context.Context, w notify.Workflow, by string) (notify.Workflow, error) {
	w, err := c.Check(ctx, w)
	if err != nil {
		return w, err
	}
	saved, err := c.store.SaveWorkflow(ctx, w, by, c.clock.Now())
	if err != nil {
		return w, fmt.Errorf("save workflow %s: %w", w.Key, err)
	}
	c.live.Forget()
	return saved, nil
}

func (c *Catalog) sound(ctx context.Context, w notify.Workflow) error {
	categories, err := c.categories.Get(ctx)
	if err != nil {
		return err
	}
	return c.check(w, categories)
}

// Keep stores a draft. It may have faults, which keep it from going live and
// are returned apart: people save what they have not finished.
func (c *Catalog) Keep(ctx context.Context, d Draft) (notify.Workflow, *notify.Invalid, error) {
	d.Workflow = usual(d.Workflow)
	var key notify.Invalid
	if checkKey(&key, "key", d.Workflow.Key); key.Err() != nil {
		return d.Workflow, nil, &key
	}
	faults, err := c.Faults(ctx, d.Workflow)
	if err != nil {
		return d.Workflow, nil, err
	}
	saved, err := c.store.KeepWorkflow(ctx, d, c.clock.Now())
	if err != nil {
		return saved, nil, fmt.Errorf("save a draft of workflow %s: %w", d.Workflow.Key, err)
	}
	return saved, faults, nil
}

// Faults are what keeps a workflow from going live.
func (c *Catalog) Faults(ctx context.Context, w notify.Workflow) (*notify.Invalid, error) {
	err := c.sound(ctx, usual(w))
	if err == nil {
		return &notify.Invalid{}, nil
	}
	if invalid, ok := err.(*notify.Invalid); ok { //nolint:errorlint // the check returns its faults bare; what is wrapped failed for another reason
		return invalid, nil
	}
	return nil, err
}

// Open returns the open version of every workflow that has one.
func (c *Catalog) Open(ctx context.Context) ([]notify.Workflow, error) {
	return c.store.OpenWorkflows(ctx)
}

// Version returns one version, live or not.
func (c *Catalog) Version(ctx context.Context, key string, version int) (notify.Workflow, error) {
	return c.store.WorkflowVersion(ctx, key, version)
}

// Ready reports everything that keeps a stored version from going live.
func (c *Catalog) Ready(ctx context.Context, key string, version int) error {
	w, err := c.store.WorkflowVersion(ctx, key, version)
	if err != nil {
		return err
	}
	return c.sound(ctx, w)
}

// Forget drops what is remembered of the live versions.
func (c *Catalog) Forget() { c.live.Forget() }
