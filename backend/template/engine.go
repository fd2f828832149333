package template

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"clarion/backend/notify"
)

// Config sets up an Engine; its zero value is usable.
type Config struct {
	// Clock is what "now" means in a template.
	Clock notify.Clock
	// Timeout bounds one render whose context has no deadline; 500 ms if zero.
	Timeout time.Duration
	// Cache is how many compiled sources are kept; 1024 if zero.
	Cache int
}

// Engine renders templates. It is safe for concurrent use.
type Engine struct {
	now     func() time.Time
	timeout time.Duration
	cache   *lru[cacheKey, *compiled]
}

// New makes an Engine.
func New(c Config) *Engine {
	if c.Clock == nil {
		c.Clock = notify.SystemClock{}
	}
	if c.Timeout == 0 {
		c.Timeout = 500 * time.Millisecond
	}
	if c.Cache == 0 {
		c.Cache = 1024
	}
	return &Engine{now: c.Clock.Now, timeout: c.Timeout, cache: newLRU[cacheKey, *compiled](c.Cache)}
}

// Request is one thing to render. Layout is the one Version names, or zero;
// Partials are those that are live.
type Request struct {
	Version  Version
	Layout   Part
	Partials Partials
	Channel  notify.Channel
	// Locale is the recipient's; the nearest there is gets used.
	Locale string
	// Timezone is where dates are read by a recipient without a time zone; UTC
	// when empty.
	Timezone string
	Vars     Vars
}

type cacheKey struct {
	key, channel, locale, layout string
	version, layoutVersion       int
}

// Render makes the content of one message and says which locale it is in. A
// channel the version says nothing for is notify.ErrNotFound; data that does
// not fit the template, or a template that breaks out of its bounds, is a
// *notify.Invalid with the field at fault.
func (e *Engine) Render(ctx context.Context, r Request) (notify.Content, string, error) {
	locale, ok := pick(r.Version.Channels[r.Channel], r.Locale, r.Version.DefaultLocale)
	if !ok {
		return notify.Content{}, "", fmt.Errorf("template %s version %d has no %s content: %w", r.Version.Key, r.Version.Version, r.Channel, notify.ErrNotFound)
	}
	c, err := e.compiled(r, locale)
	if err != nil {
		return notify.Content{}, "", err
	}
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, e.timeout)
		defer cancel()
	}
	content, err := r.Vars.Kept.render(c, r.Vars, e.budget(ctx, r, locale))
	return content, locale, err
}

func (e *Engine) budget(ctx context.Context, r Request, locale string) *budget {
	room := maxOther
	if r.Channel == notify.Email {
		room = maxEmail
	}
	timezone, _ := r.Vars.Recipient["timezone"].(string)
	if timezone == "" {
		timezone = r.Timezone
	}
	return &budget{ctx: ctx, steps: maxSteps, room: room, env: filterEnv{locale, timezone, e.now}}
}

// compiled returns the compiled source, from the cache unless it is a draft.
func (e *Engine) compiled(r Request, locale string) (*compiled, error) {
	build := func() (*compiled, error) {
		c, faults := compileUnit(unit{r.Version.Channels[r.Channel][locale], r.Channel, locale, r.Layout, r.Partials}, nil)
		if len(faults) > 0 {
			return c, invalid(sourcePath(r.Channel, locale), faults)
		}
		return c, nil
	}
	draft := r.Version.Version == 0 || r.Layout.Key != "" && r.Layout.Version == 0
	if draft {
		return build()
	}
	key := cacheKey{r.Version.Key, string(r.Channel), locale, r.Layout.Key, r.Version.Version, r.Layout.Version}
	c, err := e.cache.get(key, build)
	if !c.fits(r.Partials) {
		e.cache.drop(key)
		c, err = e.cache.get(key, build)
	}
	return c, err
}

// fits reports whether the partials are still those it was compiled with.
func (c *compiled) fits(live Partials) bool {
	for key, version := range c.used {
		if live[key].Version != version {
			return false
		}
	}
	return true
}

func sourcePath(ch notify.Channel, locale string) string {
	return fmt.Sprintf("channels.%s.%s", ch, locale)
}

func invalid(path string, faults []fieldFault) *notify.Invalid {
	var out notify.Invalid
	for _, f := range faults {
		detail := f.detail
		if f.line > 0 {
			detail = fmt.Sprintf("line %d: %s", f.line, detail)
		}
		out.Fields = append(out.Fields, notify.FieldError{Path: path + "." + f.field, Code: f.code, Detail: detail, Line: f.line, Column: f.column})
	}
	return &out
}

func (c *compiled) render(v Vars, b *budget) (notify.Content, error) {
	var out notify.Content
	if len(c.actions) > 0 {
		out.Actions = append([]notify.Action(nil), c.actions...)
	}
	for _, f := range c.fields {
		text, err := f.run(v, b)
		if err == nil {
			err = f.put(&out, text)
		}
		if err != nil {
			return notify.Content{}, c.failed(f.name, err)
		}
	}
	if c.fromHTML {
		out.Text = plainText(out.HTML)
	}
	return out, nil
}

// failed puts a render error at its field. Text that was compiled from another
// has no lines the author knows.
func (c *compiled) failed(field string, err error) error {
	var at *renderError
	if !errors.As(err, &at) {
		at = &renderError{code: "render", cause: err}
	}
	if c.channel == notify.Email && (field == "html" || field == "text") {
		at = &renderError{code: at.code, cause: at.cause}
	}
	return notify.InvalidField(sourcePath(c.channel, c.locale)+"."+field, at.code, at.Error())
}

// putBlocks takes rendered blocks only when they are a JSON array.
func putBlocks(o *notify.Content, v string) error {
	raw := bytes.TrimSpace([]byte(v))
	if len(raw) == 0 || raw[0] != '[' || !json.Valid(raw) {
		return &renderError{code: "json", cause: errors.New("the rendered blocks are not a JSON array")}
	}
	var small bytes.Buffer
	if err := json.Compact(&small, raw); err != nil {
		return &renderError{code: "json", cause: err}
	}
	o.Blocks = small.Bytes()
	return nil
}
