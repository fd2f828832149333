// Package syncs keeps recipients in step with another system, a directory or a
// database, on a schedule: it reads everybody, stores who is new or changed and
// says who is gone. It speaks to no network and no database itself.
package syncs
