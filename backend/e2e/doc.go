// Package e2e holds the stories of the whole system: real HTTP, real SDKs, the
// vendors in a box, on SQLite with the embedded queue and on PostgreSQL with
// Redis. The stories are tests; the package has no code that ships, and nothing
// may import it.
package e2e
