package api

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"clarion/backend/access"
	"clarion/backend/notify"
)

// memory keeps what access keeps, for the tests of the door.
type memory struct {
	mu       sync.Mutex
	keys     map[string]access.Key
	sources  map[string]access.Source
	members  map[string]access.Member
	sessions map[string]access.Session
	answers  map[string]access.Answer
	doors    map[string]access.Door
	nonces   map[string]bool
}

func newMemory() *memory {
	return &memory{
		keys: map[string]access.Key{}, members: map[string]access.Member{}, sessions: map[string]access.Session{},
		answers: map[string]access.Answer{}, doors: map[string]access.Door{}, sources: map[string]access.Source{}, nonces: map[string]bool{},
	}
}

func (m *memory) KeyByHash(_ context.Context, hash string) (access.Key, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, k := range m.keys {
		if k.Hash == hash {
			return k, nil
		}
	}
	return access.Key{}, notify.ErrNotFound
}

func (m *memory) Keys(context.Context, access.KeyFilter, notify.Page) ([]access.Key, string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []access.Key
	for _, k := range m.keys {
		list = append(list, k)
	}
	return list, "", nil
}

func (m *memory) Key(_ context.Context, id string) (access.Key, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k, ok := m.keys[id]
	if !ok {
		return k, notify.ErrNotFound
	}
	return k, nil
}

func (m *memory) ChangeKey(_ context.Context, k access.Key) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keys[k.ID] = k
	return nil
}

func (m *memory) ReplaceKey(_ context.Context, r access.Replacement) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keys[r.Next.ID] = r.Next
	return nil
}

func (m *memory) UseNonce(_ context.Context, key, nonce string, _ time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.nonces[key+nonce] {
		return notify.ErrConflict
	}
	m.nonces[key+nonce] = true
	return nil
}

func (m *memory) PruneNonces(context.Context, time.Time) (int, error) { return 0, nil }

func (m *memory) TouchSource(_ context.Context, key string, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.sources[key]
	s.LastEventAt = at
	m.sources[key] = s
	return nil
}

func (m *memory) EventsBySource(context.Context, time.Time, int) (map[string]int, bool, error) {
	return map[string]int{"shop": 7}, false, nil
}

func (m *memory) AddKey(_ context.Context, k access.Key) error {
	m.mu.Lock()
	defer m.mu.Unlock()
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

func (m *memory) TouchKeys(context.Context, map[string]time.Time) error { return nil }

func (m *memory) Sources(context.Context) ([]access.Source, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []access.Source
	for _, s := range m.sources {
		list = append(list, s)
	}
	return list, nil
}

func (m *memory) PutSource(_ context.Context, s access.Source, now time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s.CreatedAt = now
	m.sources[s.Key] = s
	return nil
}

func (m *memory) DeleteSource(_ context.Context, key string, _ time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.sources[key]; !ok {
		return notify.ErrNotFound
	}
	return nil // It stays: every caller of the matrix deletes it.
}

func (m *memory) MemberByEmail(_ context.Context, email string) (access.Member, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	member, ok := m.members[email]
	if !ok {
		return member, notify.ErrNotFound
	}
	return member, nil
}

func (m *memory) AddMember(_ context.Context, member access.Member) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.members[member.Email] = member
	return nil
}

func (m *memory) CountMembers(context.Context) (int, error) { return len(m.members), nil }

func (m *memory) AddSession(_ context.Context, s access.Session) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sessions[s.Hash] = s
	return nil
}

func (m *memory) Session(_ context.Context, hash string) (access.Session, access.Member, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.sessions[hash]
	for _, member := range m.members {
		if ok && member.ID == s.MemberID {
			return s, member, nil
		}
	}
	return s, access.Member{}, notify.ErrNotFound
}

func (m *memory) TouchSession(context.Context, string, time.Time) error { return nil }

func (m *memory) DeleteSession(_ context.Context, hash string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.sessions, hash)
	return nil
}

func (m *memory) PruneSessions(context.Context, time.Time, time.Time) (int, error) { return 0, nil }

func (m *memory) BeginAnswer(_ context.Context, b access.Begin) (access.Answer, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := b.Scope + "\n" + b.Key
	if stored, there := m.answers[at]; there {
		return stored, false, nil
	}
	m.answers[at] = access.Answer{Fingerprint: b.Fingerprint, CreatedAt: b.Now}
	return access.Answer{}, true, nil
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

// dump is everything the memory holds, to look for secrets in.
func (m *memory) dump() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	raw, _ := json.Marshal([]any{m.keys, m.members, m.sessions})
	var answers strings.Builder
	for at, a := range m.answers {
		fmt.Fprintf(&answers, "%s %s\n", at, a.Body)
	}
	return string(raw) + answers.String()
}

// The rest of what access keeps is tested in access itself.

func (m *memory) ListMembers(context.Context, access.MemberFilter, notify.Page) ([]access.Member, string, error) {
	return nil, "", nil
}

func (m *memory) ChangeMember(context.Context, string, func(*access.MemberChange) error) (access.Member, error) {
	return access.Member{}, notify.ErrNotFound
}

func (m *memory) Sessions(context.Context, string) ([]access.Session, error) { return nil, nil }

func (m *memory) EndSessions(context.Context, string, access.Ending) (int, error) { return 0, nil }

func (m *memory) CountDoors(_ context.Context, names []string, now, stale time.Time) (map[string]access.Door, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := map[string]access.Door{}
	for _, name := range names {
		d := m.doors[name]
		if !d.Since.After(stale) {
			d = access.Door{Since: now}
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
