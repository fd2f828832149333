// Package recur says when what comes again comes next: intervals, times of day,
// cron expressions and RFC 5545 rules, by the clock on the wall of a time zone.
// It knows nothing of what is done then, and reads no clock of its own.
package recur
