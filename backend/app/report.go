package app

import (
	"encoding/json"

	"clarion/backend/delivery"
)

// conditionReport is what a worker tells the others of the integrations that are
// not at their best, and nothing when all are.
func conditionReport(conditions map[string]delivery.Condition) string {
	if len(conditions) == 0 {
		return ""
	}
	// Strings, numbers and times are always JSON, the keys in order.
	text, _ := json.Marshal(conditions)
	return string(text)
}
