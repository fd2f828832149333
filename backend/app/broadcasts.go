package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"clarion/backend/approval"
	"clarion/backend/broadcast"
	"clarion/backend/dispatch"
	"clarion/backend/notify"
	"clarion/backend/roster"
	"clarion/backend/store"
	"clarion/backend/template"
	"clarion/backend/workflow"
)

// plugBroadcasts plugs them in before the engine of sagas, which runs their steps,
// and after the links that their templates hold.
func (h *house) plugBroadcasts(context.Context) error {
	h.broadcasts = &broadcast.Desk{
		Store: h.db, Words: broadcastWords{h.templates, h.workflows, h.imports, h.clock}, Rehearser: rehearser{h.simulator().dispatch, h.workflows, h.prices},
		Quotas: quotas{h.db, h}, Teller: broadcastNotices{h.notices}, Tell: func(id string) { h.changes.Tell("broadcast", id) }, Clock: h.clock, Log: h.log,
	}
	h.reviews.Elsewheres = map[approval.Kind]approval.Elsewhere{approval.Broadcast: broadcastReviews{h.broadcasts, h.db}}
	return nil
}

// lifecycle does the steps of a broadcast's sagas.
func (h *house) lifecycle() *broadcast.Lifecycle {
	return &broadcast.Lifecycle{Desk: h.broadcasts, Recaller: h.recaller()}
}

// recaller takes back what has gone out.
func (h *house) recaller() *broadcast.Recaller {
	return &broadcast.Recaller{Desk: h.broadcasts, Recalls: h.db, Posts: posts{h}}
}

// quotas keeps what broadcasts may send, by the settings of the house.
type quotas struct {
	*store.DB
	house *house
}

// Limits are those of the settings.
func (q quotas) Limits(ctx context.Context) (broadcast.Limits, error) {
	set, err := q.house.settings.Recent(ctx)
	return broadcast.Limits{Day: set.BulkDay, Month: set.BulkMonth, Timezone: set.Timezone}, err
}

// broadcast does what is to be done next about broadcasts until the context ends.
func (h *house) broadcast(ctx context.Context) {
	(&broadcast.Worker{
		Desk: h.broadcasts, Books: h.db, Ways: ways{h}, Sagas: broadcastSagas{h}, Clock: h.clock, Log: h.log, Name: h.worker,
	}).Run(ctx)
}

// broadcastWords lends templates and workflows to broadcasts.
type broadcastWords struct {
	templates *template.Catalog
	workflows *workflow.Catalog
	imports   *roster.Imports
	clock     notify.Clock
}

// Pin finds the versions that are live now.
func (w broadcastWords) Pin(ctx context.Context, p broadcast.Plan) (broadcast.Pinned, []broadcast.Finding, error) {
	var pinned broadcast.Pinned
	var found []broadcast.Finding
	lack := func(path, code, detail string) {
		found = append(found, broadcast.Finding{Code: code, Level: broadcast.Bars, Path: path, Detail: detail})
	}
	if p.Audience.File != "" {
		code, detail, err := w.audienceFile(ctx, p.Audience.File)
		if err != nil {
			return pinned, nil, err
		}
		if code != "" {
			lack("audience.file", code, detail)
		}
	}
	keys := []string{}
	switch {
	case p.Workflow != "":
		flow, err := w.workflows.Workflow(ctx, p.Workflow)
		if errors.Is(err, notify.ErrNotFound) {
			lack("workflow", "unknown_workflow", fmt.Sprintf("There is no live workflow %s.", p.Workflow))
			return pinned, found, nil
		}
		if err != nil {
			return pinned, nil, err
		}
		if flow.OverTime() {
			lack("workflow", "over_time", "The workflow waits between its steps: the steps of a broadcast are decided at once.")
		}
		if !flow.Enabled {
			lack("workflow", "switched_off", "The workflow is switched off.")
		}
		pinned.Workflow = &flow
		pinned.Pins = append(pinned.Pins, pinOf("workflow", flow.Key, flow.Version, flow))
		for _, step := range flow.Steps {
			keys = append(keys, step.Template)
		}
	case p.Template != "":
		keys = append(keys, p.Template)
	}
	if p.Category != "" && p.Workflow == "" {
		categories, err := w.workflows.Categories(ctx)
		if err != nil {
			return pinned, nil, err
		}
		if _, ok := categories[p.Category]; !ok {
			lack("category", "unknown_category", fmt.Sprintf("There is no category %s.", p.Category))
		}
	}
	for _, key := range keys {
		pins, err := w.template(ctx, key)
		if errors.Is(err, notify.ErrNotFound) {
			lack("template", "unknown_template", fmt.Sprintf("There is no live template %s.", key))
			continue
		}
		if err != nil {
			return pinned, nil, err
		}
		pinned.Pins = append(pinned.Pins, pins...)
	}
	return pinned, found, nil
}

// template is the live version of a template and the live parts it goes out in.
func (w broadcastWords) template(ctx context.Context, key string) ([]broadcast.Pin, error) {
	live, err := w.templates.Live(ctx, key)
	if err != nil {
		return nil, err
	}
	whole, err := w.templates.Whole(ctx, key, live.Version)
	if err != nil {
		return nil, err
	}
	pins := []broadcast.Pin{pinOf("template", key, live.Version, whole.Version)}
	for _, part := range whole.Parts {
		pins = append(pins, pinOf(string(part.Kind), part.Key, part.Version, part))
	}
	return pins, nil
}

