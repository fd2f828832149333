package template

import (
	"context"
	"errors"
	"fmt"

	"clarion/backend/notify"
)

// Line renders one line of Liquid that stands by itself, such as the key of a
// digest.
func (e *Engine) Line(ctx context.Context, source string, v Vars) (string, error) {
	c, err := e.cache.get(cacheKey{key: "\n" + source}, func() (*compiled, error) { return compileLine(source) })
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, e.timeout)
	defer cancel()
	content, err := c.render(v, e.budget(ctx, Request{Channel: notify.Push, Vars: v}, "en"))
	if faults := new(notify.Invalid); errors.As(err, &faults) && len(faults.Fields) > 0 {
		// It belongs to no channel of a template, and its fault to no path there.
		return "", fmt.Errorf("%w: %s", notify.ErrMalformed, faults.Fields[0].Detail)
	}
	return content.Title, err
}

// CheckLine says what is wrong with such a line.
func CheckLine(source string) error {
	_, err := compileLine(source)
	return err
}

func compileLine(source string) (*compiled, error) {
	c, faults := compileUnit(unit{source: Source{Title: source}, channel: notify.Push, locale: "en"}, nil)
	if len(faults) > 0 {
		return c, fmt.Errorf("%w: %s", notify.ErrMalformed, faults[0].detail)
	}
	return c, nil
}

// Line renders a line by itself.
func (c *Catalog) Line(ctx context.Context, source string, v Vars) (string, error) {
	return c.engine.Line(ctx, source, v)
}
