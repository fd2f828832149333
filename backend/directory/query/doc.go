// Package query reads people out of another PostgreSQL database: one query of
// the operator's, in a read-only transaction, page by page. It writes nothing
// and keeps no password.
package query
