// Package integration keeps configured vendor accounts. Settings are sealed
// before they reach the store and opened only to build a sender; they are never
// returned, logged or put in an error.
package integration
