package access

import (
	"context"
	"sync"
	"time"

	"clarion/backend/notify"
)

// memory is the store of these tests.
type memory struct {
	mu          sync.Mutex
	keys        map[string]Key
	sources     []Source
	members     map[string]Member
	sessions    map[string]Session
	answers     map[string]Answer
	nonces      map[string]time.Time
	touches     int
	reads       int
	down        error
	invitations map[string]Invitation
	doors       map[string]Door
	proofs      map[string]*proofRow
}

func newMemory() *memory {
	return &memory{
		keys: map[string]Key{}, members: map[string]Member{}, sessions: map[string]Session{}, answers: map[string]Answer{}, nonces: map[string]time.Time{},
		invitations: map[string]Invitation{}, doors: map[string]Door{}, proofs: map[string]*proofRow{},
		sources: []Source{{Key: "shop", Name: "Shop"}},
	}
}

func (m *memory) KeyByHash(_ context.Context, hash string) (Key, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reads++
	if m.down != nil {
		return Key{}, m.down
	}
	for _, k := range m.keys {
		if k.Hash == hash {
			return k, nil
		}
	}
	return Key{}, notify.ErrNotFound
}

func (m *memory) Keys(context.Context, KeyFilter, notify.Page) ([]Key, string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []Key
	for _, k := range m.keys {
		list = append(list, k)
	}
	return list, "", nil
}

func (m *memory) Key(_ context.Context, id string) (Key, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k, ok := m.keys[id]
	if !ok {
		return k, notify.ErrNotFound
	}
	return k, nil
}

func (m *memory) ChangeKey(_ context.Context, k Key) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keys[k.ID] = k
	return nil
}

func (m *memory) ReplaceKey(_ context.Context, r Replacement) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	old := m.keys[r.Old]
	if old.ReplacedBy != "" {
		return notify.ErrConflict
	}
	old.ReplacedBy, old.ExpiresAt = r.Next.ID, r.OldEnd
	m.keys[r.Old], m.keys[r.Next.ID] = old, r.Next
	return nil
}

func (m *memory) UseNonce(_ context.Context, key, nonce string, now time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, used := m.nonces[key+" "+nonce]; used {
		return notify.ErrConflict
	}
	m.nonces[key+" "+nonce] = now
	return m.down
}

func (m *memory) PruneNonces(_ context.Context, before time.Time) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for nonce, at := range m.nonces {
		if at.Before(before) {
			delete(m.nonces, nonce)
			n++
		}
	}
	return n, nil
}

func (m *memory) TouchSource(_ context.Context, key string, _ time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.touches++
	return nil
}

func (m *memory) EventsBySource(context.Context, time.Time, int) (map[string]int, bool, error) {
	return map[string]int{"shop": 7}, true, nil
}

func (m *memory) AddKey(_ context.Context, k Key) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, other := range m.keys {
		if other.Hash == k.Hash {
			return notify.ErrConflict
		}
	}
	m.keys[k.ID] = k
	return nil
}

func (m *memory) RevokeKey(_ context.Context, id string, now time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	k, ok := m.keys[id]
	if !ok {
		return notify.ErrNotFound
	}
	k.RevokedAt = now
	m.keys[id] = k
	return nil
}

func (m *memory) TouchKeys(_ context.Context, used map[string]time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, at := range used {
		k := m.keys[id]
		k.LastUsedAt = at
		m.keys[id] = k
	}
	return nil
}

func (m *memory) Sources(context.Context) ([]Source, error) { return m.sources, nil }

func (m *memory) PutSource(_ context.Context, s Source, now time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s.CreatedAt = now
	m.sources = append(m.sources, s)
	return nil
}

func (m *memory) DeleteSource(context.Context, string, time.Time) error { return nil }

func (m *memory) MemberByEmail(_ context.Context, email string) (Member, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	member, ok := m.members[email]
	if !ok {
		return Member{}, notify.ErrNotFound
	}
	return member, nil
}

func (m *memory) AddMember(_ context.Context, member Member) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, taken := m.members[member.Email]; taken {
		return notify.ErrConflict
	}
	m.members[member.Email] = member
	return nil
}

func (m *memory) CountMembers(context.Context) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.members), nil
}

func (m *memory) AddSession(_ context.Context, s Session) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sessions[s.Hash] = s
	return nil
}

func (m *memory) Session(_ context.Context, hash string) (Session, Member, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.sessions[hash]
	if !ok {
		return s, Member{}, notify.ErrNotFound
	}
	for _, member := range m.members {
		if member.ID == s.MemberID {
			return s, member, nil
		}
	}
	return s, Member{}, notify.ErrNotFound
}

func (m *memory) TouchSession(_ context.Context, hash string, seenAt time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.sessions[hash]
	s.LastSeenAt = seenAt
	m.sessions[hash] = s
	return nil
}

func (m *memory) DeleteSession(_ context.Context, hash string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.sessions, hash)
	return nil
}

func (m *memory) PruneSessions(_ context.Context, expired, seen time.Time) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for hash, s := range m.sessions {
		if s.ExpiresAt.Before(expired) || s.LastSeenAt.Before(seen) {
			delete(m.sessions, hash)
			n++
		}
	}
	return n, nil
}

func (m *memory) BeginAnswer(_ context.Context, b Begin) (Answer, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := b.Scope + "\n" + b.Key
	stored, there := m.answers[at]
	if there && (stored.Status != 0 || !stored.CreatedAt.Before(b.StaleBefore)) {
		return stored, false, nil
	}
	m.answers[at] = Answer{Fingerprint: b.Fingerprint, CreatedAt: b.Now}
	return Answer{}, true, nil
}

func (m *memory) FinishAnswer(_ context.Context, scope, key string, status int, body []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	a := m.answers[scope+"\n"+key]
	a.Status, a.Body = status, body
	m.answers[scope+"\n"+key] = a
	return nil
}

func (m *memory) DropAnswer(_ context.Context, scope, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.answers, scope+"\n"+key)
	return nil
}

func (m *memory) PruneAnswers(context.Context, time.Time) (int, error) { return 0, nil }

// hands is a clock moved by hand.
type hands struct {
	mu  sync.Mutex
	now time.Time
}

func newHands() *hands { return &hands{now: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)} }

func (h *hands) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *hands) move(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}
