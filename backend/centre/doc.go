// Package centre is where a person answers for themselves: the signed links in
// messages, the one click that unsubscribes, and what their own page shows. It
// decides who a link is for; what a choice may be is the preferences' affair.
package centre
