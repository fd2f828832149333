package app

import (
	"context"
	"encoding/json"
	"fmt"

	"clarion/backend/approval"
	"clarion/backend/template"
	"clarion/backend/workflow"
)

// subjects are the kinds under review, as the desk sees them.
func (h *house) subjects() map[approval.Kind]approval.Subject {
	return map[approval.Kind]approval.Subject{
		approval.Template: templateSubject{h.templates},
		approval.Layout:   layoutSubject{h.templates},
		approval.Workflow: workflowSubject{h.workflows},
	}
}

// whole writes a snapshot of any document.
func whole(title string, document any) (approval.Snapshot, error) {
	text, err := json.Marshal(document)
	if err != nil {
		return approval.Snapshot{}, fmt.Errorf("write %s for review: %w", title, err)
	}
	return approval.Snapshot{Title: title, Document: text}, nil
}

type templateSubject struct{ templates *template.Catalog }

func (t templateSubject) Snapshot(ctx context.Context, key string, version int) (approval.Snapshot, error) {
	w, err := t.templates.Whole(ctx, key, version)
	if err != nil {
		return approval.Snapshot{}, err
	}
	s, err := whole(w.Name, w.Version)
	for _, part := range w.Version.Sections() {
		s.Sections = append(s.Sections, approval.Section(part))
	}
	if w.Layout.Key != "" {
		s.Pins = append(s.Pins, approval.Pin{Kind: approval.Layout, Key: w.Layout.Key, Version: w.Layout.Version})
	}
	return s, err
}

func (t templateSubject) Ready(ctx context.Context, key string, version int) error {
	return t.templates.Ready(ctx, key, version)
}

func (t templateSubject) Published(string) { t.templates.Forget() }

type layoutSubject struct{ templates *template.Catalog }

func (l layoutSubject) Snapshot(ctx context.Context, key string, version int) (approval.Snapshot, error) {
	layout, err := l.templates.LayoutVersion(ctx, key, version)
	if err != nil {
		return approval.Snapshot{}, err
	}
	s, err := whole(key, layout)
	for _, part := range layout.Sections() {
		s.Sections = append(s.Sections, approval.Section(part))
	}
	return s, err
}

func (l layoutSubject) Ready(ctx context.Context, key string, version int) error {
	layout, err := l.templates.LayoutVersion(ctx, key, version)
	if err != nil {
		return err
	}
	return template.CheckLayout(layout)
}

func (l layoutSubject) Published(key string) { l.templates.ForgetLayout(key) }

type workflowSubject struct{ workflows *workflow.Catalog }

func (w workflowSubject) Snapshot(ctx context.Context, key string, version int) (approval.Snapshot, error) {
	flow, err := w.workflows.Version(ctx, key, version)
	if err != nil {
		return approval.Snapshot{}, err
	}
	s, err := whole(flow.Name, flow)
	for _, part := range workflow.Sections(flow) {
		s.Sections = append(s.Sections, approval.Section(part))
	}
	return s, err
}

func (w workflowSubject) Ready(ctx context.Context, key string, version int) error {
	return w.workflows.Ready(ctx, key, version)
}

func (w workflowSubject) Published(string) { w.workflows.Forget() }
