package template

import "slices"

// scope is what a partial can name: what it was given, the fixed roots besides
// data, and what it sets itself. Nothing that the text around it has set.
type scope struct {
	key    string // of the partial
	given  map[string]shape
	passes map[string]*expr
	// reads says of each name it reads whether it must be there, asks which it
	// does without.
	reads map[string]bool
	asks  map[string]bool
	// locals and loops are those of the text around it.
	locals map[string]shape
	loops  int
}

// reading says what becomes of a name that is not there: a value that is needed
// is a fault, one that is asked for counts as nil, and of one that is passed on
// the partial decides.
type reading int

const (
	needed reading = iota
	asked
	passed
)

// inspectAs inspects an expression whose names are read in one way.
func (c *cage) inspectAs(how reading, e *expr) shape {
	before := c.reading
	c.reading = how
	s := c.inspect(e)
	c.reading = before
	return s
}

// globals are the roots that partials have too.
var globals = []string{"recipient", "actor", "event", "digest", unsubscribeURL, preferencesURL}

func newScope(key string) *scope {
	return &scope{key: key, given: map[string]shape{}, passes: map[string]*expr{}, reads: map[string]bool{}, asks: map[string]bool{}}
}

// needs are the names that the partial cannot do without.
func (s *scope) needs() []string {
	var list []string
	for name, must := range s.reads {
		if must && !s.asks[name] {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}

func (c *cage) scope() *scope {
	if len(c.scopes) == 0 {
		return nil
	}
	return c.scopes[len(c.scopes)-1]
}

// require notes that the partial around needs what it passes on.
func (c *cage) require(e *expr, must bool) {
	outer := c.scope()
	if outer == nil || !must || e.hasDefault() {
		return
	}
	if root := e.base().root(); root != nil {
		if _, param := outer.reads[root.text]; param {
			outer.reads[root.text] = true
		}
	}
}

// inScope resolves a name inside a partial.
func (c *cage) inScope(s *scope, e, root *expr) shape {
	known, local := c.locals[root.text]
	switch {
	case local:
	case root.text == "forloop" && c.loops > s.loops:
		known = open
	case slices.Contains(globals, root.text):
		c.names[root.text] = true
		if known = open; c.env != nil {
			known = c.env.roots[root.text]
		}
	default:
		s.reads[root.text] = s.reads[root.text] || c.reading == needed
		s.asks[root.text] = s.asks[root.text] || c.reading == asked
		known = s.given[root.text]
	}
	if c.env == nil {
		return open
	}
	part, err := known.of(e)
	if err != nil {
		c.fault("unknown_variable", err.Error())
	}
	return part
}
