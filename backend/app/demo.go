package app

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"

	"gopkg.in/yaml.v3"

	"clarion/backend/notify"
	"clarion/backend/template"
)

//go:embed demo/*.yaml
var demoFiles embed.FS

// demoEvents are the event types of the sample shop, one workflow and one
// template each.
var demoEvents = []string{
	"order.shipped", "account.created", "payment.failed", "system.down", "order.created", "order.cancelled", "order.failed", "payment.refunded",
	"comment.posted",
}

// demoFlow is one of the other files: a workflow and its template.
type demoFlow struct {
	Workflow struct {
		notify.Workflow
		Channels []notify.Channel `json:"channels"`
	} `json:"workflow"`
	Template struct {
		template.Version
		Name string `json:"name"`
	} `json:"template"`
}

// readDemo reads one embedded YAML file by the JSON names of the target.
func readDemo(name string, into any) error {
	if err := readYAML(demoFiles, "demo/"+name+".yaml", into); err != nil {
		return fmt.Errorf("read demo %s: %w", name, err)
	}
	return nil
}

func readYAML(files embed.FS, path string, into any) error {
	raw, err := files.ReadFile(path)
	if err != nil {
		return err
	}
	var document any
	if err := yaml.Unmarshal(raw, &document); err != nil {
		return err
	}
	text, err := json.Marshal(document)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// seedDemo puts the sample shop into the database: what is there already, by
// key, stays as it is, so that an edited demo survives a restart.
func (h *house) seedDemo(ctx context.Context) error {
	var people demoPeople
	if err := readDemo("people", &people); err != nil {
		return err
	}
	if err := h.seedPeople(ctx, people); err != nil {
		return err
	}
	if err := h.seedParts(ctx); err != nil {
		return err
	}
	for _, name := range demoEvents {
		if err := h.seedFlow(ctx, name); err != nil {
			return err
		}
	}
	return h.seedIntegrations(ctx)
}

// demoParts are the partials of the sample shop, then its layout, which renders
// one of them.
func demoParts() ([]template.Part, error) {
	var partials []template.Part
	if err := readDemo("partials", &partials); err != nil {
		return nil, err
	}
	for i := range partials {
		partials[i].Kind = template.PartialPart
	}
	layout := template.Part{Kind: template.LayoutPart}
	err := readDemo("layout", &layout)
	return append(partials, layout), err
}

func (h *house) seedParts(ctx context.Context) error {
	parts, err := demoParts()
	if err != nil {
		return err
	}
	for _, p := range parts {
		if _, err := h.db.Part(ctx, template.PartRef{Kind: p.Kind, Key: p.Key}); err == nil {
			continue
		}
		if _, err := h.templates.PutPart(ctx, p, "demo"); err != nil {
			return fmt.Errorf("seed %s %s: %w", p.Kind, p.Key, err)
		}
	}
	return nil
}

func (h *house) seedFlow(ctx context.Context, name string) error {
	var flow demoFlow
	if err := readDemo(name, &flow); err != nil {
		return err
	}
	w, v := flow.Workflow.Workflow, flow.Template.Version
	v.Schema = w.EventSchema
	if _, err := h.templates.Live(ctx, v.Key); errors.Is(err, notify.ErrNotFound) {
		if _, _, err := h.templates.Save(ctx, template.NewVersion{Name: flow.Template.Name, Version: v, By: "demo"}); err != nil {
			return fmt.Errorf("seed template %s: %w", v.Key, err)
		}
	} else if err != nil {
		return err
	}
	if _, err := h.workflows.Workflow(ctx, w.Key); !errors.Is(err, notify.ErrNotFound) {
		return err
	}
	for _, channel := range flow.Workflow.Channels { // one that acts over time spells its steps out
		w.Steps = append(w.Steps, notify.Step{Key: string(channel), Kind: notify.StepChannel, Channel: channel, Template: v.Key})
	}
	w.Enabled = true
	if _, err := h.workflows.Save(ctx, w, "demo"); err != nil {
		return fmt.Errorf("seed workflow %s: %w", w.Key, err)
	}
	return nil
}
