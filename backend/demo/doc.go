// Package demo makes up months of believable traffic: people, events, messages
// and their whole stories, the same ones for the same plan. It is for trying out
// and for tests of the reports; it touches no database and sends nothing.
package demo
