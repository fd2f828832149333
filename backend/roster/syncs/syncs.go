package syncs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"clarion/backend/notify"
	"clarion/backend/roster"
)

// Stored is a sync as it is kept: its secret sealed, or empty when it has none.
type Stored struct {
	Sync
	Sealed string
}

// Store keeps syncs and their runs.
type Store interface { //nolint:interfacebloat // the books of one thing
	Sync(ctx context.Context, key string) (Stored, error)
	// Syncs returns a page in the order of the keys, each with its newest run.
	Syncs(ctx context.Context, f struct{}, p notify.Page) ([]Sync, string, error)
	PutSync(ctx context.Context, s Stored) error
	// DeleteSync forgets a sync and all it knew; the people stay.
	DeleteSync(ctx context.Context, key string) error
	// AddRun begins a run; notify.ErrConflict while another is open.
	AddRun(ctx context.Context, r Run) error
	// CancelRun ends the open run; notify.ErrConflict when there is none.
	CancelRun(ctx context.Context, key string, now time.Time) error
	// SyncRuns returns a page of runs, newest first.
	SyncRuns(ctx context.Context, key string, p notify.Page) ([]Run, string, error)
	// SyncFaults returns a page of the rows that the newest run could not store.
	SyncFaults(ctx context.Context, key string, p notify.Page) ([]roster.FaultyRow, string, error)
}

// Sealer keeps secrets secret at rest.
type Sealer interface {
	Seal(plain []byte, about string) (string, error)
	Open(sealed, about string) ([]byte, error)
}

// Syncs is where syncs are kept and tried out.
type Syncs struct {
	Store   Store
	Sealer  Sealer
	Readers map[Kind]Reader
	Clock   notify.Clock
	// GroupExists answers notify.ErrNotFound for a group that is not there.
	GroupExists func(ctx context.Context, key string) error
}

// Input is what a sync is set to. An empty secret keeps the one there is, as
// long as it goes to the same server.
type Input struct {
	Settings
	Secret string `json:"secret,omitempty"`
}

// SealedFor names the place the secret of a sync is sealed for.
func SealedFor(key string) string { return "sync:" + key }

// Get returns one sync.
func (s *Syncs) Get(ctx context.Context, key string) (Sync, error) {
	found, err := s.Store.Sync(ctx, key)
	return found.Sync, err
}

// List returns a page of syncs.
func (s *Syncs) List(ctx context.Context, f struct{}, p notify.Page) ([]Sync, string, error) {
	return s.Store.Syncs(ctx, f, p)
}

// Put adds or changes a sync.
func (s *Syncs) Put(ctx context.Context, in Input) (Sync, error) {
	before, err := s.before(ctx, in.Key)
	if err != nil {
		return Sync{}, err
	}
	in, err = s.checked(ctx, in, before)
	if err != nil {
		return Sync{}, err
	}
	stored := Stored{Sync: Sync{Settings: in.Settings}}
	stored.UpdatedAt, stored.NextAt = s.Clock.Now(), before.NextAt
	if !in.Enabled {
		stored.NextAt = time.Time{}
	} else if !before.Schedule.same(in.Schedule) || before.NextAt.IsZero() {
		stored.NextAt = in.Schedule.next(stored.UpdatedAt, stored.UpdatedAt)
	}
	if in.Secret != "" {
		if stored.Sealed, err = s.Sealer.Seal([]byte(in.Secret), SealedFor(in.Key)); err != nil {
			return Sync{}, fmt.Errorf("seal the secret of sync %s: %w", in.Key, err)
		}
	}
	if err := s.Store.PutSync(ctx, stored); err != nil {
		return Sync{}, err
	}
	return s.Get(ctx, in.Key)
}

// before is the sync that is to be changed, an empty one when it is new.
func (s *Syncs) before(ctx context.Context, key string) (Stored, error) {
	if key == "" {
		return Stored{}, nil
	}
	before, err := s.Store.Sync(ctx, key)
	if errors.Is(err, notify.ErrNotFound) {
		return Stored{}, nil
	}
	return before, err
}

// keep fills in the stored secret. It is not sent to a server it was not given
// for: who may change a sync is not to learn its password that way.
func (s *Syncs) keep(in *Input, before Stored, faults *notify.Invalid) {
	if in.Secret != "" || before.Sealed == "" {
		return
	}
	if before.Kind != in.Kind {
		return
	}
	if in.Kind == KindLDAP && !sameServer(*before.LDAP, *in.LDAP) {
		faults.Add("secret", "required", "give the password again: it is kept for another server or another bind DN")
		return
	}
	if in.Kind == KindSQL && before.SQL.CA != in.SQL.CA {
		faults.Add("secret", "required", "give the URL again: it is kept for other certificates")
		return
	}
	plain, err := s.Sealer.Open(before.Sealed, SealedFor(before.Key))
	if err != nil {
		faults.Add("secret", Unreadable, "the stored secret cannot be opened any more; give it again")
		return
	}
	in.Secret = string(plain)
}

func sameServer(a, b LDAP) bool {
	return a.Host == b.Host && a.Port == b.Port && a.Security == b.Security && a.CA == b.CA && a.BindDN == b.BindDN
}

// Delete removes a sync. Whom it brought in stays.
func (s *Syncs) Delete(ctx context.Context, key string) error { return s.Store.DeleteSync(ctx, key) }

// Start has everybody read now. With acceptGone the run believes the other
// system however many it says are gone.
func (s *Syncs) Start(ctx context.Context, key, by string, acceptGone bool) (Sync, error) {
	now := s.Clock.Now()
	run := Run{ID: notify.NewID(notify.SyncRunID), Sync: key, State: Waiting, By: by, AcceptGone: acceptGone, CreatedAt: now}
	if _, err := s.Store.Sync(ctx, key); err != nil {
		return Sync{}, err
	}
	if err := s.Store.AddRun(ctx, run); err != nil {
		return Sync{}, err
	}
	return s.Get(ctx, key)
}

// Cancel stops the run under way between two pages. What is stored stays.
func (s *Syncs) Cancel(ctx context.Context, key string) (Sync, error) {
	if err := s.Store.CancelRun(ctx, key, s.Clock.Now()); err != nil {
		return Sync{}, err
	}
	return s.Get(ctx, key)
}

// Runs returns a page of runs, newest first.
func (s *Syncs) Runs(ctx context.Context, key string, p notify.Page) ([]Run, string, error) {
	if _, err := s.Store.Sync(ctx, key); err != nil {
		return nil, "", err
	}
	return s.Store.SyncRuns(ctx, key, p)
}

// Faulty returns a page of what the newest run could not store.
func (s *Syncs) Faulty(ctx context.Context, key string, p notify.Page) ([]roster.FaultyRow, string, error) {
	if _, err := s.Store.Sync(ctx, key); err != nil {
		return nil, "", err
	}
	return s.Store.SyncFaults(ctx, key, p)
}
