// Package schedule causes what is to happen at its time, once for each planned
// time however many processes look: events, notifications, broadcasts, reports.
// It knows when; what is caused it leaves to targets that app plugs in.
package schedule
