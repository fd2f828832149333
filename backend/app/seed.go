package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"clarion/backend/config"
	"clarion/backend/demo"
	"clarion/backend/notify"
	"clarion/backend/template"
)

// seededFlows keeps the keys of the workflows and templates that seeding made.
const seededFlows = "made_up_flows"

// Seeding is what to make up.
type Seeding struct {
	demo.Plan
	// Remove takes out again what was made up before.
	Remove bool
	// Force does it where real people are served.
	Force bool
}

// Seed fills the database of c with made-up traffic, or takes it out again.
// Nothing of it is ever sent.
func Seed(ctx context.Context, c config.Config, s Seeding, say io.Writer) error {
	if c.Production() && !s.Force {
		return errors.New("seed: this is production, where reports would mix what was made up with what happened; --force does it all the same")
	}
	// The process talks to the database only: the box and the queue are others'.
	c.Sandbox, c.RedisURL, c.Roles = false, "", nil
	h, err := build(ctx, c, notify.SystemClock{}, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	began := time.Now()
	if s.Remove {
		err = h.unseed(ctx, say)
	} else {
		err = h.seed(ctx, s.Plan, say)
	}
	_, _ = fmt.Fprintf(say, "took %.1f s\n", time.Since(began).Seconds())
	return errors.Join(err, h.close())
}

func (h *house) seed(ctx context.Context, p demo.Plan, say io.Writer) error {
	if p.Until.IsZero() {
		p.Until = h.clock.Now()
	}
	if err := p.Check(); err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	changes, messages, err := demo.Fill(ctx, h.db, p)
	if err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	if err := h.seedFlows(ctx, p.Cast().Flows); err != nil {
		return err
	}
	_, err = fmt.Fprintf(say, "made up %d delivery events of %d messages in %d days; clarion seed --remove takes them out again\n", changes, messages, p.Days)
	return err
}

// seedFlows makes the workflows and templates of the traffic where there are none
// of their names, and notes which.
func (h *house) seedFlows(ctx context.Context, flows []demo.Flow) error {
	var made []string
	for _, f := range flows {
		if _, err := h.workflows.Workflow(ctx, f.Key); !errors.Is(err, notify.ErrNotFound) {
			if err != nil {
				return err
			}
			continue
		}
		if _, err := h.templates.Live(ctx, f.Key); !errors.Is(err, notify.ErrNotFound) {
			if err != nil {
				return err
			}
			continue
		}
		if err := h.seedOne(ctx, f); err != nil {
			return fmt.Errorf("seed workflow %s: %w", f.Key, err)
		}
		made = append(made, f.Key)
	}
	text, err := json.Marshal(made)
	if err != nil {
		return fmt.Errorf("note the workflows that were made up: %w", err)
	}
	return h.db.PutSettings(ctx, map[string]string{seededFlows: string(text)})
}

func (h *house) seedOne(ctx context.Context, f demo.Flow) error {
	v := template.Version{Key: f.Key, DefaultLocale: "en", Channels: map[notify.Channel]map[string]template.Source{}}
	w := notify.Workflow{
		Key: f.Key, EventType: f.Key, Name: f.Name, Category: f.Category, Priority: f.Priority, Critical: f.Critical, Enabled: true,
	}
	for _, channel := range f.Channels {
		v.Channels[channel] = map[string]template.Source{"en": sourceFor(channel, f.Name)}
		w.Steps = append(w.Steps, notify.Step{Key: string(channel), Kind: notify.StepChannel, Channel: channel, Template: f.Key})
	}
	if _, _, err := h.templates.Save(ctx, template.NewVersion{Name: f.Name, Version: v, By: "seed"}); err != nil {
		return err
	}
	_, err := h.workflows.Save(ctx, w, "seed")
	return err
}

// sourceFor is a few words in the fields the channel has.
func sourceFor(channel notify.Channel, name string) template.Source {
	text := name + `: number {{ number | default: "0" }}.`
	switch channel {
	case notify.Email:
		return template.Source{Subject: name, HTML: "<p>" + text + "</p>", Text: text}
	case notify.Push, notify.InApp:
		return template.Source{Title: name, Body: text}
	case notify.WeCom:
		return template.Source{Title: name, Text: text}
	case notify.Webhook:
		return template.Source{Data: map[string]string{"text": text}}
	default:
		return template.Source{Text: text}
	}
}

func (h *house) unseed(ctx context.Context, say io.Writer) error {
	kept, err := h.db.Settings(ctx, []string{seededFlows})
	if err != nil {
		return err
	}
	var flows []string
	if text := kept[seededFlows]; text != "" {
		if err := json.Unmarshal([]byte(text), &flows); err != nil {
			return fmt.Errorf("read which workflows were made up: %w", err)
		}
	}
	removed, err := h.db.RemoveTraffic(ctx, flows)
	if errors.Is(err, notify.ErrNotFound) {
		return errors.New("seed --remove: nothing was made up here")
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(say, "took out %d delivery events; a copy in ClickHouse is made anew by clarion analytics rebuild\n", removed)
	return err
}
