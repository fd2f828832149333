package app

import (
	"encoding/json"

	"clarion/backend/delivery"
)

// brokenLanes is what a worker tells the others of its breakers: the state of
// those that are not closed, by integration, and nothing when all are.
func brokenLanes(health []delivery.Health) string {
	states := map[string]string{}
	for _, lane := range health {
		if lane.Breaker != "closed" {
			states[lane.Integration] = lane.Breaker
		}
	}
	if len(states) == 0 {
		return ""
	}
	// A map of strings is always JSON, its keys in order.
	text, _ := json.Marshal(states)
	return string(text)
}
