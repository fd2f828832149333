// Package explain answers what happened and why: messages, decisions, dead
// letters and the ledger whose books balance. It only reads.
package explain
