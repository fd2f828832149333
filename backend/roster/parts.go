package roster

import (
	"context"
	"errors"
	"io"

	"clarion/backend/notify"
)

// parts reads a file that is kept in parts, one at a time.
type parts struct {
	ctx   context.Context //nolint:containedctx // an io.Reader has no other way to be told
	store interface {
		ImportPart(ctx context.Context, id string, number int) ([]byte, error)
	}
	id string
	// most is how many parts there are, next which one is read next; skip bytes
	// of what follows are left out.
	most, next int
	skip       int64
	rest       []byte
}

// Read gives the next bytes.
func (p *parts) Read(to []byte) (int, error) {
	for len(p.rest) == 0 {
		if p.next == p.most {
			return 0, io.EOF
		}
		p.next++
		content, err := p.store.ImportPart(p.ctx, p.id, p.next)
		switch {
		case errors.Is(err, notify.ErrNotFound):
			return 0, notify.InvalidField("parts", "missing", "a part of the file is missing")
		case err != nil:
			return 0, err
		}
		drop := min(p.skip, int64(len(content)))
		p.skip -= drop
		p.rest = content[drop:]
	}
	n := copy(to, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}
