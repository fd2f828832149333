package template

import (
	"fmt"
	"sort"
	"strings"

	"clarion/backend/notify"
)

// compiled is one source ready to render.
type compiled struct {
	channel notify.Channel
	locale  string
	fields  []compiledField
	// fromHTML is set when the plain-text part can only be made from the
	// rendered HTML.
	fromHTML bool
	actions  []notify.Action
}

// compiledField is one text of the content and where it goes.
type compiledField struct {
	name string // as in the source: subject, data.code, actions[0].url
	put  func(c *notify.Content, text string) error
	*program
}

// fieldFault is a fault and the field it is in.
type fieldFault struct {
	field string
	fault
}

// compiler gathers the fields and faults of one source.
type compiler struct {
	out    compiled
	env    *environment
	faults []fieldFault
}

// unit is what is compiled: a source, where it belongs, and its frame.
type unit struct {
	source  Source
	channel notify.Channel
	locale  string
	layout  Layout
}

func compileUnit(u unit, env *environment) (*compiled, []fieldFault) {
	c := &compiler{env: env, out: compiled{channel: u.channel, locale: u.locale}}
	s, text := u.source, plain
	if u.channel == notify.Slack {
		text = slackText
	}
	if u.channel == notify.Email {
		c.email(u)
	} else {
		c.add("text", s.Text, text, func(o *notify.Content, v string) error { o.Text = cleanText(v); return nil })
	}
	c.add("subject", s.Subject, plain, func(o *notify.Content, v string) error {
		if o.Subject = cleanLine(v); o.Subject == "" && u.channel == notify.Email {
			return &renderError{code: "missing_variable", cause: fmt.Errorf("the subject is empty")}
		}
		return nil
	})
	c.add("title", s.Title, plain, func(o *notify.Content, v string) error { o.Title = cleanLine(v); return nil })
	c.add("body", s.Body, plain, func(o *notify.Content, v string) error { o.Body = cleanText(v); return nil })
	c.add("image", s.Image, plain, func(o *notify.Content, v string) (err error) { o.Image, err = cleanURL(v); return err })
	c.add("url", s.URL, plain, func(o *notify.Content, v string) (err error) { o.URL, err = cleanURL(v); return err })
	c.add("blocks", s.Blocks, slackBlock, putBlocks)
	c.data(s.Data)
	c.actions(s.Actions)
	return &c.out, c.faults
}

// add compiles a field; an empty one is left out.
func (c *compiler) add(name, source string, m mode, put func(*notify.Content, string) error) {
	if source == "" {
		return
	}
	c.addWithin(maxSource, name, source, field{m, put})
}

// field says what a rendered field becomes part of and where it is put.
type field struct {
	mode mode
	put  func(*notify.Content, string) error
}

func (c *compiler) addWithin(limit int, name, source string, f field) {
	p, faults := compile(source, f.mode, c.env, limit)
	c.fail(name, faults)
	if p != nil && p.node == nil && f.mode == slackBlock {
		if err := putBlocks(&notify.Content{}, p.fixed); err != nil {
			c.fail(name, []fault{{code: "json", detail: "the blocks are not a JSON array"}})
		}
	}
	if p != nil {
		c.out.fields = append(c.out.fields, compiledField{name, f.put, p})
	}
}

func (c *compiler) fail(name string, faults []fault) {
	for _, f := range faults {
		c.faults = append(c.faults, fieldFault{name, f})
	}
}

func (c *compiler) data(data map[string]string) {
	keys := make([]string, 0, len(data))
	for key := range data {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for _, key := range keys {
		c.add("data."+key, data[key], plain, func(o *notify.Content, v string) error {
			if o.Data == nil {
				o.Data = make(map[string]string, len(keys))
			}
			o.Data[key] = cleanText(v)
			return nil
		})
	}
}

func (c *compiler) actions(actions []notify.Action) {
	c.out.actions = actions
	for i, a := range actions {
		name := fmt.Sprintf("actions[%d]", i)
		c.add(name+".label", a.Label, plain, func(o *notify.Content, v string) error { o.Actions[i].Label = cleanLine(v); return nil })
		c.add(name+".url", a.URL, plain, func(o *notify.Content, v string) (err error) {
			o.Actions[i].URL, err = cleanURL(v)
			return err
		})
	}
}

// email compiles the parts of an email: HTML from MJML or as written, and text
// as written or from the HTML.
func (c *compiler) email(u unit) {
	source, limit := u.source.HTML, maxSource
	if u.source.MJML != "" {
		source, limit = c.mjml(u), maxEmail
	}
	put := func(o *notify.Content, v string) error { o.Text = tidy(cleanText(v)); return nil }
	if source != "" {
		c.addWithin(limit, "html", source, field{htmlMode, func(o *notify.Content, v string) error { o.HTML = v; return nil }})
	}
	switch {
	case u.source.Text != "":
		text := u.source.Text
		if u.layout.Text != "" {
			text = insert(u.layout.Text, text)
		}
		c.add("text", text, plain, put)
	case source != "":
		text, ok := plainTemplate(source)
		p, faults := compile(text, plain, nil, maxEmail)
		if c.out.fromHTML = !ok || len(faults) > 0; !c.out.fromHTML {
			c.out.fields = append(c.out.fields, compiledField{"text", put, p})
		}
	}
}

// mjml returns the HTML of the email. The author's own part is caged first, so
// that its faults have the lines the author sees.
func (c *compiler) mjml(u unit) string {
	caged := enclose(u.source.MJML, htmlMode, c.env, maxSource)
	c.fail("mjml", caged.faults)
	if len(caged.faults) > 0 {
		return ""
	}
	html, faults := compileMJML(frame(u.source.MJML, u.layout.MJML), u.locale)
	c.fail("mjml", faults)
	return html
}

func cleanURL(v string) (string, error) {
	v = strings.TrimSpace(cleanLine(v))
	if err := checkURL(v); err != nil {
		return "", &renderError{code: "unsafe_url", cause: err}
	}
	return v, nil
}
