package api

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"clarion/backend/audit"
	"clarion/backend/notify"
)

// knownRecord is there from the beginning.
const knownRecord = "aud_1"

// auditMemory keeps audit records, for the tests of the door.
type auditMemory struct {
	mu   sync.Mutex
	rows []audit.Sealed
	// announced are the changes that were begun.
	announced map[string]audit.Record
	// down fails everything; blind fails records, and not announcements.
	down, blind error
}

func (m *auditMemory) AnnounceAudit(_ context.Context, r audit.Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.down != nil {
		return m.down
	}
	if m.announced == nil {
		m.announced = map[string]audit.Record{}
	}
	m.announced[r.ID] = r
	return nil
}

func (m *auditMemory) WithdrawAudit(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.announced, id)
	return m.down
}

func (m *auditMemory) AnnouncedAudits(context.Context, time.Time, int) ([]audit.Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Collect(maps.Values(m.announced)), m.down
}

func (m *auditMemory) SettleAudit(ctx context.Context, id string, r audit.Record, seal func(string) string) (bool, error) {
	if err := m.AppendAudit(ctx, r, seal); err != nil {
		return false, err
	}
	return true, m.WithdrawAudit(ctx, id)
}

func (m *auditMemory) AppendAudit(_ context.Context, r audit.Record, seal func(string) string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := errors.Join(m.down, m.blind); err != nil {
		return err
	}
	delete(m.announced, r.ID)
	previous := ""
	if n := len(m.rows); n > 0 {
		previous = m.rows[n-1].Seal
	}
	m.rows = append(m.rows, audit.Sealed{Record: r, Place: int64(len(m.rows) + 1), Seal: seal(previous)})
	return nil
}

// AuditRecords pages by the id of the last record.
func (m *auditMemory) AuditRecords(_ context.Context, f audit.Filter, p notify.Page) ([]audit.Record, string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.down != nil {
		return nil, "", m.down
	}
	list := []audit.Record{}
	for _, row := range slices.Backward(m.rows) {
		if p.After != "" && row.ID >= p.After || f.Action != "" && !strings.HasPrefix(row.Action, f.Action) {
			continue
		}
		if len(list) == p.Limit {
			return list, list[len(list)-1].ID, nil
		}
		if !f.Documents {
			row.Before, row.After = nil, nil
		}
		list = append(list, row.Record)
	}
	return list, "", nil
}

func (m *auditMemory) AuditRecord(_ context.Context, id string) (audit.Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if id == knownRecord {
		return audit.Record{ID: id, Actor: audit.Actor{Kind: audit.House}}, nil
	}
	for _, row := range m.rows {
		if row.ID == id {
			return row.Record, nil
		}
	}
	return audit.Record{}, notify.ErrNotFound
}

func (m *auditMemory) AuditChain(_ context.Context, after int64, limit int) ([]audit.Sealed, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.rows[after:min(len(m.rows), int(after)+limit)], nil
}

// last is the newest record, whole.
func (m *auditMemory) last() audit.Record {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.rows) == 0 {
		return audit.Record{}
	}
	return m.rows[len(m.rows)-1].Record
}

func (m *auditMemory) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.rows)
}
