package template

import (
	"bytes"
	"maps"
	"slices"
	"sync"

	"clarion/backend/notify"
)

// Kept are texts that say the same to everybody, so that a long audience has each
// rendered once. It is made with the variables of an event and goes with them.
type Kept struct {
	mu   sync.Mutex
	said map[keptAs]notify.Content
}

// keptAs is all that such a text depends on besides the variables of the event.
type keptAs struct {
	source   *compiled
	timezone string
}

// render answers what is known, and renders what is not.
func (k *Kept) render(c *compiled, v Vars, b *budget) (notify.Content, error) {
	if k == nil || c.personal || v.Digest != nil {
		return c.render(v, b)
	}
	as := keptAs{c, b.env.timezone}
	k.mu.Lock()
	content, known := k.said[as]
	k.mu.Unlock()
	if known {
		return own(content), nil
	}
	content, err := c.render(v, b)
	if err != nil {
		return content, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.said == nil {
		k.said = map[keptAs]notify.Content{}
	}
	k.said[as] = content
	return own(content), nil
}

// own is a content that shares nothing which could be changed.
func own(c notify.Content) notify.Content {
	c.Blocks, c.Actions, c.Data = bytes.Clone(c.Blocks), slices.Clone(c.Actions), maps.Clone(c.Data)
	return c
}

// saysOne reports whether a text names anything that differs from one recipient
// to the next.
func (p *program) saysOne() bool {
	return slices.ContainsFunc(p.names, func(name string) bool {
		return name == "recipient" || name == unsubscribeURL || name == preferencesURL
	})
}
