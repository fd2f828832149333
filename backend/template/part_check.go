package template

import (
	"cmp"
	"slices"
	"strings"

	"clarion/backend/notify"
)

// Parameter is a name that a partial reads and is given by who renders it.
type Parameter struct {
	Name string `json:"name"`
	// Required is false when the partial asks whether it is there.
	Required bool `json:"required"`
}

// CheckPart reports what is wrong with a layout or a partial by itself: a layout
// around an email, a partial with anything it may be given.
func CheckPart(p Part, live Partials) error {
	if err := checkKey(p.Key); err != nil {
		return err
	}
	if p.Kind == PartialPart {
		var out notify.Invalid
		p.read(live, &out)
		return out.Err()
	}
	return Check(Version{
		Key: "layout", DefaultLocale: "en", Layout: p.Key,
		Channels: map[notify.Channel]map[string]Source{notify.Email: {"en": {
			Subject: "Layout", MJML: "<mj-section><mj-column><mj-text>Layout</mj-text></mj-column></mj-section>",
		}}},
	}, Shared{Layout: p, Partials: live})
}

// Parameters are what a partial can be given, those first that it needs.
func (p Part) Parameters(live Partials) []Parameter {
	if p.Kind != PartialPart {
		return nil
	}
	return p.read(live, &notify.Invalid{})
}

// read runs the cage over a partial by itself.
func (p Part) read(live Partials, out *notify.Invalid) []Parameter {
	if strings.TrimSpace(p.MJML+p.Text) == "" {
		out.Add("partial.mjml", "required", "a partial needs MJML, HTML or text")
	}
	env, err := newEnvironment(nil)
	if err != nil {
		return nil
	}
	list := []Parameter{}
	for _, part := range []struct {
		name, source string
		mode         mode
	}{{"mjml", p.MJML, htmlMode}, {"text", p.Text, plain}} {
		w := live.expandIn(p.Key, part.source, part.mode)
		c := newCage(w, part.mode, env)
		own := newScope("")
		c.scopes = []*scope{own}
		c.run()
		faults := c.faults
		if len(faults) == 0 && part.mode == htmlMode {
			faults = setFaults(w)
		}
		for _, f := range faults {
			out.Fields = append(out.Fields, invalid("partial", []fieldFault{{part.name, f}}).Fields...)
		}
		list = merge(list, own)
	}
	slices.SortFunc(list, func(a, b Parameter) int {
		if a.Required != b.Required {
			return map[bool]int{true: -1, false: 1}[a.Required]
		}
		return cmp.Compare(a.Name, b.Name)
	})
	return list
}

func merge(list []Parameter, s *scope) []Parameter {
	needs := s.needs()
	for _, name := range sortedKeys(s.reads) {
		at := slices.IndexFunc(list, func(p Parameter) bool { return p.Name == name })
		if at < 0 {
			at, list = len(list), append(list, Parameter{Name: name})
		}
		list[at].Required = list[at].Required || slices.Contains(needs, name)
	}
	return list
}

// setFaults are those of a partial's MJML where it would stand.
func setFaults(w *written) []fault {
	if !component.MatchString(w.source) {
		return nil
	}
	before, after := setting(w.source)
	_, faults := compileMJML(bareFrame(before+w.source+after), "und")
	for i := range faults {
		faults[i].line = w.line(faults[i].line)
	}
	return faults
}

func bareFrame(source string) string {
	framed, _ := frame(source, "")
	return framed
}

// setting is what has to stand around a partial to look at it: whole sections
// need nothing, other elements a column, and words a text.
func setting(mjml string) (before, after string) {
	first := component.FindStringSubmatch(mjml)
	switch {
	case first == nil:
		return "<mj-section><mj-column><mj-text>", "</mj-text></mj-column></mj-section>"
	case slices.Contains([]string{"mj-section", "mj-wrapper", "mj-hero"}, first[1]):
		return "", ""
	case first[1] == "mj-column" || first[1] == "mj-group":
		return "<mj-section>", "</mj-section>"
	}
	return "<mj-section><mj-column>", "</mj-column></mj-section>"
}

// shownAs is an email and a text in which a partial can be looked at. What it is
// not given stands for itself by its name.
func (p Part) shownAs(live Partials, data map[string]any) map[notify.Channel]Source {
	var call strings.Builder
	call.WriteString("{% render " + quote(p.Key))
	for _, parameter := range p.Parameters(live) {
		value := parameter.Name
		if _, given := data[value]; !given {
			if !parameter.Required {
				continue
			}
			value = quote(value)
		}
		call.WriteString(", " + parameter.Name + ": " + value)
	}
	call.WriteString(" %}")
	shown := map[notify.Channel]Source{}
	if strings.TrimSpace(p.Text) != "" {
		shown[notify.SMS] = Source{Text: call.String()}
	}
	switch {
	case component.MatchString(p.MJML):
		before, after := setting(p.MJML)
		shown[notify.Email] = Source{Subject: p.Key, MJML: before + call.String() + after}
	case strings.TrimSpace(p.MJML) != "":
		shown[notify.Email] = Source{Subject: p.Key, HTML: call.String()}
	}
	return shown
}
