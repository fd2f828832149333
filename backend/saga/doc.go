// Package saga runs long work of several steps that can be undone: it asks one
// step after the other, keeps every transition in SQL, waits where a step waits,
// and takes everything back in reverse order when a step cannot be done. It knows
// no step's business: actions and compensations are given to it.
package saga
