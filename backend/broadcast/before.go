package broadcast

import "time"

// Before is what was frozen until it became void. Whoever decides anew sees what is
// different since.
type Before struct {
	// State is how far it had come: submitted, rejected, approved or scheduled.
	State    State    `json:"state"`
	Name     string   `json:"name"`
	Plan     Plan     `json:"plan"`
	Pins     []Pin    `json:"pins"`
	People   int      `json:"people"`
	Digest   string   `json:"digest"`
	Estimate Estimate `json:"estimate"`
	// By is who decided, or submitted it when nobody had, At when.
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// setAside keeps what is frozen before it is forgotten. What was approved is not
// forgotten for what was only submitted.
func (b *Broadcast) setAside() {
	approved := b.State == Approved || b.State == Scheduled
	if b.Frozen == nil || !approved && b.Before != nil && (b.Before.State == Approved || b.Before.State == Scheduled) {
		return
	}
	f := b.Frozen
	b.Before = &Before{
		State: b.State, Name: b.Name, Plan: b.Plan, Pins: f.Pins, People: f.People, Digest: f.Digest, Estimate: f.Estimate,
		By: b.DecidedBy, At: b.DecidedAt,
	}
	if b.DecidedBy == "" {
		b.Before.By, b.Before.At = b.SubmittedBy, b.SubmittedAt
	}
}
