// Package digest holds the rules of gathering: who opens a window, who joins it,
// when it closes. The store applies them to one locked row, so that many may
// append at once and there is never a second window (store.appendDigest, in the
// transaction that saves what is gathered). An item is anything with an id: a
// run that came to a digest step, or a message that waits for its recipient's
// cadence; the first one of a window carries it and acts when it closes, with
// store.closeDigest. It may not read or write anything itself.
package digest
