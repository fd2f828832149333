// Package audit keeps who changed what, when and from where, with the state
// before and after: an append-only log in which every record seals the one
// before it. It decides nothing, never changes a record, and keeps no secret.
package audit
