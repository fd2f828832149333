package app

import (
	"context"
	"fmt"

	"clarion/backend/notify"
	"clarion/backend/store"
	"clarion/backend/workflow"
)

// books are what a person may read about themselves.
type books struct {
	*store.DB

	workflows *workflow.Catalog
}

// Named returns what workflows and sources are called, by their keys.
func (b books) Named(ctx context.Context) (workflows, sources map[string]string, err error) {
	flows, err := b.workflows.List(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("name workflows: %w", err)
	}
	list, err := b.Sources(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("name sources: %w", err)
	}
	workflows, sources = map[string]string{}, map[string]string{}
	for _, w := range flows {
		workflows[w.Key] = w.Name
	}
	for _, s := range list {
		sources[s.Key] = s.Name
	}
	return workflows, sources, nil
}

// AsksErasure reports whether the person asked to be erased.
func (b books) AsksErasure(ctx context.Context, recipient string) (bool, error) {
	return b.Said(ctx, recipient, notify.ConsentAsksErasure)
}
