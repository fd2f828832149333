// Package ingest is the door for events: it checks them, knows them again, and
// saves them in SQL before it says yes. It does not decide who hears of them:
// that is dispatch's work.
package ingest
