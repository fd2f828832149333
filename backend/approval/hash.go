package approval

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sort"
)

// hashOf is the SHA-256 of the document and its pins in one canonical form: the
// names of objects sorted, numbers as they were written, no space between.
func hashOf(s Snapshot) (string, error) {
	document, err := canonical(s.Document)
	if err != nil {
		return "", err
	}
	pins := append([]Pin{}, s.Pins...)
	sort.Slice(pins, func(i, j int) bool {
		return string(pins[i].Kind)+"\n"+pins[i].Key < string(pins[j].Kind)+"\n"+pins[j].Key
	})
	all, err := json.Marshal(struct {
		Document json.RawMessage `json:"document"`
		Pins     []Pin           `json:"pins"`
	}{document, pins})
	if err != nil {
		return "", fmt.Errorf("write what is hashed: %w", err)
	}
	sum := sha256.Sum256(all)
	return hex.EncodeToString(sum[:]), nil
}

func canonical(document json.RawMessage) (json.RawMessage, error) {
	d := json.NewDecoder(bytes.NewReader(document))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, fmt.Errorf("read the document to hash: %w", err)
	}
	text, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("write the document to hash: %w", err)
	}
	return text, nil
}
