package ingest

import (
	"time"

	"clarion/backend/notify"
)

// Reschedule gives what is held another time. Either Message or Notification is
// set; of a notification it means all its messages, and its run where that rests at
// a delay or waits for a message.
type Reschedule struct {
	Message      string
	Notification string
	// At is when it goes on; zero is at once, whatever quiet hours and caps say.
	At  time.Time
	Now time.Time
	// By is who asked for it.
	By string
}

// Rescheduled counts what has another time now.
type Rescheduled struct {
	Messages int `json:"messages"`
	Runs     int `json:"runs"`
}

// Check refuses a time that has passed.
func (r Reschedule) Check() error {
	if !r.At.IsZero() && !r.At.After(r.Now) {
		return notify.InvalidField("send_at", "out_of_range", "must lie in the future; send_now sends at once")
	}
	return nil
}

// Decision is what the decisions of a notification keep of it.
func (r Reschedule) Decision() notify.Decision {
	d := notify.Decision{Step: "reschedule", Outcome: "pass", Detail: r.By + " sent it at once.", At: r.Now}
	if !r.At.IsZero() {
		d.Outcome, d.Detail, d.Until = "hold", r.By+" gave it another time.", r.At
	}
	return d
}
