package template

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/osteele/liquid/parser"
	"github.com/osteele/liquid/render"
	"github.com/osteele/liquid/tags"
	"github.com/osteele/liquid/values"
)

// program is one compiled field. A field without Liquid is only its text.
type program struct {
	fixed string
	from  *written
	node  render.Node
	mode  mode
	names []string
	// size is that of the last text, a good guess for the next.
	size atomic.Int64
}

// engines holds the library's configuration for each mode.
var engines = sync.OnceValue(func() *[4]render.Config {
	var out [4]render.Config
	for m := plain; m <= slackBlock; m++ {
		out[m] = newEngine(m)
	}
	return &out
})

func newEngine(m mode) render.Config {
	cfg := render.NewConfig()
	cfg.StrictVariables = true
	cfg.TemplateStore = noFiles{}
	tags.AddStandardTags(&cfg)
	cfg.UnregisterTag("include")
	cfg.AddTag("__tick", tickTag)
	cfg.AddBlock("__capture").Compiler(captureBlock)
	cfg.AddBlock("__with").Compiler(withBlock)
	for name, f := range filters {
		cfg.AddFilter(name, f.guarded())
	}
	if r := escapers[m]; r != nil {
		cfg.SetAutoEscapeReplacer(r)
	}
	return cfg
}

// noFiles keeps the library from reading files, should a tag ever ask.
type noFiles struct{}

func (noFiles) ReadTemplate(name string) ([]byte, error) {
	return nil, fmt.Errorf("template %q: no files are read", name)
}

var escapers = map[mode]*strings.Replacer{
	htmlMode:   strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;"),
	slackText:  strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;"),
	slackBlock: jsonReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;"),
}

var jsonEscaper = jsonReplacer()

// jsonReplacer escapes what may not stand in a JSON string, and pairs.
func jsonReplacer(pairs ...string) *strings.Replacer {
	pairs = append(pairs, `"`, `\"`, `\`, `\\`, "\n", `\n`, "\r", `\r`, "\t", `\t`)
	for c := range 0x20 {
		pairs = append(pairs, string(rune(c)), fmt.Sprintf(`\u%04x`, c))
	}
	return strings.NewReplacer(pairs...)
}

func tickTag(string) (func(io.Writer, render.Context) error, error) {
	return func(_ io.Writer, ctx render.Context) error {
		return budgetOf(ctx).tick()
	}, nil
}

func budgetOf(ctx render.Context) *budget {
	b, _ := ctx.Get("__b").(*budget)
	return b
}

// captureBlock is the library's capture with a bound. What was captured is
// already escaped, so it is not escaped again.
func captureBlock(node render.BlockNode) (func(io.Writer, render.Context) error, error) {
	name := strings.TrimSpace(node.Args)
	return func(_ io.Writer, ctx render.Context) error {
		b := budgetOf(ctx)
		inner := *b
		inner.room = maxText
		p := page{budget: &inner}
		err := ctx.RenderChildren(&p)
		b.steps = inner.steps
		if err != nil {
			return err
		}
		ctx.Set(name, values.SafeValue{Value: p.buf.String()})
		return nil
	}, nil
}

// compile makes a program of a source that the cage has passed. The faults are
// those of the cage, or of the library should it see another.
func compile(w *written, m mode, env *environment) (*program, []fault) {
	if !strings.Contains(w.source, "{{") && !strings.Contains(w.source, "{%") && len(w.faults) == 0 {
		return &program{fixed: w.source, mode: m}, nil
	}
	c := enclose(w, m, env)
	if len(c.faults) > 0 {
		return nil, c.faults
	}
	cfg := &engines()[m]
	node, err := cfg.Compile(c.out.String(), parser.SourceLoc{LineNo: 1})
	if err != nil {
		return nil, []fault{{line: w.line(err.LineNumber()), code: "syntax", detail: cause(err).Error()}}
	}
	p := &program{node: node, mode: m, from: w}
	for name := range c.names {
		p.names = append(p.names, name)
	}
	return p, nil
}

// explain puts a fault met while rendering at the line the author sees.
func (p *program) explain(err error) error {
	out := explain(err)
	out.line = p.from.line(out.line)
	return out
}

// run renders the program. Whatever the library throws becomes an error.
func (p *program) run(v Vars, b *budget) (text string, err error) {
	if p.node == nil {
		if b.room -= len(p.fixed); b.room < 0 {
			return "", &renderError{code: "too_large", cause: errOutput}
		}
		return p.fixed, nil
	}
	defer func() {
		if r := recover(); r != nil {
			text, err = "", p.explain(fmt.Errorf("render: %w", asError(r)))
		}
	}()
	bound := make(map[string]any, len(p.names)+4)
	for _, name := range p.names {
		if value, ok := v.lookup(name); ok {
			bound[name] = value
		}
	}
	b.mode = p.mode
	bound["__b"] = b
	out := page{budget: b}
	out.buf.Grow(int(p.size.Load()) + 64)
	if err := render.Render(p.node, &out, bound, engines()[p.mode]); err != nil {
		return "", p.explain(err)
	}
	p.size.Store(int64(out.buf.Len()))
	return out.buf.String(), nil
}
