// Package preference keeps what recipients want and says what follows from it:
// Resolve is the only place that reads choices, defaults, quiet hours and caps
// together. It sends and holds nothing; dispatch and delivery do.
package preference
