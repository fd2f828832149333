package template

import (
	"context"
	"errors"
	"strings"
	"time"
)

// The ends of a render that ran into the cage.
var (
	errOutput = errors.New("the text grows beyond what this channel may carry")
	errSteps  = errors.New("the template does too much work")
	errGrowth = errors.New("a value grows beyond 64 kB")
	errList   = errors.New("a list has more than 10000 entries")
)

// budget is what one message may still spend, and what its filters need to
// know. It travels among the variables under a name no template can write.
type budget struct {
	ctx   context.Context
	steps int
	room  int
	mode  mode
	env   filterEnv
}

// filterEnv is what the filters for dates and money depend on.
type filterEnv struct {
	locale   string
	timezone string
	now      func() time.Time
}

// spend counts work and looks at the deadline. Size is in bytes or entries.
func (b *budget) spend(size int) error {
	b.steps -= 1 + size/64
	if b.steps < 0 {
		return errSteps
	}
	if b.steps&15 == 0 || size > 4096 {
		return b.ctx.Err()
	}
	return nil
}

// tick counts one round of a loop. A round may hold much work that is not
// counted, so the deadline is looked at each time.
func (b *budget) tick() error {
	if err := b.spend(0); err != nil {
		return err
	}
	return b.ctx.Err()
}

// page collects rendered text until the room is used up.
type page struct {
	buf    strings.Builder
	budget *budget
}

func (p *page) Write(s []byte) (int, error) {
	if err := p.take(len(s)); err != nil {
		return 0, err
	}
	return p.buf.Write(s)
}

func (p *page) WriteString(s string) (int, error) {
	if err := p.take(len(s)); err != nil {
		return 0, err
	}
	return p.buf.WriteString(s)
}

func (p *page) take(n int) error {
	p.budget.room -= n
	if p.budget.room < 0 {
		return errOutput
	}
	return p.budget.spend(n)
}
