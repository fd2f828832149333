package dispatch

import (
	"encoding/json"
	"slices"

	"clarion/backend/notify"
)

// audienceOf asks for everybody an event is for.
func audienceOf(event notify.Event) AudienceQuery {
	var q AudienceQuery
	for _, target := range event.To {
		switch {
		case target.Group != "":
			q.Groups = append(q.Groups, target.Group)
		case target.Segment != "":
			q.Segments = append(q.Segments, target.Segment)
		case target.Broadcast != "":
			q.Broadcast = target.Broadcast
		default:
			q.Recipients = append(q.Recipients, target.Recipient)
		}
	}
	slices.Sort(q.Recipients)
	q.Recipients = slices.Compact(q.Recipients)
	return q
}

// split takes a page apart: the ids, what brought in those not named, and what is
// said to some alone.
func split(page []Selected) ([]string, map[string]string, map[string]json.RawMessage) {
	ids, by, rows := make([]string, len(page)), map[string]string{}, map[string]json.RawMessage{}
	for i, one := range page {
		ids[i] = one.ID
		if one.By != "" {
			by[one.ID] = one.By
		}
		if len(one.Data) > 0 {
			rows[one.ID] = one.Data
		}
	}
	return ids, by, rows
}
