package access

import (
	"context"
	"fmt"

	"github.com/alexedwards/argon2id"
)

// passwordCost is OWASP's smaller argon2id setting: 19 MiB and two passes cost
// an attacker enough and leave an idle laptop its memory.
var passwordCost = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// passwords hashes and compares, few at a time: each takes 19 MiB, and a flood
// of sign-ins must not take the process down.
type passwords struct {
	slots chan struct{}
	// decoy is compared with when there is no such member, so that the answer
	// takes as long as a wrong password's.
	decoy string
	// compare is argon2id's.
	compare func(password, hash string) (bool, error)
}

func newPasswords() (*passwords, error) {
	decoy, err := argon2id.CreateHash(randomText(), passwordCost)
	if err != nil {
		return nil, fmt.Errorf("make decoy hash: %w", err)
	}
	return &passwords{slots: make(chan struct{}, 2), decoy: decoy, compare: argon2id.ComparePasswordAndHash}, nil
}

func (p *passwords) take(ctx context.Context) (release func(), err error) {
	select {
	case p.slots <- struct{}{}:
		return func() { <-p.slots }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to check a password: %w", ctx.Err())
	}
}

func (p *passwords) hash(ctx context.Context, password string) (string, error) {
	release, err := p.take(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	hashed, err := argon2id.CreateHash(password, passwordCost)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hashed, nil
}

// match compares with hashed, or with the decoy when hashed is empty, which
// never matches.
func (p *passwords) match(ctx context.Context, password, hashed string) (bool, error) {
	release, err := p.take(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	against := hashed
	if against == "" {
		against = p.decoy
	}
	same, err := p.compare(password, against)
	if err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	return same && hashed != "", nil
}
