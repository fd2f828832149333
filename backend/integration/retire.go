package integration

import (
	"io"
	"slices"
)

// retire lets go of the connections of a sender that nobody will be given any
// more. The caller holds the lock.
func (c *Catalog) retire(id string) {
	if held, ok := c.built[id].sender.(io.Closer); ok {
		_ = held.Close() // what is under way ends by itself
	}
	delete(c.built, id)
}

// forget retires the senders of rows that are gone.
func (c *Catalog) forget(rows []Row) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id := range c.built {
		if !slices.ContainsFunc(rows, func(r Row) bool { return r.ID == id }) {
			c.retire(id)
		}
	}
}
