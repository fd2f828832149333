package broadcast

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// hashOf is of all that an approver decides on: the plan, the versions, everybody
// in the audience, how many they are and what it costs.
func hashOf(name string, p Plan, f Frozen) (string, error) {
	var data any
	if len(p.Data) > 0 { // the same object, however it was written
		if err := json.Unmarshal(p.Data, &data); err != nil {
			return "", fmt.Errorf("read the data to hash: %w", err)
		}
	}
	p.Data = nil
	text, err := json.Marshal(struct {
		Name   string
		Plan   Plan
		Data   any
		Pins   []Pin
		People int
		Digest string
		Cost   Estimate
	}{name, p, data, f.Pins, f.People, f.Digest, f.Estimate})
	if err != nil {
		return "", fmt.Errorf("write what is hashed: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}
