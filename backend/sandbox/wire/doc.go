// Package wire is what a vendor in the box is made of: what it understood of a
// request, what it answers, whom the message reached and what it will call back
// about. It holds the few things all vendors do alike, and no vendor. It may
// not keep state: books, faults and callbacks under way are the sandbox's.
package wire
