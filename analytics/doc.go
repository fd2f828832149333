// Package analytics keeps a copy of the stream of delivery events in ClickHouse,
// in order and each row once, and is the only place that speaks to ClickHouse.
// It reads the stream through an interface and never touches the truth; the copy
// may be away, or be rebuilt, at any time.
package analytics
