// Package recovery puts back to work what fell off: rows whose queue entry was
// lost, claims whose worker died. It compares SQL only and never trusts what the
// queue says about itself.
package recovery
