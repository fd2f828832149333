package access

import (
	"context"
	"errors"
	"time"

	"clarion/backend/notify"
)

func (m *memory) ListMembers(context.Context, MemberFilter, notify.Page) ([]Member, string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []Member
	for _, member := range m.members {
		list = append(list, member)
	}
	return list, "", nil
}

func (m *memory) ChangeMember(_ context.Context, id string, change func(*MemberChange) error) (Member, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var c MemberChange
	for _, member := range m.members {
		if member.ID == id {
			c.Member = member
		} else if member.Role == Owner && member.Active() {
			c.OtherOwners++
		}
	}
	if c.Member.ID == "" {
		return Member{}, notify.ErrNotFound
	}
	if err := change(&c); err != nil {
		return Member{}, err
	}
	m.members[c.Member.Email] = c.Member
	if c.Remove {
		delete(m.members, c.Member.Email)
	}
	if c.ResetSecond {
		delete(m.proofs, id)
	}
	for hash, s := range m.sessions {
		if s.MemberID == id && (c.Remove || c.ResetSecond || !c.Member.Active()) {
			delete(m.sessions, hash)
		}
	}
	return c.Member, nil
}

func (m *memory) Sessions(_ context.Context, memberID string) ([]Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []Session
	for _, s := range m.sessions {
		if s.MemberID == memberID {
			list = append(list, s)
		}
	}
	return list, nil
}

func (m *memory) EndSessions(_ context.Context, memberID string, which Ending) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for hash, s := range m.sessions {
		if s.MemberID == memberID && hash != which.Except && (which.Only == "" || s.ID() == which.Only) {
			delete(m.sessions, hash)
			n++
		}
	}
	return n, nil
}

func (m *memory) AddInvitation(_ context.Context, i Invitation) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, other := range m.invitations {
		if other.Email == i.Email && i.CreatedAt.Before(other.ExpiresAt) {
			return notify.ErrConflict
		} else if other.Email == i.Email {
			delete(m.invitations, id)
		}
	}
	m.invitations[i.ID] = i
	return nil
}

func (m *memory) Invitations(context.Context, notify.Page) ([]Invitation, string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []Invitation
	for _, i := range m.invitations {
		list = append(list, i)
	}
	return list, "", nil
}

func (m *memory) OpenInvitation(_ context.Context, idOrHash string) (Invitation, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, i := range m.invitations {
		if i.ID == idOrHash || i.TokenHash == idOrHash || i.Email == idOrHash {
			return i, nil
		}
	}
	return Invitation{}, notify.ErrNotFound
}

func (m *memory) RenewInvitation(_ context.Context, id, tokenHash string, expires time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	i, ok := m.invitations[id]
	if !ok {
		return notify.ErrNotFound
	}
	i.TokenHash, i.ExpiresAt = tokenHash, expires
	m.invitations[id] = i
	return nil
}

func (m *memory) RevokeInvitation(_ context.Context, id string, _ time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.invitations[id]; !ok {
		return notify.ErrNotFound
	}
	delete(m.invitations, id)
	return nil
}

func (m *memory) AcceptInvitation(_ context.Context, tokenHash string, member Member) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, i := range m.invitations {
		if i.TokenHash == tokenHash && member.CreatedAt.Before(i.ExpiresAt) {
			delete(m.invitations, id)
			m.members[member.Email] = member
			return nil
		}
	}
	return notify.ErrNotFound
}

// pigeon is a courier that remembers; lame ones cannot carry letters.
type pigeon struct {
	lame    bool
	broken  error
	letters []string
	arrived []Member
}

func (p *pigeon) CanInvite(context.Context) bool { return !p.lame }

func (p *pigeon) Invite(_ context.Context, i Invitation, token string) error {
	p.letters = append(p.letters, i.Email+" "+token)
	return p.broken
}

func (p *pigeon) Welcome(_ context.Context, m Member) error {
	p.arrived = append(p.arrived, m)
	return nil
}

var errLost = errors.New("lost over the sea")

func (m *memory) CountDoors(_ context.Context, names []string, now, stale time.Time) (map[string]Door, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := map[string]Door{}
	for _, name := range names {
		d := m.doors[name]
		if !d.Since.After(stale) {
			d = Door{Since: now}
		}
		d.Failures++
		m.doors[name], found[name] = d, d
	}
	return found, nil
}

func (m *memory) ReleaseDoors(_ context.Context, forget, lower []string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, name := range forget {
		delete(m.doors, name)
	}
	for _, name := range lower {
		d := m.doors[name]
		d.Failures--
		m.doors[name] = d
	}
	return nil
}

func (m *memory) PruneDoors(context.Context, time.Time) (int, error) { return 0, nil }

func (m *memory) TwoFactor(_ context.Context, memberID string) (TwoFactor, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, ok := m.proofs[memberID]
	if !ok {
		return TwoFactor{}, notify.ErrNotFound
	}
	p.CodesLeft = len(p.codes)
	return p.TwoFactor, nil
}

func (m *memory) BeginTwoFactor(_ context.Context, memberID, sealed string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p, ok := m.proofs[memberID]; ok && !p.ConfirmedAt.IsZero() {
		return notify.ErrConflict
	}
	m.proofs[memberID] = &proofRow{TwoFactor: TwoFactor{Sealed: sealed}, codes: map[string]bool{}}
	return nil
}

func (m *memory) ConfirmTwoFactor(_ context.Context, memberID string, step int64, hashes []string, now time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.proofs[memberID]
	if p == nil || !p.ConfirmedAt.IsZero() {
		return notify.ErrConflict
	}
	p.ConfirmedAt, p.step = now, step
	for _, hash := range hashes {
		p.codes[hash] = true
	}
	m.twoFactor(memberID, true)
	return nil
}

func (m *memory) twoFactor(memberID string, on bool) {
	for email, member := range m.members {
		if member.ID == memberID {
			member.TwoFactor = on
			m.members[email] = member
		}
	}
}

func (m *memory) UseStep(_ context.Context, memberID string, step int64) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.proofs[memberID]
	if step <= p.step {
		return false, nil
	}
	p.step = step
	return true, nil
}

func (m *memory) UseRecoveryCode(_ context.Context, memberID, hash string, _ time.Time) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	there := m.proofs[memberID].codes[hash]
	delete(m.proofs[memberID].codes, hash)
	return there, nil
}

func (m *memory) DropTwoFactor(_ context.Context, memberID string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.proofs, memberID)
	m.twoFactor(memberID, false)
	return nil
}

// proofRow is a member's second proof in memory.
type proofRow struct {
	TwoFactor
	step  int64
	codes map[string]bool
}