func pinOf(kind, key string, version int, document any) broadcast.Pin {
	text, err := json.Marshal(document)
	if err != nil { // what came from JSON goes back into it
		panic("write what is pinned: " + err.Error())
	}
	sum := sha256.Sum256(text)
	return broadcast.Pin{Kind: kind, Key: key, Version: version, Hash: hex.EncodeToString(sum[:])}
}

// Same reports whether a part still is what was pinned. Versions of templates and
// workflows are never written again, but the live layouts and partials are what
// they go out in.
func (w broadcastWords) Same(ctx context.Context, p broadcast.Pin) (bool, error) {
	if p.Kind != string(template.LayoutPart) && p.Kind != string(template.PartialPart) {
		return true, nil
	}
	part, err := w.templates.Part(ctx, template.PartRef{Kind: template.PartKind(p.Kind), Key: p.Key})
	if errors.Is(err, notify.ErrNotFound) {
		return false, nil
	}
	return err == nil && pinOf(p.Kind, p.Key, part.Version, part).Hash == p.Hash, err
}

// rehearser thinks broadcasts through as the simulator thinks events through.
type rehearser struct {
	simulator *dispatch.Simulator
	workflows *workflow.Catalog
	// prices are what a message costs by each integration.
	prices func(ctx context.Context) (map[string]int64, error)
}

// prices are those that people have set, by integration.
func (h *house) prices(ctx context.Context) (map[string]int64, error) {
	list, err := h.integrations.List(ctx)
	out := make(map[string]int64, len(list))
	for _, i := range list {
		out[i.ID] = i.UnitCostMicros
	}
	return out, err
}

// cost is that of a message by the integrations that share its traffic.
func cost(choices []dispatch.Choice, prices map[string]int64, parts int) int64 {
	sum := int64(0)
	for _, choice := range choices {
		sum += prices[choice.ID] * int64(choice.Share)
	}
	return sum * int64(parts) / 100
}

// together is how many people one simulation takes.
const together = 50

// Rehearse says what each would get.
func (r rehearser) Rehearse(ctx context.Context, e notify.Event, people []broadcast.Person) ([]broadcast.Rehearsed, error) {
	flow := dispatch.Spelled(e)
	categories, err := r.workflows.Categories(ctx)
	if err != nil {
		return nil, err
	}
	prices, err := r.prices(ctx)
	if err != nil {
		return nil, err
	}
	refuse := !categories[flow.Category].Mandatory
	out := make([]broadcast.Rehearsed, 0, len(people))
	common := e.Data
	for len(people) > 0 {
		n := 0
		e.To, e.Data = nil, common
		for n < len(people) && n < together && (n == 0 || len(people[n].Data) == 0 && len(people[n-1].Data) == 0) {
			e.To = append(e.To, notify.Target{Recipient: people[n].ID})
			n++
		}
		if len(people[0].Data) > 0 {
			if e.Data, err = dispatch.Over(common, people[0].Data); err != nil {
				return nil, err
			}
		}
		people = people[n:]
		s, err := r.simulator.Simulate(ctx, dispatch.Question{Event: e, Workflows: []notify.Workflow{flow}})
		if err != nil {
			return nil, err
		}
		for _, one := range s.Recipients {
			out = append(out, rehearsed(one, refuse, prices))
		}
	}
	return out, nil
}

func rehearsed(one dispatch.Simulated, refuse bool, prices map[string]int64) broadcast.Rehearsed {
	shown := broadcast.Rehearsed{Recipient: one.Recipient, Messages: []broadcast.RehearsedMessage{}}
	for _, step := range one.Steps {
		if step.Kind != notify.StepChannel {
			continue
		}
		m := broadcast.RehearsedMessage{
			Channel: step.Channel, Locale: step.Template.Locale, Status: step.Status, Content: step.Content, Size: step.SizeBytes, Parts: 1, MayRefuse: refuse,
		}
		if step.Reason != nil {
			m.Reason = *step.Reason
		}
		if last := len(step.Decisions) - 1; last >= 0 {
			m.Detail = step.Decisions[last].Detail
		}
		if step.Channel == notify.SMS {
			m.Parts, _ = notify.SMSParts(step.Content.Text)
		}
		m.CostMicros = cost(step.Integrations, prices, m.Parts)
		words := step.Content.HTML + step.Content.Text
		m.LeavesWay = strings.Contains(words, "/u/") || strings.Contains(words, "/p/")
		shown.Messages = append(shown.Messages, m)
	}
	return shown
}

// ways answers whether a channel is served.
type ways struct{ h *house }

// Blocked says why a channel is not served now though somebody has set it up.
func (w ways) Blocked(ctx context.Context, channel notify.Channel) (string, error) {
	list, err := w.h.integrations.List(ctx)
	if err != nil {
		return "", err
	}
	reason := ""
	for _, i := range list {
		switch {
		case i.Channel != channel || !i.Enabled:
		case i.PausedReason == "":
			return "", nil
		default:
			reason = fmt.Sprintf("The integration %s is paused: %s", i.Name, i.PausedReason)
		}
	}
	return reason, nil
}
