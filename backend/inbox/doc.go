// Package inbox keeps the in-app feed: it is one more sender, whose vendor is the
// database. Items live in SQL; the socket only tells that something changed.
package inbox
