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
		approval.Layout:   partSubject{h.templates, template.LayoutPart},
		approval.Partial:  partSubject{h.templates, template.PartialPart},
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
	s.Pins = pins(w.Parts)
	return s, err
}

func (t templateSubject) Ready(ctx context.Context, key string, version int) error {
	return t.templates.Ready(ctx, key, version)
}

func (t templateSubject) Published(string) { t.templates.Forget() }

// partSubject is one kind of part.
type partSubject struct {
	templates *template.Catalog
	kind      template.PartKind
}

func (p partSubject) ref(key string, version int) template.PartRef {
	return template.PartRef{Kind: p.kind, Key: key, Version: version}
}

func (p partSubject) Snapshot(ctx context.Context, key string, version int) (approval.Snapshot, error) {
	w, err := p.templates.WholePart(ctx, p.ref(key, version))
	if err != nil {
		return approval.Snapshot{}, err
	}
	s, err := whole(key, w.Part)
	for _, part := range w.Part.Sections() {
		s.Sections = append(s.Sections, approval.Section(part))
	}
	s.Pins, s.Reach = pins(w.Partials), w.Reach
	return s, err
}

// pins are live parts that go out together with something.
func pins(parts []template.Part) []approval.Pin {
	list := make([]approval.Pin, 0, len(parts))
	for _, p := range parts {
		list = append(list, approval.Pin{Kind: approval.Kind(p.Kind), Key: p.Key, Version: p.Version})
	}
	return list
}

func (p partSubject) Ready(ctx context.Context, key string, version int) error {
	return p.templates.PartReady(ctx, p.ref(key, version))
}

func (p partSubject) Published(key string) { p.templates.ForgetPart(p.kind, key) }

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
