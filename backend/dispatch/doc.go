// Package dispatch turns an accepted event into messages: it is the policy, an
// ordered list of named steps whose every decision is kept. It never calls a
// vendor and never asks twice.
package dispatch
