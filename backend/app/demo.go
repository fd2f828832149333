package app

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"gopkg.in/yaml.v3"

	"clarion/backend/access"
	"clarion/backend/notify"
	"clarion/backend/sandbox/webpush"
	"clarion/backend/template"
)

//go:embed demo/*.yaml
var demoFiles embed.FS

// demoEvents are the event types of the sample shop, one workflow and one
// template each.
var demoEvents = []string{"order.shipped", "account.created", "payment.failed", "system.down"}

// demoPeople is demo/people.yaml.
type demoPeople struct {
	Sources    []access.Source
	Categories []notify.Category
	Recipients []struct {
		ID, Name, Locale, Timezone string
		Email, Phone, Push, Slack  string
		Telegram, Webhook          string
		// The addresses of the East, by channel.
		East map[notify.Channel]string
		// Web names a browser in the box.
		Web string
	}
	Groups []struct {
		Key, Name string
		Members   []string
	}
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
	raw, err := demoFiles.ReadFile("demo/" + name + ".yaml")
	if err != nil {
		return fmt.Errorf("read demo %s: %w", name, err)
	}
	var document any
	if err := yaml.Unmarshal(raw, &document); err != nil {
		return fmt.Errorf("read demo %s: %w", name, err)
	}
	text, err := json.Marshal(document)
	if err != nil {
		return fmt.Errorf("read demo %s: %w", name, err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("read demo %s: %w", name, err)
	}
	return nil
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

func (h *house) seedPeople(ctx context.Context, people demoPeople) error {
	for _, source := range people.Sources {
		if _, err := h.sources.Put(ctx, source); err != nil {
			return fmt.Errorf("seed source %s: %w", source.Key, err)
		}
	}
	known, err := h.workflows.Categories(ctx)
	if err != nil {
		return err
	}
	for _, category := range people.Categories {
		if _, ok := known[category.Key]; ok {
			continue
		}
		if err := h.workflows.PutCategory(ctx, category); err != nil {
			return fmt.Errorf("seed category %s: %w", category.Key, err)
		}
	}
	if err := h.seedRecipients(ctx, people); err != nil {
		return err
	}
	for _, group := range people.Groups {
		if _, err := h.db.Group(ctx, group.Key); err == nil {
			continue
		}
		if err := h.audience.Create(ctx, notify.Group{Key: group.Key, Name: group.Name}); err != nil {
			return fmt.Errorf("seed group %s: %w", group.Key, err)
		}
		if err := h.db.AddMembers(ctx, group.Key, group.Members); err != nil {
			return fmt.Errorf("seed members of group %s: %w", group.Key, err)
		}
	}
	return nil
}

// browserOf is the subscription of a browser in the box, empty without a name.
func browserOf(name string) string {
	if name == "" {
		return ""
	}
	return webpush.Subscription(name)
}

// given are the addresses that are there.
func given(list []notify.Address) []notify.Address {
	return slices.DeleteFunc(list, func(a notify.Address) bool { return a.Address == "" })
}

func (h *house) seedRecipients(ctx context.Context, people demoPeople) error {
	var list []notify.Recipient
	for _, p := range people.Recipients {
		if _, err := h.db.Recipient(ctx, p.ID); err == nil {
			continue
		} else if !errors.Is(err, notify.ErrNotFound) {
			return fmt.Errorf("look for demo recipient %s: %w", p.ID, err)
		}
		r := notify.Recipient{
			ID: p.ID, Name: p.Name, Locale: p.Locale, Timezone: p.Timezone,
			Addresses: given([]notify.Address{
				{Channel: notify.Email, Address: p.Email}, {Channel: notify.SMS, Address: p.Phone},
				{Channel: notify.Push, Address: p.Push}, {Channel: notify.Push, Address: browserOf(p.Web)},
				{Channel: notify.Slack, Address: p.Slack}, {Channel: notify.WhatsApp, Address: p.Phone},
				{Channel: notify.Telegram, Address: p.Telegram}, {Channel: notify.Webhook, Address: p.Webhook},
				{Channel: notify.InApp, Address: p.ID},
			}),
		}
		for _, channel := range slices.Sorted(maps.Keys(p.East)) {
			r.Addresses = append(r.Addresses, notify.Address{Channel: channel, Address: p.East[channel]})
		}
		list = append(list, r)
	}
	if len(list) == 0 {
		return nil
	}
	if err := h.audience.Put(ctx, list, true); err != nil {
		return fmt.Errorf("seed recipients: %w", err)
	}
	return nil
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
	for _, channel := range flow.Workflow.Channels {
		w.Steps = append(w.Steps, notify.Step{Key: string(channel), Kind: notify.StepChannel, Channel: channel, Template: v.Key})
	}
	w.Enabled = true
	if _, err := h.workflows.Save(ctx, w, "demo"); err != nil {
		return fmt.Errorf("seed workflow %s: %w", w.Key, err)
	}
	return nil
}
