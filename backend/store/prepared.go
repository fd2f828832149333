package store

import (
	"context"
	"database/sql"
	"errors"
	"sync"

	"github.com/uptrace/bun"
)

// preparedSet keeps SQLite's hot statements parsed: modernc parses every text
// anew, which costs more than running most of them. pgx has its own cache.
type preparedSet struct {
	mu   sync.Mutex
	byID map[string]*sql.Stmt
}

// get prepares the text at its first use. It must be called outside a
// transaction: the only connection may be needed.
func (p *preparedSet) get(ctx context.Context, db *bun.DB, text string) (*sql.Stmt, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.byID[text]; s != nil {
		return s, nil
	}
	s, err := db.DB.PrepareContext(ctx, text) //nolint:sqlclosecheck // kept until close
	if err != nil {
		return nil, err
	}
	if p.byID == nil {
		p.byID = map[string]*sql.Stmt{}
	}
	p.byID[text] = s
	return s, nil
}

func (p *preparedSet) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var err error
	for _, s := range p.byID {
		err = errors.Join(err, s.Close())
	}
	p.byID = nil
	return err
}
