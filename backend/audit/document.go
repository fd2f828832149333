package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

const (
	// maxDocument bounds what one record keeps of a state.
	maxDocument = 256 << 10
	// hidden stands where a secret was.
	hidden = "(secret)"
)

// secretNames are parts of the names whose values never get here.
var secretNames = []string{"secret", "password", "token", "credential", "api_key", "private_key", "recovery_codes", "otpauth"}

// document writes a state as JSON without its secrets; nil stays nothing.
func document(v any) (json.RawMessage, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("write as JSON: %w", err)
	}
	var tree any
	reader := json.NewDecoder(bytes.NewReader(raw))
	reader.UseNumber() // long numbers stay as they are
	if err := reader.Decode(&tree); err != nil {
		return nil, fmt.Errorf("read back: %w", err)
	}
	if tree == nil {
		return nil, nil
	}
	if len(raw) > maxDocument {
		tree = map[string]any{"too_large_bytes": len(raw)}
	}
	hide(tree)
	if raw, err = json.Marshal(tree); err != nil {
		return nil, fmt.Errorf("write as JSON: %w", err)
	}
	return raw, nil
}

// hide puts a mark in the place of every secret.
func hide(tree any) {
	switch node := tree.(type) {
	case []any:
		for _, child := range node {
			hide(child)
		}
	case map[string]any:
		for name, child := range node {
			if text, ok := child.(string); isSecret(name) && (!ok || text != "") && child != nil {
				node[name] = hidden
				continue
			}
			hide(child)
		}
	}
}

func isSecret(name string) bool {
	name = strings.ToLower(name)
	for _, part := range secretNames {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}
