// Package hook takes the webhooks of third parties as the events of a source:
// it checks their signature over the raw body and turns their payload into an
// event by a stored mapping. It accepts nothing itself; the event it makes goes
// through the same door as everybody's.
package hook
