package template

import (
	"fmt"
	"maps"
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
	// personal is set when a text names the recipient or their links.
	personal bool
	actions  []notify.Action
	// used are the partials in it by their versions, zero for one that is missing.
	used map[string]int
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
	unit   unit
	env    *environment
	faults []fieldFault
}

// unit is what is compiled: a source, where it belongs, its frame, and the
// partials it may render.
type unit struct {
	source   Source
	channel  notify.Channel
	locale   string
	layout   Part
	partials Partials
}

func compileUnit(u unit, env *environment) (*compiled, []fieldFault) {
	c := &compiler{unit: u, env: env, out: compiled{channel: u.channel, locale: u.locale, used: map[string]int{}}}
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
	c.addWritten(name, c.write(source, m), field{m, put})
}

// write puts the partials into a source and notes which they are.
func (c *compiler) write(source string, m mode) *written {
	w := c.unit.partials.expand(source, m)
	maps.Copy(c.out.used, w.used)
	return w
}

// field says what a rendered field becomes part of and where it is put.
type field struct {
	mode mode
	put  func(*notify.Content, string) error
}

func (c *compiler) addWritten(name string, w *written, f field) {
	p, faults := compile(w, f.mode, c.env)
	c.fail(name, faults)
	if p != nil && p.node == nil && f.mode == slackBlock {
		if err := putBlocks(&notify.Content{}, p.fixed); err != nil {
			c.fail(name, []fault{{code: "json", detail: "the blocks are not a JSON array"}})
		}
	}
	if p != nil {
		c.out.fields = append(c.out.fields, compiledField{name, f.put, p})
		c.out.personal = c.out.personal || p.saysOne()
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

func cleanURL(v string) (string, error) {
	v = strings.TrimSpace(cleanLine(v))
	if err := checkURL(v); err != nil {
		return "", &renderError{code: "unsafe_url", cause: err}
	}
	return v, nil
}
