package api

import (
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/approval"
	"clarion/backend/notify"
	"clarion/backend/template"
)

// Parts keeps what templates share: layouts and partials.
type Parts interface { //nolint:interfacebloat // the port of one resource: every method is one of its routes
	Parts(ctx context.Context, kind template.PartKind) ([]template.Part, error)
	// Part returns one version of a part; version zero is the live one.
	Part(ctx context.Context, r template.PartRef) (template.Part, error)
	// Partials returns those that are live.
	Partials(ctx context.Context) (template.Partials, error)
	// PartUses returns where each part of a kind stands, by key.
	PartUses(ctx context.Context, kind template.PartKind) (map[string]template.Use, error)
	// PartFaults are what keeps a part from going live, as far as it is its own.
	PartFaults(ctx context.Context, p template.Part) (*notify.Invalid, error)
	// PutPart stores a new version, makes it live and returns it.
	PutPart(ctx context.Context, p template.Part, by string) (template.Part, error)
	// KeepPart stores a draft, which may have faults.
	KeepPart(ctx context.Context, d template.PartDraft) (template.Part, error)
	// RenderIn sets an email in a layout that need not be stored.
	RenderIn(ctx context.Context, l template.Part, r template.Request) (content notify.Content, locale string, err error)
	// ShowPartial renders a partial that need not be stored by itself.
	ShowPartial(ctx context.Context, p template.Part, r template.Request) (template.Shown, error)
}

// partDoor is the door to one kind of part.
type partDoor struct {
	s    *Server
	kind template.PartKind
}

func (s *Server) partRoutes() []route {
	var all []route
	for _, kind := range []template.PartKind{template.LayoutPart, template.PartialPart} {
		d := partDoor{s, kind}
		path := "/v1/" + string(kind) + "s"
		preview := post(path+"/:key/preview", access.Read, d.preview).unaudited("a preview stores nothing")
		preview.once = false
		all = append(all,
			get(path, access.Read, d.list),
			get(path+"/:key", access.Read, d.get),
			get(path+"/:key/versions/:version", access.Read, d.version),
			put(path+"/:key", access.ContentWrite, d.put).audited(string(kind)+".save"),
			preview,
		)
	}
	return all
}

func (d partDoor) ref(key string, version int) template.PartRef {
	return template.PartRef{Kind: d.kind, Key: key, Version: version}
}

// partView is a part with what is being written. While nothing is live its own
// fields are those of the draft.
type partView struct {
	template.Part
	Draft  *template.Part      `json:"draft"`
	Review approval.Head       `json:"review"`
	Faults []notify.FieldError `json:"faults"`
}

func (d partDoor) view(ctx context.Context, key string) (partView, error) {
	live, err := d.s.Parts.Part(ctx, d.ref(key, 0))
	if err != nil && !errors.Is(err, notify.ErrNotFound) {
		return partView{}, err
	}
	view := partView{Part: live, Faults: []notify.FieldError{}}
	view.Review, err = d.s.Reviews.Head(ctx, approval.Target{Kind: approval.Kind(d.kind), Key: key})
	if err != nil || view.Review.Open == nil {
		return view, err
	}
	draft, err := d.s.Parts.Part(ctx, d.ref(key, view.Review.Open.Version))
	if err != nil {
		return view, err
	}
	faults, err := d.s.Parts.PartFaults(ctx, draft)
	if err != nil {
		return view, err
	}
	view.Faults = append(view.Faults, faults.Fields...)
	view.Draft = &draft
	if live.Version == 0 {
		view.Part = draft
	}
	return view, nil
}

// partItem is a part in the list: where it stands, and the live templates it is
// in.
type partItem struct {
	template.Part
	State       approval.Stage `json:"state"`
	LiveVersion int            `json:"live_version"`
	UsedBy      []string       `json:"used_by"`
	// UsedIn are the live parts that render a partial, Parameters what it can be
	// given; a layout has neither.
	UsedIn     []partName           `json:"used_in,omitzero"`
	Parameters []template.Parameter `json:"parameters,omitzero"`
}

type partName struct {
	Kind template.PartKind `json:"kind"`
	Key  string            `json:"key"`
}

func (d partDoor) list(c *fiber.Ctx) error { return whole(d.s, c, d.items) }

func (d partDoor) items(ctx context.Context) ([]partItem, error) {
	parts, err := d.s.Parts.Parts(ctx, d.kind)
	if err != nil {
		return nil, err
	}
	keys := make([]string, 0, len(parts))
	for _, p := range parts {
		keys = append(keys, p.Key)
	}
	heads, err := d.s.Reviews.Heads(ctx, approval.Kind(d.kind), keys)
	if err != nil {
		return nil, err
	}
	uses, err := d.s.Parts.PartUses(ctx, d.kind)
	if err != nil {
		return nil, err
	}
	live, err := d.s.Parts.Partials(ctx)
	if err != nil {
		return nil, err
	}
	items := make([]partItem, 0, len(parts))
	for _, p := range parts {
		head, use := heads[p.Key], uses[p.Key]
		item := partItem{Part: p, State: head.State, LiveVersion: head.LiveVersion, UsedBy: append([]string{}, use.Templates...)}
		if d.kind == template.PartialPart {
			item.Parameters, item.UsedIn = p.Parameters(live), []partName{}
			for _, r := range use.Parts {
				item.UsedIn = append(item.UsedIn, partName{r.Kind, r.Key})
			}
		}
		items = append(items, item)
	}
	return items, nil
}

func (d partDoor) get(c *fiber.Ctx) error { return shown(d.s, c, "key", d.view) }

func (d partDoor) version(c *fiber.Ctx) error {
	return oneVersion(d.s, c, func(ctx context.Context, key string, version int) (template.Part, error) {
		return d.s.Parts.Part(ctx, d.ref(key, version))
	})
}

// put saves a draft, or, by a key that may publish, what is live.
func (d partDoor) put(c *fiber.Ctx) error {
	in, err := decode[struct {
		MJML     string `json:"mjml"`
		Text     string `json:"text"`
		Revision *int   `json:"revision"`
	}](c)
	if err != nil {
		return err
	}
	current := callOf(c)
	return shown(d.s, c, "key", func(ctx context.Context, key string) (partView, error) {
		p := template.Part{Kind: d.kind, Key: key, MJML: in.MJML, Text: in.Text}
		if err := d.save(ctx, current, template.PartDraft{Part: p, By: current.id(), Revision: in.Revision}); err != nil {
			return partView{}, err
		}
		return d.view(ctx, key)
	})
}

// save takes faults only from people, who go on writing.
func (d partDoor) save(ctx context.Context, by *call, draft template.PartDraft) error {
	if by.pushes() {
		_, err := d.s.Parts.PutPart(ctx, draft.Part, draft.By)
		return err
	}
	if by.kind == byKey {
		if err := d.sound(ctx, draft.Part); err != nil {
			return err
		}
	}
	_, err := d.s.Parts.KeepPart(ctx, draft)
	return err
}

// sound refuses a part with faults, with all of them.
func (d partDoor) sound(ctx context.Context, p template.Part) error {
	faults, err := d.s.Parts.PartFaults(ctx, p)
	if err != nil {
		return err
	}
	return faults.Err()
}
