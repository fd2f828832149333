package seal

import "fmt"

// Rotation opens under the old master key and seals under the new one.
type Rotation struct{ Old, New *Sealer }

// Reseal returns the value under the new key. A value that is under the new key
// already is returned as it is, so that a rotation that was interrupted can be
// started again.
func (r Rotation) Reseal(sealed, about string) (string, bool, error) {
	if _, err := r.New.Open(sealed, about); err == nil {
		return sealed, false, nil
	}
	plain, err := r.Old.Open(sealed, about)
	if err != nil {
		return "", false, fmt.Errorf("%s opens under neither key: %w", about, err)
	}
	moved, err := r.New.Seal(plain, about)
	return moved, err == nil, err
}
