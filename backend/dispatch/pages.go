package dispatch

import (
	"encoding/json"
	"fmt"
	"math"
	"time"

	"clarion/backend/notify"
)

// paceStep is how far apart the pages of a paced audience lie: often enough that
// it looks even, seldom enough that a page is worth its transaction.
const paceStep = 500 * time.Millisecond

// paceDebt is how much of what it could not send in time a paced audience makes
// up for. What lies further back is not hurried after.
const paceDebt = 2 * time.Second

// soon reports whether the next page is due so soon that whoever made the one before
// waits for its time: the sweeper, who hands on what is due later, would be late.
func soon(due, now time.Time) bool {
	return due.After(now) && due.Before(now.Add(paceStep))
}

// paced says how large the next page of an event's audience is and when the one
// after it may be made; the zero time where nothing holds it.
func paced(event notify.Event, now time.Time) (limit int, due time.Time) {
	rate := event.Direct.PerSecond
	if rate <= 0 {
		return pageSize, time.Time{}
	}
	limit = min(pageSize, max(1, int(math.Round(rate*paceStep.Seconds()))))
	from := event.SendAt
	if earliest := now.Add(-paceDebt); from.Before(earliest) {
		from = earliest
	}
	if event.Cursor == "" { // nothing is owed before the first page
		from = now
	}
	return limit, from.Add(time.Duration(float64(limit) / rate * float64(time.Second)))
}

// opening is when a window lets people through next; the zero time without one.
func opening(w *notify.Window, now time.Time) time.Time {
	if w == nil {
		return time.Time{}
	}
	return Opening(*w, now, w.Timezone)
}

// varsOf is what templates see of the event for one recipient: what their row
// says lies over what is said to all.
func (j *job) varsOf(id string, common Vars, views Views) (Vars, error) {
	row := j.rows[id]
	if len(row) == 0 {
		return common, nil
	}
	event := j.event
	var err error
	if event.Data, err = Over(event.Data, row); err != nil {
		return Vars{}, fmt.Errorf("data of recipient %s: %w", id, err)
	}
	return views.Event(event)
}

// Over is an object with the members of another laid over it.
func Over(data, row json.RawMessage) (json.RawMessage, error) {
	members := map[string]json.RawMessage{}
	for _, each := range []json.RawMessage{data, row} {
		if len(each) == 0 {
			continue
		}
		if err := json.Unmarshal(each, &members); err != nil {
			return nil, fmt.Errorf("read an object: %w", err)
		}
	}
	out, err := json.Marshal(members)
	if err != nil {
		return nil, fmt.Errorf("write an object: %w", err)
	}
	return out, nil
}
